// Saves what a patient types, while she types, so that no text is lost.
// Truth is on the server. A copy lies on the device only while it is unsent, under the person and the page it belongs to,
// and is wiped when she signs out or leaves: phones are shared.
const PREFIX = "ikbt-draft:";
const QUIET_MS = 2000;
const RETRY_MS = 5000;
const FOREIGN = ["csrfmiddlewaretoken", "rows", "revision"];

const storage = (() => {
  try {
    window.localStorage.setItem(`${PREFIX}probe`, "1");
    window.localStorage.removeItem(`${PREFIX}probe`);
    return window.localStorage;
  } catch {
    return null;
  }
})();

function draftKeys() {
  return storage ? Object.keys(storage).filter((key) => key.startsWith(PREFIX)) : [];
}

function wipe(except = "") {
  for (const key of draftKeys()) if (!except || !key.startsWith(except)) storage.removeItem(key);
}

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !FOREIGN.includes(name));
}

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-save-status]");
    this.url = form.dataset.autosave;
    this.mine = `${PREFIX}${form.dataset.owner}:`;
    this.key = `${this.mine}${form.dataset.place}`;
    this.saved = JSON.stringify(fieldsOf(form));
    this.stopped = false;
    this.sending = null;
    this.timer = 0;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.soon(0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.soon(0));
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.stopped = false; });
  }

  get revision() { return this.form.elements.namedItem("revision").value; }
  set revision(value) { this.form.elements.namedItem("revision").value = value; }
  get text() { return JSON.stringify(fieldsOf(this.form)); }

  changed() {
    if (this.text === this.saved) return;
    this.keepHere();
    this.soon(QUIET_MS);
  }

  soon(wait) {
    if (this.stopped) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), wait);
  }

  keepHere() {
    if (!storage) return;
    const kept = { fields: fieldsOf(this.form), revision: this.revision, attempt: this.attempt ?? null };
    try { storage.setItem(this.key, JSON.stringify(kept)); } catch { /* The device is full: the page still holds the text. */ }
  }

  forgetHere() { storage?.removeItem(this.key); }

  // A try whose answer never came is repeated word for word: the server knows it again, so it makes no second text.
  async save() {
    if (this.sending || this.stopped) return;
    const attempt = this.attempt ?? this.text;
    if (attempt === this.saved) return;
    this.attempt = attempt;
    this.keepHere();
    this.tell(this.status.dataset.saving);
    this.sending = this.send(attempt);
    try {
      await this.sending;
    } catch {
      this.tell(this.status.dataset.failed);
      this.soon(RETRY_MS);
    } finally {
      this.sending = null;
    }
  }

  async send(attempt, refreshed = false) {
    const response = await fetch(this.url, {
      method: "POST",
      body: this.bodyOf(attempt),
      headers: { Accept: "application/json", "X-Requested-With": "fetch" },
      credentials: "same-origin",
      redirect: "manual",
    });
    if (response.ok) return this.took(attempt, await response.json());
    if (response.status === 409) return this.conflict(await response.json());
    if (response.status === 422) return this.refused(await response.json());
    if (response.type === "opaqueredirect" || response.status === 401) return this.signedOut();
    if (response.status === 403) {
      const about = await response.json().catch(() => ({}));
      if (about.error === "signed_out") return this.signedOut();
      if (!refreshed && (await this.freshToken())) return this.send(attempt, true);
      return this.signedOut();
    }
    throw new Error(`saving gave ${response.status}`);
  }

  bodyOf(attempt) {
    const body = new URLSearchParams(JSON.parse(attempt));
    body.set("revision", this.revision);
    body.set("csrfmiddlewaretoken", this.form.elements.namedItem("csrfmiddlewaretoken").value);
    return body;
  }

  took(attempt, answer) {
    this.attempt = null;
    this.saved = attempt;
    this.revision = String(answer.revision);
    if (answer.text !== undefined) this.merged(answer.text);
    if (this.text === this.saved) this.forgetHere();
    else this.soon(QUIET_MS);
    this.tell(`${this.status.dataset.saved} ${answer.at}`);
  }

  // A message's draft was also written elsewhere: the server put both texts together.
  merged(text) {
    const field = this.form.elements.namedItem("body");
    field.value = text;
    this.saved = this.text;
  }

  refused(answer) {
    this.attempt = null;
    this.stopped = true;
    this.tell(answer.error);
  }

  async conflict(answer) {
    this.stopped = true;
    this.attempt = null;
    const box = document.createElement("div");
    box.innerHTML = answer.html;
    box.append(
      this.button(this.status.dataset.keepMine, () => {
        box.remove();
        this.revision = String(answer.revision);
        this.stopped = false;
        this.saved = "";
        this.save();
      }),
      this.button(this.status.dataset.takeOther, () => {
        this.forgetHere();
        window.location.reload();
      }),
    );
    this.status.before(box);
    this.tell(this.status.dataset.conflict);
  }

  signedOut() {
    this.attempt = null;
    const link = document.createElement("a");
    const back = encodeURIComponent(window.location.pathname + window.location.search);
    link.href = `${this.status.dataset.signInUrl}?next=${back}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = this.status.dataset.signIn;
    this.tell(`${this.status.dataset.signedOut} `);
    this.status.append(link);
    this.soon(RETRY_MS * 4);
  }

  // After signing in in another tab this page's token is old: the page itself, fetched again, has the new one.
  async freshToken() {
    const page = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    if (!page.ok) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (!fresh) return false;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.value;
    return true;
  }

  // A row button changes the fields themselves, and the server keeps the draft on the way.
  submitted(event) {
    this.stopped = true;
    window.clearTimeout(this.timer);
    if (event.submitter?.name === "rows" || this.text === this.saved) this.forgetHere();
    else this.keepHere();
  }

  // Text that was typed but never reached the server, on this device, by this person, on this page.
  restore() {
    wipe(this.mine);
    const kept = storage?.getItem(this.key);
    if (!kept) return;
    const { fields, revision, attempt } = JSON.parse(kept);
    if (JSON.stringify(fields) === this.saved || this.handedIn(fields)) return this.forgetHere();
    if (!this.fill(fields)) return this.forgetHere();
    this.revision = revision;
    this.attempt = attempt;
    this.tell(this.status.dataset.restored);
    this.soon(0);
  }

  // The post arrived after all: the entry is on the page, or the message is the last one she sent.
  handedIn(fields) {
    const given = new Map(fields);
    const words = (text) => (text ?? "").split(/\s+/).filter(Boolean).join(" ");
    const sent = [...document.querySelectorAll("[data-mine] .app-bubble__text")].pop();
    if (sent && given.has("body") && words(sent.textContent) === words(given.get("body"))) return true;
    return document.querySelector(`[data-handed-in="${CSS.escape(given.get("client_key") ?? "")}"]`) !== null;
  }

  fill(fields) {
    const names = new Set(fields.map(([name]) => name));
    // Rows that were added on the other page are not on this one: the server kept those when the button was pressed.
    if ([...names].some((name) => this.form.elements.namedItem(name) === null)) return false;
    for (const field of this.form.elements) {
      if (!field.name || FOREIGN.includes(field.name)) continue;
      const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    return true;
  }

  // Leaving: a beacon outlives the page, and then nothing of hers stays on the device.
  leave() {
    if (this.text !== this.saved) navigator.sendBeacon(this.url, this.bodyOf(this.text));
    this.stopped = true;
    wipe();
  }

  tell(words) { this.status.textContent = words; }

  button(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ds-button";
    button.dataset.variant = "secondary";
    button.dataset.color = "accent";
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  }
}

const drafts = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Draft(form));
for (const draft of drafts) draft.restore();

function leaveAll() {
  for (const draft of drafts) draft.leave();
  wipe();
}
document.addEventListener("ikbt:leave", leaveAll);
for (const form of document.querySelectorAll("form[data-sign-out], .app-account form")) form.addEventListener("submit", leaveAll);
