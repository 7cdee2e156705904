// Takes files that are chosen or dropped, checks each on this device and shows what it is:
// one file whole, with its sealed text beside the page; many as a table.

const MOST = 1000, VERDICTS = ["valid", "not_valid", "as_of", "seal_only", "unknown", "old_browser", "not_checked"];

export function takeFiles(page, { check, show, written, fillTable, writeText, remember = () => {} }) {
  const drop = page.querySelector(".drop");
  let shown = "";
  for (const input of page.querySelectorAll("input[type=file]")) {
    const chosen = () => { take([...input.files]); input.value = ""; };
    input.addEventListener("change", chosen);
    if (input.files.length) chosen(); // before this script was there
  }
  for (const kind of ["dragenter", "dragover"]) addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) addEventListener(kind, () => drop.classList.remove("over"));
  addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    take(entries.length ? (await Promise.all(entries.map(within))).flat() : [...event.dataTransfer.files]);
  });

  async function take(files) {
    const all = files.filter(({ name }) => !name.startsWith(".")).slice(0, MOST);
    if (!all.length) return;
    const rows = [];
    for (const [done, file] of all.entries()) {
      show({ words: ["checking"], texts: { done: String(done + 1), all: String(all.length) } });
      rows.push({ file, found: await check(file) });
    }
    if (rows.length === 1) one(rows[0]);
    else many(rows);
    page.querySelector("[role=status]").scrollIntoView({ block: "start" });
  }

  function one({ file, found }) {
    const isPdf = found.holder === "pdf";
    remember(file);
    show({ ...found, words: [...found.words, "one", isPdf ? "pdf" : "not_pdf"] });
    if (found.document) writeText(document.getElementById("text"), found.document, written);
    URL.revokeObjectURL(shown);
    const frame = document.getElementById("page");
    frame.replaceChildren();
    if (!isPdf || !found.document) return;
    shown = URL.createObjectURL(new Blob([file], { type: "application/pdf" }));
    document.getElementById("page-link").href = shown;
    frame.append(Object.assign(document.createElement("iframe"), { src: `${shown}#toolbar=0&navpanes=0&view=FitH`, title: frame.dataset.title }));
  }

  function many(rows) {
    const told = rows.map(({ file, found }) => {
      show(found);
      const verdict = page.querySelector("#verdicts > :not([hidden])"), says = (name) => said(page, name);
      return {
        file: file.webkitRelativePath || file.name, words: found.words, verdict: verdict.querySelector("h1").textContent,
        why: [...verdict.querySelectorAll("p:not([hidden])")].map((line) => line.textContent).join(" "),
        name: found.texts?.name ?? "", serial: found.texts?.serial ?? "", issuer: found.texts?.issuer ?? "", issued: says("issued"),
        units: (found.units ?? []).map(({ code, name, identified, total }) => `${Object.values(name)[0] ?? code} ${identified}/${total}`).join(", "),
      };
    });
    const count = (...kinds) => String(told.filter(({ words }) => kinds.includes(words.find((word) => VERDICTS.includes(word)))).length);
    fillTable(document.getElementById("table"), document.getElementById("csv"), told);
    show({ words: ["many"], texts: { all: String(told.length), valid: count("valid"), not_valid: count("not_valid"),
      open: count("as_of", "seal_only", "unknown", "old_browser", "not_checked") } });
  }
}

const said = (page, name) => page.querySelector(`.facts [data-says=${name}]`)?.textContent ?? "";

function within(entry) {
  if (entry.isFile) return new Promise((resolve) => { entry.file((file) => resolve([file]), () => resolve([])); });
  const reader = entry.createReader(), found = [];
  return new Promise((resolve) => {
    const more = () => reader.readEntries(async (some) => {
      if (!some.length || found.length > MOST) return resolve(found);
      found.push(...(await Promise.all(some.map(within))).flat());
      return more();
    }, () => resolve(found));
    more();
  });
}
