"use strict";
(() => {
const byId = (id) => document.getElementById(id);
const header = JSON.parse(byId("map-header").textContent);

// ---- the data: typed arrays and lines of text, in base64
function bytesOf(id) {
  const node = byId(id);
  const text = atob(node.textContent.trim());
  node.remove();
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}
const unescapes = { "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\" };
function linesOf(id) {
  const text = new TextDecoder().decode(bytesOf(id));
  return text.split("\n").map((line) => line.includes("\\") ? line.replace(/\\[ntr\\]/g, (e) => unescapes[e]) : line);
}
const count = header.points;
const places = new Float32Array(bytesOf("map-places").buffer);
const clusterOf = new Int32Array(bytesOf("map-clusters").buffer);
const ids = linesOf("map-ids");
const titles = linesOf("map-titles");
const clusters = header.clusters;
// Control characters, and those that turn the direction of what follows, are shown as spaces.
const shown = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ");
const nameOf = (i) => shown(titles[i] || ids[i]);

// ---- where the view is: world (x, y) stands at pixel ((x - view.x) * view.scale + width / 2, ..)
let canvas = byId("points");
const stage = byId("stage"), marks = byId("marks"), pen = marks.getContext("2d");
const view = { x: 0, y: 0, scale: 1 };
let width = 1, height = 1, ratio = 1, wholeScale = 1;
const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
for (let i = 0; i < count; ++i) {
  box.left = Math.min(box.left, places[2 * i]); box.right = Math.max(box.right, places[2 * i]);
  box.top = Math.min(box.top, places[2 * i + 1]); box.bottom = Math.max(box.bottom, places[2 * i + 1]);
}
if (!(box.right - box.left > 0) && !(box.bottom - box.top > 0)) { box.left -= 1; box.right += 1; box.top -= 1; box.bottom += 1; }
const worldX = (px) => (px - width / 2) / view.scale + view.x;
const worldY = (py) => (py - height / 2) / view.scale + view.y;
const pixelX = (x) => (x - view.x) * view.scale + width / 2;
const pixelY = (y) => (y - view.y) * view.scale + height / 2;
function scaleFor(b, border) {
  return Math.min((width - 2 * border) / Math.max(b.right - b.left, 1e-6), (height - 2 * border) / Math.max(b.bottom - b.top, 1e-6));
}
function moveTo(b, most = Infinity) {
  view.x = (b.left + b.right) / 2;
  view.y = (b.top + b.bottom) / 2;
  view.scale = Math.min(most, scaleFor(b, 44));
  redraw();
}
function zoom(factor, px = width / 2, py = height / 2) {
  const x = worldX(px), y = worldY(py);
  view.scale = Math.min(Math.max(view.scale * factor, wholeScale / 4), wholeScale * 4000);
  view.x = x - (px - width / 2) / view.scale;
  view.y = y - (py - height / 2) / view.scale;
  redraw();
}

// ---- a grid over the points, to find what is near a place
const side = Math.max(1, Math.min(1024, Math.ceil(Math.sqrt(count / 2))));
const cellSize = Math.max(box.right - box.left, box.bottom - box.top) / side || 1;
const cellAt = (v, low) => Math.min(side - 1, Math.max(0, Math.floor((v - low) / cellSize)));
const cellStart = new Int32Array(side * side + 1), cellPoints = new Int32Array(count);
for (let pass = 0; pass < 2; ++pass) {
  for (let i = count - 1; i >= 0; --i) {
    const cell = cellAt(places[2 * i + 1], box.top) * side + cellAt(places[2 * i], box.left);
    if (pass === 0) ++cellStart[cell]; else cellPoints[--cellStart[cell]] = i;
  }
  if (pass === 0) for (let c = 0, sum = 0; c <= side * side; ++c) { sum += cellStart[c]; cellStart[c] = sum; }
}
function forEachIn(left, top, right, bottom, visit) {
  for (let row = cellAt(top, box.top); row <= cellAt(bottom, box.top); ++row) {
    const first = cellStart[row * side + cellAt(left, box.left)], last = cellStart[row * side + cellAt(right, box.left) + 1];
    for (let k = first; k < last; ++k) {
      const i = cellPoints[k], x = places[2 * i], y = places[2 * i + 1];
      if (x >= left && x <= right && y >= top && y <= bottom && visit(i) === false) return;
    }
  }
}
function nearest(px, py, reach) {
  const x = worldX(px), y = worldY(py), r = reach / view.scale;
  let best = -1, least = r * r;
  forEachIn(x - r, y - r, x + r, y + r, (i) => {
    const d = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
    if (d < least || (d === least && i < best)) { least = d; best = i; }
  });
  return best;
}

// ---- the order in which points are drawn: scattered, so that the first of them are a fair part of all
const order = new Int32Array(count);
{
  const gcd = (a, b) => b === 0 ? a : gcd(b, a % b);
  let step = Math.max(1, Math.floor(count * 0.618));
  while (gcd(step, count) !== 1) ++step;
  for (let k = 0; k < count; ++k) order[k] = (k * step) % count;
}

// ---- colours
const dark = matchMedia("(prefers-color-scheme: dark)");
let theme = dark.matches ? "dark" : "light";
const rgb = header.colours.map((c) => [1, 3, 5].map((k) => parseInt(c.slice(k, k + 2), 16)));
const plain = { light: [70, 108, 160], dark: [122, 160, 214] };
const colours = new Uint8Array(4 * count);
let listed = null;       // Int32Array of the points in the list, or null
let isolated = -1;       // a cluster, or -1
let coloursOld = true;
function colourOf(i) {
  const cluster = clusterOf[i];
  return cluster < 0 ? plain[theme] : rgb[clusters[cluster].colour];
}
function makeColours() {
  const alpha = count > 100000 ? 150 : count > 20000 ? 180 : 215;
  for (let k = 0; k < count; ++k) {
    const i = order[k], c = colourOf(i);
    const faint = listed !== null || (isolated >= 0 && clusterOf[i] !== isolated);
    colours[4 * k] = c[0]; colours[4 * k + 1] = c[1]; colours[4 * k + 2] = c[2];
    colours[4 * k + 3] = faint ? (theme === "dark" ? 40 : 34) : alpha;
  }
  coloursOld = false;
}
function pointSize() {  // in pixels of the page: grows slowly as one zooms in
  const base = Math.min(7, Math.max(1.7, 46 / Math.pow(count, 0.27)));
  return Math.min(16, base * Math.pow(Math.max(view.scale / wholeScale, 0.5), 0.38));
}

// ---- drawing of the points: WebGL, or a plain canvas where there is none
function webglPainter() {
  if (location.hash.includes("canvas")) return null;
  const gl = canvas.getContext("webgl", { antialias: false, premultipliedAlpha: true, alpha: true });
  if (!gl) return null;
  const compile = (type, text) => {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    return shader;
  };
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl.VERTEX_SHADER,
    "attribute vec2 place; attribute vec4 colour; uniform vec4 view; uniform mediump float size; varying vec4 tint;" +
    "void main() { gl_Position = vec4((place - view.xy) * view.zw, 0.0, 1.0); gl_PointSize = size; tint = colour; }"));
  gl.attachShader(program, compile(gl.FRAGMENT_SHADER,
    "precision mediump float; varying vec4 tint; uniform float size;" +
    "void main() { float r = length(gl_PointCoord - 0.5) * size; float a = tint.a * clamp(size * 0.5 - r + 0.5, 0.0, 1.0);" +
    "gl_FragColor = vec4(tint.rgb * a, a); }"));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {  // a canvas that was asked for WebGL has nothing else to give
    const fresh = canvas.cloneNode();
    canvas.replaceWith(fresh);
    canvas = fresh;
    return null;
  }
  gl.useProgram(program);
  const attribute = (name, size, type, normalized) => {
    const buffer = gl.createBuffer(), at = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, normalized, 0, 0);
    return buffer;
  };
  attribute("place", 2, gl.FLOAT, false);
  const scattered = new Float32Array(2 * count);
  order.forEach((i, k) => { scattered[2 * k] = places[2 * i]; scattered[2 * k + 1] = places[2 * i + 1]; });
  gl.bufferData(gl.ARRAY_BUFFER, scattered, gl.STATIC_DRAW);
  const colourBuffer = attribute("colour", 4, gl.UNSIGNED_BYTE, true);
  const viewAt = gl.getUniformLocation(program, "view"), sizeAt = gl.getUniformLocation(program, "size");
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return (some) => {
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (coloursOld) {
      makeColours();
      gl.bindBuffer(gl.ARRAY_BUFFER, colourBuffer);
      gl.bufferData(gl.ARRAY_BUFFER, colours, gl.DYNAMIC_DRAW);
    }
    gl.uniform4f(viewAt, view.x, view.y, 2 * view.scale / width, -2 * view.scale / height);
    gl.uniform1f(sizeAt, Math.max(1, pointSize() * ratio));
    gl.drawArrays(gl.POINTS, 0, some);
  };
}
function canvasPainter() {  // squares, written into the picture itself: a brush takes ten times as long
  const brush = canvas.getContext("2d");
  let image = null, pixels = null;
  return (some) => {
    if (coloursOld) makeColours();
    if (!image || image.width !== canvas.width || image.height !== canvas.height) {
      image = brush.createImageData(canvas.width, canvas.height);
      pixels = image.data;
    }
    pixels.fill(0);
    const size = Math.max(1, Math.round(pointSize() * ratio * 0.85)), w = canvas.width, h = canvas.height;
    for (let k = 0; k < some; ++k) {
      const i = order[k];
      const left = Math.round(pixelX(places[2 * i]) * ratio - size / 2), top = Math.round(pixelY(places[2 * i + 1]) * ratio - size / 2);
      if (left < 0 || top < 0 || left + size > w || top + size > h) continue;
      for (let y = top; y < top + size; ++y) {
        for (let at = 4 * (y * w + left), end = at + 4 * size; at < end; at += 4) {
          pixels[at] = colours[4 * k]; pixels[at + 1] = colours[4 * k + 1]; pixels[at + 2] = colours[4 * k + 2];
          pixels[at + 3] = Math.max(pixels[at + 3], colours[4 * k + 3]);
        }
      }
    }
    brush.putImageData(image, 0, 0);
  };
}
const webgl = webglPainter(), painter = webgl || canvasPainter();

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
})();
