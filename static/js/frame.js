// Runs before the first paint of a page in another site's frame: takes on the look that the frame
// was given, tells the host how tall the page is and how far the journey has come, and nothing of
// what was chosen or typed. The frame's name carries the look on: no cookie, no storage.
(() => {
  "use strict";
  if (parent === window) return;
  const page = document.documentElement;
  page.dataset.framed = "";

  const MARK = "openslot:";
  let look = {};
  try {
    if (window.name.startsWith(MARK)) look = JSON.parse(window.name.slice(MARK.length));
  } catch {
    look = {};
  }
  if (page.dataset.palette) look.palette = page.dataset.palette;
  if (look.theme === "light" || look.theme === "dark") page.dataset.theme = look.theme;
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const [day, night] = look.palette.split("|");
    const dark = look.theme === "dark" || (look.theme !== "light" && scheme.matches);
    for (const rule of (dark ? night : day).split(";")) {
      const [name, value] = rule.split(":");
      page.style.setProperty(`--${name}`, value);
    }
  };
  if (look.palette) {
    paint();
    scheme.addEventListener("change", paint);
  }
  window.name = MARK + JSON.stringify(look);

  const tell = (event, more) => parent.postMessage({ openslot: 1, event, ...more }, "*");

  addEventListener("DOMContentLoaded", () => {
    const { step = "" } = document.body.dataset;
    const heading = document.querySelector("h1")?.textContent;
    let told = 0;
    const measure = () => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (height !== told) tell("size", { height });
      told = height;
    };
    const report = () => {
      measure();
      tell("ready", { step, heading });
    };
    report();
    const { outcome } = document.body.dataset;
    if (outcome) tell(outcome, { step });
    if (page.dataset.problem) tell("problem", { heading: page.dataset.problem });
    new ResizeObserver(measure).observe(document.body);
    addEventListener("pageshow", (event) => {
      // Back may show this very page again, in a frame as high as the one after it.
      if (!event.persisted) return;
      told = 0;
      report();
    });
    document.addEventListener("submit", (event) => {
      // A second press is held back: what is not sent is not submitted.
      if (event.defaultPrevented) return;
      if (event.target.matches("[data-books]")) tell("submitted", { step });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") tell("escape");
    });
  });
})();
