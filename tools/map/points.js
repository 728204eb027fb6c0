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
