// The script of a service worker: it does what its rules say, which stand before it, and tells the page what it saw.
"use strict";

const seen = [];
const pending = [];

async function described(event) {
  const { request } = event;
  const copied = ["method", "url", "mode", "credentials", "destination", "redirect", "cache", "referrer", "integrity", "keepalive"];
  const told = Object.fromEntries(copied.map((name) => [name, request[name]]));
  told.referrerPolicy = request.referrerPolicy;
  told.headers = Array.from(request.headers);
  told.client = event.clientId !== "";
  const entry = { request: told };
  seen.push(entry);
  if (request.method !== "GET" && request.method !== "HEAD") {
    told.body = await request.clone().text().catch((error) => error.name);
  }
}

function tell(what) {
  seen.push(what);
}

// NB: what has its default is left out of the rules.
function made(rule) {
  const { body = "worker", status, headers } = rule;
  const content = rule.binary ? Uint8Array.from(body, (character) => character.charCodeAt(0)) : body;
  return new Response(content, { status, headers });
}

async function fetched(...given) {
  try {
    const response = await fetch(...given);
    tell({ fetched: [response.type, response.status, response.url, response.redirected] });
    return response;
  } catch (error) {
    tell({ fetched: error.name });
    throw error;
  }
}

async function wrapped(event) {
  const response = await fetched(event.request);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers: response.headers });
}

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function used(rule) {
  const response = made(rule);
  await response.text();
  return response;
}

function broken(rule) {
  let pulls = 0;
  const stream = new ReadableStream({
    pull(controller) {
      pulls += 1;
      if (pulls === 1) controller.enqueue(new TextEncoder().encode("begun"));
      else controller.error(new Error("broken"));
    },
  }, { highWaterMark: 0 });
  return new Response(stream);
}

const requestOf = (said) => (typeof said === "string" ? said : new Request(said.url, said));

async function cached(rule, event) {
  const cache = await caches.open("one");
  const results = [];
  for (const [method, ...given] of rule.operations) {
    try {
      results.push(await operate(cache, method, given, event));
    } catch (error) {
      results.push(error.name);
    }
  }
  return new Response(JSON.stringify(results), { headers: { "Content-Type": "application/json" } });
}

async function cacheFirst(rule, event) {
  const cache = await caches.open("first");
  const found = await cache.match(event.request.url);
  if (found !== undefined) return found;
  const response = await fetched(event.request, rule.init === undefined ? {} : rule.init);
  await cache.put(event.request.url, response.clone());
  return response;
}

async function shown(response) {
  if (response === undefined) return null;
  return [response.type, response.status, response.url, Array.from(response.headers), await response.text()];
}

async function operate(cache, method, given, event) {
  if (method === "put") {
    const [request, response] = given;
    return (await cache.put(requestOf(request), new Response(response.body ?? "", response))) === undefined;
  }
  if (method === "put-fetched") return (await cache.put(requestOf(given[0]), await fetch(requestOf(given[0])))) === undefined;
  if (method === "put-event") return (await cache.put(event.request, new Response("x"))) === undefined;
  if (method === "add") return (await cache.add(requestOf(given[0]))) === undefined;
  if (method === "addAll") return (await cache.addAll(given[0].map(requestOf))) === undefined;
  if (method === "match") return shown(await cache.match(requestOf(given[0]), given[1]));
  if (method === "matchAll") {
    return Promise.all((await (given.length ? cache.matchAll(requestOf(given[0]), given[1]) : cache.matchAll())).map(shown));
  }
  if (method === "delete") return cache.delete(requestOf(given[0]), given[1]);
  if (method === "keys") return (await cache.keys()).map((request) => [request.method, request.url]);
  throw new Error(method);
}

const ACTIONS = {
  ignore() {},
  prevent: (event) => event.preventDefault(),
  synthetic: (event, rule) => event.respondWith(made(rule)),
  fetch: (event, rule) => event.respondWith(rule.init === undefined ? fetched(event.request) : fetched(event.request, rule.init)),
  "fetch-url": (event, rule) => event.respondWith(fetched(rule.url, rule.init === undefined ? {} : rule.init)),
  wrap: (event) => event.respondWith(wrapped(event)),
  error: (event) => event.respondWith(Response.error()),
  redirect: (event, rule) => event.respondWith(Response.redirect(rule.url, rule.status)),
  reject: (event) => event.respondWith(Promise.reject(new Error("boom"))),
  throw() {
    throw new Error("boom");
  },
  "throw-after": (event, rule) => {
    event.respondWith(made(rule));
    throw new Error("boom");
  },
  nothing: (event) => event.respondWith(undefined),
  text: (event) => event.respondWith("text"),
  twice: (event, rule) => {
    event.respondWith(made(rule));
    try {
      event.respondWith(new Response("second"));
    } catch (error) {
      tell({ thrown: error.name });
    }
  },
  late: (event, rule) => {
    pending.push(
      later(20).then(() => {
        try {
          event.respondWith(made(rule));
        } catch (error) {
          tell({ thrown: error.name });
        }
      }),
    );
  },
  hang: (event) => event.respondWith(new Promise(() => {})),
  slow: (event, rule) => event.respondWith(later(100).then(() => made(rule))),
  used: (event, rule) => event.respondWith(used(rule)),
  broken: (event, rule) => event.respondWith(broken(rule)),
  "cache-first": (event, rule) => event.respondWith(cacheFirst(rule, event)),
  cache: (event, rule) => event.respondWith(cached(rule, event)),
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", async (event) => {
  await Promise.all(pending.splice(0));
  event.ports[0].postMessage(seen.splice(0));
});
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const rule = RULES.find(({ path = "/x" }) => path === pathname);
  if (rule === undefined) return;
  pending.push(described(event));
  ACTIONS[rule.does || "synthetic"](event, rule);
});
