import { expect } from "chai";
import { actionsIn } from "../../components/playbook-steps";
import { playbooks } from "../../playbooks";
import { only, statement } from "../support/pulumi-mocks";
import type { Policy } from "../support/pulumi-mocks";
import { runProgram } from "../support/run-program";
import { goodConfig } from "../support/stack-config";

const actions = actionsIn(playbooks);

describe("a service account's roles", function () {
  this.timeout(60_000);
  before(() => runProgram("service-444455556666", goodConfig));

  for (const { name, permissions } of actions) {
    it(`let the function of ${name} in, and nobody else`, () => {
      const role = only("aws:iam/role:Role", `members-${name}-role`).inputs;
      expect(role.name).to.equal(`firebreak-member-${name}`);
      expect((JSON.parse(String(role.assumeRolePolicy)) as Policy).Statement).to.deep.equal([
        {
          Effect: "Allow",
          Sid: "OnlyItsFunction",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "sts:ExternalId": "firebreak-test-1", "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::111122223333:role/firebreak-${name}` },
          },
        },
      ]);
    });

    it(`may do what ${name} declares, in their own account`, () => {
      const { policy } = only("aws:iam/rolePolicy:RolePolicy", `members-${name}-policy`).inputs;
      const { Statement } = JSON.parse(String(policy)) as Policy;
      expect(Statement.map(({ Sid }) => Sid)).to.deep.equal(permissions.map(({ sid }) => sid));
      expect(String(policy)).not.to.match(/\{(partition|account|prefix)\}/);
    });
  }

  it("give a collected instance its agent and its output, and nothing else", () => {
    const { policy } = only("aws:iam/rolePolicy:RolePolicy", "collector-policy").inputs;
    const { Statement } = JSON.parse(String(policy)) as Policy;
    expect(Statement.map(({ Sid }) => Sid)).to.deep.equal(["Agent", "PutOutput", "AskForEncryption"]);
    expect(statement(policy, "PutOutput").Resource).to.deep.equal([
      "arn:aws:s3:::firebreak-collection-444455556666-eu-central-1/cases/*",
    ]);
    expect(only("aws:iam/instanceProfile:InstanceProfile").inputs.name).to.equal("firebreak-collector");
  });

  it("keep everyone but the collector from putting output, and everyone but the action from reading it", () => {
    const { policy } = only("aws:s3/bucketPolicy:BucketPolicy", "collection-policy").inputs;
    expect(statement(policy, "OnlyCollectorPuts")).to.deep.include({
      Effect: "Deny",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::444455556666:role/firebreak-collector"] } },
    });
    expect(statement(policy, "OnlyActionsRead")).to.deep.include({
      Effect: "Deny",
      Condition: {
        ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::444455556666:role/firebreak-member-collectFromInstance"] },
      },
    });
  });

  it("throw away what was collected after a day", () => {
    const [rule] = only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs.rules as object[];
    expect(rule).to.have.property("expiration").that.deep.equals({ days: 1 });
  });
});
