import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ensureEngine, type Engine } from "../../../local/engine";

const MODULES = path.join(path.dirname(require.resolve("@pulumi/pulumi/package.json")), "..", "..");

/** What a command of the engine gave. */
export interface Outcome {
  code: number;
  /** Standard output and error. */
  output: string;
}

/** A folder with a program of one component, a policy pack that can forbid it, and a backend of its own. */
export class Workbench {
  readonly root = mkdtempSync(path.join(tmpdir(), "firebreak-engine-"));
  readonly program = path.join(this.root, "program");
  readonly pack = path.join(this.root, "pack");
  readonly env: Record<string, string>;

  private constructor(private readonly engine: Engine) {
    mkdirSync(path.join(this.root, "state"));
    this.env = {
      ...engine.env,
      PULUMI_HOME: path.join(this.root, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(this.root, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
    };
    this.write("program/Pulumi.yaml", "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
    this.write("program/package.json", '{"name": "tiny", "main": "index.js"}');
    this.write("program/index.js", PROGRAM);
    this.write("pack/PulumiPolicy.yaml", "runtime:\n  name: nodejs\n  options:\n    typescript: false\n");
    this.write("pack/package.json", '{"name": "tiny-pack", "version": "0.0.1", "main": "index.js"}');
    this.write("pack/index.js", PACK);
    for (const folder of [this.program, this.pack]) symlinkSync(MODULES, path.join(folder, "node_modules"));
  }

  /** Minutes where this machine never had an engine. */
  static async open(): Promise<Workbench> {
    return new Workbench(await ensureEngine({ log: (line) => console.log(`      ${line}`) }));
  }

  get command(): string {
    return this.engine.command;
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  write(name: string, text: string): void {
    const file = path.join(this.root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Runs `pulumi ARGS` in the program's folder. */
  run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
    const options = { cwd: this.program, env: { ...process.env, ...this.env, ...env }, timeout: 60_000 };
    return new Promise((resolve) => {
      execFile(this.command, [...args, "--non-interactive", "--color", "never"], options, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, output: stdout + stderr }),
      );
    });
  }
}

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.ComponentResource {
  constructor(name, word) {
    super("tiny:index:Thing", name, {});
    this.word = pulumi.output(word);
    this.registerOutputs({ word: this.word });
  }
}
console.log("hello from the program");
if (process.env.BREAK === "error") throw new Error("broken on purpose");
if (process.env.BREAK === "exit") process.exit(3);
if (process.env.BREAK === "hang") setInterval(() => {}, 1000);
const config = new pulumi.Config();
module.exports = {
  word: new Thing("thing", config.get("word")).word,
  secret: config.getSecret("secret"),
  stack: pulumi.getStack(),
  arguments: process.execArgv.join(" "),
};
`;

/** Forbids a Thing in the stack that the stack's own configuration names. */
const PACK = `
const policy = require("@pulumi/policy");
const pulumi = require("@pulumi/pulumi");
const forbidden = new pulumi.Config("tiny").get("forbidden");
new policy.PolicyPack("tiny-pack", {
  policies: [{
    name: "no-thing",
    description: "A forbidden stack has no Thing.",
    enforcementLevel: "mandatory",
    validateStack: (args, report) => {
      for (const { type, urn } of args.resources) {
        if (type === "tiny:index:Thing" && forbidden === pulumi.getStack()) report("no Thing in " + forbidden, urn);
      }
    },
  }],
});
`;
