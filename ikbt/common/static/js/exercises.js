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
