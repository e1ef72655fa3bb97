import { GetCommand, QueryCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { GenerateMacCommand } from "@aws-sdk/client-kms";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { PublishCommand } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { page } from "../../functions/page";
import type { StageEvent } from "../../functions/page";
import { readWholeCase, recordAction } from "../../functions/shared/cases";
import { acknowledgeCase } from "../../functions/shared/people/acknowledgement";
import { account, actionRecord, awsError, caseId, finding, instance, rejection } from "./fixtures";
import { mocked } from "./mocked";
import { peopleWorld, quiet } from "./people-world";

const expected = ["isolateInstance"];
const start = { caseId, intent: "respond" as const, expected };
const at10: StageEvent = { ...start, minute: 10, pages: [{ minute: 10, contact: "ana", channel: "sms" }] };
const at15: StageEvent = { ...start, minute: 15, pages: [{ minute: 15, contact: "ben", channel: "webhook" }] };

describe("page", () => {
  quiet();

  it("pages at once whom minute 0 engages, and schedules the later stages to the minute, each once", async () => {
    const { deps, published, scheduled } = await peopleWorld();
    expect(await page(start, deps)).to.deep.equal({ paged: 1 });
    expect(published().map(({ TopicArn }) => TopicArn)).to.deep.equal([`${deps.topicArnPrefix}ana-email`]);
    expect(scheduled().map(({ Name, ScheduleExpression }) => [Name, ScheduleExpression])).to.deep.equal([
      [`${caseId}-0010`, "at(2026-11-22T05:20:00)"],
      [`${caseId}-0015`, "at(2026-11-22T05:25:00)"],
    ]);
    expect(scheduled()[0]).to.deep.include({ GroupName: "fb-pages", ActionAfterCompletion: "DELETE" });
    expect(JSON.parse(scheduled()[0]?.Target?.Input ?? "")).to.deep.equal(at10);
  });

  it("names account, resource, region, severity, what was not done, and where to answer and look", async () => {
    const { deps, published } = await peopleWorld();
    await page(start, deps);
    const [{ Subject, Message } = {}] = published();
    expect(Subject).to.equal(`HIGH ${instance} NOT CONTAINED: Workload (${account})`);
    for (const text of [
      `Workload (${account})`,
      "eu-west-1",
      finding().resource.arn,
      "HIGH (8)",
      "- isolateInstance: never ran",
      `firebreak case ${caseId}`,
      `https://answer.example.com/?case=${caseId}&contact=ana&expires=${Date.parse("2026-11-23T05:10:00Z") / 1000}&mac=`,
      `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:999999999999:execution:fb-ec2-instance-compromised:${caseId}`,
    ]) {
      expect(Message).to.contain(text);
    }
  });

  it("is on the timeline, with the time on the case", async () => {
    const { deps, table } = await peopleWorld();
    await page(start, deps);
    const { record, timeline } = await readWholeCase(table, caseId);
    expect(record.times.paged).to.equal("2026-11-22T05:10:00.000Z");
    expect(timeline.at(-1)).to.deep.include({
      kind: "paged",
      text: "paged Ana Ruiz by email, minute 0",
      data: { minute: 0, contact: "ana", channel: "email", messageId: "m-1" },
    });
  });

  it("wakes nobody where nobody is needed: contained and of medium severity, or gone", async () => {
    const medium = { ...finding(), severity: { label: "MEDIUM" as const, score: 5 } };
    const { deps, published, scheduled } = await peopleWorld({ finding: medium });
    expect(await page({ ...start, expected: [] }, deps)).to.deep.equal({ paged: 0 });
    expect([...published(), ...scheduled()]).to.deep.equal([]);
  });

  it("started again, keeps its times and repeats no page", async () => {
    const { deps, clock, published, scheduled, scheduler } = await peopleWorld();
    await page(start, deps);
    clock.now = new Date("2026-11-22T05:12:00.000Z");
    scheduler.on(CreateScheduleCommand).rejects(awsError("ConflictException"));
    await page(start, deps);
    expect(published()).to.have.length(1);
    expect(scheduled().at(-1)?.ScheduleExpression).to.equal("at(2026-11-22T05:25:00)");
  });

  it("has the later stages scheduled when the first page fails, says so on the timeline, and is tried again", async () => {
    const { deps, sns, scheduled, table } = await peopleWorld();
    sns.on(PublishCommand).rejectsOnce(awsError("InternalError", "not now")).resolves({ MessageId: "m-2" });
    expect((await rejection(page(start, deps))).message).to.equal(
      "could not page Ana Ruiz by email, minute 0: not now",
    );
    expect(scheduled()).to.have.length(2);
    expect((await readWholeCase(table, caseId)).timeline.at(-1)?.kind).to.equal("failed");
    expect(await page(start, deps)).to.deep.equal({ paged: 1 });
  });

  it("sends an SMS at minute 10, in a few lines", async () => {
    const { deps, published } = await peopleWorld();
    expect(await page(at10, deps)).to.deep.equal({ paged: 1 });
    expect(published()[0]?.TopicArn).to.match(/ana-sms$/);
    expect(published()[0]?.Message?.split("\n")).to.have.length(5);
  });

  it("is silent after acknowledgement, at every later stage and when started again", async () => {
    const { deps, table, published, posted } = await peopleWorld();
    await acknowledgeCase(table, caseId, { by: "Ana Ruiz", at: "2026-11-22T05:11:00.000Z", how: "" });
    for (const event of [at10, at15, start]) expect(await page(event, deps)).to.deep.equal({ paged: 0 });
    expect([...published(), ...posted]).to.deep.equal([]);
  });

  it("pages when it cannot read whether somebody acknowledged, and says why it knows no more", async () => {
    const { deps, published } = await peopleWorld();
    const broken = mocked(DynamoDBDocumentClient);
    broken.on(QueryCommand).rejects(awsError("InternalServerError", "the table is away"));
    broken.on(GetCommand).rejects(awsError("InternalServerError"));
    expect(await page(at10, deps)).to.deep.equal({ paged: 1 });
    expect(published()[0]?.Message).to.contain("cannot be read").and.to.contain("the table is away");
  });

  it("posts JSON to the URL in the webhook's secret", async () => {
    const { deps, posted } = await peopleWorld();
    await page(at15, deps);
    expect(posted[0]?.url).to.equal("https://hooks.example.com/1");
    const body = JSON.parse(posted[0]?.body ?? "") as Record<string, unknown>;
    expect(body).to.deep.include({ schema: "firebreak.page/1", case: caseId, state: "notContained" });
    expect(body.account).to.deep.equal({ id: account, name: "Workload" });
  });

  it("tells of a webhook that refuses, and of a secret that holds no https URL without telling what it holds", async () => {
    const { deps, webhook, secrets } = await peopleWorld();
    webhook.status = 503;
    expect((await rejection(page(at15, deps))).message).to.contain("the webhook of ben answered 503");
    secrets.on(GetSecretValueCommand).resolves({ SecretString: "http://token@example.com" });
    const { message } = await rejection(page(at15, deps));
    expect(message).to.contain("must hold an https URL").and.not.to.contain("token");
  });

  it("pages without a link rather than not at all", async () => {
    const { deps, kms, published } = await peopleWorld();
    kms.on(GenerateMacCommand).rejects(awsError("KMSInternalException"));
    await page(start, deps);
    expect(published()[0]?.Message).to.contain("(no link: it could not be signed)");
  });

  it("pages about a planned case of high severity, and not about one whose resource is gone", async () => {
    const planned = await peopleWorld({ mode: "observe" });
    expect(await page(start, planned.deps)).to.deep.equal({ paged: 1 });
    const gone = await peopleWorld();
    await recordAction(gone.table, actionRecord("isolateInstance", { status: "gone" }), {
      kind: "gone",
      actor: "test",
      text: "",
    });
    expect(await page(start, gone.deps)).to.deep.equal({ paged: 0 });
  });
});
