// Finds a name among the rows that are on the page. What is typed is sent nowhere and stands in no address.
"use strict";
(() => {
  const box = document.querySelector("[data-find]");
  const field = document.querySelector("[data-find-name]");
  const list = document.querySelector("[data-live]");
  if (!box || !field || !list) return;
  const status = box.querySelector("[data-find-status]");
  const plain = (text) => text.normalize("NFC").toLocaleLowerCase("sv").trim();

  function show() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const rows = [...list.querySelectorAll("tr[data-name]")];
    let left = 0;
    for (const row of rows) {
      const name = plain(row.dataset.name);
      row.hidden = !words.every((word) => name.includes(word));
      if (!row.hidden) left += 1;
    }
    status.textContent = words.length ? (left ? `${field.dataset.some}: ${left}/${rows.length}` : field.dataset.none) : "";
  }

  box.hidden = false;
  field.addEventListener("input", show);
  // A live refresh brings new rows.
  new MutationObserver(show).observe(list, { childList: true });
})();
