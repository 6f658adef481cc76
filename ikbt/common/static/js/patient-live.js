// Keeps an open conversation fresh: the socket says that something is new, the page fetches it through its own door.
const list = document.querySelector("[data-conversation]");
const status = document.querySelector("[data-live-status]");
const readForm = document.querySelector("form[data-mark-read]");
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60000;

function lastId() {
  const bubbles = list.querySelectorAll(".app-bubble");
  return bubbles.length ? bubbles[bubbles.length - 1].id.replace("message-", "") : "";
}

async function fetchNew() {
  const response = await fetch(`${list.dataset.newer}?efter=${lastId()}`, {
    headers: { "X-Requested-With": "fetch" },
    credentials: "same-origin",
    redirect: "manual",
  });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(`<ol>${await response.text()}</ol>`, "text/html");
  const fresh = [...page.querySelectorAll(".app-bubble")].filter((bubble) => !document.getElementById(bubble.id));
  if (!fresh.length) return;
  list.append(...fresh);
  document.querySelector("[data-empty]")?.remove();
  if (fresh.some((bubble) => !("mine" in bubble.dataset))) {
    status.textContent = status.dataset.new;
    await markRead();
  }
}

async function markRead() {
  if (document.visibilityState !== "visible") {
    document.addEventListener("visibilitychange", markRead, { once: true });
    return;
  }
  const response = await fetch(readForm.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(readForm)),
    headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    credentials: "same-origin",
    redirect: "manual",
  });
  if (!response.ok) return;
  readForm.hidden = true;
  document.querySelector(".app-nav [aria-current] .app-count")?.remove();
}

function listen(wait = FIRST_WAIT_MS) {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${window.location.host}${list.dataset.socket}`);
  let next = Math.min(wait * 2, LONGEST_WAIT_MS);
  socket.addEventListener("open", () => {
    next = FIRST_WAIT_MS;
    // What came while there was no socket.
    fetchNew();
  });
  socket.addEventListener("message", (event) => {
    const hint = JSON.parse(event.data);
    if (hint.kind === "message") fetchNew();
  });
  socket.addEventListener("close", (event) => {
    // 4401 and 4403: signed out, or no longer allowed; asking again would change nothing.
    if (event.code !== 4401 && event.code !== 4403) window.setTimeout(() => listen(next), wait);
  });
}

if (list) {
  if (!readForm.hidden) markRead();
  listen();
}
