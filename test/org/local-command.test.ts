import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { runFirebreak } from "../support/firebreak";

const command = path.join(__dirname, "..", "..", "..", "bin", "firebreak.js");

/** `firebreak local` as a person runs it, in a folder for temporary files of its own, by which its processes are known. */
class LocalCommand {
  private text = "";
  private constructor(
    readonly child: ChildProcess,
    readonly temp: string,
    private readonly ended: Promise<number | null>,
  ) {
    const add = (data: Buffer) => (this.text += data.toString());
    child.stdout?.on("data", add);
    child.stderr?.on("data", add);
  }

  static async start(args: string[]): Promise<LocalCommand> {
    const temp = await mkdtemp(path.join(tmpdir(), "firebreak-test-"));
    const child = spawn(process.execPath, [command, "local", ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1", TMPDIR: temp },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
    return new LocalCommand(child, temp, ended);
  }

  output(): string {
    return this.text;
  }

  /** Waits until the output holds `text`. */
  async says(text: string, limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!this.text.includes(text)) {
      if (this.child.exitCode !== null || Date.now() > deadline)
        throw new Error(`it did not say ${JSON.stringify(text)}:\n${this.text.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Exit code once it has ended. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }

  /** Command lines of processes that have to do with this command's folder, waited for a while to become none. */
  async leftOver(limitMs = 15_000): Promise<string[]> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const found = await processesWith(this.temp);
      if (found.length === 0 || Date.now() > deadline) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async cleanUp(): Promise<void> {
    if (this.child.exitCode === null) this.child.kill("SIGKILL");
    await rm(this.temp, { recursive: true, force: true });
  }
}

/** Processes that name the folder in their command line or environment: /proc tells both. */
async function processesWith(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const read = (name: string) => readFile(path.join("/proc", pid, name), "utf8").catch(() => "");
    const [line, environment] = await Promise.all([read("cmdline"), read("environ")]);
    if (line.includes(folder) || environment.includes(folder)) found.push(`${pid} ${line.replaceAll("\0", " ")}`);
  }
  return found;
}

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("firebreak local", function () {
  this.timeout(240_000);
  let local: LocalCommand;

  afterEach(async () => {
    await local.cleanUp();
  });

  it("--keep: pulumi previews and updates without a change, firebreak answers, Ctrl-C ends it all", async () => {
    local = await LocalCommand.start(["--keep"]);
    await local.says("environment.sh", 300_000);
    const file = /\S+environment\.sh/.exec(local.output())?.[0] ?? "";
    const shell = (script: string) => runShell(`. ${file} && cd $(dirname ${file})/project && ${script}`);
    const pack = '--non-interactive --policy-pack "$FIREBREAK_POLICY_PACK"';
    const stacks = ["master", "service-300000000001"];
    for (const stack of stacks) {
      const preview = await shell(`pulumi preview --stack ${stack} --expect-no-changes ${pack}`);
      expect(preview.code, preview.text).to.equal(0);
      // The deployment by `firebreak local` was the first update.
      const second = await shell(`pulumi up --yes --skip-preview --stack ${stack} --expect-no-changes ${pack}`);
      expect(second.code, second.text).to.equal(0);
    }
    const cases = await shell("firebreak cases --json");
    expect(JSON.parse(cases.text)).to.have.lengthOf(1);
    expect(await local.end("SIGINT"), local.output()).to.equal(0);
    expect(await local.leftOver()).to.deep.equal([]);
    expect(await readdir(local.temp)).to.deep.equal([]);
  });

  it("Ctrl-C in the middle of the deployment leaves no process and no file", async () => {
    local = await LocalCommand.start([]);
    await local.says("25 resources", 120_000);
    expect(await local.end("SIGINT"), local.output()).to.equal(130);
    expect(await local.leftOver()).to.deep.equal([]);
    expect(await readdir(local.temp)).to.deep.equal([]);
  });

  it("killed in the middle of the deployment leaves no process", async () => {
    local = await LocalCommand.start([]);
    await local.says("25 resources", 120_000);
    const [main] = (await processesWith(local.temp)).filter((line) => line.includes("local/main.js"));
    process.kill(Number(main?.split(" ")[0]), "SIGKILL");
    expect(await local.leftOver(), local.output()).to.deep.equal([]);
  });

  it("the command line killed in the middle of the deployment leaves no process", async () => {
    local = await LocalCommand.start([]);
    await local.says("25 resources", 120_000);
    await local.end("SIGKILL");
    expect(await local.leftOver(), local.output()).to.deep.equal([]);
  });
});

describe("firebreak local, told nonsense", () => {
  it("refuses a drill there is not, and names those there are", async () => {
    const { code, stderr } = await runFirebreak(["local", "--drill", "ec2-melted"]);
    expect(code).to.equal(2);
    expect(stderr).to.include("there is no drill ec2-melted").and.to.include("ec2-compromised");
  });

  it("refuses fewer accounts than an organisation has", async () => {
    const { code, stderr } = await runFirebreak(["local", "--accounts", "2"]);
    expect(code).to.equal(2);
    expect(stderr).to.include("from 3 to 200");
  });

  it("says that no organisation is up, and how to get one", async () => {
    const { code, stderr } = await runFirebreak(["drill", "ec2-compromised"]);
    expect(code).to.equal(1);
    expect(stderr).to.include("FIREBREAK_LOCAL").and.to.include("firebreak local --keep");
  });
});

async function runShell(script: string): Promise<{ code: number | null; text: string }> {
  const child = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const add = (data: Buffer) => (text += data.toString());
  child.stdout.on("data", add);
  child.stderr.on("data", add);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, text };
}
