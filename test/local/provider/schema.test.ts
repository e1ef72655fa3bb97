import { expect } from "chai";
import { deriveProviderSchema, deriveSchema } from "../../../local/provider/schema/derive";

describe("schema of a resource type, derived from the SDK's declarations", () => {
  const queue = deriveSchema("aws:sqs/queue:Queue");
  const role = deriveSchema("aws:iam/role:Role");
  const lambda = deriveSchema("aws:lambda/function:Function");

  it("gives the type of plain inputs", () => {
    expect(queue.inputs["delaySeconds"]).to.deep.equal({ required: false, type: { kind: "number" } });
    expect(queue.inputs["fifoQueue"]?.type).to.deep.equal({ kind: "boolean" });
    expect(queue.inputs["tags"]?.type).to.deep.equal({ kind: "map", values: { kind: "string" } });
  });

  it("knows required inputs, and text that may be given as an object", () => {
    expect(role.inputs["assumeRolePolicy"]).to.deep.equal({ required: true, type: { kind: "document" } });
    expect(lambda.inputs["role"]?.required).to.equal(true);
  });

  it("reads nested inputs of another file, enumerations and archives", () => {
    const type = lambda.inputs["environment"]?.type;
    expect(type).to.deep.include({ kind: "object" });
    expect(lambda.inputs["runtime"]?.type).to.deep.equal({ kind: "string" });
    expect(lambda.inputs["code"]?.type).to.deep.equal({ kind: "asset" });
    const rules = deriveSchema("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
      ?.type;
    const rule = rules?.kind === "list" && rules.items.kind === "object" ? rules.items.properties : {};
    expect(rule["status"]).to.deep.equal({ required: true, type: { kind: "string" } });
    expect(rule["expiration"]?.type.kind).to.equal("object");
  });

  it("tells outputs that are always there from those that may be unset", () => {
    expect(queue.outputs["arn"]).to.deep.equal({ optional: false });
    expect(queue.outputs["kmsMasterKeyId"]).to.deep.equal({ optional: true });
    expect(queue.inputs).not.to.have.property("arn");
  });

  it("does not unroll a type inside itself for ever", () => {
    expect(deriveSchema("aws:wafv2/webAcl:WebAcl").inputs["rules"]?.type.kind).to.equal("list");
  });

  it("names a type that the SDK does not have", () => {
    expect(() => deriveSchema("aws:sqs/qeue:Qeue")).to.throw("@pulumi/aws has no resource type aws:sqs/qeue:Qeue");
  });

  it("gives the provider's own arguments", () => {
    expect(deriveProviderSchema()["assumeRoles"]?.type.kind).to.equal("list");
  });
});
