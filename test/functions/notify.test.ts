import { DescribeAccountCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";

import { expect } from "chai";
import { notify } from "../../functions/notify";
import type { NotifyDeps } from "../../functions/notify";
import type { ActionRecord, CaseRecord } from "../../functions/shared/case";
import { openCase, readWholeCase, recordAction } from "../../functions/shared/cases";
import { fakeTable } from "./fake-table";
import { account, actionRecord, awsError, caseId, caseRecord, connection, finding, instance } from "./fixtures";
import { mocked } from "./mocked";

async function setUp(actions: ActionRecord[], record: Partial<CaseRecord> = {}) {
  const { table } = fakeTable();
  await openCase(table, caseRecord(record));
  for (const action of actions) await recordAction(table, action, { kind: "note", actor: "test", text: "" });
  const organizations = mocked(OrganizationsClient);
  organizations.on(DescribeAccountCommand).resolves({ Account: { Name: "Workload Öne" } });
  const sns = mocked(SNSClient);
  sns.on(PublishCommand).resolves({ MessageId: "m-1" });
  const clients = { organizations: new OrganizationsClient(connection), sns: new SNSClient(connection) };
  const deps: NotifyDeps = { table, ...clients, topicArn: "arn:aws:sns:eu-west-1:999999999999:fb" };
  const told = () => sns.commandCalls(PublishCommand)[0]?.args[0].input;
  return { deps, organizations, told };
}

const event = { caseId, intent: "respond" as const, expected: ["isolateInstance"] };

describe("notify", () => {
  let log: typeof console.log;
  beforeEach(() => {
    log = console.log;
    console.log = () => undefined;
  });
  afterEach(() => {
    console.log = log;
  });

  it("names account, resource, region, severity, mode, what was done and how to look, undo and verify", async () => {
    const changes = [{ resource: "eni-1", attribute: "securityGroups", from: [], to: [] }];
    const { deps, told } = await setUp([
      actionRecord("isolateInstance", { changes, blastRadius: ["sg-web is shared"] }),
    ]);
    await notify(event, deps);
    expect(told()?.Subject).to.equal(`HIGH ${instance} contained: Workload ?ne (${account})`);
    for (const text of [
      `Workload Öne (${account})`,
      "eu-west-1",
      finding().resource.arn,
      "HIGH (8)",
      "mode enforce",
      "- isolateInstance: securityGroups of eni-1",
      "- sg-web is shared",
      `firebreak case ${caseId}`,
      `firebreak undo ${caseId}`,
      `firebreak verify ${caseId}`,
    ]) {
      expect(told()?.Message).to.contain(text);
    }
  });

  it("says what was not done, and why", async () => {
    const { deps, told } = await setUp([
      actionRecord("isolateInstance", { status: "failed", error: "AccessDenied: x" }),
    ]);
    await notify(event, deps);
    expect(told()?.Subject).to.contain("NOT CONTAINED");
    expect(told()?.Message).to.contain("Not done\n- isolateInstance: AccessDenied: x");
  });

  it("gives the account's id alone, and why, when its name is not to be had", async () => {
    const { deps, organizations, told } = await setUp([]);
    organizations.on(DescribeAccountCommand).rejects(awsError("AccessDeniedException", "not you"));
    await notify(event, deps);
    expect(told()?.Message).to.contain(`Account   ${account}\n`);
    expect(told()?.Message).to.contain("is not to be had: not you");
    const { timeline } = await readWholeCase(deps.table, caseId);
    expect(timeline.map(({ kind, actor }) => `${actor} ${kind}`)).to.include("notify note");
  });

  it("is on the timeline, with the time on the case", async () => {
    const { deps } = await setUp([]);
    await notify(event, deps);
    const { timeline, record } = await readWholeCase(deps.table, caseId);
    expect(timeline.at(-1)).to.deep.include({ kind: "notified", data: { messageId: "m-1" } });
    expect(record.times.notified).to.match(/Z$/);
  });

  it("keeps the subject on one line of 100 characters", async () => {
    const { deps, organizations, told } = await setUp([]);
    organizations.on(DescribeAccountCommand).resolves({ Account: { Name: `A\n${"b".repeat(200)}` } });
    await notify(event, deps);
    expect(told()?.Subject).to.match(/^[\x20-\x7e]{100}$/);
  });
});
