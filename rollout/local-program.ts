import { spawn } from "node:child_process";
import path from "node:path";
import { exitCodes } from "./failure";

/**
 * Runs the organisation on this machine as a program of its own, since what is deployed to AWS knows nothing of it.
 * Signals go on to it, and its exit code becomes ours.
 */
export async function runLocal(args: string[]): Promise<number> {
  const main = path.join(__dirname, "..", "local", "main.js");
  // The channel carries nothing: that it breaks tells the child that this process is gone, however it went.
  const child = spawn(process.execPath, [main, ...args], { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // Ctrl-C in a terminal reaches the child by itself; a signal that is sent to this process alone does not.
  const passOn = (signal: NodeJS.Signals) => () => {
    if (!process.stdin.isTTY || signal !== "SIGINT") child.kill(signal);
  };
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => [signal, passOn(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? exitCodes.failed));
    });
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}
