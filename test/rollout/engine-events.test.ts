import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { collectEvents } from "../../rollout/engine-events";

const urn = (type: string, name: string) => `urn:pulumi:master::firebreak::${type}::${name}`;

function done(op: OpType, type: string, name: string, outputs: Record<string, unknown> = {}): EngineEvent {
  const metadata = { op, type, urn: urn(type, name), provider: "", new: { outputs } };
  return { sequence: 1, timestamp: 1, resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

describe("events of an update", () => {
  it("count resources by type and changes by kind, without the stack and the providers", () => {
    const { record, onEvent } = collectEvents();
    onEvent(done("create", "aws:s3/bucket:Bucket", "a"));
    onEvent(done("same", "aws:s3/bucket:Bucket", "b"));
    onEvent(done("delete", "aws:sqs/queue:Queue", "c"));
    onEvent(done("create", "pulumi:providers:aws", "account"));
    onEvent(done("create", "pulumi:pulumi:Stack", "firebreak-master", { region: "eu-west-1" }));
    expect(record.resources).to.deep.equal({ "aws:s3/bucket:Bucket": 2 });
    expect(record.changes).to.deep.equal({ created: 1, unchanged: 1, deleted: 1 });
    expect(record.outputs).to.deep.equal({ region: "eu-west-1" });
  });

  it("tell failures once, with the resource, without colours and stack traces", () => {
    const { record, onEvent } = collectEvents();
    const message = "<{%reset%}>AccessDenied: no\n    at Object.callback (x.js:1:1)\n<{%reset%}>";
    const diagnosticEvent = { severity: "error", message, urn: urn("aws:s3/bucket:Bucket", "a"), color: "raw" };
    for (const sequence of [1, 2]) onEvent({ sequence, timestamp: 1, diagnosticEvent } as unknown as EngineEvent);
    expect(record.failures).to.deep.equal(["a: AccessDenied: no"]);
  });

  it("tell violations of mandatory policies, and no advice", () => {
    const { record, onEvent } = collectEvents();
    const policyEvent = {
      policyName: "s3-bucket-require-object-lock",
      message: "the bucket has no lock",
      resourceUrn: urn("aws:s3/bucket:Bucket", "a"),
      enforcementLevel: "mandatory",
    };
    onEvent({ sequence: 1, timestamp: 1, policyEvent } as unknown as EngineEvent);
    onEvent({ sequence: 2, timestamp: 1, policyEvent: { ...policyEvent, enforcementLevel: "advisory" } } as never);
    expect(record.violations).to.deep.equal(["s3-bucket-require-object-lock (a): the bucket has no lock"]);
  });
});
