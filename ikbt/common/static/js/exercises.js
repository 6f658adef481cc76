// Sliders beside the number boxes of long scales. Without this script they stay hidden and the boxes do the work.
for (const slider of document.querySelectorAll("[data-exercise-slider]")) {
  const box = document.getElementById(slider.dataset.exerciseSlider);
  const follow = () => {
    const number = Number(box.value);
    const known = box.value.trim() !== "" && number >= Number(slider.min) && number <= Number(slider.max);
    // An empty box is no answer: the slider rests at the low end and looks untouched.
    slider.value = known ? String(number) : slider.min;
    slider.toggleAttribute("data-untouched", !known);
    slider.setAttribute("aria-valuetext", known ? slider.value : "–");
  };
  slider.addEventListener("input", () => {
    box.value = slider.value;
    slider.removeAttribute("data-untouched");
    slider.setAttribute("aria-valuetext", slider.value);
    // Autosave listens for input on the named box.
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  box.addEventListener("input", (event) => {
    if (event.isTrusted) follow();
  });
  follow();
  slider.hidden = false;
}

// One tap instead of typing. Autosave listens for input on the named control, as if she had typed.
function put(control, value) {
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  for (const slider of document.querySelectorAll(`[data-exercise-slider="${CSS.escape(control.id)}"]`)) {
    slider.value = control.value;
    slider.removeAttribute("data-untouched");
    slider.setAttribute("aria-valuetext", control.value);
  }
}

for (const box of document.querySelectorAll("[data-exercise-chips]")) {
  const control = document.getElementById(box.dataset.exerciseChips);
  const mark = () => {
    for (const chip of box.children) chip.setAttribute("aria-pressed", String(chip.dataset.value === control.value));
  };
  for (const chip of box.children) chip.addEventListener("click", () => put(control, chip.dataset.value));
  control.addEventListener("input", mark);
  mark();
  box.hidden = false;
}

// Plus and minus beside numbers and times; a time goes round midnight, a number stays within its limits.
function stepped(control, by) {
  if (control.type === "time") {
    const [hours, minutes] = (control.value || "00:00").split(":").map(Number);
    const moved = (hours * 60 + minutes + by + 1440) % 1440;
    return `${String(Math.floor(moved / 60)).padStart(2, "0")}:${String(moved % 60).padStart(2, "0")}`;
  }
  const from = control.value.trim() === "" ? NaN : Number(control.value);
  const low = Number(control.dataset.min ?? 0);
  const high = Number(control.dataset.max ?? Infinity);
  return String(Number.isNaN(from) ? Math.max(low, Math.min(by, high)) : Math.max(low, Math.min(from + by, high)));
}

for (const button of document.querySelectorAll("[data-exercise-step]")) {
  const control = document.getElementById(button.dataset.exerciseStep);
  button.addEventListener("click", () => put(control, stepped(control, Number(button.dataset.by))));
  button.hidden = false;
}

for (const line of document.querySelectorAll("[data-exercise-beside]")) {
  const source = document.getElementById(line.dataset.exerciseBeside);
  source?.addEventListener("input", () => {
    line.querySelector("strong").textContent = source.value;
    line.hidden = source.value.trim() === "";
  });
}

// A column a page: all of them are in the form, so nothing is lost and without this script they stand below each other.
function answered(page) {
  const named = [...page.querySelectorAll("[name]")].filter((control) => control.name !== "rows");
  return named.some((control) => ["radio", "checkbox"].includes(control.type) ? control.checked : control.value.trim() !== "");
}

function pageButton(label, act, variant) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button";
  button.dataset.variant = variant;
  button.dataset.color = "accent";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

for (const book of document.querySelectorAll("[data-exercise-pages]")) {
  const pages = [...book.querySelectorAll("[data-exercise-page]")];
  const place = document.createElement("p");
  place.className = "app-eyebrow";
  place.tabIndex = -1;
  const actions = document.createElement("div");
  actions.className = "app-actions";
  let at = 0;
  const show = (number, focus) => {
    at = number;
    pages.forEach((page, index) => { page.hidden = index !== at; });
    place.textContent = book.dataset.place.replace("AT", at + 1).replace("ALL", pages.length);
    back.hidden = at === 0;
    next.hidden = at === pages.length - 1;
    if (focus) place.focus();
  };
  const next = pageButton(book.dataset.next, () => show(at + 1, true), "secondary");
  const back = pageButton(book.dataset.back, () => show(at - 1, true), "tertiary");
  actions.append(next, back);
  book.prepend(place);
  book.append(actions);
  // Where something is to be mended, else where she stopped: the first page after the last one she wrote on.
  const fault = pages.findIndex((page) => page.querySelector('[aria-invalid="true"], .app-field__error'));
  const focused = pages.findIndex((page) => page.querySelector("[autofocus]"));
  const written = pages.map(answered).lastIndexOf(true);
  const stopped = written <= 0 ? 0 : Math.min(written + 1, pages.length - 1);
  show(fault >= 0 ? fault : focused >= 0 ? focused : stopped, false);
  // A link to a field on another page, from the list of what to mend.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(window.location.hash.slice(1));
    const index = pages.findIndex((page) => target && page.contains(target));
    if (index >= 0) { show(index, false); target.focus(); }
  });
}
