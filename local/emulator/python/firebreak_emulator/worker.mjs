// One Lambda execution environment: loads a handler, then serves one invocation a line.
//
// ministack's own worker answers missing AWS SDK clients with stubs and hides the name of an error; this one does
// neither. Standard input: first {codeDir, module, handler}, then {requestId, arn, deadlineMs, event}. The file
// descriptor named in the first argument: one JSON answer a line. Standard output and error are the function's log.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

let handler;

/** Answers have a pipe of their own, so that nothing a function prints can be taken for one. */
const answers = Number(process.argv[2]);
const answer = (message) => fs.writeSync(answers, `${JSON.stringify(message)}\n`);

/** The shape in which Lambda reports an error, by its real name: Step Functions matches on it. */
function describe(error) {
  if (!(error instanceof Error) && !(error && typeof error === "object" && "message" in error)) {
    return { errorType: typeof error === "string" ? "string" : "Error", errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name || "Error",
    errorMessage: String(error.message ?? ""),
    trace: String(error.stack ?? "").split("\n"),
  };
}

/** Name and message of an error that keeps the function from being loaded, as the Node.js runtime of Lambda gives them. */
function describeLoadFailure(error) {
  const described = describe(error);
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    described.errorType = "Runtime.ImportModuleError";
    described.errorMessage = `Error: ${described.errorMessage}`;
  } else if (error instanceof SyntaxError) {
    described.errorType = "Runtime.UserCodeSyntaxError";
  }
  return described;
}

async function load({ codeDir, module: name, handler: exported }) {
  const base = path.resolve(codeDir, name);
  const file = ["", ".js", ".mjs", ".cjs"]
    .map((ending) => base + ending)
    .find((f) => fs.statSync(f, { throwIfNoEntry: false })?.isFile());
  if (!file) throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
  let loaded;
  try {
    loaded = require(file);
  } catch (error) {
    if (error.code !== "ERR_REQUIRE_ESM" && error.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    loaded = await import(pathToFileURL(file).href);
  }
  handler = exported.split(".").reduce((found, key) => found?.[key], loaded);
  if (typeof handler !== "function") {
    throw Object.assign(new Error(`${name}.${exported} is undefined or not exported`), {
      name: "Runtime.HandlerNotFound",
    });
  }
}

function contextOf({ requestId, arn, deadlineMs }) {
  const { env } = process;
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: arn,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

/** Callback-style handlers ended with nodejs24.x; older runtimes still take them. */
function call(event, context) {
  if (handler.length < 3) return Promise.resolve(handler(event, context));
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

async function serve(message) {
  if (message.traceId) process.env._X_AMZN_TRACE_ID = message.traceId;
  let reply;
  try {
    reply = { ok: true, result: (await call(message.event, contextOf(message))) ?? null };
    JSON.stringify(reply);
  } catch (error) {
    reply = { ok: false, ...describe(error) };
  }
  // The mark tells the reader of the log that this invocation's lines are all there.
  fs.writeSync(2, `\u0000end ${message.requestId}\n`);
  answer(reply);
}

process.on("uncaughtException", (error) => {
  answer({ ok: false, ...describe(error) });
  process.exit(1);
});
process.on("unhandledRejection", (error) => {
  const reason = error instanceof Error ? error : new Error(String(error));
  answer({
    ok: false,
    ...describe(reason),
    errorType: "Runtime.UnhandledPromiseRejection",
    errorMessage: `${reason.name}: ${reason.message}`,
  });
  process.exit(1);
});

const lines = readline.createInterface({ input: process.stdin, terminal: false });
let queue = Promise.resolve();
let first = true;
lines.on("line", (line) => {
  const message = JSON.parse(line);
  if (first) {
    first = false;
    queue = load(message).then(
      () => answer({ ready: true }),
      (error) => {
        answer({ ready: false, ...describeLoadFailure(error) });
      },
    );
    return;
  }
  queue = queue.then(() => serve(message));
});
// The launcher is gone: so is this environment.
lines.on("close", () => process.exit(0));
