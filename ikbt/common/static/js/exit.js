// Quick exit: ends the session in the background and puts a neutral page in this page's place in the history.
for (const form of document.querySelectorAll("form[data-exit]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Drafts listen for this, to send or wipe what they hold on a shared device.
    document.dispatchEvent(new CustomEvent("ikbt:leave"));
    // A beacon outlives the page: leaving waits for nothing.
    navigator.sendBeacon(form.action, new FormData(form));
    window.location.replace(form.action);
  });
}
