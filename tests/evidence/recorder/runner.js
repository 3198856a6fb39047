// Runs the steps of one scenario inside the page, reports what JavaScript saw, and goes where the server says next.
// NB: it makes no request of its own before the report, so that what the server records is the scenario's alone.
"use strict";

const inFirefox = "mozInnerScreenX" in self;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const bytesOf = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

// Bytes as text, one character per byte: a body need not be valid UTF-8.
const textOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");

function makeBody(body) {
  if (body === undefined || body === null) return undefined;
  const kind = body.kind || "text";
  const text = body.text || "";
  if (kind === "text") return text;
  if (kind === "bytes") return bytesOf(text);
  if (kind === "blob") return new Blob([bytesOf(text)], body.type ? { type: body.type } : {});
  if (kind === "stream") {
    return new ReadableStream({
      start(controller) {
        controller.enqueue(bytesOf(text));
        controller.close();
      },
    });
  }
  const made = kind === "form" ? new FormData() : new URLSearchParams();
  for (const [name, value, filename, type] of body.fields || []) {
    if (filename === undefined) made.append(name, value);
    else made.append(name, new Blob([bytesOf(value)], { type: type || "" }), filename);
  }
  return made;
}

function failure(error) {
  return { outcome: "rejected", error: error && error.name ? error.name : String(error) };
}

const STILL_PENDING = Symbol("still pending");

const within = (promise, milliseconds) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve(STILL_PENDING), milliseconds))]);

async function readBody(response, seen, milliseconds) {
  try {
    const buffer = await within(response.arrayBuffer(), milliseconds);
    if (buffer === STILL_PENDING) seen.body_error = "pending";
    else seen.body = textOf(buffer);
  } catch (error) {
    seen.body_error = error.name;
  }
}

async function runFetch(step) {
  const init = {};
  const copied = ["method", "mode", "credentials", "cache", "redirect", "referrer", "integrity", "keepalive", "duplex", "priority"];
  for (const name of copied) if (step[name] !== undefined) init[name] = step[name];
  if (step.referrer_policy !== undefined) init.referrerPolicy = step.referrer_policy;
  if (step.target_address_space !== undefined) init.targetAddressSpace = step.target_address_space;
  const milliseconds = step.timeout || 3000;
  try {
    if (step.headers !== undefined) init.headers = step.headers;
    const body = makeBody(step.body);
    if (body !== undefined) init.body = body;
    const response = await within(fetch(step.url, init), milliseconds);
    if (response === STILL_PENDING) return { outcome: "pending" };
    const seen = {
      outcome: "resolved",
      type: response.type,
      status: response.status,
      statusText: response.statusText,
      ok: response.ok,
      redirected: response.redirected,
      url: response.url,
      headers: Array.from(response.headers),
    };
    await readBody(response, seen, milliseconds);
    return seen;
  } catch (error) {
    return failure(error);
  }
}

function runXhr(step) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const seen = { outcome: "pending", events: [] };
    for (const name of ["loadstart", "error", "abort", "timeout", "load", "loadend"]) {
      request.addEventListener(name, () => seen.events.push(name));
    }
    const finish = () => {
      if (request.readyState !== 4) return resolve(seen);
      seen.outcome = seen.events.includes("load") ? "resolved" : "rejected";
      seen.status = request.status;
      seen.statusText = request.statusText;
      seen.url = request.responseURL;
      seen.raw_headers = request.getAllResponseHeaders();
      seen.body = request.response ? textOf(request.response) : "";
      return resolve(seen);
    };
    request.addEventListener("loadend", finish);
    setTimeout(finish, step.timeout || 3000);
    try {
      if (step.user === undefined && step.password === undefined) request.open(step.method ?? "GET", step.url);
      else request.open(step.method ?? "GET", step.url, true, step.user, step.password);
      request.responseType = "arraybuffer";
      if (step.credentials) request.withCredentials = true;
      if (step.upload) {
        for (const name of ["loadstart", "error", "load", "loadend"]) {
          request.upload.addEventListener(name, () => seen.events.push("upload." + name));
        }
      }
      for (const [name, value] of step.headers || []) request.setRequestHeader(name, value);
      const body = makeBody(step.body);
      if (body === undefined) request.send();
      else request.send(body);
    } catch (error) {
      resolve(failure(error));
    }
  });
}

