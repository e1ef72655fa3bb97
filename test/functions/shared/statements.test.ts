import { expect } from "chai";
import { memberRoleName } from "../../../functions/shared/names";
import { policyDocument } from "../../../functions/shared/statements";
import { playbooks } from "../../../playbooks";
import { actionsOf } from "../../../playbooks/playbook";

const values = { partition: "aws-us-gov", account: "111111111111", prefix: "fb" };
const actions = playbooks.flatMap(actionsOf);

describe("statements", () => {
  it("fill partition, account and prefix in", () => {
    const statement = { sid: "A", actions: ["s3:GetObject"], resources: ["arn:{partition}:s3:::{prefix}-{account}/*"] };
    expect(policyDocument([statement], values).Statement[0]?.Resource).to.deep.equal([
      "arn:aws-us-gov:s3:::fb-111111111111/*",
    ]);
  });

  it("refuse a placeholder they do not know, by name", () => {
    const statement = { sid: "A", actions: ["s3:GetObject"], resources: ["arn:{partiton}:s3:::x"] };
    expect(() => policyDocument([statement], values)).to.throw("there is no placeholder {partiton}");
  });

  for (const { name, permissions } of actions) {
    describe(name, () => {
      it("names each statement once", () => {
        const sids = permissions.map(({ sid }) => sid);
        expect(new Set(sids).size).to.equal(sids.length);
      });

      it("names actions and partition without wildcards, and all resources only for what takes none", () => {
        for (const { actions: calls, resources } of permissions) {
          for (const call of calls) expect(call).to.match(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
          if (resources.includes("*"))
            for (const call of calls) expect(call).to.match(/:(Describe|GetCommandInvocation|LookupEvents)/);
          else for (const arn of resources) expect(arn).to.match(/^arn:\{partition\}:/);
        }
      });

      it("passes roles to EC2 alone", () => {
        for (const { conditions } of permissions.filter((one) => one.actions.includes("iam:PassRole"))) {
          expect(conditions?.StringEquals?.["iam:PassedToService"]).to.be.an("array").that.is.not.empty;
        }
      });

      it("fits a role: name up to 64 characters, inline policy up to 10,240", () => {
        expect(memberRoleName("firebreak", name).length).to.be.at.most(64);
        expect(JSON.stringify(policyDocument(permissions, values)).length).to.be.at.most(10_240);
      });
    });
  }
});
