import { expect } from "chai";
import { describeProblems, parseConfig } from "../../stacks/config";
import type { ConfigProblem } from "../../stacks/config";
import { goodConfig, goodMasterConfig } from "../support/stack-config";

const service = "service-444455556666";

function problems(stack: string, values: Record<string, unknown>): ConfigProblem[] {
  const result = parseConfig(stack, values);
  return "problems" in result ? result.problems : [];
}

/** The master stack's good config with some values otherwise; undefined takes one away. */
function problemsWith(values: Record<string, unknown>): ConfigProblem[] {
  return problems("master", { ...goodMasterConfig, ...values });
}

describe("config", () => {
  it("reads the master stack's, with its defaults", () => {
    expect(parseConfig("master", goodMasterConfig)).to.deep.equal({
      ok: {
        kind: "master",
        ...goodConfig,
        linkedRegions: [],
        prefix: "firebreak",
        deployRole: "OrganizationAccountAccessRole",
        tags: {},
        vaultRetentionDays: 30,
        investigators: [],
        notificationEmails: [],
        contacts: {},
        onCall: {},
        escalation: [],
        guardDuty: {
          s3: true,
          eksAuditLogs: true,
          malware: true,
          rds: true,
          lambda: true,
          runtimeMonitoring: false,
        },
        securityHub: { standards: ["aws-foundational-security-best-practices/v/1.0.0"], disabledControls: [] },
        modes: {},
        logRetentionDays: 365,
        reservedConcurrency: 10,
        protect: true,
      },
    });
  });

  it("reads the management stack's, with its defaults", () => {
    const result = parseConfig("management", { ...goodConfig, managementAccountId: "999988887777" });
    expect(result).to.have.nested.property("ok.kind", "management");
    expect(result).to.have.nested.property("ok.managementRole", "");
    const same = problems("management", { ...goodConfig, managementAccountId: goodConfig.masterAccountId });
    expect(same.map(({ key }) => key)).to.deep.equal(["managementAccountId"]);
    expect(problems("management", goodConfig).map(({ key }) => key)).to.deep.equal(["managementAccountId"]);
  });

  it("names a standard or a protection plan that does not exist", () => {
    const [standard] = problemsWith({ securityHub: { standards: ["cis/v/9"] } });
    expect(standard).to.include({ key: "securityHub.standards.0", value: "cis/v/9" });
    expect(standard?.expected).to.contain("cis-aws-foundations-benchmark/v/3.0.0");
    const [plan] = problemsWith({ guardDuty: { s4: true } });
    expect(plan?.key).to.equal("guardDuty");
    expect(plan?.expected).to.contain("eksAuditLogs");
  });

  it("reads a service account from the stack's name", () => {
    const result = parseConfig(service, goodConfig);
    expect(result).to.have.nested.property("ok.accountId", "444455556666");
    expect(result).to.have.nested.property("ok.kind", "service");
  });

  it("reads a service account from the config of a stack named service", () => {
    const result = parseConfig("service", { ...goodConfig, accountId: "444455556666" });
    expect(result).to.have.nested.property("ok.accountId", "444455556666");
  });

  it("reads text as Pulumi hands it over, and values as they are", () => {
    const text = parseConfig("master", {
      ...goodMasterConfig,
      protect: "false",
      modes: '{"ec2-instance-compromised":"enforce"}',
    });
    const values = parseConfig("master", {
      ...goodMasterConfig,
      vaultRetentionDays: 30,
      protect: false,
      modes: { "ec2-instance-compromised": "enforce" },
    });
    expect(text).to.have.property("ok");
    expect(text).to.deep.equal(values);
  });

  it("lets text that looks like JSON be text", () => {
    const result = parseConfig("master", { ...goodMasterConfig, externalId: "12345678" });
    expect(result).to.have.nested.property("ok.externalId", "12345678");
  });

  it("takes no role with an empty deployRole", () => {
    expect(parseConfig("master", { ...goodMasterConfig, deployRole: "" })).to.have.nested.property("ok.deployRole", "");
  });

  it("lists every problem at once, with key, value and expectation", () => {
    const found = problems("master", { organizationId: "acme", masterAccountId: "1234", vaultRetentionDays: "soon" });
    expect(found.map(({ key }) => key)).to.have.members([
      "organizationId",
      "masterAccountId",
      "homeRegion",
      "externalId",
      "vaultRetentionDays",
    ]);
    const text = describeProblems("master", found);
    expect(text).to.contain("The config of stack master has 5 problems (set values in Pulumi.master.yaml):");
    expect(text).to.contain(
      'firebreak:organizationId is "acme"; expected the organisation\'s id, such as o-a1b2c3d4e5',
    );
    expect(text).to.contain("firebreak:homeRegion is missing; expected the AWS region where cases live");
  });

  it("refuses the placeholders of the sample files", () => {
    const values = { organizationId: "<o-...>", masterAccountId: "<twelve digits>", homeRegion: "<region>" };
    expect(problemsWith({ ...values, externalId: "<text>", vaultRetentionDays: "<days>" })).to.have.length(5);
  });

  it("suggests the key that was meant", () => {
    const [problem] = problemsWith({ vaultRetentionDay: "3" });
    expect(problem).to.deep.equal({
      key: "vaultRetentionDay",
      value: "3",
      expected: "no such key; do you mean vaultRetentionDays?",
    });
  });

  it("lists the known keys where none is near", () => {
    expect(problemsWith({ colour: "red" })[0]?.expected).to.match(/^one of prefix, organizationId/);
  });

  it("refuses a home region that is none", () => {
    expect(problemsWith({ homeRegion: "europe" })[0]?.key).to.equal("homeRegion");
    expect(problemsWith({ homeRegion: "us-gov-west-1" })).to.be.empty;
    expect(problemsWith({ homeRegion: "cn-north-1" })).to.be.empty;
  });

  it("refuses a linked region that is none, the home region, of another partition, or there twice", () => {
    const found = problemsWith({ linkedRegions: '["eu-north-7"]' });
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ key: "linkedRegions.0", value: "eu-north-7" });
    expect(found[0]?.expected).to.contain("a list of AWS regions");
    const regions = ["eu-central-1", "us-east-1", "us-east-1", "cn-north-1"];
    expect(
      problemsWith({ linkedRegions: JSON.stringify(regions) }).map(({ key, expected }) => [key, expected]),
    ).to.deep.equal([
      ["linkedRegions.0", "a region other than the home region"],
      ["linkedRegions.2", "each region once"],
      ["linkedRegions.3", "a region of the home region's partition, aws"],
    ]);
  });

  it("takes linked regions as a list", () => {
    const result = parseConfig(service, { ...goodConfig, linkedRegions: '["us-east-1","eu-west-3"]' });
    expect(result).to.have.nested.property("ok.linkedRegions").that.deep.equals(["us-east-1", "eu-west-3"]);
  });

  it("refuses a mode for a playbook that is unknown, and suggests one", () => {
    expect(problemsWith({ modes: { "ec2-instance-compromise": "enforce" } })).to.deep.equal([
      {
        key: "modes.ec2-instance-compromise",
        value: "enforce",
        expected: "no such playbook; do you mean ec2-instance-compromised?",
      },
    ]);
  });

  it("refuses a mode that is none, and says where", () => {
    const [problem] = problemsWith({ modes: { "ec2-instance-compromised": "act" } });
    expect(problem).to.include({ key: "modes.ec2-instance-compromised", value: "act" });
    expect(problem?.expected).to.contain("observe (plan and tell) or enforce (act)");
  });

  it("refuses a service account that is the master account", () => {
    const [problem] = problems("service-111122223333", goodConfig);
    expect(problem).to.include({ key: "accountId", value: "111122223333" });
  });

  it("refuses a service account other than the one in the stack's name", () => {
    const [problem] = problems(service, { ...goodConfig, accountId: "777788889999" });
    expect(problem?.expected).to.equal("444455556666, as the stack's name says");
  });

  it("asks a stack named service for its account", () => {
    expect(problems("service", goodConfig)).to.deep.include({
      key: "accountId",
      value: undefined,
      expected: "the service account's id: twelve digits, in quotes",
    });
  });

  it("refuses an account in the master stack that is not the master account", () => {
    expect(problemsWith({ accountId: "444455556666" })[0]?.expected).to.equal("to be left out of the master stack");
  });

  it("refuses investigators of other accounts", () => {
    const [problem] = problemsWith({ investigators: ["arn:aws:iam::999999999999:role/People"] });
    expect(problem?.key).to.equal("investigators.0");
    expect(problem?.expected).to.equal("a role or user of the master account 111122223333");
  });

  it("refuses days that CloudWatch Logs does not know", () => {
    expect(problemsWith({ logRetentionDays: "100" })[0]?.expected).to.contain("30, 60, 90");
  });

  it("refuses stack names of no stack of ours", () => {
    for (const name of ["dev", "service-1", "master-2", "service-4444555566667"]) {
      expect(problems(name, goodMasterConfig)[0]).to.include({ key: "stack", value: name });
    }
  });
});
