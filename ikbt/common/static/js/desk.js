// The live desk: a hint over the socket makes the page fetch its own parts again; without a socket a reload does the same.
"use strict";
(() => {
  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length) return;
  const waiting = new Map();
  let pause = 1000;

  const concerns = (part, ids) => !part.dataset.liveTreatment || part.dataset.liveTreatment === ids.treatment;

  // Whoever has begun to write keeps her page: the text that could not be saved is nowhere else.
  const writing = () => [...document.querySelectorAll("form textarea")].some((text) => text.value !== text.defaultValue);

  async function fetchPart(part) {
    const answer = await fetch(part.dataset.live, { headers: { "X-Requested-With": "fetch" } });
    if (answer.status === 403 || answer.status === 404) return writing() ? undefined : location.reload();
    if (!answer.ok) return;
    const held = document.activeElement;
    const at = part.contains(held) ? held.getAttribute("href") : null;
    const unfolded = [...part.querySelectorAll("details")].map((one) => one.open);
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    part.replaceChildren(fresh.content);
    // Whoever is in the middle of the list stays there.
    if (at) [...part.querySelectorAll("a")].find((one) => one.getAttribute("href") === at)?.focus();
    if (part.querySelectorAll("details").length === unfolded.length) {
      part.querySelectorAll("details").forEach((one, i) => { one.open = unfolded[i]; });
    }
    seen(part);
  }

  // Several hints in a row are one reason to look.
  function refresh(part) {
    clearTimeout(waiting.get(part));
    waiting.set(part, setTimeout(() => fetchPart(part).catch(() => {}), 200));
  }

  function seen(part) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!part.dataset.liveRead || !token || document.hidden) return;
    // Only what stands on the page has been seen.
    const body = new URLSearchParams({ seen: part.querySelector("[name=seen]")?.value ?? "" });
    fetch(part.dataset.liveRead, { method: "POST", body, headers: { "X-CSRFToken": token.value, "X-Requested-With": "fetch" } }).catch(() => {});
  }

  function listen(again) {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/arbetslista/`);
    socket.onopen = () => {
      pause = 1000;
      // Hints may have been lost while the line was down.
      if (again) parts.forEach(refresh);
    };
    socket.onmessage = (event) => {
      const hint = JSON.parse(event.data);
      parts.filter((part) => concerns(part, hint.ids || {})).forEach(refresh);
    };
    socket.onclose = () => {
      setTimeout(() => listen(true), pause);
      pause = Math.min(pause * 2, 60000);
    };
  }

  parts.forEach(seen);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) parts.forEach(seen); });
  listen(false);
})();
