import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect } from "chai";

const main = path.join(__dirname, "..", "..", "..", "local", "provider", "main.js");

describe("the local provider as a process of its own", () => {
  it("prints its port, and ends when its standard input closes", async () => {
    const child = spawn(process.execPath, [main, "http://127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    expect(line.toString()).to.match(/^\d+\n$/);
    child.stdin.end();
    expect((await once(child, "exit"))[0]).to.equal(0);
  });

  it("says how it is used when it is told no endpoint", async () => {
    const child = spawn(process.execPath, [main], { stdio: ["ignore", "ignore", "pipe"] });
    const [line] = (await once(child.stderr, "data")) as [Buffer];
    expect(line.toString()).to.match(/usage: /);
    expect((await once(child, "exit"))[0]).to.equal(1);
  });
});
