// Shows of what stands in the page that which is true.

const language = document.documentElement.lang;
const LOCALE = language === "en" ? "en-GB" : "fi", MONTH = language === "en" ? "long" : "numeric";

export const speaker = (page) => ({ words, texts = {}, times = {}, units = [] }) => {
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
};

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

export function written(time, parts) {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: "Europe/Helsinki", ...parts }).format(time);
}
