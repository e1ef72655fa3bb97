import { EventBridge } from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { accountPatterns, administratorPatterns } from "../../../components/event-patterns";
import type { EventPattern } from "../../../components/event-patterns";
import type { Installation } from "../../../components/installation";
import { changed, sampleEvent } from "../../support/events";
import type { SampleEvent } from "../../support/events";
import { SECURITY, startWorld } from "../emulator/support";
import type { World } from "../emulator/support";

const installation: Installation = {
  prefix: "fb",
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  homeRegion: "eu-west-1",
  linkedRegions: ["us-east-1"],
  masterAccountId: "999999999999",
  organizationId: "o-a1b2c3d4e5",
  externalId: "external",
};

type Cases = [what: string, event: SampleEvent][];

const guardDuty = sampleEvent("guardduty-instance");
const severity = (value: unknown) => changed(guardDuty, "detail severity", value);
const signIn = sampleEvent("root-console-sign-in");
const call = sampleEvent("root-api-call");
const config = sampleEvent("config-public-bucket");
const rule = (name: string) => changed(config, "detail configRuleName", name);
const compliance = (type: string) => changed(config, "detail newEvaluationResult complianceType", type);

/** The bucket was public, and is not any more. */
const closedAgain = changed(
  changed(config, "detail oldEvaluationResult", config.detail.newEvaluationResult),
  "detail newEvaluationResult",
  config.detail.oldEvaluationResult,
);

const forwarded: Cases = [
  ["GuardDuty 7.0", severity(7)],
  ["GuardDuty 8.9", severity(8.9)],
  ["GuardDuty 9.0", severity(9)],
  ["GuardDuty 10", severity(10)],
  ["GuardDuty about an access key", sampleEvent("guardduty-access-key")],
  ["a root sign-in", signIn],
  ["a root sign-in that failed", changed(signIn, "detail responseElements ConsoleLogin", "Failure")],
  ["a root API call that only reads", call],
  ["a root API call that changes", changed(call, "detail readOnly", false)],
  ["a bucket that becomes publicly readable", config],
  ["a bucket that becomes publicly writable", rule("s3-bucket-public-write-prohibited")],
  ["a bucket that was never evaluated before", changed(config, "detail oldEvaluationResult", undefined)],
  ["the rule with the installation's prefix", rule("fb-s3-bucket-public-read-prohibited")],
  ["the organisation's rule", rule("OrgConfigRule-s3-bucket-public-read-prohibited-ab12cd34")],
  ["the organisation's rule with the prefix", rule("OrgConfigRule-fb-s3-bucket-public-write-prohibited-ab12cd34")],
  ["Security Hub's own rule", rule("securityhub-s3-bucket-public-read-prohibited-0a1b2c3d")],
];

const leftAlone: Cases = [
  ["GuardDuty 6.9", severity(6.9)],
  ["GuardDuty with its severity as text", severity("8")],
  ["GuardDuty's words of another source", changed(guardDuty, "source", "my.application")],
  ["a role named root", sampleEvent("role-named-root")],
  ["an IAM user named Root", changed(signIn, "detail userIdentity type", "IAMUser")],
  ["a root event that CloudTrail Insights made", changed(call, "detail-type", "AWS Insight via CloudTrail")],
  ["a service event of the sign-in", changed(signIn, "detail-type", "AWS Service Event via CloudTrail")],
  ["a bucket that is closed again", closedAgain],
  ["a bucket that Config cannot judge", compliance("INSUFFICIENT_DATA")],
  ["a rule deleted with its results", compliance("NOT_APPLICABLE")],
  ["another Config rule", rule("s3-bucket-versioning-enabled")],
  ["a rule of somebody else's that sounds alike", rule("my-s3-bucket-public-read-prohibited")],
  ["Config's other messages", changed(config, "detail messageType", "ConfigRulesEvaluationStarted")],
];

const asff = sampleEvent("security-hub-guardduty");
const control = sampleEvent("security-hub-control");
const prowler = sampleEvent("security-hub-prowler");
const action = sampleEvent("security-hub-custom-action");
const ocsf = sampleEvent("security-hub-v2");
const first = (event: SampleEvent, path: string, value: unknown) => changed(event, `detail findings 0 ${path}`, value);

const administered: Cases = [
  ["GuardDuty's finding in ASFF", asff],
  ["a critical one", first(asff, "Severity Label", "CRITICAL")],
  ["a failed control for public buckets", control],
  [
    "the same without consolidated findings",
    first(control, "GeneratorId", "aws-foundational-security-best-practices/v/1.0.0/S3.2"),
  ],
  ["the other control", first(control, "Compliance SecurityControlId", "S3.3")],
  ["Prowler's check for public buckets", prowler],
  ["one of our custom actions", action],
  ["a detection in OCSF", ocsf],
  ["a critical detection in OCSF", first(ocsf, "severity_id", 5)],
  ["a fatal detection in OCSF", first(ocsf, "severity_id", 6)],
];

const notAdministered: Cases = [
  ["GuardDuty's medium finding", first(asff, "Severity Label", "MEDIUM")],
  ["one that somebody was told of already", first(asff, "Workflow Status", "NOTIFIED")],
  ["a suppressed one", first(asff, "Workflow Status", "SUPPRESSED")],
  ["an archived one", first(asff, "RecordState", "ARCHIVED")],
  ["another product's of high severity", first(asff, "ProductFields aws/securityhub/ProductName", "Inspector")],
  ["the control when it passed", first(control, "Compliance Status", "PASSED")],
  ["a control that no one asked for", first(control, "Compliance SecurityControlId", "S3.20")],
  ["another check of Prowler's", first(prowler, "GeneratorId", "prowler-s3_bucket_object_versioning")],
  ["Prowler's check when it passed", first(prowler, "Compliance Status", "PASSED")],
  [
    "a custom action of another prefix",
    changed(action, "resources", ["arn:aws:securityhub:eu-west-1:999999999999:action/custom/other"]),
  ],
  [
    "a custom action in another account",
    changed(action, "resources", ["arn:aws:securityhub:eu-west-1:111111111111:action/custom/fbRespond"]),
  ],
  ["insight results", changed(action, "detail-type", "Security Hub Insight Results")],
  ["a medium detection in OCSF", first(ocsf, "severity_id", 3)],
  ["a suppressed detection in OCSF", first(ocsf, "status_id", 3)],
  ["a compliance finding in OCSF", first(ocsf, "class_uid", 2003)],
];

describe("event patterns", () => {
  let world: World;
  let events: EventBridge;
  before(async () => {
    world = await startWorld();
    events = new EventBridge(world.root(SECURITY));
  });
  after(async () => {
    events.destroy();
    await world.end();
  });

  const match = async ([pattern]: { eventPattern: EventPattern }[], event: SampleEvent) => {
    const asked = { EventPattern: JSON.stringify(pattern?.eventPattern), Event: JSON.stringify(event) };
    return (await events.testEventPattern(asked)).Result;
  };
  const account = accountPatterns(installation);
  const administrator = administratorPatterns(installation);

  for (const [what, event] of forwarded)
    it(`of an account match ${what}`, async () => expect(await match(account, event)).to.equal(true));
  for (const [what, event] of [...leftAlone, ...administered])
    it(`of an account do not match ${what}`, async () => expect(await match(account, event)).to.equal(false));
  for (const [what, event] of administered)
    it(`of the administrator match ${what}`, async () => expect(await match(administrator, event)).to.equal(true));
  for (const [what, event] of [...notAdministered, ...forwarded])
    it(`of the administrator do not match ${what}`, async () =>
      expect(await match(administrator, event)).to.equal(false));
});
