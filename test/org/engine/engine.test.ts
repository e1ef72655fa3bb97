import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { ComponentResource } from "@pulumi/pulumi";
import { expect } from "chai";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Workbench } from "./support";

const FIRST_TIME_MS = 900_000;
const UP = ["up", "--yes", "--skip-preview"];

describe("the engine", function () {
  let bench: Workbench;
  before(async function () {
    this.timeout(FIRST_TIME_MS);
    bench = await Workbench.open();
    await bench.run(["stack", "init", "dev"]);
  });
  after(() => bench.close());

  describe("running a program by our language host", () => {
    it("creates its resources and shows what it prints and its outputs, configuration and secrets included", async () => {
      await bench.run(["config", "set", "word", "hi"]);
      await bench.run(["config", "set", "--secret", "secret", "hush"]);
      const { code, output } = await bench.run(UP);
      expect(code, output).to.equal(0);
      expect(output)
        .to.match(/word\s*: "hi"/)
        .and.match(/stack\s*: "dev"/)
        .and.match(/secret\s*: \[secret\]/);
      expect(output).to.contain("hello from the program").and.contain("+ 2 created");
      expect(output).not.to.contain("warning");
    });

    it("changes nothing the second time", async () => {
      const { code, output } = await bench.run(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
      expect(code, output).to.equal(0);
    });

    it("fails with the program's error and its place, soon", async () => {
      const started = Date.now();
      const { code, output } = await bench.run(UP, { BREAK: "error" });
      expect(code).to.not.equal(0);
      expect(output)
        .to.contain("Error: broken on purpose")
        .and.match(/program\/index\.js:\d+/);
      expect(Date.now() - started).to.be.below(15_000);
    });

    it("fails with the status of a program that ends by itself", async () => {
      const { code, output } = await bench.run(UP, { BREAK: "exit" });
      expect(code).to.not.equal(0);
      expect(output).to.contain("Program exited with non-zero exit code: 3");
    });

    it("gives node the arguments of Pulumi.yaml, and compiles TypeScript where it is not switched off", async () => {
      const project = readFileSync(path.join(bench.program, "Pulumi.yaml"), "utf8");
      bench.write(
        "program/Pulumi.yaml",
        "name: tiny\nruntime:\n  name: nodejs\n  options:\n    nodeargs: --no-warnings\nmain: typed.ts\n",
      );
      bench.write("program/typed.ts", 'export const flags: string = process.execArgv.join(" ");\n');
      const { code, output } = await bench.run(["preview"]);
      bench.write("program/Pulumi.yaml", project);
      expect(code, output).to.equal(0);
      expect(output).to.match(/flags\s*: ".*--no-warnings"/);
    });

    it("leaves nothing running when the engine is killed", async () => {
      const args = [...UP, "--non-interactive"];
      const env = { ...process.env, ...bench.env, BREAK: "hang" };
      const engine = spawn(bench.command, args, { cwd: bench.program, env, stdio: ["ignore", "pipe", "ignore"] });
      await new Promise<void>((resolve) => {
        engine.stdout.on("data", (text) => `${text}`.includes("hello from the program") && resolve());
      });
      engine.kill("SIGKILL");
      for (let tries = 0; running(bench.root).length > 0 && tries < 50; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(running(bench.root)).to.deep.equal([]);
      await bench.run(["cancel", "--yes"]);
    });
  });

  describe("with a policy pack", () => {
    const withPack = (args: string[]) => bench.run([...args, "--policy-pack", bench.pack]);
    afterEach(() => bench.run(["config", "rm", "forbidden"]));

    it("passes a preview that it allows", async () => {
      const { code, output } = await withPack(["preview"]);
      expect(code, output).to.equal(0);
      expect(output).to.contain("tiny-pack@v0.0.1");
    });

    it("fails a preview that breaks a mandatory rule, and says which; the pack knows stack and configuration", async () => {
      await bench.run(["config", "set", "forbidden", "dev"]);
      const { code, output } = await withPack(["preview"]);
      expect(code).to.not.equal(0);
      expect(output).to.contain("[mandatory]  no-thing").and.contain("no Thing in dev");
    });

    it("says why a pack does not start", async () => {
      bench.write("broken/PulumiPolicy.yaml", "runtime: nodejs\n");
      bench.write("broken/package.json", '{"name": "broken", "version": "0.0.1", "main": "index.js"}');
      bench.write("broken/index.js", 'throw new Error("pack broken on purpose");\n');
      const { code, output } = await bench.run(["preview", "--policy-pack", path.join(bench.root, "broken")]);
      expect(code).to.not.equal(0);
      expect(output).to.contain("pack broken on purpose");
    });
  });

  for (const host of ["with our language host", "with our policy helper, where no language host is"]) {
    describe(`driven by the Automation API ${host}`, () => {
      let root: string;
      let envVars: Record<string, string>;

      before(() => {
        root = path.dirname(path.dirname(bench.command));
        envVars = { ...bench.env };
        if (!host.includes("helper")) return;
        const tools = path.join(root, "bin");
        root = path.join(bench.root, "bare");
        mkdirSync(path.join(root, "bin"), { recursive: true });
        for (const name of ["pulumi", "pulumi-analyzer-policy-nodejs"]) {
          copyFileSync(path.join(tools, name), path.join(root, "bin", name));
        }
        envVars.PATH = process.env.PATH ?? "";
      });

      const stack = async (name: string) => {
        const program = async () => {
          new ComponentResource("tiny:index:Thing", "thing");
          return { word: "inline" };
        };
        const pulumiCommand = await PulumiCommand.get({ root });
        const workspace = { pulumiCommand, envVars, workDir: bench.root };
        return LocalWorkspace.createOrSelectStack({ stackName: name, projectName: "tiny", program }, workspace);
      };

      it("deploys an inline program that the pack allows", async () => {
        const result = await (await stack("inline")).up({ policyPacks: [bench.pack] });
        expect(result.outputs.word?.value).to.equal("inline");
        expect(result.stdout).to.contain("tiny-pack@v0.0.1");
      });

      it("refuses one that breaks a mandatory rule, with the rule's message", async () => {
        const refused = await stack("refused");
        await refused.setConfig("tiny:forbidden", { value: "refused" });
        const error = await refused.preview({ policyPacks: [bench.pack] }).then(
          () => "passed",
          (failed: Error) => failed.message,
        );
        expect(error).to.contain("no-thing").and.contain("no Thing in refused");
      });
    });
  }
});

/** Commands of processes that work in or on `folder`. */
function running(folder: string): string[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return command.includes(folder) ? [command] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
