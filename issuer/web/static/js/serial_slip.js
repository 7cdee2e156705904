// Catches a slip in a typed number by its check character, before anything is sent.

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function isWhole(typed) {
  const read = typed.toUpperCase().replace(/[ \-\u2010\u2011\u2013]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const values = [...read].map((letter) => LETTERS.indexOf(letter));
  const sum = values.reduce((total, value, i) => {
    const doubled = value * (i % 2 ? 2 : 1);
    return total + (doubled >> 5) + (doubled & 31);
  }, 0);
  return values.length === 17 && !values.includes(-1) && sum % 32 === 0;
}

for (const form of document.querySelectorAll(".serial-form")) {
  const field = form.elements.serial, slip = form.querySelector(".slip");
  form.addEventListener("submit", (event) => {
    if (isWhole(field.value)) return;
    event.preventDefault();
    slip.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${slip.id} ${field.dataset.hint}`);
    field.focus();
  });
  field.addEventListener("input", () => {
    slip.hidden = true;
    field.removeAttribute("aria-invalid");
    field.setAttribute("aria-describedby", field.dataset.hint);
  });
}
