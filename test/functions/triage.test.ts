import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

import { expect } from "chai";
import type { CaseRecord } from "../../functions/shared/case";
import { readWholeCase, updateCase } from "../../functions/shared/cases";
import { triage } from "../../functions/triage";
import type { TriageDeps } from "../../functions/triage";
import { playbooks } from "../../playbooks";
import { changed, sampleEvent } from "../support/events";
import { fakeTable } from "./fake-table";
import { administrator, awsError, connection, guardDutyEvent } from "./fixtures";
import { mocked } from "./mocked";

const queueArn = `arn:aws:sqs:eu-west-1:${administrator}:fb-findings`;
const machines = "arn:aws:states:eu-west-1:999999999999:stateMachine";
const playbook = "ec2-instance-compromised";

function setUp(mode = "enforce") {
  const { table, items } = fakeTable();
  const sfn = mocked(SFNClient);
  sfn.on(StartExecutionCommand).resolves({});
  const sqs = mocked(SQSClient);
  sqs.on(SendMessageCommand).resolves({});
  const deps: TriageDeps = {
    table,
    sfn: new SFNClient(connection),
    sqs: new SQSClient(connection),
    deadLetterQueueUrl: "https://example.com/dead",
    playbooks,
    stateMachines: Object.fromEntries(playbooks.map(({ name }) => [name, `${machines}:${name}`])),
    modes: { ...Object.fromEntries(playbooks.map(({ name }) => [name, "observe"])), [playbook]: mode },
  };
  const cases = () => [...items.values()].filter(({ sk }) => sk === "case") as unknown as CaseRecord[];
  const starts = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
  const deadLetters = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
  return { deps, sfn, sqs, cases, starts, deadLetters };
}

const message = (event: unknown, messageId = "m-1") => ({
  messageId,
  body: typeof event === "string" ? event : JSON.stringify(event),
  eventSourceARN: queueArn,
});
const batch = (...events: unknown[]) => ({ Records: events.map((event, index) => message(event, `m-${index + 1}`)) });

