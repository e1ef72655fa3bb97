import { expect } from "chai";
import { parseConfig } from "../../stacks/config";
import { goodMasterConfig } from "../support/stack-config";

const ana = { name: "Ana", channels: { email: "ana@example.com" }, plan: [{ minute: 0, channels: ["email"] }] };
const ben = { name: "Ben", channels: { sms: "+34600000001" }, plan: [{ minute: 0, channels: ["sms"] }] };
const start = "2026-01-05T09:00";
const engageAna = [{ minute: 0, engage: ["ana"] }];

function problems(values: Record<string, unknown>) {
  const result = parseConfig("master", {
    ...goodMasterConfig,
    contacts: { ana, ben },
    escalation: engageAna,
    ...values,
  });
  return "problems" in result ? result.problems : [];
}

function problem(values: Record<string, unknown>) {
  const found = problems(values);
  expect(found, JSON.stringify(found)).to.have.length(1);
  return found[0];
}

const rota = (...rotations: object[]) => ({ onCall: { primary: { timeZone: "Europe/Madrid", rotations } } });

describe("config of people", () => {
  it("takes contacts, on-call schedules and an escalation, also as text", () => {
    const turns = rota({ contacts: ["ana", "ben"], start, shiftDays: 7 });
    const escalation = [...engageAna, { minute: 15, engage: ["primary"] }];
    expect(problems({ ...turns, escalation })).to.deep.equal([]);
    expect(problems({ contacts: JSON.stringify({ ana }) })).to.deep.equal([]);
  });

  it("refuses a contact without a channel", () => {
    expect(problem({ contacts: { ana: { ...ana, channels: {} } } })).to.deep.equal({
      key: "contacts.ana.channels",
      value: {},
      expected: "at least one channel: email, sms, webhook or voice",
    });
  });

  it("refuses a contact whose plan has no stage, or uses a channel that is not there, or a voice call", () => {
    expect(problem({ contacts: { ana: { ...ana, plan: [] } } })?.key).to.equal("contacts.ana.plan");
    const plan = (channel: string) => [{ minute: 0, channels: [channel] }];
    expect(problem({ contacts: { ana: { ...ana, plan: plan("sms") } } })).to.deep.equal({
      key: "contacts.ana.plan.0.channels.0",
      value: "sms",
      expected: "a channel that this contact has: email",
    });
    const channels = { voice: "+34600000001" };
    expect(problem({ contacts: { ana: { ...ana, channels, plan: plan("voice") } } })?.expected).to.contain("no voice");
  });

  for (const [channel, value, expected] of [
    ["email", "ana", "an email address"],
    ["sms", "600 00 00 00", "a phone number such as +34600000000, in quotes"],
    ["webhook", "https://example.com/hook", "the ARN of a Secrets Manager secret that holds the webhook's https URL"],
  ] as const) {
    it(`refuses ${value} as ${channel}, and says what it wants`, () => {
      const contacts = { ana: { ...ana, channels: { ...ana.channels, [channel]: value } } };
      expect(problem({ contacts })).to.deep.equal({ key: `contacts.ana.channels.${channel}`, value, expected });
    });
  }

  it("refuses a webhook's secret of another account or region, which the pager could not read", () => {
    const webhook = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-a1b2c3";
    const contacts = { ana: { ...ana, channels: { ...ana.channels, webhook } } };
    expect(problem({ contacts })?.expected).to.equal("a secret of the master account 111122223333 in eu-central-1");
  });

  it("refuses rotations that overlap, and names both", () => {
    const early = { contacts: ["ana"], start, shiftDays: 7, from: "08:00", to: "20:00" };
    const late = { contacts: ["ben"], start, shiftDays: 7, from: "19:30", to: "08:00" };
    const found = problem(rota(early, late));
    expect(found?.key).to.equal("onCall.primary.rotations.1");
    expect(found?.value).to.deep.equal({ days: undefined, from: "19:30", to: "08:00" });
    expect(found?.expected).to.contain("onCall.primary.rotations.0 does not cover");
    expect(problems(rota(early, { ...late, from: "20:00" }))).to.deep.equal([]);
  });

  it("refuses names that nobody has", () => {
    expect(problem({ escalation: [{ minute: 0, engage: ["anna"] }] })).to.deep.equal({
      key: "escalation.0.engage.0",
      value: "anna",
      expected: "a contact or on-call schedule: one of ana, ben",
    });
    expect(problem(rota({ contacts: ["anna"], start, shiftDays: 1 }))?.key).to.equal(
      "onCall.primary.rotations.0.contacts.0",
    );
  });

  it("refuses a schedule with a contact's name", () => {
    const rotations = [{ contacts: ["ben"], start, shiftDays: 1 }];
    expect(problem({ onCall: { ana: { timeZone: "UTC", rotations } } })?.expected).to.equal(
      "a name that no contact has",
    );
  });

  it("refuses an escalation that engages nobody, and contacts that nothing engages", () => {
    expect(problem({ escalation: [{ minute: 0, engage: [] }] })?.key).to.equal("escalation.0.engage");
    expect(problem({ escalation: [] })?.expected).to.contain("without one no contact is paged");
  });

  it("refuses levels that do not begin at 0, or do not ascend", () => {
    expect(problem({ escalation: [{ minute: 5, engage: ["ana"] }] })?.key).to.equal("escalation.0.minute");
    const found = problem({ escalation: [...engageAna, { minute: 0, engage: ["ben"] }] });
    expect(found).to.deep.equal({ key: "escalation.1.minute", value: 0, expected: "more than 0" });
  });

  it("refuses minutes that are no whole number, a day that there is not, a zone that there is not, and both lengths", () => {
    const minutes = { ...ana, plan: [{ minute: 0.5, channels: ["email"] }] };
    expect(problem({ contacts: { ana: minutes } })?.expected).to.equal("whole minutes");
    expect(problem(rota({ contacts: ["ana"], start: "2026-02-30T09:00", shiftDays: 1 }))?.expected).to.contain("a day");
    const zone = { timeZone: "Europe/Madrit", rotations: [{ contacts: ["ana"], start, shiftDays: 1 }] };
    expect(problem({ onCall: { primary: zone } })?.expected).to.equal("a time zone such as Europe/Madrid");
    const both = { contacts: ["ana"], start, shiftDays: 1, shiftHours: 8 };
    expect(problem(rota(both))?.expected).to.equal("either shiftHours or shiftDays");
  });
});
