import { expect } from "chai";
import { iamRoleRequireTrustedOrganization } from "../../policies/iam-role-require-trusted-organization";
import { judge } from "../support/policy-runs";

const organization = "o-a1b2c3d4e5";
const conditions = { "aws:PrincipalOrgID": organization, "sts:ExternalId": "firebreak" };
const master = "arn:aws:iam::111122223333:root";

function trust(statement: object, config: Record<string, unknown> = {}): Promise<string[]> {
  const policy = { Version: "2012-10-17", Statement: [{ Sid: "Trust", Effect: "Allow", ...statement }] };
  const fixture = {
    type: "aws:iam/role:Role",
    props: { assumeRolePolicy: JSON.stringify(policy) },
    provider: { allowedAccountIds: JSON.stringify(["444455556666"]) },
  };
  return judge(iamRoleRequireTrustedOrganization, fixture, config);
}

describe("iam-role-require-trusted-organization", () => {
  it("lets trust pass that is limited to organisation and external id", async () => {
    expect(await trust({ Principal: { AWS: master }, Condition: { StringEquals: conditions } })).to.be.empty;
  });

  it("lets AWS services pass", async () => {
    expect(await trust({ Principal: { Service: "lambda.amazonaws.com" } })).to.be.empty;
  });

  it("asks no external id of the role's own account", async () => {
    const Condition = { StringEquals: { "aws:PrincipalOrgID": organization } };
    expect(await trust({ Principal: { AWS: "arn:aws:iam::444455556666:root" }, Condition })).to.be.empty;
  });

  it("reads condition keys without regard to case", async () => {
    const Condition = { StringEquals: { "aws:principalorgid": organization, "STS:ExternalId": "firebreak" } };
    expect(await trust({ Principal: { AWS: master }, Condition })).to.be.empty;
  });

  it("leaves denials alone", async () => {
    expect(await trust({ Effect: "Deny", Principal: { AWS: "*" } })).to.be.empty;
  });

  it("refuses trust that is not limited to an organisation", async () => {
    const Condition = { StringEquals: { "sts:ExternalId": "firebreak" } };
    expect(await trust({ Principal: { AWS: master }, Condition })).to.deep.equal([
      "Statement Trust trusts principals of any organisation: add the condition StringEquals aws:PrincipalOrgID.",
    ]);
  });

  it("refuses a pattern in place of an organisation", async () => {
    const Condition = { StringLike: { "aws:PrincipalOrgID": "o-*" }, StringEquals: { "sts:ExternalId": "firebreak" } };
    expect(await trust({ Principal: { AWS: master }, Condition })).to.have.length(1);
  });

  it("refuses trust in another account without an external id", async () => {
    const Condition = { StringEquals: { "aws:PrincipalOrgID": organization } };
    expect(await trust({ Principal: { AWS: master }, Condition })).to.deep.equal([
      `Statement Trust trusts ${master} without an external id: add the condition StringEquals sts:ExternalId.`,
    ]);
  });

  it("refuses anybody, however it is written", async () => {
    for (const anybody of [{ Principal: "*" }, { Principal: { AWS: "*" } }, { NotPrincipal: { AWS: master } }]) {
      expect(await trust(anybody)).to.have.length(2);
    }
  });

  it("refuses federated principals", async () => {
    expect(await trust({ Principal: { Federated: "accounts.google.com" } })).to.deep.equal([
      "Statement Trust trusts accounts.google.com, which is outside the organisation: take it out.",
    ]);
  });

  it("refuses organisations other than those in its config", async () => {
    const statement = { Principal: { AWS: master }, Condition: { StringEquals: conditions } };
    expect(await trust(statement, { organizations: [organization] })).to.be.empty;
    expect(await trust(statement, { organizations: ["o-zzzzzzzzzz"] })).to.deep.equal([
      `Statement Trust trusts organisation ${organization}: set aws:PrincipalOrgID to o-zzzzzzzzzz.`,
    ]);
  });
});
