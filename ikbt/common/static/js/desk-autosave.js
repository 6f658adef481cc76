// Keeps what is being written on the server while it is written; a text that could not be saved stays in its field.
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) {
    const text = form.querySelector("[data-autosave]");
    const revision = form.querySelector("[name=revision]");
    const status = form.querySelector("[data-autosave-status]");
    if (!text || !revision) continue;
    let timer = 0, saved = text.value, busy = false, sending = false;

    const say = (word) => { if (status) status.textContent = form.dataset[word] || ""; };

    async function save() {
      if (busy || sending || text.value === saved) return;
      busy = true;
      const sent = text.value;
      say("saving");
      const body = new FormData();
      body.set("body", sent);
      body.set("revision", revision.value || "0");
      body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      try {
        const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
        if (answer.status === 403) say("signedOut");
        else if (!answer.ok) throw new Error(String(answer.status));
        else take(await answer.json(), sent);
      } catch {
        say("unsaved");
        timer = setTimeout(save, 5000);
      }
      busy = false;
      if (saved === sent && text.value !== sent) later();
    }

    function take(kept, sent) {
      revision.value = kept.revision;
      saved = sent;
      if (kept.body === undefined || kept.body === sent) return say("saved");
      // Another tab had written: both texts stay, the newest typing last.
      const typed = text.value.startsWith(sent) ? text.value.slice(sent.length) : `\n\n---\n\n${text.value}`;
      text.value = kept.body + typed;
      saved = kept.body;
      say("merged");
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(save, 800);
    }

    text.addEventListener("input", later);
    text.addEventListener("blur", save);
    form.addEventListener("submit", () => { sending = true; clearTimeout(timer); });
    window.addEventListener("pageshow", () => { sending = false; });
  }
})();