function runElement(step) {
  if (step.tag in runChannel) return runChannel[step.tag](step);
  if (step.detail) return runDetailedElement(step);
  return new Promise((resolve) => {
    const finish = (outcome, more) => resolve(Object.assign({ outcome }, more));
    setTimeout(() => finish("pending"), step.timeout || 2000);
    const tags = { module: "script", stylesheet: "link", preload: "link" };
    try {
      if (step.tag === "beacon") return finish(navigator.sendBeacon(step.url, makeBody(step.body)) ? "queued" : "refused");
      if (step.tag === "eventsource") {
        const source = new EventSource(step.url, { withCredentials: step.crossorigin === "use-credentials" });
        source.onmessage = (event) => (source.close(), finish("load", { data: event.data }));
        source.onerror = () => {
          const state = source.readyState;
          source.close();
          finish("error", { state });
        };
        return undefined;
      }
      if (step.tag === "font") {
        new FontFace("f", `url(${step.url})`).load().then(() => finish("load"), (error) => finish("error", { error: error.name }));
        return undefined;
      }
      const element = document.createElement(tags[step.tag] || step.tag);
      element.onload = () => finish("load", step.tag === "img" ? { width: element.naturalWidth } : {});
      element.onloadedmetadata = element.onload;
      element.onerror = () => finish("error");
      if (step.crossorigin !== undefined) element.setAttribute("crossorigin", step.crossorigin);
      if (step.referrer_policy !== undefined) element.referrerPolicy = step.referrer_policy;
      if (step.tag === "module") element.type = "module";
      if (step.tag === "stylesheet") element.rel = "stylesheet";
      if (element.tagName === "LINK") element.href = step.url;
      else element.src = step.url;
      document.body.append(element);
    } catch (error) {
      resolve(failure(error));
    }
    return undefined;
  });
}

// All that an entry says which is the same in any two runs.
function timingDetail(entry) {
  const marks = ["redirectStart", "domainLookupStart", "connectStart", "requestStart", "responseStart", "responseEnd"];
  return {
    initiator: entry.initiatorType,
    marks: marks.filter((name) => entry[name] > 0),
    transfer_size: entry.transferSize,
    encoded_size: entry.encodedBodySize,
    decoded_size: entry.decodedBodySize,
    status: entry.responseStatus,
    content_type: entry.contentType,
    content_encoding: entry.contentEncoding,
  };
}

function runTiming(step) {
  return new Promise((resolve) => {
    setTimeout(() => {
      if (step.detail) {
        resolve({ outcome: "entries", entries: performance.getEntriesByName(step.url).map(timingDetail) });
        return;
      }
      const entries = performance.getEntriesByName(step.url).map((entry) => ({
        initiator: entry.initiatorType,
        detailed: entry.requestStart > 0,
        size: entry.transferSize > 0 || entry.encodedBodySize > 0,
        status: entry.responseStatus,
        redirect: entry.redirectStart > 0,
      }));
      resolve({ outcome: "entries", entries });
    }, 50);
  });
}

function runFrame(step) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    // NB: left out means the default; null means no sandbox at all.
    const sandbox = step.sandbox === undefined ? "allow-scripts" : step.sandbox;
    if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
    if (step.allow !== undefined) frame.setAttribute("allow", step.allow);
    const listen = (event) => {
      if (event.source !== frame.contentWindow) return;
      if (event.data === "ready") {
        frame.contentWindow.postMessage(step.steps, "*");
        return;
      }
      removeEventListener("message", listen);
      resolve({ outcome: "frame", steps: event.data });
    };
    addEventListener("message", listen);
    setTimeout(() => resolve({ outcome: "pending" }), 12000);
    const source = step.source || "srcdoc";
    const page = `<!doctype html><body><script>${runnerSource}<\/script>`;
    if (source === "srcdoc") frame.srcdoc = page;
    else if (source === "data") frame.src = "data:text/html;charset=utf-8," + encodeURIComponent(page);
    else frame.src = source + (step.headers ? "?" + encodeURIComponent(step.headers.join("\n")) : "");
    document.body.append(frame);
  });
}

