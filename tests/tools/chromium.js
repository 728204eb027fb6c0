// Drives Chromium over its debugging pipe: messages of JSON, each ended by a zero byte. No package is needed.
"use strict";
const { spawn } = require("child_process");

/// Starts a headless Chromium with a profile in `folder`, drawing in software, and opens a tab.
async function launch(chromium, folder) {
  const browser = spawn(chromium, ["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--window-size=1200,800", `--user-data-dir=${folder}/profile`, "--remote-debugging-pipe"],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map(), complaints = [], requests = [];
  let number = 0, session, received = "";
  function heard(message) {
    if (message.id) {
      const { resolve, reject } = waiting.get(message.id);
      message.error ? reject(new Error(message.error.message)) : resolve(message.result);
    }
    if (message.method === "Runtime.exceptionThrown") complaints.push(message.params.exceptionDetails.exception?.description);
    if (message.method === "Runtime.consoleAPICalled") complaints.push(JSON.stringify(message.params.args));
    if (message.method === "Log.entryAdded") complaints.push(message.params.entry.text);
    if (message.method === "Network.requestWillBeSent") requests.push(message.params.request.url.slice(0, 200));
  }
  browser.stdio[4].on("data", (data) => {
    received += data;
    for (let end; (end = received.indexOf("\0")) >= 0; received = received.slice(end + 1)) heard(JSON.parse(received.slice(0, end)));
  });
  function send(method, params = {}) {
    const id = ++number;
    browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId: session }) + "\0");
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  }
  async function evaluate(expression) {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception.description}`);
    return result.value;
  }
  const mouse = (type, [x, y], more = {}) => send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1, ...more });
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  session = (await send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const part of ["Page", "Runtime", "Log", "Network"]) await send(`${part}.enable`);
  return { browser, send, evaluate, mouse, complaints, requests };
}

module.exports = { launch };
