// Looks again by itself while something is under way, without a jump: the page changes only when
// its answer does. Without JavaScript the answer's own Refresh header does the same.
const LOOK_EVERY = 2000;
// Half an hour: longer than the server itself looks.
const GIVE_UP_AFTER = 900;

const headingOf = (page) => page.querySelector("h1")?.textContent;

const look = async (left) => {
  if (left === 0) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "follow" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok && headingOf(page) !== headingOf(document)) {
      location.reload();
      return;
    }
  } catch {
    // No connection just now: the next look may have one.
  }
  setTimeout(look, LOOK_EVERY, left - 1);
};

if (document.querySelector("[data-looks-again]")) {
  // Ends the wait for that header: it would load the whole page each time.
  addEventListener("load", () => stop());
  setTimeout(look, LOOK_EVERY, GIVE_UP_AFTER);
}
