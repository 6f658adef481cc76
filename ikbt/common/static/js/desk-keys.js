// Keys of the desk: j and k move, Enter opens, r answers, f filters, ? tells. None of them works while one writes in a field,
// and whoever has turned them off does not get this file.
"use strict";
(() => {
  const help = document.querySelector("[data-keys-help]");
  if (!help) return;
  const FIELDS = "input, textarea, select, [contenteditable]";
  const shown = (one) => one.getClientRects().length > 0;

  function move(step) {
    const stops = [...document.querySelectorAll("[data-key-stop]")].filter(shown);
    if (!stops.length) return;
    // From inside a row one goes on from that row; from elsewhere one begins at the top.
    const row = document.activeElement.closest("[data-key-reply], .desk-act");
    let at = stops.indexOf(document.activeElement);
    if (at < 0 && row) at = stops.findIndex((one) => row.contains(one));
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), stops.length - 1);
    stops[next].focus({ focusVisible: true });
    stops[next].scrollIntoView({ block: "nearest" });
  }

  function reply() {
    const text = document.querySelector("main textarea[data-autosave]");
    if (text) return text.focus();
    const held = document.activeElement.closest("[data-key-reply]") || document.querySelector("[data-key-reply]");
    if (held) location.assign(held.dataset.keyReply);
  }

  function filter() {
    const narrow = document.querySelector("[data-narrow]");
    if (!narrow) return location.assign(help.dataset.list);
    narrow.open = true;
    narrow.querySelector("[data-find-name]").focus();
  }

  const ACTS = { j: () => move(1), k: () => move(-1), r: reply, f: filter, "?": () => help.showModal() };

  document.addEventListener("keydown", (event) => {
    const act = Object.hasOwn(ACTS, event.key) ? ACTS[event.key] : null;
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog:modal") || event.target.closest(FIELDS)) return;
    event.preventDefault();
    act();
  });
})();
