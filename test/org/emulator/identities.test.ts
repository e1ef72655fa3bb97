import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Organizations } from "@aws-sdk/client-organizations";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { expect } from "chai";
import {
  addMember,
  MANAGEMENT,
  OUTSIDER,
  policy,
  refusal,
  REGION,
  SECURITY,
  startWorld,
  trust,
  userOf,
  WORKLOAD,
  type World,
} from "./support";

describe("emulator: identities and policies", () => {
  let world: World;
  let organizationId: string;
  const assume = { Action: "sts:AssumeRole", Resource: "*" };

  before(async () => {
    world = await startWorld();
    const manager = new Organizations(world.root(MANAGEMENT));
    organizationId = (await manager.createOrganization({ FeatureSet: "ALL" })).Organization!.Id!;
    await addMember(world, "security", SECURITY);
    await addMember(world, "workload", WORKLOAD);
  });
  after(() => world.end());

  const role = async (account: string, name: string, document: string) =>
    (await new IAM(world.root(account)).createRole({ RoleName: name, AssumeRolePolicyDocument: document })).Role!.Arn!;

  it("lets a role be assumed with the organisation's id and the external id, and not without either", async () => {
    const condition = { StringEquals: { "aws:PrincipalOrgID": organizationId, "sts:ExternalId": "secret" } };
    const arn = await role(WORKLOAD, "responder", trust({ AWS: "*" }, condition));
    const inside = await userOf(world, SECURITY, "inside", policy(assume));
    const outside = await userOf(world, OUTSIDER, "outside", policy(assume));
    await world.session(inside, arn, { externalId: "secret" });
    expect((await refusal(world.session(inside, arn))).name).to.equal("AccessDenied");
    expect((await refusal(world.session(outside, arn, { externalId: "secret" }))).name).to.equal("AccessDenied");
    const denied = await world.emulator.ledger((c) => c.action === "sts:AssumeRole" && c.decision === "deny");
    expect(denied.map((c) => c.principal)).to.include(`arn:aws:iam::${OUTSIDER}:user/outside`);
  });

  it("chains roles, each with its own permission only", async () => {
    const user = await userOf(world, SECURITY, "chained", policy(assume));
    const first = await role(SECURITY, "first", trust({ AWS: `arn:aws:iam::${SECURITY}:user/chained` }));
    const second = await role(WORKLOAD, "second", trust({ AWS: first }));
    await new IAM(world.root(SECURITY)).putRolePolicy({
      RoleName: "first",
      PolicyName: "assume",
      PolicyDocument: policy({ Action: "sts:AssumeRole", Resource: second }),
    });
    const session = await world.session(await world.session(user, first), second);
    const { Account, Arn } = await new STS(session).getCallerIdentity({});
    expect(Account).to.equal(WORKLOAD);
    expect(Arn).to.contain("assumed-role/second/");
    expect((await refusal(new IAM(session).listUsers({}))).name).to.match(/^AccessDenied/);
  });

  it("gives root no role", async () => {
    const arn = await role(WORKLOAD, "open", trust({ AWS: `arn:aws:iam::${WORKLOAD}:root` }));
    expect((await refusal(world.session(world.root(WORKLOAD), arn))).message).to.contain("root accounts");
  });

  it("refuses a trust policy that names a role nobody has made", async () => {
    const made = role(WORKLOAD, "dangling", trust({ AWS: `arn:aws:iam::${SECURITY}:role/nobody` }));
    const error = await refusal(made);
    expect(error.name).to.equal("MalformedPolicyDocumentException");
    expect(error.message).to.contain("role/nobody");
  });

  it("refuses a managed policy it does not know, and lets AWSDenyAll deny", async () => {
    await userOf(world, WORKLOAD, "denied", policy({ Action: "iam:ListUsers", Resource: "*" }));
    const iam = new IAM(world.root(WORKLOAD));
    const attach = (name: string) =>
      iam.attachUserPolicy({ UserName: "denied", PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    expect((await refusal(attach("AmazonUnheardOf"))).name).to.equal("NoSuchEntityException");
    const { AccessKey } = await iam.createAccessKey({ UserName: "denied" });
    const caller = {
      ...world.root(WORKLOAD),
      credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! },
    };
    await new IAM(caller).listUsers({});
    await attach("AWSDenyAll");
    expect((await refusal(new IAM(caller).listUsers({}))).message).to.contain("explicit deny");
  });

  it("takes a request for one over TLS, so that policies may insist on it", async () => {
    const s3 = new S3(world.root(SECURITY));
    await s3.createBucket({ Bucket: "tls-only", CreateBucketConfiguration: { LocationConstraint: REGION } });
    const arns = ["arn:aws:s3:::tls-only", "arn:aws:s3:::tls-only/*"];
    const insist = { Bool: { "aws:SecureTransport": "false" } };
    await s3.putBucketPolicy({
      Bucket: "tls-only",
      Policy: policy({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: arns, Condition: insist }),
    });
    const user = await userOf(world, SECURITY, "writer", policy({ Action: "s3:PutObject", Resource: arns[1] }));
    await new S3(user).putObject({ Bucket: "tls-only", Key: "k", Body: "x" });
  });

  it("lets another account use a key where the key's policy and its own both say so", async () => {
    const kms = new KMS(world.root(SECURITY));
    const own = { Principal: { AWS: `arn:aws:iam::${SECURITY}:root` }, Action: "kms:*", Resource: "*" };
    const shared = { Principal: { AWS: `arn:aws:iam::${WORKLOAD}:root` }, Action: "kms:Encrypt", Resource: "*" };
    const closed = (await kms.createKey({ Policy: policy(own) })).KeyMetadata!.Arn!;
    const open = (await kms.createKey({ Policy: policy(own, shared) })).KeyMetadata!.Arn!;
    const may = { Action: "kms:Encrypt", Resource: [closed, open] };
    const user = new KMS(await userOf(world, WORKLOAD, "cipher", policy(may)));
    const without = new KMS(await userOf(world, WORKLOAD, "idle", policy({ Action: "s3:*", Resource: "*" })));
    const encrypt = (client: KMS, KeyId: string) => client.encrypt({ KeyId, Plaintext: Buffer.from("x") });
    const { CiphertextBlob } = await encrypt(user, open);
    expect((await refusal(encrypt(user, closed))).name).to.equal("AccessDeniedException");
    expect((await refusal(encrypt(without, open))).name).to.equal("AccessDeniedException");
    const { Plaintext } = await kms.decrypt({ CiphertextBlob });
    expect(Buffer.from(Plaintext!).toString()).to.equal("x");
  });

  it("checks the key of an encrypted bucket with whoever writes to it", async () => {
    const kms = new KMS(world.root(SECURITY));
    const own = { Principal: { AWS: `arn:aws:iam::${SECURITY}:root` }, Action: "kms:*", Resource: "*" };
    const key = (await kms.createKey({ Policy: policy(own) })).KeyMetadata!.Arn!;
    const s3 = new S3(world.root(SECURITY));
    await s3.createBucket({ Bucket: "sealed", CreateBucketConfiguration: { LocationConstraint: REGION } });
    const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key };
    await s3.putBucketEncryption({
      Bucket: "sealed",
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    });
    const write = { Action: "s3:PutObject", Resource: "arn:aws:s3:::sealed/*" };
    const half = new S3(await userOf(world, SECURITY, "half", policy(write)));
    const put = (client: S3) => client.putObject({ Bucket: "sealed", Key: "k", Body: "x" });
    const error = await refusal(put(half));
    expect(error.name).to.equal("AccessDenied");
    expect(error.message).to.contain("kms:GenerateDataKey");
    const use = { Action: "kms:GenerateDataKey", Resource: key };
    await put(new S3(await userOf(world, SECURITY, "whole", policy(write, use))));
  });
});
