import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runLeashed } from "../../../local/engine/leashed";

describe("a leashed command", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), "firebreak-leash-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** A command that starts another, writes its number down and waits for it. */
  const script = 'sleep 60 & echo $! > "$0"; echo started; wait';
  const pidFile = () => path.join(root, "pid");
  const options = { env: process.env, onLine: () => {} };

  async function expectGone(pid: number): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      try {
        process.kill(pid, 0);
      } catch {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`process ${pid} is still there`);
  }

  it("gives its lines and its status", async () => {
    const lines: string[] = [];
    const result = await runLeashed("/bin/sh", ["-c", "echo one; echo two >&2; exit 7"], {
      ...options,
      onLine: (line) => lines.push(line),
    });
    expect(result).to.deep.equal({ code: 7, timedOut: false });
    expect(lines).to.have.members(["one", "two"]);
  });

  it("ends with all it started when it is aborted", async () => {
    const abort = new AbortController();
    const onLine = () => abort.abort(new Error("stop"));
    const running = runLeashed("/bin/sh", ["-c", script, pidFile()], { ...options, onLine, signal: abort.signal });
    expect(await running.then(String, (error: Error) => error.message)).to.equal("stop");
    await expectGone(Number(readFileSync(pidFile(), "utf8")));
  });

  it("ends when its time is over, and says so", async () => {
    const result = await runLeashed("/bin/sh", ["-c", script, pidFile()], { ...options, timeoutMs: 200 });
    expect(result.timedOut).to.equal(true);
    await expectGone(Number(readFileSync(pidFile(), "utf8")));
  });

  it("ends with all it started when the process that started it is killed", async () => {
    const leashed = JSON.stringify(require.resolve("../../../local/engine/leashed"));
    const parent = spawn(process.execPath, [
      "-e",
      `require(${leashed}).runLeashed("/bin/sh", ["-c", process.argv[1], process.argv[2]],
         { env: process.env, onLine: console.log })`,
      script,
      pidFile(),
    ]);
    await new Promise((resolve) => parent.stdout.once("data", resolve));
    parent.kill("SIGKILL");
    await expectGone(Number(readFileSync(pidFile(), "utf8")));
  });
});
