// Counts the seconds in which a therapist works on a page about a patient, and tells the server in small beats.
"use strict";
(() => {
  const mark = document.querySelector("[data-active-url]");
  const token = mark?.querySelector("[name=csrfmiddlewaretoken]");
  if (!token) return;
  const IDLE = 60000, BEAT = 30000, LONGEST_TICK = 2000;
  let touched = performance.now(), looked = touched, told = touched, active = 0;

  // A page that is hidden, or that nobody has touched for a minute, is not worked on; nor is a computer that slept.
  function look() {
    const now = performance.now();
    if (!document.hidden && now - touched < IDLE) active += Math.min(now - looked, LONGEST_TICK);
    looked = now;
  }

  function tell() {
    look();
    told = looked;
    const seconds = Math.floor(active / 1000);
    if (seconds < 1) return;
    active -= seconds * 1000;
    const body = new URLSearchParams({ seconds, csrfmiddlewaretoken: token.value });
    // A beat that is lost is lost: it is a few seconds.
    fetch(mark.dataset.activeUrl, { method: "POST", body, keepalive: true, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  }

  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "scroll"]) {
    addEventListener(kind, () => { touched = performance.now(); }, { passive: true, capture: true });
  }
  setInterval(() => { look(); if (looked - told >= BEAT) tell(); }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { looked = performance.now(); return; }
    active += touched > looked - IDLE ? Math.min(performance.now() - looked, LONGEST_TICK) : 0;
    tell();
  });
  addEventListener("pagehide", tell);
})();