describe("triage", () => {
  let log: typeof console.log;
  beforeEach(() => {
    log = console.log;
    console.log = () => undefined;
  });
  afterEach(() => {
    console.log = log;
  });

  it("opens a case and starts the execution that carries its name", async () => {
    const { deps, cases, starts } = setUp();
    expect(await triage(batch(guardDutyEvent()), deps)).to.deep.equal({ batchItemFailures: [] });
    const [record] = cases();
    expect(record).to.include({ playbook, mode: "enforce", state: "open", seen: 1 });
    expect(starts()[0]?.name).to.equal(record?.caseId);
    expect(JSON.parse(starts()[0]?.input ?? "")).to.deep.equal({
      caseId: record?.caseId,
      mode: "enforce",
      intent: "respond",
    });
  });

  it("makes one case of a finding that arrives three times, and counts", async () => {
    const { deps, cases } = setUp();
    for (let time = 0; time < 3; time++) await triage(batch(guardDutyEvent()), deps);
    expect(cases().map(({ seen }) => seen)).to.deep.equal([3]);
    const { timeline } = await readWholeCase(deps.table, cases()[0]!.caseId);
    expect(timeline.map(({ kind }) => kind)).to.deep.equal(["finding", "finding", "finding"]);
  });

  it("makes one case of the same finding from the member and from the administrator", async () => {
    const { deps, cases } = setUp();
    await triage(batch(guardDutyEvent(), guardDutyEvent({}, { account: administrator })), deps);
    expect(cases()).to.have.length(1);
  });

  it("starts the execution of a case that lost it to a crash", async () => {
    const { deps, sfn, cases, starts } = setUp();
    sfn.on(StartExecutionCommand).rejectsOnce(awsError("ServiceUnavailable")).resolves({});
    expect((await triage(batch(guardDutyEvent()), deps)).batchItemFailures).to.have.length(1);
    await triage(batch(guardDutyEvent()), deps);
    expect(starts().map(({ name }) => name)).to.deep.equal([cases()[0]?.caseId, cases()[0]?.caseId]);
  });

  it("takes an execution that exists for started", async () => {
    const { deps, sfn } = setUp();
    sfn.on(StartExecutionCommand).rejects(awsError("ExecutionAlreadyExists"));
    expect((await triage(batch(guardDutyEvent()), deps)).batchItemFailures).to.deep.equal([]);
  });

  it("does not answer again what was contained", async () => {
    const { deps, cases, starts } = setUp();
    await triage(batch(guardDutyEvent()), deps);
    await updateCase(deps.table, cases()[0]!.caseId, { state: "contained" });
    await triage(batch(guardDutyEvent()), deps);
    expect([cases().length, starts().length]).to.deep.equal([1, 1]);
  });

  it("opens a new case when the finding goes on after the last one was undone", async () => {
    const { deps, cases } = setUp();
    await triage(batch(guardDutyEvent()), deps);
    await updateCase(deps.table, cases()[0]!.caseId, { state: "recovered" }, { recovered: "2026-11-22T06:00:00.000Z" });
    await triage(batch(guardDutyEvent()), deps);
    expect(cases()).to.have.length(1);
    await triage(batch(guardDutyEvent({ updatedAt: "2026-11-22T06:30:00Z" })), deps);
    expect(cases()).to.have.length(2);
  });

  it("opens a new case when the mode is enforce and the last case only planned", async () => {
    const { deps, cases } = setUp();
    await triage(batch(guardDutyEvent()), { ...deps, modes: { ...deps.modes, [playbook]: "observe" } });
    await updateCase(deps.table, cases()[0]!.caseId, { state: "planned" });
    await triage(batch(guardDutyEvent()), deps);
    expect(cases().map(({ mode }) => mode)).to.deep.equal(["observe", "enforce"]);
  });

  it("sends a malformed event to the dead letters whole, with the reason", async () => {
    const { deps, deadLetters, cases } = setUp();
    const event = guardDutyEvent({ accountId: "x" });
    expect((await triage(batch(event), deps)).batchItemFailures).to.deep.equal([]);
    expect(deadLetters()[0]?.MessageBody).to.equal(JSON.stringify(event));
    expect(deadLetters()[0]?.MessageAttributes?.reason?.StringValue).to.match(/^detail.accountId must be/);
    expect(cases()).to.deep.equal([]);
  });

  it("sends what is not JSON to the dead letters", async () => {
    const { deps, deadLetters } = setUp();
    await triage(batch("{oops"), deps);
    expect(deadLetters()[0]?.MessageAttributes?.reason?.StringValue).to.match(/^the message is not JSON/);
  });

  it("gives a malformed event back to the queue when the dead letters cannot be reached", async () => {
    const { deps, sqs } = setUp();
    sqs.on(SendMessageCommand).rejects(awsError("ServiceUnavailable"));
    const { batchItemFailures } = await triage(batch("{oops"), deps);
    expect(batchItemFailures).to.deep.equal([{ itemIdentifier: "m-1" }]);
  });

  it("gives back only what failed of a batch", async () => {
    const { deps } = setUp("sometimes");
    const unanswered = guardDutyEvent({ type: "Policy:EC2/Nothing", severity: 5 });
    const { batchItemFailures } = await triage(batch(unanswered, guardDutyEvent(), "{oops"), deps);
    expect(batchItemFailures).to.deep.equal([{ itemIdentifier: "m-2" }]);
  });

  it("drops a finding that no playbook answers", async () => {
    const { deps, cases, deadLetters } = setUp();
    await triage(batch(guardDutyEvent({ type: "Recon:EC2/PortProbeUnprotectedPort", severity: 5 })), deps);
    expect([cases(), deadLetters()]).to.deep.equal([[], []]);
  });

  it("gives a high finding without a playbook of its own to the general one, and only that", async () => {
    const { deps, cases, starts } = setUp();
    await triage(batch(guardDutyEvent({ type: "Recon:EC2/PortProbeUnprotectedPort" }), guardDutyEvent()), deps);
    expect(cases().map((one) => one.playbook)).to.deep.equal(["high-severity-finding", playbook]);
    expect(starts().map(({ stateMachineArn }) => stateMachineArn)).to.deep.equal([
      `${machines}:high-severity-finding`,
      `${machines}:${playbook}`,
    ]);
  });

  it("makes one case of a finding that GuardDuty and both Security Hubs report", async () => {
    const { deps, cases, starts } = setUp();
    const names = ["security-hub-v2", "guardduty-instance", "security-hub-guardduty"];
    for (const name of names) await triage(batch(sampleEvent(name)), deps);
    expect(cases().map(({ playbook: by, seen }) => [by, seen])).to.deep.equal([[playbook, 3]]);
    expect(new Set(starts().map(({ name }) => name)).size).to.equal(1);
  });

  it("makes one case of a bucket that Config, Security Hub and Prowler find public", async () => {
    const { deps, cases } = setUp();
    for (const name of ["config-public-bucket", "security-hub-control", "security-hub-prowler"])
      await triage(batch(sampleEvent(name)), deps);
    expect(cases()).to.have.length(1);
    expect(cases()[0]).to.include({ playbook: "high-severity-finding", seen: 3 });
    expect(cases()[0]?.incident).to.equal("high-severity-finding/111111111111/global/invoices-2026");
  });

  it("makes one case of what root does in several regions", async () => {
    const { deps, cases } = setUp();
    await triage(batch(sampleEvent("root-console-sign-in")), deps);
    await triage(batch(sampleEvent("root-api-call")), deps);
    expect(cases().map((one) => [one.playbook, one.seen])).to.deep.equal([["root-activity", 2]]);
  });

  it("opens a new case when root is used again long after the last one was reported", async () => {
    const { deps, cases } = setUp();
    const used = (eventID: string, eventTime: string) =>
      triage(
        batch(changed(changed(sampleEvent("root-api-call"), "detail eventTime", eventTime), "detail eventID", eventID)),
        deps,
      );
    await used("a1", "2026-11-22T05:00:00Z");
    await updateCase(deps.table, cases()[0]!.caseId, { state: "reported" }, { closed: "2026-11-22T05:01:00.000Z" });
    await used("a2", "2026-11-22T05:30:00Z");
    expect(cases()).to.have.length(1);
    await used("a1", "2026-11-22T09:00:00Z");
    expect(cases(), "the same event once more").to.have.length(1);
    await used("a3", "2026-11-22T09:00:00Z");
    expect(cases()).to.have.length(2);
  });

  it("answers every finding that a person sends, whatever its severity", async () => {
    const { deps, cases } = setUp();
    await triage(batch(sampleEvent("security-hub-custom-action")), deps);
    expect(cases().map((one) => one.playbook)).to.deep.equal([playbook, "high-severity-finding"]);
    const { timeline } = await readWholeCase(deps.table, cases()[0]!.caseId);
    expect(timeline[0]?.text).to.contain("asked for by the custom action Respond");
  });
});
