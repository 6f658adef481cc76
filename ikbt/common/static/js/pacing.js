// A guided exercise without a recording: one line at a time, at its own pace. Without this script the list is read.
// Nothing is fetched and nothing is stored, so it goes on when the network is gone; it never starts by itself.
for (const section of document.querySelectorAll("[data-pacing]")) {
  const find = (part) => section.querySelector(`[data-pacing-${part}]`);
  const lines = [...section.querySelectorAll("[data-seconds]")].map((item) => ({
    words: item.querySelector("[data-pacing-words]").textContent,
    milliseconds: Number(item.dataset.seconds) * 1000,
  }));
  const [line, bar, place, start, again] = ["line", "bar", "place", "start", "again"].map(find);
  const invitation = line.textContent;
  const whole = lines.reduce((sum, one) => sum + one.milliseconds, 0);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1; // the line that shows; -1 before the first
  let spent = 0; // of its time, up to the last start
  let since = null; // when it was last started; null while it rests
  let timer = 0;

  const elapsed = () => spent + (since === null ? 0 : performance.now() - since);
  const before = () => lines.slice(0, Math.max(at, 0)).reduce((sum, one) => sum + one.milliseconds, 0);
  const show = (index) => {
    at = index;
    spent = 0;
    line.textContent = lines[at].words;
    place.textContent = place.dataset.words.replace("{line}", at + 1).replace("{lines}", lines.length);
    bar.value = before() / whole;
  };
  const rest = (words) => {
    spent = elapsed();
    since = null;
    clearInterval(timer);
    start.textContent = words;
  };
  const finish = () => {
    rest(start.dataset.start);
    bar.value = 1;
    place.textContent = place.dataset.done;
    at = -1;
    spent = 0;
  };
  const tick = () => {
    if (elapsed() >= lines[at].milliseconds) {
      if (at + 1 === lines.length) return finish();
      show(at + 1);
      since = performance.now();
    }
    if (!still.matches) bar.value = (before() + elapsed()) / whole;
  };

  start.addEventListener("click", () => {
    if (since !== null) return rest(start.dataset.on);
    if (at === -1) show(0);
    since = performance.now();
    start.textContent = start.dataset.pause;
    again.hidden = false;
    timer = setInterval(tick, 200);
  });
  again.addEventListener("click", () => {
    rest(start.dataset.start);
    at = -1;
    spent = 0;
    bar.value = 0;
    line.textContent = invitation;
    place.textContent = "";
    again.hidden = true;
    start.focus();
  });
  find("text").open = false;
  find("player").hidden = false;
}
