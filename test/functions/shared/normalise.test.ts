import { expect } from "chai";
import fc from "fast-check";
import { isNamed } from "../../../functions/shared/errors";
import type { Finding } from "../../../functions/shared/finding";
import { normalise } from "../../../functions/shared/normalise";
import { sampleEvent } from "../../support/events";
import { account, administrator, finding, guardDutyEvent, instance } from "../fixtures";

function findingOf(event: unknown): Finding {
  const { findings, dropped } = normalise(event, administrator);
  if (!findings[0]) throw new Error(dropped.join("; "));
  return findings[0];
}

function complaint(event: unknown): string {
  try {
    normalise(event, administrator);
  } catch (error) {
    if (isNamed(error, "MalformedEvent")) return (error as Error).message;
    throw error;
  }
  throw new Error("It was expected to be malformed, and was not");
}

describe("normalise", () => {
  it("makes a finding of a GuardDuty event", () => {
    expect(findingOf(guardDutyEvent())).to.deep.equal(finding(["sg-0aaaaaaaaaaaaaaaa"]));
  });

  it("takes the member's account from the detail when the administrator reports", () => {
    const { account: about, reportedBy } = findingOf(guardDutyEvent({}, { account: administrator }));
    expect([about, reportedBy]).to.deep.equal([account, administrator]);
  });

  it("refuses a member's report about another account", () => {
    expect(complaint(guardDutyEvent({}, { account: "222222222222" }))).to.match(
      /^detail.accountId must be 222222222222/,
    );
  });

  const severities: [number, string][] = [
    [1, "LOW"],
    [3.9, "LOW"],
    [4, "MEDIUM"],
    [6.9, "MEDIUM"],
    [7, "HIGH"],
    [8.9, "HIGH"],
    [9, "CRITICAL"],
    [10, "CRITICAL"],
  ];
  for (const [score, label] of severities) {
    it(`calls severity ${score} ${label}`, () => {
      expect(findingOf(guardDutyEvent({ severity: score })).severity).to.deep.equal({ label, score });
    });
  }

  it("makes UTC of a time with an offset", () => {
    const { updatedAt } = findingOf(guardDutyEvent({ updatedAt: "2026-11-22T07:05:00+02:00" }));
    expect(updatedAt).to.equal("2026-11-22T05:05:00.000Z");
  });

  it("does without the hints when they are missing or of the wrong shape", () => {
    const details = { instanceId: instance, networkInterfaces: [{ securityGroups: [{ groupId: 7 }] }, "x"] };
    const { resource } = findingOf(
      guardDutyEvent({ resource: { resourceType: "Instance", instanceDetails: details } }),
    );
    expect(resource.instance).to.deep.equal({ securityGroups: [] });
  });

  const dropped: [string, unknown, RegExp][] = [
    ["an archived finding", guardDutyEvent({ service: { archived: true } }), /archived/],
    ["another service's event", guardDutyEvent({}, { source: "aws.ec2" }), /aws\.ec2/],
  ];
  for (const [what, event, reason] of dropped) {
    it(`drops ${what}, and says why`, () => {
      const { findings, dropped } = normalise(event, administrator);
      expect(findings).to.deep.equal([]);
      expect(dropped.join()).to.match(reason);
    });
  }

  it("says which access key a finding is about", () => {
    expect(findingOf(sampleEvent("guardduty-access-key"))).to.deep.include({
      severity: { label: "HIGH", score: 8.9 },
      resource: { type: "AwsIamAccessKey", id: "ASIAEXAMPLEKEY000001", arn: "" },
    });
  });

  it("takes a kind of resource that it does not know for the account", () => {
    const { resource } = findingOf(guardDutyEvent({ resource: { resourceType: "QuantumLedger" } }));
    expect(resource).to.deep.equal({ type: "AwsAccount", id: account, arn: `arn:aws:iam::${account}:root` });
  });

  const malformed: [string, unknown, RegExp][] = [
    ["no object", "text", /^the event must be an object/],
    ["null", null, /^the event must be an object/],
    ["a list", [], /^the event must be an object/],
    ["no detail", { ...guardDutyEvent(), detail: undefined }, /^detail must be an object, not nothing/],
    ["no account", guardDutyEvent({ accountId: undefined }), /^detail.accountId must be/],
    ["an account of 11 digits", guardDutyEvent({ accountId: "11111111111" }), /^detail.accountId must be/],
    ["an account that is a number", guardDutyEvent({ accountId: 111111111111 }), /^detail.accountId must be/],
    ["a region that is a path", guardDutyEvent({ region: "eu-west-1/../" }), /^detail.region must be/],
    ["a severity above 10", guardDutyEvent({ severity: 11 }), /^detail.severity must be/],
    ["a severity that is a text", guardDutyEvent({ severity: "8" }), /^detail.severity must be/],
    ["a title that never ends", guardDutyEvent({ title: "x".repeat(5000) }), /^detail.title must be/],
    ["a time that is none", guardDutyEvent({ updatedAt: "2026-13-40T00:00:00Z" }), /^detail.updatedAt must be/],
    [
      "an instance id with more behind it",
      guardDutyEvent({ resource: { resourceType: "Instance", instanceDetails: { instanceId: `${instance}\n` } } }),
      /^detail.resource.instanceDetails.instanceId must be/,
    ],
  ];
  for (const [what, event, message] of malformed) {
    it(`refuses ${what} and names the field`, () => {
      expect(complaint(event)).to.match(message);
    });
  }

  it("never reads a field from the prototype", () => {
    const event = JSON.parse(JSON.stringify(guardDutyEvent()).replace('"accountId"', '"__proto__"')) as unknown;
    expect(complaint(event)).to.match(/^detail.accountId must be .* not nothing/);
  });

  it("answers any JSON with a finding, a reason or MalformedEvent, and pollutes nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("detail", "time", "account", "source"), (value, field) => {
        for (const event of [value, { ...guardDutyEvent(), [field]: value }, guardDutyEvent({ [field]: value })]) {
          try {
            normalise(event, administrator);
          } catch (error) {
            if (!isNamed(error, "MalformedEvent")) throw error;
          }
        }
        expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
      }),
    );
  });
});
