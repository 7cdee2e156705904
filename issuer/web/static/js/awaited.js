// Waits for what the server is still making: a certificate's PDF, the PDFs of many.
// The page is asked for again until it waits for nothing. What changed is swapped in, part
// by part, so that nobody loses their place; what is said is read aloud. Without this
// script the page loads itself anew.

const PAUSES = [700, 1000, 1500, 2000, 3000], LONGEST = 15000;
const place = document.querySelector("[data-awaits]");
if (place) wait(0);

async function wait(looks) {
  await new Promise((done) => setTimeout(done, PAUSES[looks] ?? Math.min(LONGEST, 500 * looks)));
  if (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  const fresh = await ask(place.dataset.awaits);
  const found = fresh?.getElementById(place.id);
  if (found) swap(found);
  if (!found || "awaits" in found.dataset) wait(looks + 1);
}

// The browser reads the page into a document; no script of it runs, no text becomes code.
function ask(address) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = LONGEST;
    request.onloadend = () => done(request.status === 200 ? request.responseXML : null);
    request.send();
  });
}

function swap(found) {
  for (const part of place.querySelectorAll("[data-part]")) {
    const other = found.querySelector(`[data-part="${part.dataset.part}"]`);
    if (other && other.textContent !== part.textContent) part.replaceChildren(...document.adoptNode(other).childNodes);
  }
  if (!("awaits" in found.dataset)) {
    place.querySelector("[data-part=said]").textContent = place.dataset.ready;
    place.removeAttribute("data-awaits");
  }
}
