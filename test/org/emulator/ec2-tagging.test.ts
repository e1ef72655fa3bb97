import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { WORKLOAD, policy, refusal, startWorld, userOf } from "./support";
import type { World } from "./support";

describe("emulator: tags given when something is made", () => {
  let world: World;
  let ec2: EC2;

  const make = (GroupName: string, Tags: { Key: string; Value: string }[]) =>
    ec2.createSecurityGroup({
      GroupName,
      Description: "test",
      ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: "security-group" as const, Tags }] } : {}),
    });

  const allow = async (statements: object[]) => {
    const iam = new IAM(world.root(WORKLOAD));
    await iam.putUserPolicy({ UserName: "maker", PolicyName: "inline", PolicyDocument: policy(...statements) });
  };

  const create = { Action: "ec2:CreateSecurityGroup", Resource: "*" };
  const tagWhen = (action: string) => ({
    Effect: "Allow",
    Action: "ec2:CreateTags",
    Resource: "arn:aws:ec2:*:*:security-group/*",
    Condition: { StringEquals: { "ec2:CreateAction": action } },
  });

  before(async () => {
    world = await startWorld();
    ec2 = new EC2(await userOf(world, WORKLOAD, "maker", policy(create)));
  });
  after(() => world.end());

  it("need no further permission where there are none", async () => {
    expect((await make("untagged", [])).GroupId).to.match(/^sg-/);
  });

  it("need ec2:CreateTags, and nothing is made without it", async () => {
    const error = await refusal(make("tagged", [{ Key: "a", Value: "b" }]));
    expect(error.name).to.equal("UnauthorizedOperation");
    expect(error.message).to.contain("ec2:CreateTags");
    expect(
      (
        await new EC2(world.root(WORKLOAD)).describeSecurityGroups({
          Filters: [{ Name: "group-name", Values: ["tagged"] }],
        })
      ).SecurityGroups,
    ).to.deep.equal([]);
  });

  it("may be allowed for one creating action alone", async () => {
    await allow([create, tagWhen("CreateSnapshots")]);
    expect((await refusal(make("tagged", [{ Key: "a", Value: "b" }]))).message).to.contain("ec2:CreateTags");
    await allow([create, tagWhen("CreateSecurityGroup")]);
    expect((await make("tagged", [{ Key: "a", Value: "b" }])).GroupId).to.match(/^sg-/);
  });
});
