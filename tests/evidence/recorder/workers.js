// Starts workers, lets them run steps, and reports what page and worker can observe. It stands in the page before
// runner.js; a worker's script has the same text in the place of its mark.
"use strict";

const RUNNER_MARK = "/*runner*/";

// What an error event of a worker tells the page.
const toldOfWorker = (event) => ({ event: event.constructor.name, message: event.message });

function addressOf(step) {
  if (step.source === undefined) return step.url;
  const source = step.source.replace(RUNNER_MARK, () => runnerSource);
  const type = step.media_type === undefined ? "text/javascript" : step.media_type;
  if (step.url === "data:") return `data:${type},` + encodeURIComponent(source);
  return URL.createObjectURL(new Blob([source], type ? { type } : {}));
}

function runWorker(step) {
  return new Promise((resolve) => {
    const options = {};
    for (const name of ["type", "credentials", "name"]) if (step[name] !== undefined) options[name] = step[name];
    let worker;
    try {
      worker = step.shared ? new SharedWorker(addressOf(step), options) : new Worker(addressOf(step), options);
    } catch (error) {
      resolve(failure(error));
      return;
    }
    const port = step.shared ? worker.port : worker;
    const finish = (seen) => {
      // A shared worker may have to serve the next step too.
      if (!step.shared) worker.terminate();
      resolve(seen);
    };
    setTimeout(() => finish({ outcome: "pending" }), step.timeout || 2500);
    worker.onerror = (event) => finish({ outcome: "error", ...toldOfWorker(event) });
    let started = null;
    port.onmessage = (event) => {
      if (started !== null) {
        finish({ ...started, steps: event.data });
        return;
      }
      started = { outcome: "started", ...event.data };
      port.postMessage(step.steps || []);
    };
  });
}

// What a worker imports after it has started, in the way that `kind` says.
async function runImports(step) {
  delete self.ran;
  const seen = { outcome: "load" };
  try {
    if (step.kind !== "module") importScripts(...step.urls);
    else for (const url of step.urls) await within(import(url), step.timeout || 2000);
  } catch (error) {
    seen.outcome = "error";
    seen.error = error.name;
    seen.message = error.message;
  }
  seen.ran = self.ran === undefined ? null : self.ran;
  return seen;
}

// What the worker says of itself, and what it sees of the steps that it is sent.
function answerPage(port) {
  const { protocol, href } = self.location;
  port.onmessage = async (event) => {
    const seen = [];
    for (const step of event.data) seen.push(await runStep(step));
    port.postMessage(seen);
  };
  port.postMessage({
    origin: self.origin,
    url: protocol.startsWith("http") ? href : protocol,
    name: self.name,
    ran: self.ran === undefined ? null : self.ran,
  });
}

function insideWorker() {
  if ("onconnect" in self) self.onconnect = (event) => answerPage(event.ports[0]);
  else answerPage(self);
}
