// One mark chosen and nothing else to read: the page of the task shows it in a sheet, ready
// to be signed with one more tap. Without this module, without network, with a remark or a
// second mark, the button at the foot leads to the check page as always.

const marks = document.querySelector("form[data-marks]");
const sheet = document.querySelector("form[data-sheet]");
let latest = 0;

if (marks && sheet && window.isSecureContext && window.PublicKeyCredential) {
  marks.addEventListener("input", look);
  addEventListener("pageshow", look);
  look();
}

async function look() {
  const turn = ++latest;
  sheet.hidden = true;
  for (const told of sheet.querySelectorAll("[data-trouble], [data-plain]")) told.hidden = true;
  const chosen = marks.querySelectorAll("input[type=radio]:checked");
  const remarks = [...marks.querySelectorAll("textarea")].some((field) => field.value.trim());
  if (chosen.length !== 1 || remarks) return;
  try {
    const answered = await fetch(sheet.dataset.sheet, { method: "POST", body: new FormData(marks) });
    const offered = answered.ok && await answered.json();
    if (offered && turn === latest) fill(chosen[0], offered);
  } catch {
    // No network: the button at the foot stays.
  }
}

function fill(chosen, { oneTimeId, id, words, day, observedOn, signing }) {
  const row = sheet.querySelector("[data-mark]");
  row.dataset.mark = id;
  for (const [field, value] of [["mark", chosen.value], ["salt", signing.marks[id].salt]]) {
    const input = row.querySelector(`[data-field=${field}]`);
    input.name = `${field}-${id}`;
    input.value = value;
  }
  sheet.elements.one_time_id.value = oneTimeId;
  sheet.elements.observed_on.value = observedOn;
  sheet.dataset.signing = JSON.stringify(signing);
  const word = row.querySelector("[data-mark-word]");
  word.textContent = chosen.closest("label").textContent;
  word.classList.toggle("valid", chosen.value !== "not_yet");
  row.querySelector("[data-day]").textContent = day;
  row.querySelector("[data-words]").textContent = words;
  sheet.hidden = false;
}
