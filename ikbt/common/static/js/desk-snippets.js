// Puts a template where the cursor was, and marks the first word that is to be filled in. It sends nothing.
"use strict";
(() => {
  const UNFILLED = /\{[\p{L}][\p{L}\p{N}_ -]*\}/u;
  for (const box of document.querySelectorAll("[data-snippets]")) {
    const text = box.closest("form")?.querySelector("textarea[data-autosave]");
    if (!text) continue;
    for (const button of box.querySelectorAll("[data-insert]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const words = button.parentElement.querySelector("[data-snippet]").textContent;
        const begins = text.selectionStart;
        text.setRangeText(words, begins, text.selectionEnd, "end");
        const left = UNFILLED.exec(words);
        if (left) text.setSelectionRange(begins + left.index, begins + left.index + left[0].length);
        text.focus();
        // So that it is kept on the server as if it had been typed.
        text.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
  }
})();
