import { expect } from "chai";
import type { Aws } from "../../../local/provider/instance/aws";
import { invokeDefinition } from "../../../local/provider/invokes/registry";

const policyDocument = invokeDefinition("aws:iam/getPolicyDocument:getPolicyDocument");

async function documentOf(args: Record<string, unknown>): Promise<unknown> {
  const { json } = await policyDocument.run({} as Aws, args);
  return JSON.parse(String(json));
}

describe("aws.iam.getPolicyDocument", () => {
  it("writes statements in IAM's grammar", async () => {
    const statements = [
      {
        sid: "Read",
        actions: ["s3:GetObject"],
        resources: ["a", "b"],
        principals: [{ type: "AWS", identifiers: ["*"] }],
        conditions: [
          { test: "StringEquals", variable: "aws:PrincipalOrgID", values: ["o-1"] },
          { test: "StringEquals", variable: "aws:SourceAccount", values: ["1", "2"] },
        ],
      },
    ];
    expect(await documentOf({ statements })).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: ["b", "a"],
          Principal: { AWS: "*" },
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1", "aws:SourceAccount": ["1", "2"] } },
        },
      ],
    });
  });

  it("lets overrides replace statements of the same Sid", async () => {
    const override = JSON.stringify({ Statement: { Sid: "Read", Effect: "Deny", Action: "*", Resource: "*" } });
    const statements = [{ sid: "Read", actions: ["s3:GetObject"], resources: ["*"] }];
    const document = await documentOf({ statements, overridePolicyDocuments: [override] });
    expect(document).to.have.nested.property("Statement[0].Effect", "Deny");
    expect(document).to.have.nested.property("Statement.length", 1);
  });
});
