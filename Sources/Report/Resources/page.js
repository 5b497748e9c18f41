"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("listening-data").textContent);
  const clip = byId("clip"), condition = byId("condition");
  const parts = { original: part("original"), decoded: part("decoded") };
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function part(name) {
    const box = byId(name);
    const found = {
      box, caption: box.querySelector("figcaption"), picture: box.querySelector("img"),
      audio: box.querySelector("audio"), playhead: box.querySelector(".playhead"),
      frame: box.querySelector(".spectrogram"), end: box.querySelector(".end"), seconds: 0,
    };
    found.frame.addEventListener("click", (event) => {
      const area = found.frame.getBoundingClientRect();
      found.audio.currentTime = (event.clientX - area.left) / area.width * found.seconds;
    });
    const follow = () => {
      const share = found.seconds > 0 ? Math.min(1, found.audio.currentTime / found.seconds) : 0;
      found.playhead.style.left = share * 100 + "%";
      found.playhead.hidden = share === 0;
      if (!found.audio.paused) requestAnimationFrame(follow);
    };
    for (const name of ["play", "seeked", "timeupdate", "loadedmetadata"]) found.audio.addEventListener(name, follow);
    found.audio.addEventListener("play", () => {
      for (const other of Object.values(parts)) if (other !== found) other.audio.pause();
    });
    return found;
  }

  function show(place, clipIndex, conditionIndex, title) {
    const key = clipIndex + "-" + conditionIndex;
    const sound = byId("sound-" + key), picture = byId("picture-" + key);
    const wasPlaying = !place.audio.paused, at = place.audio.currentTime;
    place.box.hidden = !sound;
    if (!sound) {
      place.audio.removeAttribute("src");
      return;
    }
    if (place.key === key) return;
    place.key = key;
    place.seconds = Number(sound.dataset.seconds);
    place.caption.textContent = title;
    place.picture.src = "data:image/png;base64," + picture.textContent;
    place.picture.alt = "Spectrogram: " + title + ", " + data.clips[clipIndex].name;
    place.end.textContent = place.seconds.toFixed(1) + " s";
    place.audio.src = "data:audio/ogg;base64," + sound.textContent;
    place.audio.setAttribute("aria-label", title + ", " + data.clips[clipIndex].name);
    place.playhead.hidden = true;
    // Another condition of the same clip goes on where the last one was.
    if (at > 0 && place.clip === clipIndex) {
      place.audio.addEventListener("loadedmetadata", () => {
        place.audio.currentTime = Math.min(at, place.audio.duration);
        if (wasPlaying) place.audio.play();
      }, { once: true });
      place.audio.load();
    }
    place.clip = clipIndex;
  }

  function update() {
    const clipIndex = Number(clip.value);
    for (const option of condition.options) {
      const isMissing = !byId("sound-" + clipIndex + "-" + option.value);
      option.disabled = isMissing;
      option.textContent = data.conditions[option.value].name + (isMissing ? " (no sound)" : "");
    }
    if (condition.selectedOptions[0]?.disabled) {
      const first = Array.from(condition.options).find((option) => !option.disabled);
      if (first) condition.value = first.value;
    }
    const chosen = data.conditions[condition.value];
    show(parts.original, clipIndex, data.original, "Original");
    if (chosen) show(parts.decoded, clipIndex, Number(condition.value), chosen.name);
    byId("facts").textContent = chosen ? chosen.facts[clipIndex] || "" : "";
    for (const point of document.querySelectorAll(".chart .p"))
      point.classList.toggle("chosen", Boolean(chosen) && point.dataset.condition === chosen.id);
  }

  function choose(conditionIndex, clipIndex) {
    const has = (index) => byId("sound-" + index + "-" + conditionIndex) !== null;
    const wanted = clipIndex ?? Number(clip.value);
    const found = has(wanted) ? wanted : data.clips.findIndex((_, index) => has(index));
    if (found < 0) return;
    clip.value = found;
    condition.value = conditionIndex;
    update();
    byId("listen").scrollIntoView({ behavior: reduced ? "auto" : "smooth" });
  }

  const indices = new Map(data.conditions.map((one, index) => [one.id, index]));
  const clipIndices = new Map(data.clips.map((one, index) => [one.name, index]));
  for (const point of document.querySelectorAll(".chart .p")) {
    const index = indices.get(point.dataset.condition);
    if (index === undefined || index === data.original || !data.conditions[index].hears) continue;
    point.classList.add("hears");
    point.addEventListener("click", () => choose(index));
  }
  for (const cell of document.querySelectorAll("th[data-condition]")) {
    const index = indices.get(cell.dataset.condition);
    const clipIndex = cell.dataset.clip === undefined ? undefined : clipIndices.get(cell.dataset.clip);
    if (index === undefined || index === data.original || !data.conditions[index].hears) continue;
    if (cell.dataset.clip !== undefined && !(clipIndex !== undefined && byId("sound-" + clipIndex + "-" + index)))
      continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "\u{25B6}\u{FE0E}";
    button.title = "Listen";
    button.setAttribute("aria-label", "Listen: " + data.conditions[index].name + (cell.dataset.clip ? ", " + cell.dataset.clip : ""));
    button.addEventListener("click", () => choose(index, clipIndex));
    cell.append(button);
    cell.classList.add("hears");
  }
  const step = (by) => {
    const options = Array.from(condition.options).filter((option) => !option.disabled);
    const place = options.findIndex((option) => option.selected) + by;
    if (place < 0 || place >= options.length) return;
    condition.value = options[place].value;
    update();
  };
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  clip.addEventListener("change", update);
  condition.addEventListener("change", update);
  document.documentElement.classList.add("listens");
  for (const hidden of document.querySelectorAll(".needs-script")) hidden.hidden = false;
  update();
})();
