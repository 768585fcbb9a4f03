// Shows that a form is on its way and holds back a second press. The server needs none of it.
for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("button");
  const words = button.textContent;
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.once;
  });
  // Back may show this very page again: it must work again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      button.removeAttribute("aria-disabled");
      button.textContent = words;
    }
  });
}
