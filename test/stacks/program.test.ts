import { expect } from "chai";
import { program } from "../../stacks";
import { declared, only, startMocks, valueOf } from "../support/pulumi-mocks";
import { runProgram } from "../support/run-program";
import { goodConfig, goodMasterConfig } from "../support/stack-config";

/** Every text among the inputs of what is declared. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
}

describe("the program", function () {
  this.timeout(60_000);

  it("gives the master stack's outputs", async () => {
    const outputs = await runProgram("master", goodMasterConfig);
    expect(await valueOf(outputs.casesTable)).to.equal("firebreak-cases");
    expect(await valueOf(outputs.vaultBucket)).to.equal("firebreak-evidence-111122223333-eu-central-1");
    expect(outputs.modes).to.deep.equal({
      "ec2-instance-compromised": "observe",
      "root-activity": "observe",
      "high-severity-finding": "observe",
    });
  });

  it("gives the service stack's outputs", async () => {
    const outputs = await runProgram("service-444455556666", goodConfig);
    const roles = await valueOf(outputs.memberRoleArns as Record<string, string>);
    expect(roles).to.include.keys("isolateInstance", "captureInstance");
    expect(outputs.accountId).to.equal("444455556666");
  });

  it("keeps the footprint of a service account small, since it is made thousands of times", async () => {
    await runProgram("service-444455556666", goodConfig);
    expect(declared.length).to.be.at.most(39);
  });

  it("gives the master account the footprint of a service account as well", async () => {
    await runProgram("service-444455556666", goodConfig);
    const footprint = declared.map(({ type, name }) => `${type} ${name}`);
    await runProgram("master", goodMasterConfig);
    expect(declared.map(({ type, name }) => `${type} ${name}`)).to.include.members(footprint);
  });

  it("works in the account of the stack and nowhere else, by the role that deploys", async () => {
    await runProgram("service-444455556666", goodConfig);
    const { inputs } = only("pulumi:providers:aws");
    expect(JSON.parse(String(inputs.allowedAccountIds))).to.deep.equal(["444455556666"]);
    expect(JSON.parse(String(inputs.assumeRoles))).to.deep.equal([
      { roleArn: "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole", sessionName: "firebreak-deploy" },
    ]);
    expect(inputs.region).to.equal("eu-central-1");
  });

  it("takes no role with an empty deployRole", async () => {
    await runProgram("service-444455556666", { ...goodConfig, deployRole: "" });
    expect(only("pulumi:providers:aws").inputs).not.to.have.property("assumeRoles");
  });

  for (const [partition, homeRegion] of [
    ["aws-cn", "cn-north-1"],
    ["aws-us-gov", "us-gov-west-1"],
  ] as const) {
    it(`names no other partition in ${partition}`, async () => {
      for (const [stack, config] of [
        ["master", goodMasterConfig],
        ["service-444455556666", goodConfig],
      ] as const) {
        await runProgram(stack, { ...config, homeRegion }, partition);
        const foreign = declared.flatMap(({ inputs }) => texts(inputs)).filter((text) => /arn:aws:/.test(text));
        expect(foreign).to.be.empty;
      }
    });
  }

  it("puts the prefix into every name, so that two installations can live side by side", async () => {
    await runProgram("master", { ...goodMasterConfig, prefix: "second" });
    const named = declared.filter(({ type, inputs }) => type.startsWith("aws:") && (inputs.bucket ?? inputs.name));
    const generic = [
      "aws:iam/rolePolicy:RolePolicy", // within its role, which has the prefix
      "aws:guardduty/detectorFeature:DetectorFeature", // GuardDuty's own names
      "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature",
    ];
    const without = named
      .filter(({ type }) => !generic.includes(type) && type !== "aws:s3/bucketPolicy:BucketPolicy")
      .map(({ inputs }) => String(inputs.name ?? inputs.bucket))
      .filter((name) => !/(^|\/)second-/.test(name));
    expect(without).to.be.empty;
  });

  it("refuses config that does not fit before it declares anything", async () => {
    const error = await runProgram("master", goodConfig).catch((reason: Error) => reason);
    expect((error as Error).message).to.contain("firebreak:vaultRetentionDays is missing");
    expect(declared).to.be.empty;
  });

  it("refuses a stack that is none of its own", async () => {
    await startMocks("dev");
    const error = await program("dev").catch((reason: Error) => reason);
    expect((error as Error).message).to.contain("management, master, service or service-<twelve digits>");
  });
});
