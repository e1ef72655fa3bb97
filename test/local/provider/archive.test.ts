import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { archiveBytes, sha256 } from "../../../local/provider/support/archive";
import { archiveOf } from "../../org/provider/cases";

const asset = (text: string) => ({ "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text });

describe("archives of functions", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "firebreak-archive-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("are the same bytes for the same content, in whatever order and whenever it was written", async () => {
    const one = await archiveBytes({ assets: { "a.js": asset("1"), "b.js": asset("2") } });
    const other = await archiveBytes({ assets: { "b.js": asset("2"), "a.js": asset("1") } });
    expect(sha256(one)).to.equal(sha256(other));
    await writeFile(path.join(folder, "a.js"), "1");
    const before = await archiveBytes({ path: folder });
    await utimes(path.join(folder, "a.js"), new Date(0), new Date(0));
    expect(sha256(await archiveBytes({ path: folder }))).to.equal(sha256(before));
  });

  it("hold nested archives under their name", async () => {
    const bytes = await archiveBytes({ assets: { "index.js": asset("1"), lib: archiveOf("2") } });
    expect(Object.keys(unzipSync(bytes))).to.deep.equal(["index.js", "lib/index.js"]);
  });

  it("are taken as they are where a path names a zip file", async () => {
    const bytes = await archiveBytes({ assets: { "index.js": asset("1") } });
    await writeFile(path.join(folder, "code.zip"), bytes);
    expect(sha256(await archiveBytes({ path: path.join(folder, "code.zip") }))).to.equal(sha256(bytes));
  });

  it("name a file that is not there, and where it was looked for", async () => {
    const missing = path.join(folder, "missing");
    const message = await archiveBytes({ path: missing }).then(String, (error: Error) => error.message);
    expect(message).to.include(`Cannot read the asset "${missing}"`);
  });
});
