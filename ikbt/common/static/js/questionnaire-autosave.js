// Keeps each choice in a questionnaire on the server as it is made. Nothing lies on the device: phones are shared.
// The page works without it: each button keeps the choices too.
const form = document.querySelector("form[data-questionnaire]");
let sending = Promise.resolve();

async function keep() {
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  body.set("go", "keep");
  try {
    await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual", keepalive: true });
  } catch {
    // Offline: the choices still stand on the page, and the next one sends them all.
  }
}

// One after the other, so that an older state never comes last.
form?.addEventListener("change", () => { sending = sending.then(keep); });
