import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { findPython } from "../../../local/emulator/python";

describe("local/emulator: finding Python", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "firebreak-python-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const fake = async (name: string, output: string) => {
    const file = path.join(dir, name);
    await writeFile(file, `#!/bin/sh\necho '${output}'\n`);
    await chmod(file, 0o755);
    return file;
  };
  const failure = async (environment: NodeJS.ProcessEnv) => {
    try {
      await findPython(environment);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("expected no Python to be found");
  };

  it("takes the first on PATH that is new enough", async () => {
    await fake("python3", "3.9.2 cp39-linux-x86_64");
    await fake("python", "3.12.1 cp312-linux-x86_64");
    const found = await findPython({ PATH: dir });
    expect(found).to.deep.equal({ command: "python", version: "3.12.1", tag: "cp312-linux-x86_64" });
  });

  it("takes the one that FIREBREAK_PYTHON names", async () => {
    const file = await fake("other", "3.13.0 cp313-linux-x86_64");
    expect((await findPython({ PATH: "", FIREBREAK_PYTHON: file })).command).to.equal(file);
  });

  it("says what is needed, what there is, and how to get it", async () => {
    await fake("python3", "3.8.10 cp38-linux-x86_64");
    const message = await failure({ PATH: dir });
    expect(message).to.contain("Python 3.10 or later");
    expect(message).to.contain("python3: 3.8.10").and.to.contain("python: not found");
    expect(message).to.contain("apt-get install python3").and.to.contain("FIREBREAK_PYTHON");
  });
});
