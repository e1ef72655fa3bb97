import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ensureEngine } from "../../../local/engine";
import { buildEngine } from "../../../local/engine/go-build";
import { ENGINE_VERSION, isAtLeast, parseVersion, type Version } from "../../../local/engine/version";

describe("the engine's version", () => {
  it("is read out of what tools answer", () => {
    expect(parseVersion("v3.250.0\n")).to.deep.equal([3, 250, 0]);
    expect(parseVersion("go version go1.26 linux/amd64")).to.deep.equal([1, 26, 0]);
    expect(parseVersion("3.260.1-alpha.20260101")).to.deep.equal([3, 260, 1]);
    expect(parseVersion("command not found")).to.equal(undefined);
  });

  it("is compared part by part, as numbers", () => {
    const compare = (one: Version, other: Version) => isAtLeast(one, other);
    expect(compare([3, 230, 0], [3, 230, 0])).to.equal(true);
    expect(compare([3, 99, 9], [3, 230, 0])).to.equal(false);
    expect(compare([4, 0, 0], [3, 230, 0])).to.equal(true);
    expect(compare([3, 230, 0], [3, 230, 1])).to.equal(false);
  });

  it("is the one that go.mod pins", () => {
    const checkout = path.join(__dirname, "..", "..", "..", "..");
    const pinned = readFileSync(path.join(checkout, "local", "engine", "go", "go.mod"), "utf8");
    expect(pinned).to.contain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION} `);
    expect(pinned).to.contain(`github.com/pulumi/pulumi/sdk/v3 v${ENGINE_VERSION} `);
  });
});

describe("finding the engine", () => {
  let root: string;
  let bin: string;
  let lines: string[];

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "firebreak-engine-"));
    bin = path.join(root, "path", "bin");
    lines = [];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function tool(folder: string, name: string, answer: string): string {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho '${answer}'\n`);
    chmodSync(path.join(folder, name), 0o755);
    return path.join(folder, name);
  }
  const cache = () => path.join(root, "cache");
  const ensure = () =>
    ensureEngine({ log: (line) => lines.push(line), cacheDir: cache(), searchPath: `${bin}:/usr/bin:/bin` });
  const cachedEngine = () => {
    const folder = path.join(cache(), `engine-${ENGINE_VERSION}-${process.platform}-${process.arch}`, "bin");
    return tool(folder, "pulumi", `v${ENGINE_VERSION}`);
  };
  const failure = (searchPath: string) =>
    buildEngine(root, { log: () => {}, searchPath }).then(
      () => "built",
      (error: Error) => error.message,
    );

  it("takes the one on PATH, with the official language host and policy helper, as it is", async () => {
    const command = tool(bin, "pulumi", "v3.251.0");
    tool(bin, "pulumi-language-nodejs", "");
    tool(bin, "pulumi-analyzer-policy-nodejs", "");
    const engine = await ensure();
    expect(engine).to.include({ command, version: "3.251.0", source: "path" });
    expect(engine.env).not.to.have.property("PATH");
    expect(engine.env).to.include({ PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: path.join(cache(), "pulumi-home") });
  });

  it("puts stand-ins first on PATH for what the one on PATH lacks, and only for that", async () => {
    tool(bin, "pulumi", "v3.251.0");
    tool(bin, "pulumi-analyzer-policy-nodejs", "");
    const { env } = await ensure();
    const first = env.PATH?.split(":")[0] ?? "";
    const text = readFileSync(path.join(first, "pulumi-language-nodejs"), "utf8");
    expect(text).to.contain(process.execPath).and.contain("language-host/main.js");
    expect(() => readFileSync(path.join(first, "pulumi-analyzer-policy-nodejs"))).to.throw("ENOENT");
  });

  it("leaves one on PATH that is too old, says so, and takes the cached one with stand-ins beside it", async () => {
    tool(bin, "pulumi", "v3.100.0");
    cachedEngine();
    const engine = await ensure();
    expect(engine).to.include({ version: ENGINE_VERSION, source: "cache" });
    expect(lines.join()).to.contain("is 3.100.0, and 3.230.0 or later is needed");
    const beside = path.join(path.dirname(engine.command), "pulumi-language-nodejs");
    expect(readFileSync(beside, "utf8")).to.contain("exec ");
    expect(engine.env.PATH?.split(":")[0]).to.equal(path.dirname(engine.command));
  });

  it("leaves one on PATH that answers nonsense and says what it answered", async () => {
    tool(bin, "pulumi", "segmentation fault");
    cachedEngine();
    await ensure();
    expect(lines.join()).to.contain("segmentation fault");
  });

  it("does not take one that an earlier run of ours put on PATH for the user's", async () => {
    cachedEngine();
    bin = path.dirname((await ensure()).command);
    expect(await ensure()).to.include({ source: "cache" });
  });

  it("gives each checkout stand-ins of its own, that run the code of that checkout", async () => {
    const here = path.dirname(require.resolve("../../../local/engine/tools"));
    const other = path.join(root, "other", "local", "engine");
    cpSync(here, other, { recursive: true });
    const call = `require(process.argv[1]).toolsBeside(process.argv[2], { cacheDir: process.argv[3], searchPath: "", log() {} })
      .then(({ command }) => console.log(command))`;
    const commands = [here, other].map((checkout) => {
      const args = ["-e", call, path.join(checkout, "tools.js"), cachedEngine(), cache()];
      return execFileSync(process.execPath, args, { encoding: "utf8" }).trim();
    });
    const hosts = commands.map((command) =>
      readFileSync(path.join(path.dirname(command), "pulumi-language-nodejs"), "utf8"),
    );
    expect(hosts[0]).to.contain(path.join(here, "language-host", "main.js"));
    expect(hosts[1]).to.contain(path.join(other, "language-host", "main.js"));
  });

  it("names Go, the version and where to get it, when there is no Go", async () => {
    expect(await failure(bin))
      .to.contain('there is no "go" on $PATH')
      .and.match(/Install Go 1\.\d+\.\d+ or later \(https:\/\/go\.dev\/doc\/install\)/);
  });

  it("names the Go that is too old", async () => {
    tool(bin, "go", "go version go1.19.4 linux/amd64");
    expect(await failure(bin))
      .to.match(/needs Go 1\.\d+\.\d+ or later, and .*\/go is 1\.19\.4/)
      .and.contain("https://go.dev/doc/install");
  });

  it("shows the end of the output of a build that fails", async () => {
    const script = '#!/bin/sh\ncase "$1" in version) echo go1.99.0;; *) echo "dial tcp: no route" >&2; exit 1;; esac\n';
    writeFileSync(tool(bin, "go", ""), script);
    expect(await failure(bin))
      .to.contain('"go list" ended with status 1')
      .and.contain("dial tcp: no route")
      .and.contain("GOPROXY");
  });
});
