#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const path = require("node:path");

// The notice would precede every answer of every command; package.json's `engines` says which Node.js is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const compiled = path.join(__dirname, "..", "dist", "rollout", "cli.js");
if (!existsSync(compiled)) {
  console.error("firebreak: the program is not compiled. Run `npm run build` in the checkout.");
  process.exit(1);
}
void require(compiled).main(process.argv);
