import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

import { expect } from "chai";
import { readWholeCase, openCase } from "../../../functions/shared/cases";
import { chainStart, hashEntry } from "../../../functions/shared/manifest";
import { storeEvidence } from "../../../functions/shared/vault";
import type { Vault } from "../../../functions/shared/vault";
import { fakeTable } from "../fake-table";
import { caseId, caseRecord, connection } from "../fixtures";
import { mocked } from "../mocked";

function setUp() {
  const s3 = mocked(S3Client);
  s3.on(PutObjectCommand).resolves({ VersionId: "v1" });
  const vault: Vault = { s3: new S3Client(connection), bucket: "fb-evidence", keyArn: "key", retentionDays: 30 };
  return { s3, vault, ...fakeTable() };
}

const evidence = (name: string) => ({ name, contentType: "text/plain", body: name, source: "test" });

describe("vault", () => {
  it("locks each object, and has S3 check its hash", async () => {
    const { s3, vault, table } = setUp();
    await storeEvidence(vault, table, caseId, "captureInstance", evidence("a.txt"));
    const input = s3.commandCalls(PutObjectCommand)[0]?.args[0].input;
    expect(input).to.include({ ObjectLockMode: "COMPLIANCE", ServerSideEncryption: "aws:kms", SSEKMSKeyId: "key" });
    expect(input?.ChecksumSHA256).to.equal(createHash("sha256").update("a.txt").digest("base64"));
    const days = (Number(input?.ObjectLockRetainUntilDate) - Date.now()) / 86_400_000;
    expect(days).to.be.closeTo(30, 0.01);
  });

  it("never forks the chain when collectors write at the same time", async () => {
    const { vault, table } = setUp();
    await openCase(table, caseRecord());
    const names = ["a", "b", "c", "d", "e"];
    await Promise.all(names.map((name) => storeEvidence(vault, table, caseId, name, evidence(name))));
    const { evidence: entries } = await readWholeCase(table, caseId);
    expect(entries.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5]);
    entries.forEach((entry, index) => {
      expect(entry.previous).to.equal(entries[index - 1]?.hash ?? chainStart(caseId));
      expect(hashEntry(entry)).to.equal(entry.hash);
    });
  });
});
