// A form that is on its way is not sent once more by a second tap: the browser would drop
// the first answer, and with it what a code opened. After a while it may be tried again.

const WHILE = 10000;

for (const form of document.querySelectorAll("main form:not([data-passkey])")) {
  let sentAt = -WHILE;
  form.addEventListener("submit", (event) => {
    if (performance.now() - sentAt < WHILE) event.preventDefault();
    else sentAt = performance.now();
  });
  addEventListener("pageshow", () => { sentAt = -WHILE; });
}
