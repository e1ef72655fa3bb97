import { expect } from "chai";
import { s3BucketRequireDefaultRetention } from "../../policies/s3-bucket-require-default-retention";
import { s3BucketRequireEvidenceEncryption } from "../../policies/s3-bucket-require-evidence-encryption";
import { s3BucketRequireObjectLock } from "../../policies/s3-bucket-require-object-lock";
import { judge, judgeStack } from "../support/policy-runs";
import type { Fixture } from "../support/policy-runs";

const evidence = { "firebreak:data": "evidence" };

const vault = (props: object = {}): Fixture => ({
  type: "aws:s3/bucket:Bucket",
  name: "vault",
  props: { objectLockEnabled: true, tags: evidence, ...props },
});
const lock = (rule: object): Fixture => ({
  type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  name: "lock",
  props: { rule },
  refersTo: { bucket: "vault" },
});
const compliance = lock({ defaultRetention: { mode: "COMPLIANCE", days: 30 } });
const encryption = (rule: object): Fixture => ({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  name: "encryption",
  props: { rules: [rule] },
  refersTo: { bucket: "vault" },
});
const ownKey = { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" };

describe("s3-bucket-require-object-lock", () => {
  const rule = s3BucketRequireObjectLock;

  it("lets a vault with Object Lock in compliance mode pass", async () => {
    expect(await judge(rule, vault())).to.be.empty;
    expect(await judge(rule, compliance)).to.be.empty;
  });

  it("leaves buckets alone that hold no evidence", async () => {
    expect(await judge(rule, { type: "aws:s3/bucket:Bucket", props: {} })).to.be.empty;
  });

  it("refuses a vault without Object Lock", async () => {
    expect(await judge(rule, vault({ objectLockEnabled: false }))).to.deep.equal([
      "The bucket holds evidence that can be deleted: set objectLockEnabled to true when it is made.",
    ]);
  });

  it("refuses governance mode", async () => {
    expect(await judge(rule, lock({ defaultRetention: { mode: "GOVERNANCE", days: 30 } }))).to.deep.equal([
      "Mode GOVERNANCE lets people with permission delete: set the mode to COMPLIANCE.",
    ]);
  });

  it("refuses a lock that holds no new object", async () => {
    expect(await judge(rule, lock({}))).to.deep.equal([
      "New objects are not locked: give the rule a defaultRetention.",
    ]);
  });

  it("refuses a lock that is shorter than its config says", async () => {
    expect(await judge(rule, compliance, { minimumDays: 365 })).to.deep.equal([
      "Objects are locked for 30 days: set at least 365 days.",
    ]);
    expect(await judge(rule, lock({ defaultRetention: { mode: "COMPLIANCE", years: 1 } }), { minimumDays: 365 })).to.be
      .empty;
  });
});

describe("s3-bucket-require-default-retention", () => {
  it("lets a vault with a lock configuration pass", async () => {
    expect(await judgeStack(s3BucketRequireDefaultRetention, [vault(), compliance])).to.be.empty;
  });

  it("refuses a vault without one", async () => {
    expect(await judgeStack(s3BucketRequireDefaultRetention, [vault()])).to.deep.equal([
      "Evidence is not locked by default: add a BucketObjectLockConfiguration for the bucket.",
    ]);
  });

  it("does not count the configuration of another bucket", async () => {
    const other = { ...vault(), name: "other" };
    expect(await judgeStack(s3BucketRequireDefaultRetention, [vault(), other, compliance])).to.have.length(1);
  });
});

describe("s3-bucket-require-evidence-encryption", () => {
  const rule = s3BucketRequireEvidenceEncryption;
  const good = encryption({ applyServerSideEncryptionByDefault: ownKey, bucketKeyEnabled: true });

  it("lets a vault under its own key pass", async () => {
    expect(await judgeStack(rule, [vault(), good])).to.be.empty;
  });

  it("refuses a vault without encryption of its own", async () => {
    expect(await judgeStack(rule, [vault()])).to.deep.equal([
      "Evidence is not under a key: add a BucketServerSideEncryptionConfiguration for the bucket.",
    ]);
  });

  it("refuses S3's own encryption", async () => {
    const sse = encryption({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: true });
    expect(await judgeStack(rule, [vault(), sse])).to.deep.equal([
      "Evidence is encrypted by AES256: set sseAlgorithm to aws:kms.",
    ]);
  });

  it("refuses the account's default key", async () => {
    const aws = encryption({ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true });
    expect(await judgeStack(rule, [vault(), aws])).to.deep.equal([
      "Evidence is under the account's default key: set kmsMasterKeyId to a key of its own.",
    ]);
  });

  it("refuses a bucket key that is off, unless its config says otherwise", async () => {
    const off = encryption({ applyServerSideEncryptionByDefault: ownKey });
    expect(await judgeStack(rule, [vault(), off])).to.deep.equal([
      "Each object asks KMS anew, which costs and throttles: set bucketKeyEnabled to true.",
    ]);
    expect(await judgeStack(rule, [vault(), off], { requireBucketKey: false })).to.be.empty;
  });
});
