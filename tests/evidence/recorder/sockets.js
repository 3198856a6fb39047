// Opens a WebSocket, and reports all that the page can observe of it. It stands in the page before runner.js, which has
// `bytesOf`, `textOf`, `failure` and `pause`.
"use strict";

const SOCKET_STATES = ["connecting", "open", "closing", "closed"];

// Does what the page does at some point of a socket's life, and tells what was thrown.
function actOn(socket, acts, seen) {
  for (const [act, ...values] of acts || []) {
    try {
      if (act === "text") socket.send(values[0]);
      else if (act === "bytes") socket.send(bytesOf(values[0]));
      else if (act === "blob") socket.send(new Blob([bytesOf(values[0])]));
      else if (act === "close") socket.close(...values);
      else if (act === "type") socket.binaryType = values[0];
      if (act !== "close" && act !== "type") seen.buffered.push(socket.bufferedAmount);
    } catch (error) {
      seen.thrown.push(error.name);
    }
  }
}

function runSocket(step) {
  return new Promise((resolve) => {
    const seen = { outcome: "pending", heard: [], thrown: [], buffered: [] };
    let socket;
    try {
      socket = step.protocols === undefined ? new WebSocket(step.url) : new WebSocket(step.url, step.protocols);
    } catch (error) {
      resolve(failure(error));
      return;
    }
    socket.binaryType = "arraybuffer";
    const hear = (...words) => seen.heard.push([...words, SOCKET_STATES[socket.readyState]]);
    const finish = () => {
      seen.outcome = SOCKET_STATES[socket.readyState];
      seen.url = socket.url;
      seen.protocol = socket.protocol;
      seen.extensions = socket.extensions;
      resolve(seen);
    };
    let messages = 0;
    socket.onopen = () => {
      hear("open", socket.protocol, socket.extensions);
      actOn(socket, step.opened, seen);
    };
    socket.onmessage = (event) => {
      const isText = typeof event.data === "string";
      if (event.data instanceof Blob) hear("blob", String(event.data.size), event.origin);
      else hear(isText ? "text" : "bytes", isText ? event.data : textOf(event.data), event.origin);
      messages += 1;
      if (messages === 1) actOn(socket, step.answered, seen);
    };
    socket.onerror = () => hear("error");
    socket.onclose = (event) => {
      hear("close", event.code, event.reason, event.wasClean);
      actOn(socket, step.late, seen);
      // What the server hears last, and what the browser says of it, may come later.
      setTimeout(finish, 80);
    };
    setTimeout(finish, step.timeout || 2000);
    actOn(socket, step.early, seen);
  });
}
