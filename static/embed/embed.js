// Puts online booking on a practice's own page. One file, nothing to install, no style or script
// of its own in the page, no cookie and no storage. What it puts there is a frame and, where it is
// asked for, a dialog or a floating button; if the frame does not come up, the page's own link stays.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.openslotEmbed) return;
  window.openslotEmbed = true;

  const site = new URL(script.src).origin;
  const PATIENCE = 8000;
  // A page of ours reports before it has loaded; a browser's own, in its place, never does.
  const GRACE = 1500;
  const widgets = [];

  const style = (element, rules) => Object.assign(element.style, rules);
  const make = (name, properties, rules) => {
    const element = Object.assign(document.createElement(name), properties);
    style(element, rules);
    return element;
  };
  // The attribute alone would lose to a host's own "display".
  const hide = (element) => style(element, { display: "none" });
  const setting = (element, name) =>
    element.getAttribute(name) || element.getAttribute("data-" + name) || "";

  const address = (element, slug) => {
    const staff = setting(element, "staff");
    const room = setting(element, "room");
    const accent = setting(element, "accent").replace("#", "");
    const wants = new URLSearchParams();
    if (staff || room) wants.set("staff", staff || "any");
    if (room) wants.set("room", room);
    if (accent) wants.set("accent", accent);
    const lang = setting(element, "lang");
    if (lang) wants.set("lang", lang);
    const page = room ? "times" : staff ? "where" : "";
    return `${site}/${encodeURIComponent(slug)}/${page}${wants.size || `${wants}` ? `?${wants}` : ""}`;
  };

  const tell = (element, what, step) =>
    element.dispatchEvent(new CustomEvent(`openslot:${what}`, { bubbles: true, detail: { step } }));

  const complain = (slug) =>
    console.error(
      `Online booking (${slug}) could not be shown in a frame here, so its link stays. ` +
        `Either ${location.origin} is not in [embed] origins of the practice's file, or this page's ` +
        `Content-Security-Policy lacks "frame-src ${site}", or the booking site did not answer. ` +
        `${site}/${slug}/embed checks a page for you.`,
    );

  // One frame in one place. `place` gets the events; `shown` and `failed` are called once.
  const frame = (place, slug, into, shown, failed) => {
    const view = make(
      "iframe",
      {
        title: setting(place, "title") || "Book an appointment",
        name: `openslot:${JSON.stringify({ theme: setting(place, "theme") })}`,
        allow: "clipboard-write",
        src: address(place, slug),
      },
      { display: "block", width: "100%", height: "0", border: "0", colorScheme: "normal" },
    );
    const said = make("div", {}, { position: "absolute", width: "1px", height: "1px", overflow: "hidden" });
    said.setAttribute("role", "status");
    const widget = { view, step: "", ready: false, last: "" };
    const giveUp = () => {
      const at = widgets.indexOf(widget);
      if (widget.ready || at < 0) return;
      widgets.splice(at, 1);
      // A host that took it off its page again has no fault to hear of.
      if (view.isConnected) complain(slug);
      view.remove();
      said.remove();
      failed();
    };
    setTimeout(giveUp, PATIENCE);
    view.addEventListener("load", () => setTimeout(giveUp, GRACE));
    widget.hear = ({ event, step, heading, height }) => {
      if (event === "size") {
        view.style.height = `${Math.max(0, Math.ceil(Number(height) || 0))}px`;
      } else if (event === "ready") {
        if (!widget.ready) {
          widget.ready = true;
          shown();
          tell(place, "ready", step);
        }
        if (widget.step && widget.step !== step) {
          said.textContent = String(heading || "");
          into.scrollTop = 0;
          if (view.getBoundingClientRect().top < 0) view.scrollIntoView({ block: "start" });
        }
        if (widget.step !== step) tell(place, "step", step);
        widget.step = step;
      } else if (event === "escape") {
        if (widget.close) widget.close();
      } else if (["submitted", "confirmed", "failed"].includes(event)) {
        // Each submit has one outcome, however often its page is shown.
        if (event === "submitted" || event !== widget.last) tell(place, event, step);
        widget.last = event;
      } else if (event === "problem") {
        console.warn(`Online booking (${slug}): ${heading}`);
      }
    };
    widgets.push(widget);
    into.append(view, said);
    return widget;
  };

  addEventListener("message", (message) => {
    if (message.origin !== site || !message.data || message.data.openslot !== 1) return;
    const widget = widgets.find((one) => one.view.contentWindow === message.source);
    if (widget) widget.hear(message.data);
  });

  const inline = (place, slug) => {
    const own = [...place.children];
    place.style.display = "block";
    frame(place, slug, place, () => own.forEach(hide), () => {});
  };

  const dialogs = new WeakMap();
  const open = (place, slug, link) => {
    let dialog = dialogs.get(place);
    if (!dialog) {
      dialog = make("dialog", {}, {
        width: "min(46rem, 100%)",
        maxWidth: "100%",
        maxHeight: "100%",
        boxSizing: "border-box",
        padding: "0",
        border: "0",
        borderRadius: "12px",
        overflow: "auto",
        overscrollBehavior: "contain",
      });
      dialog.setAttribute("aria-label", setting(place, "title") || "Book an appointment");
      const shut = make("button", { type: "button", textContent: "Close" }, {
        position: "sticky",
        top: "0",
        zIndex: "1",
        display: "block",
        marginInlineStart: "auto",
        minWidth: "44px",
        minHeight: "44px",
        padding: "0 16px",
        border: "0",
        background: "Canvas",
        color: "CanvasText",
        font: "inherit",
        cursor: "pointer",
      });
      shut.addEventListener("click", () => dialog.close());
      dialog.append(shut);
      document.body.append(dialog);
      dialogs.set(place, dialog);
      const widget = frame(place, slug, dialog, () => {}, () => {
        const isWaitedFor = dialog.open;
        dialog.close();
        dialog.remove();
        dialogs.delete(place);
        // The link does what the dialog could not.
        if (isWaitedFor) location.href = link.href || address(place, slug);
      });
      widget.close = () => dialog.close();
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    }
    if (!dialog.open) dialog.showModal();
  };

  const opens = (trigger, place, slug) => {
    trigger.setAttribute("aria-haspopup", "dialog");
    trigger.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(place, slug, trigger);
    });
  };

  const floating = (place, slug) => {
    const link = place.querySelector("a");
    const accent = setting(place, "accent") || "#1d2b3a";
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(accent.slice(at, at + 2), 16) / 255);
    const isPale = 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2 > 0.18;
    const button = make("button", {
      type: "button",
      textContent: (link && link.textContent.trim()) || "Book online",
    }, {
      position: "fixed",
      insetInlineEnd: "16px",
      bottom: "16px",
      zIndex: "2147483000",
      minHeight: "48px",
      padding: "0 22px",
      border: "2px solid",
      borderRadius: "24px",
      background: accent,
      color: isPale ? "#000" : "#fff",
      font: "bold 17px/1 system-ui, sans-serif",
      cursor: "pointer",
    });
    opens(button, place, slug);
    button.href = link ? link.href : `${site}/${slug}/`;
    if (link) hide(link);
    place.append(button);
  };

  const begun = new WeakSet();
  // While the page still comes in, a part may stand there without its link.
  const isWhole = (place) => document.readyState !== "loading" || place.nextSibling;
  const begin = (place) => {
    const slug = place.getAttribute("practice") || place.getAttribute("data-openslot");
    if (!slug || begun.has(place) || !isWhole(place)) return;
    begun.add(place);
    const show = setting(place, "show");
    if (show === "dialog") place.querySelectorAll("a, button").forEach((one) => opens(one, place, slug));
    else if (show === "floating") floating(place, slug);
    else inline(place, slug);
  };
  const buttons = (button) => {
    if (begun.has(button)) return;
    begun.add(button);
    opens(button, button, button.getAttribute("data-openslot-dialog"));
  };
  const all = () => {
    document.querySelectorAll("openslot-booking, [data-openslot]").forEach(begin);
    document.querySelectorAll("[data-openslot-dialog]").forEach(buttons);
  };

  all();
  addEventListener("DOMContentLoaded", all);
  // Site builders put their parts in late.
  new MutationObserver(all).observe(document.documentElement, { childList: true, subtree: true });
})();
