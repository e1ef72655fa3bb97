import { expect } from "chai";
import type { TimelineEntry, WholeCase } from "../../functions/shared/case";
import { eventually } from "../support/eventually";
import { testOrganization } from "../support/organization";
import type { TestOrganization } from "../support/organization";

interface Sent {
  topic: string;
  protocol: string;
  to: string;
  message: string;
}

describe("the escalation pager", () => {
  let organization: TestOrganization;

  before(async function () {
    this.timeout(180_000);
    organization = await testOrganization();
  });

  const control = () => organization.session.emulator.control;

  /** A case that was contained, of high severity: somebody has to look after it. */
  async function pagedCase(): Promise<WholeCase> {
    const { whole } = await organization.drill(await organization.freshDrill());
    expect(whole?.record.times.paged).to.match(/Z$/);
    return whole as WholeCase;
  }

  /** Moves the clock that later stages hang on. */
  async function pass(minutes: number): Promise<void> {
    await control().call("POST", "clock", { advanceSeconds: minutes * 60 });
  }

  /** What went out to people's mailboxes and telephones about a case. */
  async function sentAbout(caseId: string): Promise<Sent[]> {
    const { messages } = await control().call<{ messages: Sent[] }>("GET", "outbox");
    return messages.filter(({ topic, message }) => topic.includes("-page-") && message.includes(caseId));
  }

  const recipients = (sent: Sent[]) => sent.map(({ protocol, to }) => `${protocol} ${to}`);

  async function untilSent(caseId: string, count: number): Promise<Sent[]> {
    return eventually(async () => {
      const sent = await sentAbout(caseId);
      expect(sent).to.have.length(count);
      return sent;
    });
  }

  const paged = ({ timeline }: { timeline: TimelineEntry[] }) =>
    timeline.filter(({ kind }) => kind === "paged").map(({ text }) => text);

  /** The link in a page, where this machine serves it. */
  function localLink({ message }: Sent): string {
    const [, id, query] = /https:\/\/([a-z0-9]+)\.lambda-url\.[^/]+\/\?(\S+)/.exec(message) ?? [];
    return `${organization.session.emulator.endpoint}/_aws/lambda-url/${id}/?${query}`;
  }

  it("sends email at minute 0, SMS at 10, and engages the next person at 15 when nobody acknowledges", async () => {
    const { record } = await pagedCase();
    const [first] = await untilSent(record.caseId, 1);
    expect(first?.protocol).to.equal("email");
    expect(first?.to).to.match(/^(ana|ben)@example\.com$/);

    await pass(9);
    expect(await sentAbout(record.caseId)).to.have.length(1);
    await pass(1);
    const [, second] = await untilSent(record.caseId, 2);
    expect(second?.protocol).to.equal("sms");
    await pass(5);
    await pass(10);
    const all = await untilSent(record.caseId, 4);
    expect(recipients(all).slice(2)).to.deep.equal(["email lea@example.com", "sms +34600000003"]);

    const told = await eventually(async () => {
      const whole = await organization.readCase(record.caseId);
      expect(paged(whole)).to.have.length(4);
      return paged(whole);
    });
    expect(told.slice(2)).to.deep.equal(["paged Lea Novak by email, minute 15", "paged Lea Novak by sms, minute 25"]);
  });

  it("names account, resource, region, severity and what was done", async () => {
    const { record } = await pagedCase();
    const [page] = await untilSent(record.caseId, 1);
    const { account, region, resource } = record.finding;
    for (const text of [account, region, resource.arn, "HIGH", "isolateInstance", "Console   https://"]) {
      expect(page?.message).to.contain(text);
    }
  });

  it("acknowledges by the link's button, never by opening it, and is silent from then on", async () => {
    const { record } = await pagedCase();
    const [page] = await untilSent(record.caseId, 1);
    const link = localLink(page as Sent);

    const shown = await fetch(link);
    expect(shown.status).to.equal(200);
    expect(await shown.text()).to.contain("<form");
    expect((await organization.readCase(record.caseId)).record.acknowledgedBy).to.equal(undefined);

    const taken = await fetch(link, { method: "POST" });
    expect(await taken.text()).to.contain("Nobody else is paged");
    const whole = await organization.readCase(record.caseId);
    expect(whole.record.acknowledgedBy).to.match(/^(Ana Ruiz|Ben Okafor)$/);
    expect(whole.record.times.acknowledged).to.match(/Z$/);
    expect(whole.timeline.at(-1)?.kind).to.equal("acknowledged");

    await pass(60);
    await untilSettled(record.caseId);
    expect(await sentAbout(record.caseId)).to.have.length(1);
  });

  it("refuses a link that was changed, and a request without one", async () => {
    const { record } = await pagedCase();
    const [page] = await untilSent(record.caseId, 1);
    const link = new URL(localLink(page as Sent));
    link.searchParams.set("contact", "lead");
    expect((await fetch(link, { method: "POST" })).status).to.equal(403);
    link.search = "";
    expect((await fetch(link)).status).to.equal(403);
    expect((await organization.readCase(record.caseId)).record.acknowledgedBy).to.equal(undefined);
  });

  /** A case paged after the first shows that whatever was due before has been started. */
  async function untilSettled(caseId: string): Promise<void> {
    const other = await pagedCase();
    await pass(10);
    await untilSent(other.record.caseId, 2);
    expect(other.record.caseId).not.to.equal(caseId);
  }
});
