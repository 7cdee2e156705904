// Says on the button how many certificates it releases, and lets it be pressed once.

const form = document.querySelector("main form"), button = form.querySelector(".actions button");
const without = button.textContent;

form.addEventListener("change", count);
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => { delete form.dataset.sent; count(); });
count();

function count() {
  const { length } = form.querySelectorAll("[name=proposal]:checked");
  const many = button.dataset.many.replace("{count}", length);
  button.textContent = length === 0 ? without : length === 1 ? button.dataset.one : many;
}
