import type { ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import type { ChildProcess } from "node:child_process";
import { endChild, startChild } from "./children";
import { guarded, runnerOf } from "./locate-module";
import { PolicyProxy } from "./policy-proxy";
import { runtimeOptions, typescriptEnvironment } from "./runtime-options";

/** The engine's request to run a plugin, and the stream that it reads the plugin's output from. */
export type PluginCall = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** The engine's name for the kind of plugin that a policy pack is. */
const POLICY_PACK = "analyzer";

/**
 * Runs a plugin written in JavaScript or TypeScript and sends what it prints, and at last its exit status, to the
 * engine. The engine ends it by cancelling the call.
 */
export async function runPlugin(call: PluginCall): Promise<void> {
  if (call.request.getKind() === POLICY_PACK) await runPolicyPack(call);
  else startPlugin(call, {}).stdout?.on("data", (text: Buffer) => print(call, text));
}

/** Runs a policy pack behind a proxy, whose port the engine gets in place of the pack's. */
async function runPolicyPack(call: PluginCall): Promise<void> {
  const proxy = new PolicyProxy((environment) => {
    const child = startPlugin(call, environment);
    child.once("error", (error) => proxy.fail(`the policy pack could not be started: ${error.message}`));
    child.once("close", (code) => proxy.fail(`the policy pack ended with status ${code} before it answered`));
    firstLine(
      child,
      (line) => proxy.attach(Number(line)),
      (text) => print(call, text),
    );
  });
  call.on("cancelled", () => proxy.close());
  call.on("finish", () => proxy.close());
  print(call, Buffer.from(`${await proxy.listen()}\n`));
}

function startPlugin(call: PluginCall, environment: Record<string, string>): ChildProcess {
  const request = call.request;
  const isPolicyPack = request.getKind() === POLICY_PACK;
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const options = runtimeOptions(request.getInfo());
  const runner = runnerOf(`@pulumi/pulumi/cmd/${isPolicyPack ? "run-policy-pack" : "run-plugin"}`, folder);
  // The runner of policy packs takes the engine's address first, the one of other plugins the program.
  const args = isPolicyPack ? [...request.getArgsList(), folder] : [folder, ...request.getArgsList()];
  const child = startChild(process.execPath, [...guarded(options.nodeargs), runner, ...args], {
    cwd: isPolicyPack ? folder : request.getPwd(),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environmentOf(request), ...typescriptEnvironment(options), ...environment },
  });
  call.on("cancelled", () => endChild(child));
  child.stderr?.on("data", (text: Buffer) => call.write(new RunPluginResponse().setStderr(text)));
  child.once("error", (error) => call.destroy(error));
  child.once("close", (code) => {
    if (call.cancelled) return;
    call.write(new RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  return child;
}

function print(call: PluginCall, text: Buffer): void {
  call.write(new RunPluginResponse().setStdout(text));
}

/** The first line of what a child prints goes one way, the rest another. */
function firstLine(child: ChildProcess, onLine: (line: string) => void, onRest: (text: Buffer) => void): void {
  let begun = Buffer.alloc(0);
  let found = false;
  child.stdout?.on("data", (text: Buffer) => {
    if (found) return onRest(text);
    begun = Buffer.concat([begun, text]);
    const end = begun.indexOf("\n");
    if (end < 0) return;
    found = true;
    onLine(begun.subarray(0, end).toString("utf8"));
    if (end + 1 < begun.length) onRest(begun.subarray(end + 1));
  });
}

function environmentOf(request: RunPluginRequest): Record<string, string> {
  return Object.fromEntries(
    request.getEnvList().map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
