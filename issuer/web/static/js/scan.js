// The page of a certificate's QR code: checks the digits after the # in this browser.
// They leave the address bar at once and go nowhere: what is fetched is the same for all.
// All that can be said stands in the page; words choose which of it shows.

const page = document.getElementById("scan"), { proof, files, conclusion, issuers } = page.dataset;
const [code, published, { concluding }] = await Promise.all([import(proof), import(files), import(conclusion)]);
const conclude = concluding(code, published), language = document.documentElement.lang;
const LOCALE = language === "en" ? "en-GB" : "fi", MONTH = language === "en" ? "long" : "numeric";
let digits = "";

addEventListener("hashchange", readAddress);
document.getElementById("again").addEventListener("click", check);
for (const link of document.querySelectorAll(".languages a")) {
  // A fragment outlives the redirect back to this page, and no server sees it.
  link.addEventListener("click", () => { link.hash = digits; });
}
readAddress();

function readAddress() {
  if (location.hash === "#main") return;
  digits = /^#[0-9]{100,}$/.test(location.hash) ? location.hash.slice(1) : "";
  history.replaceState(null, "", location.pathname);
  check();
}

async function check() {
  const asked = digits;
  show({ words: ["checking"] });
  const found = asked ? await conclude(asked, issuers, Date.now()) : { words: ["no_code"] };
  if (asked === digits) show(found);
}

function show({ words, texts = {}, times = {}, units = [] }) {
  const said = { ...texts };
  for (const [name, time] of Object.entries(times)) {
    if (!(time > 0)) continue;
    said[name] = written(time, { day: "numeric", month: MONTH, year: "numeric" });
    said[`${name}_time`] = written(time, { hour: "numeric", minute: "2-digit" });
  }
  for (const place of page.querySelectorAll("[data-says]")) place.textContent = said[place.dataset.says] ?? "";
  for (const part of page.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").some((word) => words.includes(word));
  }
  page.classList.add("spoken");
  const successor = document.getElementById("successor");
  successor.href = `${successor.dataset.path}/${said.successor}`;
  document.getElementById("units").replaceChildren(...units.map(drawn));
  document.title = [...page.querySelectorAll("h1")].find((heading) => !heading.closest("[hidden]")).textContent;
}

function drawn({ code: unit, name, identified, total }) {
  const line = document.getElementById("unit").content.cloneNode(true);
  const spoken = [language, "fi", "sv", "en"].find((one) => name[one]), title = line.querySelector("strong");
  if (spoken && spoken !== language) title.lang = spoken;
  if (spoken) title.textContent = name[spoken];
  if (unit) (spoken ? line.querySelector("small") : title).textContent = unit;
  for (const place of line.querySelectorAll("[data-says]")) place.textContent = { identified, total }[place.dataset.says];
  line.querySelector(".fill").setAttribute("width", `${total && (100 * identified) / total}%`);
  return line;
}

function written(time, parts) {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: "Europe/Helsinki", ...parts }).format(time);
}
