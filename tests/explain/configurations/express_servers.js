// Starts one Express server for each configuration of the file that is named, and prints their ports as JSON.
"use strict";

const express = require("express");
const texts = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));

function serve(text) {
  const app = express();
  // The configuration is run as it was written, where a reader would put it: above the routes.
  new Function("app", "require", text)(app, require);
  app.options(/.*/, (request, response) => response.status(401).end());
  app.all(/^\/items\//, (request, response) => response.set("X-Total", "3").json({}));
  app.get("/boom", () => {
    throw new Error("boom");
  });
  return new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

Promise.all(texts.map(serve)).then((ports) => console.log(JSON.stringify(ports)));
