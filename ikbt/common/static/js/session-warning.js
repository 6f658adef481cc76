// Says two minutes before the session ends that it will. Touching the page keeps it alive; what scripts fetch does not.
// It never leaves the page by itself: what is written stays in its field.
const box = document.querySelector("dialog[data-session-url]");
const warning = Number(box.dataset.sessionWarning) * 1000;
const TOUCH_MS = 4 * 60 * 1000;
const LEAST_MS = 1000;
let ends = Date.now() + Number(box.dataset.sessionLeft) * 1000;
let told = Date.now();
let timer = 0;

function show(which) {
  for (const name of ["soon", "last", "over"]) box.querySelector(`[data-session-${name}]`).hidden = name !== which;
  box.querySelector("form").hidden = which !== "soon";
  // Not show(): it would take the focus from the field where she is typing. The alert inside is read out.
  box.open = true;
}

function plan() {
  window.clearTimeout(timer);
  timer = window.setTimeout(look, Math.max(LEAST_MS, ends - warning - Date.now()));
}

async function speak(method) {
  const response = await fetch(box.dataset.sessionUrl, {
    method,
    headers: {
      Accept: "application/json",
      "X-CSRFToken": box.querySelector("[name=csrfmiddlewaretoken]").value,
      "X-Requested-With": "fetch",
    },
    credentials: "same-origin",
    redirect: "manual",
  });
  if (response.status === 403) return { left: 0, prolongs: false };
  if (!response.ok) throw new Error(`the session gave ${response.status}`);
  return response.json();
}

// Another tab may have kept the session alive: the server knows.
async function look(method = "GET") {
  let state;
  try {
    state = await speak(method);
  } catch {
    timer = window.setTimeout(look, 30000);
    return;
  }
  told = Date.now();
  ends = told + state.left * 1000;
  if (state.left <= 0) return show("over");
  if (state.left * 1000 > warning + LEAST_MS) {
    box.open = false;
    return plan();
  }
  show(state.prolongs ? "soon" : "last");
  timer = window.setTimeout(look, state.left * 1000 + LEAST_MS);
}

function touched() {
  if (box.open || Date.now() - told < TOUCH_MS || Date.now() > ends) return;
  told = Date.now();
  look("POST");
}

box.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  look("POST");
});
document.addEventListener("keydown", touched);
document.addEventListener("pointerdown", touched);
plan();
