import { createHash, createVerify } from "node:crypto";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { refusal, REGION, SECURITY, startWorld, type World } from "./support";

describe("emulator: what evidence and cases are kept in", () => {
  let world: World;
  let s3: S3;

  before(async () => {
    world = await startWorld();
    s3 = new S3(world.root(SECURITY));
    await s3.createBucket({
      Bucket: "vault",
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    });
    await s3.putObjectLockConfiguration({
      Bucket: "vault",
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 1 } },
      },
    });
  });
  after(() => world.end());

  it("locks every version for the bucket's retention, against everybody", async () => {
    const { VersionId } = await s3.putObject({ Bucket: "vault", Key: "k", Body: "evidence" });
    const object = { Bucket: "vault", Key: "k", VersionId };
    const head = await s3.headObject(object);
    expect(head.ObjectLockMode).to.equal("COMPLIANCE");
    expect(head.ObjectLockRetainUntilDate!.getTime()).to.be.greaterThan(Date.now() + 23 * 3600_000);
    expect((await refusal(s3.deleteObject({ ...object, BypassGovernanceRetention: true }))).name).to.equal(
      "AccessDenied",
    );
    const sooner = { Mode: "COMPLIANCE" as const, RetainUntilDate: new Date(Date.now() + 60_000) };
    expect((await refusal(s3.putObjectRetention({ ...object, Retention: sooner }))).name).to.equal("AccessDenied");
    const marker = await s3.deleteObject({ Bucket: "vault", Key: "k" });
    expect(marker.DeleteMarker).to.equal(true);
    expect(await (await s3.getObject(object)).Body!.transformToString()).to.equal("evidence");
  });

  it("answers with the checksum it was asked for, when an object is written and when it is read", async () => {
    const sum = createHash("sha256").update("evidence").digest("base64");
    const put = await s3.putObject({ Bucket: "vault", Key: "sum", Body: "evidence", ChecksumAlgorithm: "SHA256" });
    expect(put.ChecksumSHA256).to.equal(sum);
    const got = await s3.getObject({ Bucket: "vault", Key: "sum", ChecksumMode: "ENABLED" });
    expect(got.ChecksumSHA256).to.equal(sum);
    const wrong = s3.putObject({ Bucket: "vault", Key: "bad", Body: "other", ChecksumSHA256: sum });
    expect((await refusal(wrong)).name).to.be.oneOf(["BadDigest", "InvalidRequest"]);
  });

  it("signs so that anyone with the public key can verify", async () => {
    const kms = new KMS(world.root(SECURITY));
    const { KeyMetadata } = await kms.createKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
    const KeyId = KeyMetadata!.KeyId!;
    const message = Buffer.from("manifest");
    const { Signature } = await kms.sign({ KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256" });
    const { PublicKey } = await kms.getPublicKey({ KeyId });
    const key = { key: Buffer.from(PublicKey!), format: "der" as const, type: "spki" as const };
    expect(createVerify("sha256").update(message).verify(key, Signature!)).to.equal(true);
  });

  it("writes an item once where the condition says so, and a transaction whole or not at all", async () => {
    const table = new DynamoDB(world.root(SECURITY));
    const TableName = "cases";
    await table.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    const once = () =>
      table.putItem({ TableName, Item: { id: { S: "1" } }, ConditionExpression: "attribute_not_exists(id)" });
    await once();
    expect((await refusal(once())).name).to.equal("ConditionalCheckFailedException");
    const half = table.transactWriteItems({
      TransactItems: [
        { Put: { TableName, Item: { id: { S: "2" } } } },
        { ConditionCheck: { TableName, Key: { id: { S: "9" } }, ConditionExpression: "attribute_exists(id)" } },
      ],
    });
    expect((await refusal(half)).name).to.equal("TransactionCanceledException");
    expect((await table.getItem({ TableName, Key: { id: { S: "2" } } })).Item).to.equal(undefined);
  });
});
