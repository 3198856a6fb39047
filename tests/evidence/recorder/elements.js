// Lets elements load something, and reports what the page can observe of it. It stands in the page before runner.js,
// which has `within` and `STILL_PENDING`.
"use strict";

// Whether the event named `good` or the one named `bad` comes first.
const heard = (target, good, bad = "error") =>
  new Promise((resolve) => {
    target.addEventListener(good, () => resolve("load"), { once: true });
    target.addEventListener(bad, () => resolve("error"), { once: true });
  });

// How much of a script's error the page's listener is told: "full", "muted", or the parts that it is told.
function told(event) {
  const parts = [];
  if (event.message !== "Script error." && event.message !== "") parts.push("message");
  if (event.filename) parts.push("source");
  if (event.lineno > 0) parts.push("line");
  if (event.error !== null && event.error !== undefined) parts.push("error");
  if (parts.length === 0) return "muted";
  return parts.length === 4 ? "full" : parts.join("+");
}

function isTainted(source) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  context.drawImage(source, 0, 0, 1, 1);
  try {
    context.getImageData(0, 0, 1, 1);
    return false;
  } catch (error) {
    return error.name === "SecurityError" ? true : error.name;
  }
}

function withAttributes(element, step) {
  const attributes = {
    crossorigin: step.crossorigin,
    referrerpolicy: step.referrer_policy,
    integrity: step.integrity,
    as: step.destination,
  };
  if (step.tag !== "import") attributes.type = step.type;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  return element;
}

// What a style sheet's rules may apply to: text, so that its font is needed.
function newProbe() {
  const probe = document.createElement("div");
  probe.id = "probe";
  probe.textContent = "probe";
  document.body.append(probe);
  return probe;
}

async function loadImage(step) {
  const element = withAttributes(document.createElement(step.tag === "input" ? "input" : "img"), step);
  if (step.tag === "input") element.type = "image";
  const outcome = heard(element, "load");
  if (step.srcset !== undefined) element.srcset = step.srcset;
  if (step.url) element.src = step.url;
  document.body.append(element);
  const seen = { outcome: await outcome };
  if (step.tag === "input" || seen.outcome !== "load") return seen;
  seen.width = element.naturalWidth;
  seen.tainted = isTainted(element);
  if (step.srcset !== undefined) seen.chosen = element.currentSrc;
  return seen;
}

async function loadScript(step) {
  const element = withAttributes(document.createElement("script"), step);
  if (step.tag === "module") element.type = "module";
  const outcome = heard(element, "load");
  element.src = step.url;
  document.body.append(element);
  return { outcome: await outcome, executed: window.ran === undefined ? null : window.ran };
}

async function importModule(step) {
  const seen = { outcome: "load" };
  try {
    const namespace = await (step.type === undefined ? import(step.url) : import(step.url, { with: { type: step.type } }));
    const value = namespace.default;
    if (value instanceof CSSStyleSheet) seen.rules = value.cssRules.length;
    else if (value !== undefined) seen.value = value;
  } catch (error) {
    seen.outcome = "error";
    seen.error = error.name;
  }
  seen.executed = window.ran === undefined ? null : window.ran;
  return seen;
}

function countRules(sheet) {
  try {
    return sheet === null ? null : sheet.cssRules.length;
  } catch (error) {
    return error.name;
  }
}

async function loadStylesheet(step) {
  const probe = newProbe();
  const element = withAttributes(document.createElement("link"), step);
  element.rel = "stylesheet";
  const outcome = heard(element, "load");
  element.href = step.url;
  document.head.append(element);
  const seen = { outcome: await outcome };
  if (step.settle !== undefined) await pause(step.settle);
  // Of a sheet that failed, browsers keep one that is empty, closed, or none.
  if (seen.outcome === "load") seen.rules = countRules(element.sheet);
  const style = getComputedStyle(probe);
  seen.applied = style.color === "rgb(1, 2, 3)";
  seen.imported = style.backgroundColor === "rgb(4, 5, 6)";
  const faces = Array.from(document.fonts);
  if (faces.length > 0) {
    await within(document.fonts.ready, 1000);
    seen.fonts = faces.map((face) => face.status);
  }
  return seen;
}

async function loadFont(step) {
  try {
    await new FontFace("f", `url(${step.url})`).load();
    return { outcome: "load" };
  } catch (error) {
    return { outcome: "error", error: error.name };
  }
}

async function loadMedia(step) {
  const element = withAttributes(document.createElement(step.tag), step);
  element.muted = true;
  element.preload = "auto";
  const outcome = heard(element, step.tag === "video" ? "loadeddata" : "loadedmetadata");
  element.src = step.url;
  document.body.append(element);
  const seen = { outcome: await outcome };
  if (seen.outcome === "error") seen.code = element.error ? element.error.code : null;
  else if (step.tag === "video") seen.tainted = isTainted(element);
  return seen;
}

async function loadTrack(step) {
  const media = document.createElement("video");
  if (step.crossorigin !== undefined) media.setAttribute("crossorigin", step.crossorigin);
  const element = document.createElement("track");
  const outcome = heard(element, "load");
  element.src = step.url;
  element.default = true;
  media.append(element);
  document.body.append(media);
  element.track.mode = "hidden";
  const seen = { outcome: await outcome, state: element.readyState };
  seen.cues = element.track.cues === null ? null : element.track.cues.length;
  return seen;
}

async function loadLink(step) {
  const element = withAttributes(document.createElement("link"), step);
  element.rel = step.tag;
  const outcome = heard(element, "load");
  element.href = step.url;
  document.head.append(element);
  return { outcome: await outcome };
}

// An element whose style needs an image: no event tells what became of it.
async function useInStyle(step) {
  const element = document.createElement("div");
  Object.assign(element.style, { width: "20px", height: "20px", float: "left", listStyle: "inside", display: "list-item" });
  element.style.setProperty(step.property, `url("${step.url}")`);
  document.body.append(element);
  void element.offsetWidth;
  await pause(step.settle === undefined ? 250 : step.settle);
  return { outcome: "done" };
}

const LOADERS = {
  img: loadImage,
  input: loadImage,
  script: loadScript,
  module: loadScript,
  import: importModule,
  stylesheet: loadStylesheet,
  font: loadFont,
  audio: loadMedia,
  video: loadMedia,
  track: loadTrack,
  css: useInStyle,
};

async function runDetailedElement(step) {
  const errors = [];
  const listen = (event) => {
    if (!String(event.message).includes("recorder-step")) errors.push(told(event));
  };
  addEventListener("error", listen);
  delete window.ran;
  try {
    const loaded = await within((LOADERS[step.tag] || loadLink)(step), step.timeout || 2000);
    const seen = loaded === STILL_PENDING ? { outcome: "pending" } : loaded;
    // A load that no event tells of goes on.
    if (step.settle !== undefined && step.tag !== "css" && step.tag !== "stylesheet") await pause(step.settle);
    if (errors.length > 0) seen.errors = errors;
    return seen;
  } catch (error) {
    return failure(error);
  } finally {
    removeEventListener("error", listen);
  }
}
