import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { cacheDir, cached } from "../../../local/engine/cache";

describe("cached", () => {
  const silent = { log: () => {} };
  let root: string;
  let journal: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "firebreak-cache-"));
    journal = path.join(root, "journal");
    writeFileSync(journal, "");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const builds = () => readFileSync(journal, "utf8").trim().split("\n").filter(Boolean).length;

  function make(ms: number): { child: ChildProcess; until: (text: string) => Promise<void>; done: Promise<string> } {
    const script = path.join(__dirname, "support", "make-cached.js");
    const child = spawn(process.execPath, [script, root, "thing", journal, String(ms)]);
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    return {
      child,
      until: async (text) => {
        while (!output.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
      },
      done: new Promise((resolve) => child.once("close", () => resolve(output))),
    };
  }

  it("builds a key once and answers its folder from then on", async () => {
    let built = 0;
    const build = async (temp: string) => {
      built++;
      writeFileSync(path.join(temp, "whole"), "");
    };
    const first = await cached("thing", { ...silent, cacheDir: root }, build);
    const second = await cached("thing", { ...silent, cacheDir: root }, build);
    expect([first, second, built]).to.deep.equal([path.join(root, "thing"), path.join(root, "thing"), 1]);
  });

  it("builds once where two commands ask at once, and the second says that it waits", async () => {
    const first = make(600);
    await first.until("building");
    const second = make(600);
    const output = await second.done;
    await first.done;
    expect(builds()).to.equal(1);
    expect(output)
      .to.match(/another command \(process \d+\) is making it; waiting/)
      .and.contain("made ");
  });

  it("builds once where many ask at once in one process", async () => {
    let built = 0;
    const build = async () => void built++;
    await Promise.all([1, 2, 3, 4].map(() => cached("thing", { ...silent, cacheDir: root }, build)));
    expect(built).to.equal(1);
  });

  it("lets the second take over when the first is killed, and keeps nothing of the first", async () => {
    const first = make(60_000);
    await first.until("building");
    const second = make(0);
    await second.until("waiting");
    first.child.kill("SIGKILL");
    await second.done;
    expect(builds()).to.equal(2);
    expect(readdirSync(path.join(root, "thing")).sort()).to.deep.equal(["half", "whole"]);
    expect(readdirSync(path.join(root, ".building", "thing"))).to.deep.equal([]);
  });

  it("takes over a lock of a dead process, and of one whose number another process has now", async () => {
    const locks = path.join(root, ".locks", "thing");
    mkdirSync(locks, { recursive: true });
    writeFileSync(path.join(locks, "1.999999999.1.dead"), "");
    writeFileSync(path.join(locks, `2.${process.pid}.1.reused`), "");
    writeFileSync(path.join(locks, "choosing.999999999.1.dead"), "");
    await cached("thing", { ...silent, cacheDir: root }, async () => {});
    expect(readdirSync(locks)).to.deep.equal([]);
  });

  it("keeps nothing of a build that fails, passes its error on and builds again", async () => {
    const failing = cached("thing", { ...silent, cacheDir: root }, async (temp) => {
      writeFileSync(path.join(temp, "half"), "");
      throw new Error("no space");
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal("no space");
    expect(existsSync(path.join(root, "thing"))).to.equal(false);
    expect(readdirSync(path.join(root, ".locks", "thing"))).to.deep.equal([]);
    await cached("thing", { ...silent, cacheDir: root }, async () => {});
    expect(existsSync(path.join(root, "thing"))).to.equal(true);
  });

  it("stops waiting when it is aborted", async () => {
    const first = make(60_000);
    await first.until("building");
    const signal = AbortSignal.timeout(300);
    const waiting = cached("thing", { ...silent, cacheDir: root, signal }, async () => {});
    expect(await waiting.then(String, (error: Error) => error.name)).to.be.oneOf(["AbortError", "TimeoutError"]);
    first.child.kill("SIGKILL");
    await first.done;
  });

  it("refuses a key that would leave the cache folder", async () => {
    const escaping = cached("../thing", { ...silent, cacheDir: root }, async () => {});
    expect(await escaping.catch((error: Error) => error.message)).to.contain('but got "../thing"');
  });
});

describe("cacheDir", () => {
  const kept = { ...process.env };
  afterEach(() => {
    for (const name of ["FIREBREAK_CACHE", "XDG_CACHE_HOME"]) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
  });

  it("is $FIREBREAK_CACHE, else firebreak under $XDG_CACHE_HOME, else under ~/.cache", () => {
    process.env.FIREBREAK_CACHE = "/one";
    process.env.XDG_CACHE_HOME = "/two";
    expect(cacheDir()).to.equal("/one");
    delete process.env.FIREBREAK_CACHE;
    expect(cacheDir()).to.equal("/two/firebreak");
    delete process.env.XDG_CACHE_HOME;
    expect(cacheDir()).to.match(/\.cache\/firebreak$/);
  });
});
