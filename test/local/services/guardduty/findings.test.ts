import { expect } from "chai";
import { HOME, MANAGEMENT, SECURITY, startWorld, WORKLOAD, type World } from "../support";

const SSH = "UnauthorizedAccess:EC2/SSHBruteForce";
const CNC = "Backdoor:EC2/C&CActivity.B!DNS";

describe("local services: GuardDuty findings", () => {
  let world: World;
  let admin: string;
  let member: string;
  beforeEach(async () => {
    world = await startWorld();
    await call(MANAGEMENT, "POST", "/admin/enable", { adminAccountId: SECURITY });
    admin = (await call(SECURITY, "GET", "/detector")).body.detectorIds[0];
    await call(SECURITY, "POST", `/detector/${admin}/admin`, { autoEnableOrganizationMembers: "ALL" });
    member = (await call(WORKLOAD, "GET", "/detector")).body.detectorIds[0];
  });
  afterEach(() => world.stop());

  const call = (account: string, method: string, path: string, body?: unknown) =>
    world.call("guardduty", account, method, path, body);
  const sample = (...findingTypes: string[]) =>
    call(WORKLOAD, "POST", `/detector/${member}/findings/create`, { findingTypes });
  const list = async (criterion: object, more: object = {}): Promise<string[]> =>
    (await call(SECURITY, "POST", `/detector/${admin}/findings`, { findingCriteria: { criterion }, ...more })).body
      .findingIds;
  const get = async (findingIds: string[]) =>
    (await call(SECURITY, "POST", `/detector/${admin}/findings/get`, { findingIds })).body.findings;

  it("sends a sample's event to the member's bus and to the administrator's", async () => {
    await sample(CNC);
    const events = await world.events();
    expect(events.map(({ account, region, source, type }) => [account, region, source, type])).to.have.deep.members(
      [WORKLOAD, SECURITY].map((account) => [account, HOME, "aws.guardduty", "GuardDuty Finding"]),
    );
    for (const { detail } of events) expect(detail).to.include({ accountId: WORKLOAD, type: CNC, severity: 8 });
  });

  it("makes samples in the documented shape", async () => {
    await sample(CNC);
    const [finding] = await get(await list({}));
    expect(finding).to.include({ schemaVersion: "2.0", partition: "aws", region: HOME, accountId: WORKLOAD });
    expect(finding.id).to.match(/^[0-9a-f]{32}$/);
    expect(finding.arn).to.equal(`arn:aws:guardduty:${HOME}:${WORKLOAD}:detector/${member}/finding/${finding.id}`);
    expect(finding.title).to.match(/^\[SAMPLE\] /);
    expect(finding.resource.instanceDetails.instanceId).to.equal("i-99999999");
    expect(finding.service).to.include({ serviceName: "guardduty", detectorId: member, archived: false, count: 1 });
    expect(finding.service.additionalInfo).to.include({ sample: true });
  });

  it("makes a sample of every type where none is named", async () => {
    await call(WORKLOAD, "POST", `/detector/${member}/findings/create`, {});
    expect((await list({ severity: { gte: 9 } })).length).to.equal(2);
    expect((await list({ "resource.resourceType": { eq: ["S3Bucket"] } })).length).to.be.greaterThan(5);
  });

  it("updates a finding in place when it is seen again: same id, count grows", async () => {
    await sample(SSH);
    world.wait(60_000);
    await sample(SSH);
    const [first, again] = (await world.events()).filter(({ account }) => account === SECURITY);
    expect(again!.detail.id).to.equal(first!.detail.id);
    expect(again!.detail.service).to.include({ count: 2, eventFirstSeen: "2026-11-22T05:00:00.000Z" });
  });

  it("makes another finding after the first was archived", async () => {
    await sample(SSH);
    await call(SECURITY, "POST", `/detector/${admin}/findings/archive`, { findingIds: await list({}) });
    await sample(SSH);
    expect(await list({})).to.have.length(2);
    expect(await list({ "service.archived": { eq: ["false"] } })).to.have.length(1);
  });

  it("lets the administrator archive, not the member", async () => {
    await sample(SSH);
    const findingIds = await list({});
    const refused = await call(WORKLOAD, "POST", `/detector/${member}/findings/archive`, { findingIds });
    expect(refused.body.message).to.contain("only its administrator archives");
    await call(SECURITY, "POST", `/detector/${admin}/findings/archive`, { findingIds });
    expect(await list({ "service.archived": { eq: ["true"] } })).to.deep.equal(findingIds);
    await call(SECURITY, "POST", `/detector/${admin}/findings/unarchive`, { findingIds });
    expect(await list({ "service.archived": { eq: ["true"] } })).to.deep.equal([]);
  });

  it("refuses to archive what it has not", async () => {
    const answer = await call(SECURITY, "POST", `/detector/${admin}/findings/archive`, { findingIds: ["x"] });
    expect(answer.body.message).to.contain("finding IDs are not valid");
  });

  it("finds by type, severity, account and time", async () => {
    await sample(SSH, CNC);
    const [high] = await list({ severity: { greaterThanOrEqual: 7 }, accountId: { eq: [WORKLOAD] } });
    expect((await get([high!]))[0].type).to.equal(CNC);
    expect(await list({ type: { neq: [CNC] } })).to.have.length(1);
    expect(await list({ updatedAt: { gt: Date.parse("2026-11-22T06:00:00Z") } })).to.deep.equal([]);
  });

  it("refuses an attribute there is none of", async () => {
    const answer = await call(SECURITY, "POST", `/detector/${admin}/findings`, {
      findingCriteria: { criterion: { colour: { eq: ["red"] } } },
    });
    expect(answer).to.include({ status: 400 });
    expect(answer.body.message).to.contain("colour");
  });

  it("gives pages in the order asked for", async () => {
    await call(WORKLOAD, "POST", `/detector/${member}/findings/create`, {});
    const sortCriteria = { attributeName: "severity", orderBy: "ASC" };
    const seen: string[] = [];
    for (let nextToken = ""; ;) {
      const { body } = await call(SECURITY, "POST", `/detector/${admin}/findings`, {
        sortCriteria,
        maxResults: 20,
        nextToken,
      });
      seen.push(...body.findingIds);
      nextToken = body.nextToken;
      if (!nextToken) break;
    }
    expect(new Set(seen).size).to.equal(seen.length).and.to.be.greaterThan(50);
    const severities = (await get([seen[0]!, seen.at(-1)!])).map((one: { severity: number }) => one.severity);
    expect(severities.sort()).to.deep.equal([2, 9]);
  });

  it("refuses an unknown type and makes none of the others", async () => {
    const answer = await sample(SSH, "Nonsense:EC2/Moon");
    expect(answer.body.message).to.contain("Nonsense:EC2/Moon");
    expect(await list({})).to.deep.equal([]);
  });

  it("takes feedback", async () => {
    await sample(SSH);
    const findingIds = await list({});
    await call(SECURITY, "POST", `/detector/${admin}/findings/feedback`, { findingIds, feedback: "USEFUL" });
    expect((await get(findingIds))[0].service.userFeedback).to.equal("USEFUL");
  });

  it("sees a real resource when told to", async () => {
    const resource = { resourceType: "Instance", instanceDetails: { instanceId: "i-0123456789abcdef0" } };
    await world.services.detect({ account: WORKLOAD, region: HOME, type: CNC, severity: 9.5, resource });
    const [finding] = await get(await list({}));
    expect(finding).to.include({ severity: 9.5 });
    expect(finding.resource).to.deep.equal(resource);
    expect(finding.title).to.match(/^Command.*i-0123456789abcdef0/);
  });

  it("counts by severity", async () => {
    await sample(SSH, CNC);
    const { body } = await call(SECURITY, "POST", `/detector/${admin}/findings/statistics`, {
      findingStatisticTypes: ["COUNT_BY_SEVERITY"],
    });
    expect(body.findingStatistics.countBySeverity).to.deep.equal({ "2.0": 1, "8.0": 1 });
  });
});
