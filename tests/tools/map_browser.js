// Opens maps in Chromium and uses them.
//   node map_browser.js CHROMIUM FOLDER
"use strict";
const { launch } = require("./chromium.js");
const [, , chromium, folder] = process.argv;
let browser, send, evaluate, mouse, complaints, requests;

/// Frames of the page, until the expression is true.
async function until(expression) {
  const met = await evaluate(`new Promise((resolve) => { let frames = 0; const look = () => {
    let met = false; try { met = Boolean(${expression}); } catch {}
    met ? resolve(true) : ++frames > 1200 ? resolve(false) : setTimeout(look, 25); }; look(); })`);
  check(`within half a minute: ${expression}`, met);
}
async function key(name, text) {
  await send("Input.dispatchKeyEvent", { type: "keyDown", key: name, text });
  await send("Input.dispatchKeyEvent", { type: "keyUp", key: name });
}
let failed = 0;
function check(claim, holds) {
  console.log(`${holds ? "ok    " : "FAILED"} ${claim}`);
  if (!holds) failed = 1;
}
async function open(name) {
  await send("Page.navigate", { url: `file://${folder}/${name}` });
  await until("window.eckartMap && window.eckartMap.frames() > 0");
}

async function run() {
  ({ browser, send, evaluate, mouse, complaints, requests } = await launch(chromium, folder));

  await open("map.html");
  check("all points are there", await evaluate("eckartMap.count") === 24);
  check("clusters are listed", await evaluate("document.querySelectorAll('#legend button').length") === 6);

  await evaluate("document.getElementById('query').focus()");
  await send("Input.insertText", { text: "TYRE" });
  await until("eckartMap.listed()");
  check("search lists what has the word", await evaluate("eckartMap.listed().join()") === "cars/flat-tyre.md");
  check("its name is in the list", await evaluate("document.getElementById('list').textContent") === "Changing a flat tyre");
  check("the number is told", (await evaluate("document.getElementById('status').textContent")) === "1 document");
  await key("Escape");
  check("Escape clears the search", await evaluate("eckartMap.listed()") === null);

  const first = await evaluate("eckartMap.pixel(0)");
  await mouse("mouseMoved", first, { button: "none" });
  await until("!document.getElementById('tip').hidden");
  check("hovering names a point", (await evaluate("document.getElementById('tip').textContent")).startsWith("Buying a used vehicle"));

  await mouse("mousePressed", first);
  await mouse("mouseReleased", first);
  await until("eckartMap.listed()");
  check("a click lists the point first", await evaluate("eckartMap.listed()[0]") === "cars/buying-used.md");
  await key("Escape");

  const before = await evaluate("eckartMap.pixel(3)");
  await mouse("mousePressed", [300, 300]);
  await mouse("mouseMoved", [340, 320]);
  await mouse("mouseReleased", [340, 320]);
  const after = await evaluate("eckartMap.pixel(3)");
  check("dragging moves the picture with the pointer", Math.hypot(after[0] - before[0] - 40, after[1] - before[1] - 20) < 0.01);

  await key("l", "l");
  const [x, y] = await evaluate("eckartMap.pixel(5)");
  await mouse("mousePressed", [x - 6, y - 6]);
  for (const corner of [[x + 6, y - 6], [x + 6, y + 6], [x - 6, y + 6]]) await mouse("mouseMoved", corner);
  await mouse("mouseReleased", [x - 6, y + 6]);
  await until("eckartMap.listed()");
  check("a lasso lists what it holds", (await evaluate("eckartMap.listed()")).includes("garden/compost.md"));
  check("the lasso is told", (await evaluate("document.getElementById('status').textContent")).endsWith("in the lasso"));

  const scale = await evaluate("eckartMap.view.scale");
  await key("Escape");
  await key("+", "+");
  check("plus zooms in", await evaluate("eckartMap.view.scale") > scale);
  await key("0", "0");
  check("0 shows all", Math.abs(await evaluate("eckartMap.view.scale") - scale) < 1e-9);

  await evaluate("location.hash = 'canvas'");
  await send("Page.reload");
  await until("window.eckartMap && window.eckartMap.frames() > 0 && !eckartMap.webgl");
  // Read from a copy: a browser complains of a canvas that is read again and again, if nobody said that it would be.
  await until(`(() => {
    const points = document.getElementById("points"), copy = document.createElement("canvas");
    [copy.width, copy.height] = [points.width, points.height];
    const pixels = copy.getContext("2d", { willReadFrequently: true });
    pixels.drawImage(points, 0, 0);
    return pixels.getImageData(0, 0, copy.width, copy.height).data.some((value) => value > 0);
  })()`);

  await open("hostile.html");
  check("names are text", await evaluate("window.broken") === undefined && await evaluate("document.images.length") === 0);
  await evaluate("eckartMap.search('script')");
  check("and are found as they are", (await evaluate("document.getElementById('list').textContent")).startsWith("</script>"));
  check("the title is text", await evaluate("document.title") === "</title><script>window.broken = 1</script>");

  check(`no console messages ${complaints.join("; ")}`, complaints.length === 0);
  const foreign = requests.filter((url) => !url.startsWith("file://") && !url.startsWith("data:"));
  check(`no network requests ${foreign.join(" ")}`, foreign.length === 0 && requests.length > 0);
}

run().catch((error) => { console.log("FAILED", error.message); failed = 1; })
  .finally(() => { if (!browser) process.exit(failed); browser.on("exit", () => process.exit(failed)); browser.kill(); });
