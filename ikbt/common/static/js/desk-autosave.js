// Keeps what is being written on the server while it is written; a text that could not be saved stays in its field.
"use strict";
(() => {
  // A part of a form has a draft of its own beside the note's: ".../utkast/alert:<id>:action/".
  const address = (form, part) => (part ? form.dataset.autosaveUrl.replace(/\/$/, `:${part}/`) : form.dataset.autosaveUrl);
  const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]").value;

  function post(form, part, text, revision) {
    const body = new FormData();
    body.set("body", text);
    body.set("revision", revision);
    body.set("csrfmiddlewaretoken", token(form));
    return fetch(address(form, part), { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  }

  for (const form of document.querySelectorAll("form[data-autosave-url]")) {
    const status = form.querySelector("[data-autosave-status]");
    const say = (word) => { if (status) status.textContent = form.dataset[word] || ""; };
    const texts = [...form.querySelectorAll("[data-autosave]")];
    let sending = false;

    function keep(text) {
      const part = text.dataset.autosavePart || "";
      const revision = form.querySelector(part ? `[name=revision_${part}]` : "[name=revision]");
      if (!revision) return;
      let timer = 0, saved = text.value, busy = false;

      async function save() {
        if (busy || sending || text.value === saved) return;
        busy = true;
        const sent = text.value;
        say("saving");
        try {
          const answer = await post(form, part, sent, revision.value || "0");
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
      form.addEventListener("submit", () => clearTimeout(timer));
    }

    // What is chosen has no text to lose: the newest stands, whatever another tab had.
    async function keepChoices(event) {
      if (event.target.matches("[data-autosave]") || sending) return;
      const hidden = [...form.querySelectorAll("[type=hidden]")].map((one) => one.name);
      const skipped = new Set([...hidden, ...texts.map((one) => one.name)]);
      const chosen = Object.fromEntries([...new FormData(form)].filter(([name]) => !skipped.has(name)));
      try {
        const answer = await post(form, "choices", JSON.stringify(chosen), "999999999");
        say(answer.ok ? "saved" : answer.status === 403 ? "signedOut" : "unsaved");
      } catch {
        say("unsaved");
      }
    }

    texts.forEach(keep);
    if (texts.some((text) => text.dataset.autosavePart)) form.addEventListener("change", keepChoices);
    form.addEventListener("submit", () => { sending = true; });
    window.addEventListener("pageshow", () => { sending = false; });
  }
})();
