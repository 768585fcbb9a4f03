// Names the practice's time zone, but only to a visitor whose own clock differs from it now.
const offsetIn = (zone) =>
  new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(new Date())
    .find((part) => part.type === "timeZoneName").value;

for (const note of document.querySelectorAll("[data-zone]")) {
  try {
    note.hidden = offsetIn(note.dataset.zone) === offsetIn(undefined);
  } catch {
    note.hidden = false;
  }
}
