// Shows that a form is on its way and holds back a second press. The server needs none of it.
const READY_AGAIN_AFTER = 30000;

for (const form of document.querySelectorAll("form[data-once]")) {
  // Its button may stand outside of it, and name it.
  const button = [...form.elements].find(({ type }) => type === "submit");
  const words = button.textContent;
  const ready = () => {
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  };
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.once;
    // Should the answer never come, or the patient stop waiting: the server knows a second press.
    setTimeout(ready, READY_AGAIN_AFTER);
  });
  // Back may show this very page again: it must work again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) ready();
  });
}
