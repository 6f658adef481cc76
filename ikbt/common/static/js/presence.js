// In an open conversation: shows that the other is there or writes, and tells the same of oneself. Nothing is kept.
"use strict";
(() => {
  const line = document.querySelector("[data-presence]");
  if (!line) return;
  const HERE_EVERY = 20000, WRITING_EVERY = 3000, HERE_FOR = 45000, WRITING_FOR = 6000, LONGEST_WAIT = 60000;
  let socket = null, here = 0, writing = 0, told = 0, wait = 1000;

  function tell(kind) {
    if (!document.hidden && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ kind }));
  }

  function show() {
    const now = Date.now();
    const words = now < writing ? line.dataset.writing : now < here ? line.dataset.here : "";
    if (line.textContent !== words) line.textContent = words;
  }

  function listen() {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${line.dataset.socket}`);
    socket.addEventListener("open", () => { wait = 1000; tell("here"); });
    socket.addEventListener("message", (event) => {
      const { kind, ids } = JSON.parse(event.data);
      if (ids?.side === line.dataset.side) return;
      if (kind === "here") {
        // Whoever comes later has heard nothing yet: told at once, not at the next turn.
        if (Date.now() >= here) tell("here");
        here = Date.now() + HERE_FOR;
      }
      if (kind === "writing") writing = Date.now() + WRITING_FOR;
      if (kind === "message") writing = 0;
      show();
    });
    socket.addEventListener("close", (event) => {
      // Signed out, or no longer allowed: asking again would change nothing.
      if (event.code === 4401 || event.code === 4403) return;
      setTimeout(listen, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  document.querySelector(line.dataset.text)?.addEventListener("input", () => {
    if (Date.now() - told < WRITING_EVERY) return;
    told = Date.now();
    tell("writing");
  });
  document.addEventListener("visibilitychange", () => tell("here"));
  setInterval(() => tell("here"), HERE_EVERY);
  setInterval(show, 1000);
  listen();
})();
