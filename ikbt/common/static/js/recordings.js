// A recording goes on where it was left, as long as the tab is open; it never starts by itself, and nothing is fetched
// before somebody plays it.
for (const recording of document.querySelectorAll(".app-media :is(audio, video)")) {
  const key = `recording:${recording.getAttribute("src")}`;
  const nearTheEnd = 3; // seconds
  recording.addEventListener(
    "loadedmetadata",
    () => {
      const left = Number(sessionStorage.getItem(key));
      if (left > 0 && left < recording.duration - nearTheEnd) recording.currentTime = left;
    },
    { once: true },
  );
  recording.addEventListener("timeupdate", () => sessionStorage.setItem(key, recording.currentTime));
  recording.addEventListener("ended", () => sessionStorage.removeItem(key));
}