// The service worker that controls the page; a page of opaque origin may not even ask.
function controller() {
  try {
    return navigator.serviceWorker ? navigator.serviceWorker.controller : null;
  } catch {
    return null;
  }
}

async function waitUntil(condition) {
  for (let i = 0; i < 150 && !condition(); i += 1) await pause(20);
}

async function runRegister(step) {
  try {
    if (step.action !== undefined) {
      const registration = await navigator.serviceWorker.getRegistration();
      if (registration === undefined) return { outcome: "none" };
      if (step.action === "unregister") return { outcome: "unregistered", result: await registration.unregister() };
      await registration.update();
      await pause(200);
      return { outcome: "updated" };
    }
    const options = {};
    if (step.scope !== undefined) options.scope = step.scope;
    if (step.update_via_cache !== undefined) options.updateViaCache = step.update_via_cache;
    const registration = await navigator.serviceWorker.register(step.url ?? "sw.js", options);
    await waitUntil(() => registration.active !== null && registration.active.state === "activated");
    if (location.href.startsWith(registration.scope)) await waitUntil(() => controller() !== null);
    return { outcome: "registered", scope: registration.scope, controlled: controller() !== null };
  } catch (error) {
    return { outcome: "refused", error: error.name, message: error.message };
  }
}

// What the worker saw since it was asked last.
function askWorker(worker) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    setTimeout(() => resolve("silent"), 2000);
    worker.postMessage("seen", [channel.port2]);
  });
}

async function runStep(step) {
  if (step.step === "wait") {
    await pause(step.ms);
    return { outcome: "waited" };
  }
  if (step.step === "together") {
    return { outcome: "together", steps: await Promise.all(step.steps.map(runStep)) };
  }
  const kinds = {
    fetch: runFetch, xhr: runXhr, element: runElement, timing: runTiming, frame: runFrame,
    worker: runWorker, imports: runImports, register: runRegister, socket: runSocket,
  };
  const started = Date.now();
  const seen = await kinds[step.step](step);
  seen.at = [started, Date.now()];
  return seen;
}

// The console says which step runs, so that what the browser itself says there can be told apart by step.
async function runAll(steps, token) {
  const mark = (what) => {
    if (token === undefined) return;
    const line = `recorder-step ${what} ${token}-`;
    // Firefox keeps what pages say apart from what it says itself, save for errors.
    if (inFirefox) reportError(line);
    else console.info(line);
  };
  const seen = [];
  for (const [index, step] of steps.entries()) {
    mark(index);
    seen.push(await runStep(step));
    const worker = controller();
    if (worker !== null) {
      const told = await askWorker(worker);
      if (told.length > 0) seen[index].worker = told;
    }
    // What a browser says of a failed request may come after the failure.
    if (steps.length > 1 && seen[index].outcome === "rejected") await pause(30);
  }
  mark("end");
  return seen;
}

const runnerSource = self.document === undefined ? "" : document.currentScript.textContent;

// Where the page may not fetch from its own origin, or no longer over http, a form still gets through.
function reportByForm(token, seen) {
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", enctype: "text/plain", action: "/.recorder/report-by-form?" + token });
  const field = document.createElement("textarea");
  Object.assign(field, { name: "report", value: JSON.stringify(seen) });
  form.append(field);
  document.body.append(form);
  form.submit();
}

async function main() {
  if (self.document === undefined) return insideWorker();
  const holder = document.getElementById("scenarios");
  if (holder === null) {
    addEventListener("message", async (event) => parent.postMessage(await runAll(event.data), "*"), { once: true });
    parent.postMessage("ready", "*");
    return undefined;
  }
  for (const { token, steps } of JSON.parse(holder.textContent)) {
    const seen = await runAll(steps, token);
    // What the browser says of a frame is lost if the frame is gone too soon.
    if (steps.some((step) => step.step === "frame")) await pause(400);
    if (holder.dataset.reports === "by-form") return reportByForm(token, seen);
    const answer = await fetch("/.recorder/report?" + token, { method: "POST", body: JSON.stringify(seen) });
    const { next } = await answer.json();
    if (steps.some((step) => step.step === "register") && navigator.serviceWorker) {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    }
    if (next !== null) location.replace(next);
  }
  return undefined;
}

main();
