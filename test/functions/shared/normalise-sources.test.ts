import { expect } from "chai";
import fc from "fast-check";
import { isNamed } from "../../../functions/shared/errors";
import type { Finding } from "../../../functions/shared/finding";
import { normalise } from "../../../functions/shared/normalise";
import { omit } from "../../../functions/shared/omit";
import { changed, sampleEvent } from "../../support/events";
import type { SampleEvent } from "../../support/events";
import { account, administrator } from "../fixtures";

const read = (event: unknown) => normalise(event, administrator);
const one = (event: unknown): Finding => {
  const { findings, dropped } = read(event);
  if (!findings[0] || findings.length > 1) throw new Error(`${findings.length} findings; ${dropped.join("; ")}`);
  return findings[0];
};
const complaint = (event: unknown): string => {
  try {
    read(event);
  } catch (error) {
    if (isNamed(error, "MalformedEvent")) return (error as Error).message;
    throw error;
  }
  throw new Error("It was expected to be malformed, and was not");
};
const first = (event: SampleEvent, path: string, value: unknown) => changed(event, `detail findings 0 ${path}`, value);

const guardDuty = sampleEvent("guardduty-instance");
const asff = sampleEvent("security-hub-guardduty");
const control = sampleEvent("security-hub-control");
const prowler = sampleEvent("security-hub-prowler");
const action = sampleEvent("security-hub-custom-action");
const ocsf = sampleEvent("security-hub-v2");
const config = sampleEvent("config-public-bucket");
const signIn = sampleEvent("root-console-sign-in");
const call = sampleEvent("root-api-call");

