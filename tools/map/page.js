// ---- what stands over the points: hits, names, the lasso
let hovered = -1, drawnLasso = null, namesShown = true;
const family = getComputedStyle(document.body).fontFamily;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let ink = {};
const drawn = new Map();  // names as pictures: to outline one anew in each frame takes longer than all the points
function text(words, x, y, strong) {
  const key = `${theme} ${pen.font} ${words}`;
  let name = drawn.get(key);
  if (!name) {
    if (drawn.size > 1500) drawn.clear();
    const brush = document.createElement("canvas").getContext("2d");
    name = { picture: brush.canvas, width: Math.ceil(pen.measureText(words).width) + 8, height: Math.ceil(1.7 * parseFloat(pen.font.match(/[\d.]+px/)[0])) };
    brush.canvas.width = Math.ceil(name.width * ratio);
    brush.canvas.height = Math.ceil(name.height * ratio);
    brush.scale(ratio, ratio);
    Object.assign(brush, { font: pen.font, textBaseline: "middle", lineJoin: "round", lineWidth: strong ? 4 : 3, strokeStyle: ink.halo, fillStyle: ink.text });
    brush.strokeText(words, 4, name.height / 2);
    brush.fillText(words, 4, name.height / 2);
    drawn.set(key, name);
  }
  const left = pen.textAlign === "center" ? x - name.width / 2 : x - 4;
  pen.drawImage(name.picture, left, y - name.height / 2, name.width, name.height);
}
const taken = [];
function claim(x, y, w, h) {  // a rectangle that no other name has
  if (x < 2 || y < 2 || x + w > width - 2 || y + h > height - 2) return false;
  for (const t of taken) if (x < t[0] + t[2] && t[0] < x + w && y < t[1] + t[3] && t[1] < y + h) return false;
  taken.push([x, y, w, h]);
  return true;
}
function drawClusterNames() {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const much = Math.min(1.35, 1 + 0.1 * Math.log2(Math.max(1, view.scale / wholeScale)));
  clusters.forEach((cluster, c) => {
    if (!cluster.label || (isolated >= 0 && isolated !== c)) return;
    const x = pixelX(cluster.x), y = pixelY(cluster.y);
    if (x < 0 || y < 0 || x > width || y > height) return;
    const size = Math.round(Math.max(11.5, Math.min(18, 10 + 22 * Math.sqrt(cluster.size / count))) * much);
    pen.font = `650 ${size}px ${family}`;
    const words = shown(cluster.label).split(", ");
    const lines = [];
    for (const word of words) {  // two or three short lines rather than a long one
      const last = lines.length - 1;
      if (last >= 0 && (lines[last] + ", " + word).length <= 22) lines[last] += ", " + word; else lines.push(word);
    }
    const w = Math.max(...lines.map((line) => pen.measureText(line).width)) + 8, h = lines.length * size * 1.15 + 4;
    for (const shift of [0, -0.7, 0.7, -1.4, 1.4]) {
      const middle = y + shift * h;
      if (!claim(x - w / 2, middle - h / 2, w, h)) continue;
      lines.forEach((line, k) => text(line, x, middle + (k - (lines.length - 1) / 2) * size * 1.15, true));
      return;
    }
  });
}
function drawPointNames() {
  const seen = [];
  forEachIn(worldX(0), worldY(0), worldX(width), worldY(height), (i) => {
    seen.push(i);
    return seen.length <= 400;
  });
  if (seen.length > 400) return;
  pen.font = `12px ${family}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const i of seen) {
    if (isolated >= 0 && clusterOf[i] !== isolated) continue;
    let name = nameOf(i);
    if (name.length > 42) name = name.slice(0, 40) + "\u2026";
    const x = pixelX(places[2 * i]) + pointSize() / 2 + 3, y = pixelY(places[2 * i + 1]);
    if (claim(x - 2, y - 8, pen.measureText(name).width + 4, 16)) text(name, x, y, false);
  }
}
function ring(i, radius) {
  pen.beginPath();
  pen.arc(pixelX(places[2 * i]), pixelY(places[2 * i + 1]), radius, 0, 2 * Math.PI);
}
function drawMarks() {
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.lineJoin = "round";
  const size = pointSize();
  if (listed !== null) {
    const radius = Math.max(2.6, size * 0.62) + (listed.length < 400 ? 1.4 : 0);
    for (let k = listed.length - 1; k >= 0; --k) {
      const i = listed[k], x = pixelX(places[2 * i]), y = pixelY(places[2 * i + 1]);
      if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
      ring(i, radius);
      pen.fillStyle = `rgb(${colourOf(i).join(",")})`;
      pen.fill();
      if (listed.length < 4000) { pen.lineWidth = 1.2; pen.strokeStyle = ink.ring; pen.stroke(); }
    }
  }
  taken.length = 0;
  if (namesShown) { drawClusterNames(); drawPointNames(); }
  if (hovered >= 0) {
    ring(hovered, size / 2 + 4);
    pen.lineWidth = 2;
    pen.strokeStyle = ink.ring;
    pen.stroke();
  }
  if (drawnLasso && drawnLasso.length > 1) {
    pen.beginPath();
    drawnLasso.forEach(([x, y], k) => k ? pen.lineTo(x, y) : pen.moveTo(x, y));
    pen.closePath();
    pen.fillStyle = ink.accent + "22";
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = ink.accent;
    pen.stroke();
  }
}
// While the picture moves, as many points are drawn as leave twenty frames a second; all of them once it stands.
const fewest = Math.min(count, 25000);
let asked = false, pointsOld = true, frames = 0, some = count, last = 0, standing = 0;
function frame(now) {
  asked = false;
  ++frames;
  if (pointsOld) {
    const passed = now - last;
    if (passed > 50 && passed < 1000) some = Math.max(fewest, Math.floor(some * 0.7));
    if (passed < 30) some = Math.min(count, Math.ceil(some * 1.15));
    const moving = passed < 1000;
    painter(moving ? some : count);
    clearTimeout(standing);
    if (moving && some < count) standing = setTimeout(() => { painter(count); }, 200);
    last = now;
    pointsOld = false;
  }
  drawMarks();
}
function redrawMarks() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(frame);
}
function redraw() {
  pointsOld = true;
  redrawMarks();
}
function setTheme(name) {
  theme = name;
  document.documentElement.dataset.theme = name;
  drawn.clear();
  ink = { text: css("--text"), halo: css("--halo"), ring: css("--ring"), accent: css("--accent") };
  coloursOld = true;
  redraw();
}
function resize() {
  const first = width === 1, old = { x: view.x, y: view.y, zoom: view.scale / wholeScale };
  width = Math.max(1, stage.clientWidth);
  height = Math.max(1, stage.clientHeight);
  ratio = Math.min(2, window.devicePixelRatio || 1);
  for (const c of [canvas, marks]) { c.width = Math.round(width * ratio); c.height = Math.round(height * ratio); }
  wholeScale = scaleFor(box, 44);
  if (first) moveTo(box); else { view.scale = old.zoom * wholeScale; redraw(); }
}

// ---- lists: what search, the lasso or a click found
const list = byId("list"), status = byId("status"), most = 300;
function item(i) {
  const entry = document.createElement("li"), button = document.createElement("button");
  const chip = document.createElement("span"), name = document.createElement("span");
  chip.className = "chip";
  chip.style.background = `rgb(${colourOf(i).join(",")})`;
  name.className = "name";
  name.textContent = nameOf(i);
  button.title = shown(ids[i]);
  button.append(chip, name);
  button.addEventListener("click", () => goTo(i));
  button.addEventListener("focus", () => { hovered = i; redrawMarks(); });
  button.addEventListener("mouseenter", () => { hovered = i; redrawMarks(); });
  entry.append(button);
  return entry;
}
function setList(points, message) {
  listed = points;
  coloursOld = true;
  list.replaceChildren();
  list.hidden = byId("actions").hidden = points === null || points.length === 0;
  status.textContent = message;
  if (points !== null) list.append(...Array.from(points.slice(0, most), item));
  redraw();
}
const counted = (n) => `${n.toLocaleString("en")} ${n === 1 ? header.one : header.many}`;
function goTo(i) {
  const scale = Math.max(view.scale, wholeScale * Math.min(40, Math.max(3, Math.sqrt(count) / 12)));
  view.x = places[2 * i];
  view.y = places[2 * i + 1];
  view.scale = scale;
  hovered = i;
  redraw();
}
let folded = null;  // names and ids as they are compared: small letters without marks
const fold = (s) => /^[\x00-\x7f]*$/.test(s) ? s.toLowerCase() : s.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
function search(query) {
  const words = fold(query).split(/\s+/).filter((w) => w);
  if (!words.length) return setList(null, "");
  if (!folded) folded = ids.map((id, i) => fold(titles[i] && titles[i] !== id ? `${titles[i]} ${id}` : id));
  const found = [];
  for (let i = 0; i < count; ++i) if (words.every((w) => folded[i].includes(w))) found.push(i);
  setList(Int32Array.from(found), found.length ? counted(found.length) + (found.length > most ? `, ${most} listed` : "") : "Nothing has that name");
}
function inside(polygon, x, y) {
  let odd = false;
  for (let k = 0, j = polygon.length - 1; k < polygon.length; j = k++) {
    const [ax, ay] = polygon[k], [bx, by] = polygon[j];
    if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
function listLasso(polygon) {
  const world = polygon.map(([px, py]) => [worldX(px), worldY(py)]);
  const xs = world.map((p) => p[0]), ys = world.map((p) => p[1]), found = [];
  forEachIn(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (i) => {
    if (inside(world, places[2 * i], places[2 * i + 1])) found.push(i);
  });
  found.sort((a, b) => a - b);
  setList(Int32Array.from(found), found.length ? `${counted(found.length)} in the lasso` + (found.length > most ? `, ${most} listed` : "") : "Nothing in the lasso");
}
function listAround(i) {  // a point and those next to it in the picture
  let reach = 14 / view.scale, found = [];
  while (found.length < Math.min(12, count) && reach < 1e9) {
    found = [];
    forEachIn(places[2 * i] - reach, places[2 * i + 1] - reach, places[2 * i] + reach, places[2 * i + 1] + reach, (j) => { found.push(j); });
    reach *= 2;
  }
  const from = (j) => (places[2 * j] - places[2 * i]) ** 2 + (places[2 * j + 1] - places[2 * i + 1]) ** 2;
  found.sort((a, b) => from(a) - from(b) || (a === i ? -1 : b === i ? 1 : a - b));
  setList(Int32Array.from(found.slice(0, 12)), `${nameOf(i)} and what is next to it`);
}
byId("save").addEventListener("click", () => {
  const field = (s) => s.replace(/[\\\n\t\r]/g, (c) => ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" })[c]);
  const rows = Array.from(listed, (i) => `${field(ids[i])}\t${field(titles[i])}\n`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["id\ttitle\n", ...rows], { type: "text/tab-separated-values" }));
  link.download = "list.tsv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
byId("show").addEventListener("click", () => {
  const b = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const i of listed) {
    b.left = Math.min(b.left, places[2 * i]); b.right = Math.max(b.right, places[2 * i]);
    b.top = Math.min(b.top, places[2 * i + 1]); b.bottom = Math.max(b.bottom, places[2 * i + 1]);
  }
  moveTo(b, wholeScale * 200);
});
function clear() {
  byId("query").value = "";
  isolated = -1;
  showLegend();
  setList(null, "");
}
byId("clear").addEventListener("click", clear);
let waiting = 0;
byId("query").addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => search(event.target.value), 120);
});
byId("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === "ArrowDown") { list.querySelector("button")?.focus(); event.preventDefault(); }
});
list.addEventListener("keydown", (event) => {
  const entry = document.activeElement.closest("li");
  const next = event.key === "ArrowDown" ? entry?.nextElementSibling : event.key === "ArrowUp" ? entry?.previousElementSibling : null;
  if (next) { next.firstChild.focus(); event.preventDefault(); }
});
list.addEventListener("mouseleave", () => { hovered = -1; redrawMarks(); });

// ---- clusters
function showLegend() {
  byId("legend").querySelectorAll("button").forEach((b, c) => b.setAttribute("aria-pressed", String(c === isolated)));
}
clusters.forEach((cluster, c) => {
  const entry = document.createElement("li"), button = document.createElement("button");
  const chip = document.createElement("span"), name = document.createElement("span"), size = document.createElement("span");
  chip.className = "chip";
  chip.style.background = header.colours[cluster.colour];
  name.className = "name";
  name.textContent = shown(cluster.label) || `cluster ${c}`;
  button.title = name.textContent;
  size.className = "size";
  size.textContent = cluster.size.toLocaleString("en");
  button.append(chip, name, size);
  button.addEventListener("click", () => {
    isolated = isolated === c ? -1 : c;
    coloursOld = true;
    showLegend();
    redraw();
  });
  entry.append(button);
  byId("legend").append(entry);
});
byId("groups").hidden = clusters.length === 0;
showLegend();

// ---- pointer
const pointers = new Map();
let moved = 0, spread = 0, lassoOn = false;
const tip = byId("tip");
function setLasso(on) {
  lassoOn = on;
  byId("lasso").setAttribute("aria-pressed", String(on));
  canvas.classList.toggle("lasso", on);
}
function at(event) {
  const bounds = canvas.getBoundingClientRect();
  return [event.clientX - bounds.left, event.clientY - bounds.top];
}
function hover(px, py) {
  hovered = nearest(px, py, Math.max(9, pointSize() / 2 + 4));
  tip.hidden = hovered < 0;
  if (hovered >= 0) {
    const more = [];
    if (titles[hovered] && titles[hovered] !== ids[hovered]) more.push(shown(ids[hovered]));
    if (clusterOf[hovered] >= 0) more.push(shown(clusters[clusterOf[hovered]].label));
    tip.replaceChildren(nameOf(hovered), ...more.filter((m) => m).map((m) => Object.assign(document.createElement("small"), { textContent: m })));
    const w = tip.offsetWidth, h = tip.offsetHeight;
    tip.style.left = `${Math.max(4, Math.min(px + 14, width - w - 6))}px`;
    tip.style.top = `${py + 18 + h > height ? py - h - 12 : py + 18}px`;
  }
  redrawMarks();
}
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, at(event));
  moved = 0;
  if (pointers.size === 1 && (lassoOn || event.shiftKey)) drawnLasso = [at(event)];
  if (pointers.size === 2) {
    drawnLasso = null;
    const [a, b] = [...pointers.values()];
    spread = Math.hypot(a[0] - b[0], a[1] - b[1]);
  }
  canvas.classList.add("dragging");
  tip.hidden = true;
});
canvas.addEventListener("pointermove", (event) => {
  const [px, py] = at(event), before = pointers.get(event.pointerId);
  if (!before) return hover(px, py);
  pointers.set(event.pointerId, [px, py]);
  moved += Math.abs(px - before[0]) + Math.abs(py - before[1]);
  if (drawnLasso) drawnLasso.push([px, py]);
  else {
    view.x -= (px - before[0]) / view.scale / pointers.size;
    view.y -= (py - before[1]) / view.scale / pointers.size;
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()], now = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread > 0 && now > 0) zoom(now / spread, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      spread = now;
    }
  }
  redraw();
});
function lift(event) {
  if (!pointers.delete(event.pointerId)) return;
  canvas.classList.remove("dragging");
  if (drawnLasso) {
    const polygon = drawnLasso;
    drawnLasso = null;
    setLasso(false);
    if (event.type === "pointerup" && polygon.length > 2) listLasso(polygon);
  } else if (event.type === "pointerup" && moved < 4) {
    const [px, py] = at(event), i = nearest(px, py, 12);
    if (i >= 0) listAround(i); else if (listed !== null || isolated >= 0) clear();
  }
  redraw();
}
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener("pointerleave", () => { hovered = -1; tip.hidden = true; redrawMarks(); });
canvas.addEventListener("dblclick", (event) => zoom(2, ...at(event)));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const step = event.deltaMode === 1 ? 30 * event.deltaY : event.deltaY;
  zoom(Math.exp(-0.0018 * Math.max(-300, Math.min(300, step))), ...at(event));
}, { passive: false });

// ---- keys and buttons
byId("zoom-in").addEventListener("click", () => zoom(1.5));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
byId("whole").addEventListener("click", () => moveTo(box));
byId("lasso").addEventListener("click", () => setLasso(!lassoOn));
function toggleNames() {
  namesShown = !namesShown;
  byId("names").setAttribute("aria-pressed", String(namesShown));
  redraw();
}
byId("names").addEventListener("click", toggleNames);
const toggleTheme = () => setTheme(theme === "dark" ? "light" : "dark");
byId("theme").addEventListener("click", toggleTheme);
const keys = {
  ArrowLeft: () => { view.x -= 60 / view.scale; }, ArrowRight: () => { view.x += 60 / view.scale; },
  ArrowUp: () => { view.y -= 60 / view.scale; }, ArrowDown: () => { view.y += 60 / view.scale; },
  "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: () => moveTo(box),
  "/": () => byId("query").focus(), l: () => setLasso(!lassoOn), n: toggleNames, d: toggleTheme,
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { setLasso(false); drawnLasso = null; clear(); canvas.focus(); return; }
  const typing = event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey;
  const inList = event.target.closest && event.target.closest("#list, #legend");
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (typing || !action || (inList && event.key.startsWith("Arrow"))) return;
  action();
  redraw();
  event.preventDefault();
});

byId("heading").textContent = header.title;
byId("summary").textContent = `${counted(count)}${clusters.length ? `, ${clusters.length} clusters` : ""}, ${header.layout}`;
dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
new ResizeObserver(resize).observe(stage);
resize();
setTheme(theme);
// For whoever wants to drive the page from a script.
window.eckartMap = { view, redraw, zoom, search, frames: () => frames, listed: () => listed && Array.from(listed, (i) => ids[i]),
  pixel: (i) => [pixelX(places[2 * i]), pixelY(places[2 * i + 1])], webgl: webgl !== null, count };
