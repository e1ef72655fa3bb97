import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { WholeCase } from "../../functions/shared/case";
import { runFirebreak } from "../support/firebreak";
import { testOrganization } from "../support/organization";
import type { TestOrganization } from "../support/organization";

describe("evidence", () => {
  let organization: TestOrganization;
  let whole: WholeCase;
  let caseId: string;
  let folder: string;
  let saved: string;

  before(async function () {
    this.timeout(300_000);
    organization = await testOrganization();
    const result = await organization.drill(await organization.freshDrill());
    if (!result.whole) throw new Error(`the drill made no case: ${result.ended}`);
    whole = result.whole;
    caseId = whole.record.caseId;
    folder = await mkdtemp(path.join(tmpdir(), "firebreak-evidence-"));
    saved = path.join(folder, "saved");
  });

  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const verify = (args: string[], environment = organization.analystEnvironment) =>
    runFirebreak(["verify", caseId, "--json", ...args], environment);

  it("is verified from the vault, and a copy of it is kept", async () => {
    const { code, stdout, stderr } = await verify(["--save", saved]);
    expect(stderr).to.equal("");
    expect(JSON.parse(stdout)).to.include({ verified: true, confirmedByKms: true, entries: whole.evidence.length });
    expect(code).to.equal(0);
  });

  it("is verified from the copy with no network and no credentials", async () => {
    const { code, stdout } = await verify(["--offline", saved], {});
    expect(JSON.parse(stdout)).to.include({ verified: true });
    expect(code).to.equal(0);
  });

  it("with one byte of one object changed in the copy, is not verified, and that object is named", async () => {
    const copy = await copyOf("changed");
    const { key } = whole.evidence[1] ?? { key: "" };
    await flipByte(path.join(copy, key));
    const { code, stdout } = await verify(["--offline", copy], {});
    expect(JSON.parse(stdout)).to.include({ verified: false, broken: key });
    expect(code).to.equal(1);
  });

  it("with one object left out of the copy, is not verified, and that object is named", async () => {
    const copy = await copyOf("missing");
    const { key } = whole.evidence.at(-1) ?? { key: "" };
    await rm(path.join(copy, key));
    const { code, stdout } = await verify(["--offline", copy], {});
    expect(JSON.parse(stdout)).to.include({ verified: false, broken: key });
    expect(code).to.equal(1);
  });

  it("with an entry left out of the manifest, is not verified, and the place is named", async () => {
    const copy = await copyOf("shortened");
    const file = path.join(copy, "manifest.json");
    const manifest = JSON.parse(await readFile(file, "utf8")) as { entries: { key: string }[] };
    const next = manifest.entries[2]?.key;
    manifest.entries.splice(1, 1);
    await writeFile(file, JSON.stringify(manifest));
    const { code, stdout } = await verify(["--offline", copy], {});
    expect(JSON.parse(stdout)).to.include({ verified: false, broken: next });
    expect(code).to.equal(1);
  });

  it("cannot be deleted from the vault, not even by the account's administrator", async () => {
    const { world } = organization.session;
    const { key, versionId } = whole.evidence[0] ?? { key: "", versionId: "" };
    const { s3 } = world.admin(world.layout.master.id);
    const Bucket = await organization.asAnalyst(async ({ vaultBucket }) => vaultBucket);
    const error = await s3
      .send(new DeleteObjectCommand({ Bucket, Key: key, VersionId: versionId }))
      .then(() => undefined)
      .catch((reason: Error) => reason);
    expect(error?.name).to.equal("AccessDenied");
  });

  it("cannot be read by the role that deploys", async () => {
    const { world } = organization.session;
    const { s3 } = world.admin(world.layout.master.id);
    const { vaultBucket } = await organization.asAnalyst(async (installation) => installation);
    const error = await s3
      .send(new GetObjectCommand({ Bucket: vaultBucket, Key: whole.evidence[0]?.key }))
      .then(() => undefined)
      .catch((reason: Error) => reason);
    expect(error?.name).to.equal("AccessDenied");
  });

  it("with one byte changed on its way from the vault, is not verified, and that object is named", async () => {
    const { key } = whole.evidence[1] ?? { key: "" };
    const between = await startBetween(organization.session.emulator.endpoint, (path) => path.endsWith(key));
    try {
      const environment = { ...organization.analystEnvironment, AWS_ENDPOINT_URL: between.endpoint };
      const { code, stdout } = await verify([], environment);
      expect(JSON.parse(stdout)).to.include({ verified: false, broken: key });
      expect(code).to.equal(1);
    } finally {
      await between.stop();
    }
  });

  async function copyOf(name: string): Promise<string> {
    const copy = path.join(folder, name);
    await cp(saved, copy, { recursive: true });
    return copy;
  }
});

/** Somebody between the command and AWS, who changes one byte of what `chosen` picks by its path. */
async function startBetween(upstream: string, chosen: (path: string) => boolean) {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await buffer(incoming);
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).filter(([name]) => !["connection", "content-length"].includes(name)),
      ) as Record<string, string>;
      const request = httpRequest(`${upstream}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
        void buffer(answer).then((bytes) => {
          const [name] = (incoming.url ?? "").split("?");
          if (chosen(decodeURIComponent(name ?? ""))) bytes[0] = (bytes[0] ?? 0) ^ 1;
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
        });
      });
      request.end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Changes the lowest bit of a file's middle byte. */
async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(file, bytes);
}
