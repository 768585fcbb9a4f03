// Puts a button beside each piece of text that is there to be copied. Without it, or where the
// browser keeps the clipboard to itself, the text is chosen whole and copied by hand.
const SAID_FOR = 4000;

for (const text of document.querySelectorAll("[data-copy]")) {
  const { copy, copied, byHand, name } = text.dataset;
  const line = document.createElement("p");
  const button = document.createElement("button");
  const said = document.createElement("span");
  line.className = "copy";
  button.type = "button";
  button.className = "button is-quiet";
  button.textContent = copy;
  button.setAttribute("aria-label", `${copy}: ${name}`);
  said.setAttribute("role", "status");
  line.append(button, said);
  text.after(line);

  let silence = 0;
  const say = (words) => {
    clearTimeout(silence);
    said.textContent = words;
    silence = setTimeout(() => (said.textContent = ""), SAID_FOR);
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      say(copied);
    } catch {
      getSelection().selectAllChildren(text);
      say(byHand);
    }
  });
}
