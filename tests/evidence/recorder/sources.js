// What a page keeps open or hands on for longer than one load takes: an EventSource that connects again, pings, fetchLater.
"use strict";

// How long a source waited before it connected again, in classes that a busy machine does not change.
function waited(milliseconds) {
  if (milliseconds < 400) return "under 0.4 s";
  if (milliseconds < 2000) return "0.4 to 2 s";
  return milliseconds < 4000 ? "2 to 4 s" : "over 4 s";
}

// Listens until the source has told of `errors` errors, or is closed, or the time is over.
function runReconnecting(step) {
  return new Promise((resolve) => {
    const told = [];
    const waits = [];
    let errors = 0;
    let lost = 0;
    const source = new EventSource(step.url, { withCredentials: step.crossorigin === "use-credentials" });
    const finish = () => {
      const state = source.readyState;
      source.close();
      const seen = { outcome: "source", told, state };
      if (step.detail) seen.waits = waits;
      resolve(seen);
    };
    setTimeout(finish, step.timeout || 2000);
    const tell = (event) => {
      if (lost) waits.push(waited(Date.now() - lost));
      lost = 0;
      if (event instanceof MessageEvent) told.push([event.type, event.data, event.lastEventId, event.origin]);
      else told.push([event.type, source.readyState]);
    };
    source.onopen = tell;
    source.onmessage = tell;
    source.addEventListener("add", tell);
    source.onerror = (event) => {
      tell(event);
      if (event instanceof MessageEvent) return;
      lost = Date.now();
      errors += 1;
      if (errors >= step.errors || source.readyState === 2) finish();
    };
  });
}

// Follows a link within the page, or into a frame, which sends its pings.
function runPing(step) {
  const link = document.createElement("a");
  link.setAttribute("ping", step.url);
  link.href = step.href === undefined ? "#there" : step.href;
  if (step.href !== undefined) {
    const frame = document.createElement("iframe");
    frame.name = link.target = "there";
    document.body.append(frame);
  }
  if (step.referrer_policy !== undefined) link.referrerPolicy = step.referrer_policy;
  document.body.append(link);
  link.click();
  return new Promise((resolve) => setTimeout(() => resolve({ outcome: "clicked" }), step.settle || 300));
}

// Asks for a request at some time later, which is at once.
function runFetchLater(step) {
  try {
    const init = { activateAfter: 0 };
    if (step.body !== undefined) Object.assign(init, { method: "POST", body: makeBody(step.body) });
    if (step.credentials !== undefined) init.credentials = step.credentials;
    fetchLater(step.url, init);
  } catch (error) {
    return Promise.resolve(failure(error));
  }
  return new Promise((resolve) => setTimeout(() => resolve({ outcome: "later" }), step.settle || 300));
}

const runChannel = { reconnecting: runReconnecting, ping: runPing, fetchlater: runFetchLater };
