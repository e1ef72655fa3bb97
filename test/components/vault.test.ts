import { expect } from "chai";
import { only, statement } from "../support/pulumi-mocks";
import { runProgram } from "../support/run-program";
import { goodMasterConfig } from "../support/stack-config";

const investigator = "arn:aws:iam::111122223333:role/firebreak-investigator";
const account = { AWS: "arn:aws:iam::111122223333:root" };

describe("the evidence vault", function () {
  this.timeout(60_000);
  before(() => runProgram("master", goodMasterConfig));

  const bucketPolicy = () => only("aws:s3/bucketPolicy:BucketPolicy", "vault-objects-policy").inputs.policy;
  const keyPolicy = () => only("aws:kms/key:Key", "vault-key-key").inputs.policy;

  it("has Object Lock from its making on, in compliance mode, for the days of the config", () => {
    const bucket = only("aws:s3/bucket:Bucket", "vault-objects-bucket").inputs;
    expect(bucket).to.deep.include({ objectLockEnabled: true, tags: { "firebreak:data": "evidence" } });
    const lock = only("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs;
    expect(lock.rule).to.deep.equal({ defaultRetention: { mode: "COMPLIANCE", days: 30 } });
    const versioning = only("aws:s3/bucketVersioning:BucketVersioning").inputs;
    expect(versioning.versioningConfiguration).to.deep.equal({ status: "Enabled" });
  });

  it("is encrypted under a key of its own that rotates", () => {
    const [rule] = only(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "vault-objects-encryption",
    ).inputs.rules as { applyServerSideEncryptionByDefault: { kmsMasterKeyId: string }; bucketKeyEnabled: boolean }[];
    expect(rule?.applyServerSideEncryptionByDefault.kmsMasterKeyId).to.contain("vault-key-key");
    expect(rule?.bucketKeyEnabled).to.equal(true);
    expect(only("aws:kms/key:Key", "vault-key-key").inputs.enableKeyRotation).to.equal(true);
  });

  it("refuses what does not come over TLS, and uploads under another key", () => {
    expect(statement(bucketPolicy(), "OnlyOverTls")).to.deep.include({
      Effect: "Deny",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(statement(bucketPolicy(), "NoOtherEncryption").Effect).to.equal("Deny");
    const { Condition } = statement(bucketPolicy(), "NoOtherKey");
    expect(Condition?.StringNotEquals?.["s3:x-amz-server-side-encryption-aws-kms-key-id"]).to.contain("vault-key-key");
  });

  it("lets one role read: others neither get objects nor decrypt, nor grant themselves to", () => {
    expect(statement(bucketPolicy(), "OnlyInvestigatorReads")).to.deep.include({
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": investigator } },
    });
    expect(statement(keyPolicy(), "NobodyElseDecrypts")).to.deep.include({
      Effect: "Deny",
      Action: ["kms:Decrypt", "kms:ReEncrypt*", "kms:CreateGrant"],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": investigator } },
    });
  });

  it("gives whoever looks after the key neither its use nor grants", () => {
    const { Principal, Action } = statement(keyPolicy(), "Administration");
    expect(Principal).to.deep.equal(account);
    const forbidden = /\*|^kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|CreateGrant|Sign)/;
    expect((Action as string[]).filter((action) => forbidden.test(action))).to.be.empty;
  });

  it("lets functions encrypt through this bucket only", () => {
    const { Action, Condition } = statement(keyPolicy(), "FunctionsEncrypt");
    expect(Action).to.equal("kms:GenerateDataKey");
    expect(Condition?.StringEquals).to.deep.equal({
      "kms:ViaService": "s3.eu-central-1.amazonaws.com",
      "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::firebreak-evidence-111122223333-eu-central-1",
    });
    const writers = Condition?.ArnEquals?.["aws:PrincipalArn"];
    expect(writers).to.include("arn:aws:iam::111122223333:role/firebreak-closeCase");
    expect(writers).not.to.include("arn:aws:iam::111122223333:role/firebreak-triage");
  });

  it("is not public in any way", () => {
    const block = only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "vault-objects-public-access").inputs;
    expect(block).to.deep.include({ blockPublicAcls: true, blockPublicPolicy: true });
    expect(block).to.deep.include({ ignorePublicAcls: true, restrictPublicBuckets: true });
  });

  it("logs every access to a bucket that takes nothing else", () => {
    const logging = only("aws:s3/bucketLogging:BucketLogging").inputs;
    expect(logging.targetBucket).to.equal("firebreak-evidence-log-111122223333-eu-central-1");
    const policy = only("aws:s3/bucketPolicy:BucketPolicy", "vault-log-policy").inputs.policy;
    expect(statement(policy, "VaultAccessLog").Condition?.ArnEquals).to.deep.equal({
      "aws:SourceArn": "arn:aws:s3:::firebreak-evidence-111122223333-eu-central-1",
    });
  });

  it("signs manifests with a P-256 key that only closing a case may use", () => {
    const key = only("aws:kms/key:Key", "signing-key").inputs;
    expect(key).to.include({ customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" });
    expect(statement(key.policy, "ClosingSigns").Condition?.ArnEquals).to.deep.equal({
      "aws:PrincipalArn": "arn:aws:iam::111122223333:role/firebreak-closeCase",
    });
    expect(only("aws:kms/alias:Alias").inputs.name).to.equal("alias/firebreak-manifest");
  });

  it("keeps the role that deploys from taking the investigator's", () => {
    const trust = only("aws:iam/role:Role", "investigator-role").inputs.assumeRolePolicy;
    expect(statement(trust, "NotWhoDeploys")).to.deep.include({
      Effect: "Deny",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole" },
      },
    });
    expect(statement(trust, "Investigators").Condition).to.deep.equal({
      StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
    });
  });

  it("limits the investigator's role to those whom the config names", async () => {
    const people = "arn:aws:iam::111122223333:role/People";
    await runProgram("master", { ...goodMasterConfig, investigators: JSON.stringify([people]) });
    const trust = only("aws:iam/role:Role", "investigator-role").inputs.assumeRolePolicy;
    expect(statement(trust, "Investigators").Condition?.ArnEquals).to.deep.equal({ "aws:PrincipalArn": [people] });
  });
});
