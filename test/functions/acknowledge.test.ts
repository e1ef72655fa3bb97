import { VerifyMacCommand } from "@aws-sdk/client-kms";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { expect } from "chai";
import { acknowledge } from "../../functions/acknowledge";
import type { AcknowledgeDeps } from "../../functions/acknowledge";
import { readCase, readWholeCase } from "../../functions/shared/cases";
import { signLink } from "../../functions/shared/people/acknowledge-link";
import { awsError, caseId, rejection } from "./fixtures";
import { peopleWorld, quiet } from "./people-world";

type Query = Record<string, string>;

async function linkTo(deps: AcknowledgeDeps, contact = "ana", minutes = 60): Promise<Query> {
  const expires = deps.now().getTime() / 1000 + minutes * 60;
  const key = { kms: deps.kms, keyArn: deps.linkKeyArn };
  const link = await signLink("https://answer.example.com/", { caseId, contact, expires }, key);
  return Object.fromEntries(new URL(link).searchParams);
}

const request = (method: string, queryStringParameters: Query) => ({
  queryStringParameters,
  requestContext: { http: { method, sourceIp: "203.0.113.7" } },
});

describe("acknowledge", () => {
  quiet();

  it("shows a button and changes nothing on GET, as link previews do", async () => {
    const { deps, table } = await peopleWorld();
    const { statusCode, body, headers } = await acknowledge(request("GET", await linkTo(deps)), deps);
    expect(statusCode).to.equal(200);
    expect(body).to.contain('<form method="post">').and.to.contain(caseId);
    expect(headers).to.include({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
    expect((await readCase(table, caseId)).acknowledgedBy).to.equal(undefined);
  });

  it("acknowledges on POST: who and when on case and timeline", async () => {
    const { deps, table } = await peopleWorld();
    const { statusCode, body } = await acknowledge(request("POST", await linkTo(deps)), deps);
    expect(statusCode).to.equal(200);
    expect(body).to.contain("Nobody else is paged");
    const { record, timeline } = await readWholeCase(table, caseId);
    expect(record.acknowledgedBy).to.equal("Ana Ruiz");
    expect(record.times.acknowledged).to.equal("2026-11-22T05:10:00.000Z");
    expect(timeline.at(-1)).to.deep.include({ kind: "acknowledged", actor: "Ana Ruiz" });
    expect(timeline.at(-1)?.text).to.contain("203.0.113.7");
  });

  it("takes the schedules that are left away; one that has run is gone already", async () => {
    const { deps, scheduler, cancelled } = await peopleWorld();
    scheduler.on(DeleteScheduleCommand).rejectsOnce(awsError("ResourceNotFoundException"));
    await acknowledge(request("POST", await linkTo(deps)), deps);
    expect(cancelled().map(({ Name, GroupName }) => `${GroupName}/${Name}`)).to.deep.equal([
      `fb-pages/${caseId}-0010`,
      `fb-pages/${caseId}-0015`,
    ]);
  });

  it("stands when a schedule cannot be taken away, and notes it", async () => {
    const { deps, scheduler, table } = await peopleWorld();
    scheduler.on(DeleteScheduleCommand).rejects(awsError("InternalServerException", "not now"));
    expect((await acknowledge(request("POST", await linkTo(deps)), deps)).statusCode).to.equal(200);
    expect((await readWholeCase(table, caseId)).timeline.at(-1)?.text).to.contain("will stay silent: not now");
  });

  it("tells the second who has the case", async () => {
    const { deps, table } = await peopleWorld();
    await acknowledge(request("POST", await linkTo(deps)), deps);
    const { body } = await acknowledge(request("POST", await linkTo(deps, "ben")), deps);
    expect(body).to.contain("acknowledged by Ana Ruiz");
    const { timeline } = await readWholeCase(table, caseId);
    expect(timeline.filter(({ kind }) => kind === "acknowledged")).to.have.length(1);
    const shown = await acknowledge(request("GET", await linkTo(deps, "ben")), deps);
    expect(shown.body).to.contain("Ana Ruiz").and.not.to.contain("<form");
  });

  it("refuses a link that was made for another case or contact, or lives longer than it was given", async () => {
    const { deps, table } = await peopleWorld();
    const link = await linkTo(deps);
    const changes: Query[] = [{ case: "c-20261122-050607-00000000" }, { contact: "ben" }, { expires: "99999999999" }];
    for (const changed of changes) {
      const { statusCode, body } = await acknowledge(request("POST", { ...link, ...changed }), deps);
      expect(statusCode, JSON.stringify(changed)).to.equal(403);
      expect(body).to.contain("not one of ours");
    }
    expect((await readCase(table, caseId)).acknowledgedBy).to.equal(undefined);
  });

  it("refuses an expired link, and one that is not whole, without asking KMS", async () => {
    const { deps, kms, clock } = await peopleWorld();
    const link = await linkTo(deps, "ana", 1);
    clock.now = new Date("2026-11-22T05:11:00.000Z");
    expect((await acknowledge(request("POST", link), deps)).body).to.contain("expired");
    for (const query of [{}, { ...link, mac: "x" }, { ...link, case: "../../etc" }, { ...link, contact: "<b>" }]) {
      expect((await acknowledge(request("GET", query as Query), deps)).statusCode).to.equal(403);
    }
    expect(kms.commandCalls(VerifyMacCommand)).to.have.length(0);
  });

  it("fails, and acknowledges nothing, when KMS cannot say whether the link is good", async () => {
    const { deps, kms } = await peopleWorld();
    const link = await linkTo(deps);
    kms.on(VerifyMacCommand).rejects(awsError("KMSInternalException"));
    expect((await rejection(acknowledge(request("POST", link), deps))).name).to.equal("KMSInternalException");
  });

  it("takes GET and POST only", async () => {
    const { deps } = await peopleWorld();
    const { statusCode, headers } = await acknowledge(request("PUT", await linkTo(deps)), deps);
    expect([statusCode, headers.allow]).to.deep.equal([405, "GET, POST"]);
  });
});
