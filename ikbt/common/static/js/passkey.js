// Asks the browser for a passkey and sends what it answers in an ordinary form.
const BINARY = ["challenge"];

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function readable(options) {
  const read = { ...options };
  for (const name of BINARY) read[name] = bytes(options[name]);
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) read[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return read;
}

function sendable(credential) {
  const answer = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) answer[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) answer.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  });
}

async function ask(form) {
  const response = await fetch(form.dataset.ask, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value, "X-Requested-With": "fetch" },
    credentials: "same-origin",
  });
  // Too long since the last confirmation: the page itself asks for it.
  if (response.status === 403) return window.location.reload();
  if (!response.ok) throw new Error(`asking gave ${response.status}`);
  const publicKey = readable(await response.json());
  const credential = await (form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey }));
  form.elements.namedItem("credential").value = sendable(credential);
  form.submit();
}

const able = window.PublicKeyCredential !== undefined;
for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = able;
for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  const status = form.querySelector("[data-passkey-status]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = "";
    try {
      await ask(form);
    } catch (failed) {
      status.textContent = failed.name === "NotAllowedError" ? form.dataset.cancelled : form.dataset.failed;
    }
  });
}
