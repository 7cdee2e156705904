// The PDF's own seal, which no browser can check: by choice the service looks, and is told
// nothing before the button is pressed.

const ASKED = ["page", "pdf_seal"], PATIENCE = 60_000;

export function offerSeal(section) {
  const list = section.querySelector("ul"), button = section.querySelector("button"), busy = section.querySelector("[data-busy]");
  let file = null;
  button.addEventListener("click", async () => {
    const sent = file;
    button.disabled = true;
    busy.hidden = true;
    const found = await ask(sent).catch(() => null);
    button.disabled = false;
    if (sent !== file) return;
    busy.hidden = Boolean(found);
    list.replaceChildren(...(found ?? []).filter(({ check }) => ASKED.includes(check)).map(line));
  });
  return (chosen) => { file = chosen; busy.hidden = true; list.replaceChildren(); };

  async function ask(body) {
    const answer = await fetch(section.dataset.address, { method: "POST", body, credentials: "omit", mode: "same-origin",
      headers: { "Content-Type": "application/pdf", "Accept-Language": document.documentElement.lang }, signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).checks;
  }

  function line({ outcome, text }) {
    const entry = document.createElement("li"), word = document.createElement("span"), words = document.createElement("span");
    Object.assign(word, { className: `outcome ${outcome}`, textContent: section.dataset[outcome] });
    words.textContent = text;
    entry.append(word, words);
    return entry;
  }
}