describe("normalise, by source", () => {
  describe("a GuardDuty finding that comes back through Security Hub", () => {
    const own = one(guardDuty);
    const same = (finding: Finding) => {
      const told = omit({ ...finding, resource: omit({ ...finding.resource }, "instance") }, "reportedBy");
      return told;
    };

    it("is the same finding in ASFF", () => {
      expect(same(one(asff))).to.deep.equal(same(own));
    });

    it("is the same finding in OCSF, but for the number of its severity", () => {
      expect(same(one(ocsf))).to.deep.equal({ ...same(own), severity: { label: "HIGH", score: 7 } });
    });

    it("cannot be imitated by another product", () => {
      const product = "arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default";
      expect(one(first(asff, "ProductArn", product)).source).to.equal("securityhub");
    });
  });

  describe("Security Hub", () => {
    it("calls a control by its id, about the bucket", () => {
      expect(one(control)).to.deep.include({
        source: "securityhub",
        type: "S3.2",
        severity: { label: "CRITICAL", score: 90 },
        account,
        region: "eu-west-1",
        reportedBy: administrator,
        resource: { type: "AwsS3Bucket", id: "invoices-2026", arn: "arn:aws:s3:::invoices-2026" },
      });
    });

    it("calls what has no control by its generator", () => {
      expect(one(prowler)).to.include({ source: "securityhub", type: "prowler-s3_bucket_public_access" });
    });

    it("reads every finding that a person sent, settled or not, and who asked", () => {
      const { findings } = read(action);
      expect(findings.map(({ source, type }) => [source, type])).to.deep.equal([
        ["guardduty", "Backdoor:EC2/C&CActivity.B!DNS"],
        ["securityhub", "S3.9"],
      ]);
      for (const { requestedBy } of findings) expect(requestedBy).to.equal("Respond");
    });

    for (const [what, path, value] of [
      ["archived", "RecordState", "ARCHIVED"],
      ["NOTIFIED", "Workflow Status", "NOTIFIED"],
      ["SUPPRESSED", "Workflow Status", "SUPPRESSED"],
      ["passed", "Compliance Status", "PASSED"],
    ] as const)
      it(`drops an imported finding that is ${what}`, () => {
        const { findings, dropped } = read(first(control, path, value));
        expect([findings.length, dropped[0]?.includes(what)]).to.deep.equal([0, true]);
      });

    it("drops what is no new detection in OCSF", () => {
      expect(read(first(ocsf, "class_uid", 2003)).dropped[0]).to.contain("OCSF class 2003");
      expect(read(first(ocsf, "status_id", 3)).dropped[0]).to.contain("status is 3");
    });

    it("lets a member report about itself alone", () => {
      expect(complaint(changed(asff, "account", "222222222222"))).to.match(/^AwsAccountId must be 222222222222/);
    });

    it("refuses an event with one malformed finding whole", () => {
      const two = structuredClone(action);
      (two.detail.findings as Record<string, unknown>[])[1] = { Id: "x" };
      expect(complaint(two)).to.match(/^detail.findings\[1\].ProductArn must be an ARN, not nothing/);
    });
  });

  describe("AWS Config", () => {
    it("makes a finding of a bucket that became public", () => {
      expect(one(config)).to.deep.include({
        source: "config",
        type: "s3-bucket-public-read-prohibited",
        id: "s3-bucket-public-read-prohibited/invoices-2026/2026-11-22T05:05:00.000Z",
        severity: { label: "CRITICAL", score: 90 },
        resource: { type: "AwsS3Bucket", id: "invoices-2026", arn: "arn:aws:s3:::invoices-2026" },
      });
    });

    it("takes each change for a finding of its own", () => {
      const later = changed(config, "detail newEvaluationResult resultRecordedTime", "2026-11-23T05:05:00.000Z");
      expect(one(later).id).not.to.equal(one(config).id);
    });

    it("knows the rule under the names that others give it", () => {
      const hub = changed(config, "detail configRuleName", "securityhub-s3-bucket-public-write-prohibited-0a1b2c3d");
      expect(one(hub).type).to.equal("s3-bucket-public-write-prohibited");
    });

    it("drops a bucket that is closed again", () => {
      expect(read(changed(config, "detail newEvaluationResult complianceType", "COMPLIANT")).findings).to.be.empty;
    });
  });

  describe("root activity", () => {
    it("says that root signed in, from where, and without MFA", () => {
      const finding = one(signIn);
      expect(finding).to.include({ source: "cloudtrail", type: "Root:ConsoleLogin", region: "us-east-1", account });
      expect(finding.title).to.equal(`The root user of account ${account} signed in to the console from 198.51.100.24`);
      expect(finding.description).to.contain("MFA: no.");
    });

    it("says that a sign-in failed", () => {
      const finding = one(changed(signIn, "detail responseElements ConsoleLogin", "Failure"));
      expect(finding.title).to.contain("tried to sign in to the console");
    });

    it("says what root called, and that it was refused", () => {
      const finding = one(changed(call, "detail errorCode", "AccessDenied"));
      expect(finding.title).to.contain("tried to call s3:ListBuckets");
      expect(finding.description).to.contain("Refused: AccessDenied.");
    });

    it("is about the same resource in every region", () => {
      expect(one(call).resource).to.deep.equal(one(signIn).resource);
    });

    it("is not what a role named root does", () => {
      expect(read(sampleEvent("role-named-root")).dropped[0]).to.contain("done by AssumedRole");
    });

    it("is not what an application puts on its own bus", () => {
      expect(read(changed(call, "source", "my.application")).dropped[0]).to.contain("my.application");
    });
  });

  const malformed: [string, SampleEvent, string][] = [
    ["no findings", changed(asff, "detail findings", []), "detail.findings"],
    ["findings that are no list", changed(asff, "detail findings", "all"), "detail.findings"],
    [
      "101 findings",
      changed(
        asff,
        "detail findings",
        Array.from({ length: 101 }, () => ({})),
      ),
      "detail.findings",
    ],
    ["a finding that is none", changed(asff, "detail findings 0", 7), "detail.findings[0]"],
    ["no account", first(asff, "AwsAccountId", undefined), "detail.findings[0].AwsAccountId"],
    ["an instance id that is a path", first(asff, "Resources 0 Id", "i-1/../x"), "detail.findings[0].Resources[0].Id"],
    ["no resource", first(asff, "Resources", []), "detail.findings[0].Resources"],
    ["no type", first(asff, "Types", []), "detail.findings[0].Types"],
    ["a severity that is none", first(control, "Severity Label", "HUGE"), "detail.findings[0].Severity.Label"],
    ["a product that is no ARN", first(control, "ProductArn", "guardduty"), "detail.findings[0].ProductArn"],
    ["no name of the action", changed(action, "detail actionName", undefined), "detail.actionName"],
    ["a severity id beyond all", first(ocsf, "severity_id", 99), "detail.findings[0].severity_id"],
    ["half a severity id", first(ocsf, "severity_id", 4.5), "detail.findings[0].severity_id"],
    ["no finding_info", first(ocsf, "finding_info", null), "detail.findings[0].finding_info"],
    ["a region that is none", first(ocsf, "cloud region", "global"), "detail.findings[0].cloud.region"],
    ["no types in OCSF", first(ocsf, "finding_info types", ["Threats"]), "detail.findings[0].finding_info.types"],
    [
      "a compliance of the wrong type",
      changed(config, "detail newEvaluationResult", "bad"),
      "detail.newEvaluationResult",
    ],
    ["no resource id", changed(config, "detail resourceId", undefined), "detail.resourceId"],
    ["a root event without identity", changed(call, "detail userIdentity", undefined), "detail.userIdentity"],
    ["a root event of no time", changed(call, "detail eventTime", "today"), "detail.eventTime"],
  ];
  for (const [what, event, field] of malformed)
    it(`refuses ${what} and names ${field}`, () => {
      expect(complaint(event).startsWith(`${field} must be `), complaint(event)).to.equal(true);
    });

  /** Every way into an event, as `changed` takes it. */
  const paths = (value: unknown, at: string[] = []): string[] =>
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, inner]) =>
          key.includes(" ") ? [] : [[...at, key].join(" "), ...paths(inner, [...at, key])],
        )
      : [];

  for (const event of [asff, control, prowler, action, ocsf, config, signIn, call])
    it(`answers any JSON in any field of ${String(event["detail-type"])} (${event.source}), and pollutes nothing`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...paths(event)), fc.jsonValue(), (path, value) => {
          try {
            const { findings, dropped } = read(changed(event, path, value));
            expect(findings.length + dropped.length).to.be.at.least(1);
          } catch (error) {
            if (!isNamed(error, "MalformedEvent")) throw error;
          }
          expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
        }),
        { numRuns: 500 },
      );
    });

  it("reads nothing from a prototype", () => {
    const text = JSON.stringify(asff).replace('"AwsAccountId"', '"__proto__"');
    expect(complaint(JSON.parse(text))).to.match(/^detail.findings\[0\].AwsAccountId must be/);
    const resources = JSON.stringify(guardDuty).replace('"resourceType":"Instance"', '"resourceType":"constructor"');
    expect(one(JSON.parse(resources)).resource.type).to.equal("AwsAccount");
  });
});
