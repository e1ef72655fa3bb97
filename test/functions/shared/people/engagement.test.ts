import { expect } from "chai";
import { laterMinutes, pagesFrom } from "../../../../functions/shared/people/engagement";
import { rosterOf } from "../../../../functions/shared/people/roster";
import type { Contact, EscalationLevel, OnCallSchedule } from "../../../../functions/shared/people/roster";

const person = (name: string): Contact => ({
  name,
  channels: { email: `${name}@example.com`, sms: "+34600000000" },
  plan: [
    { minute: 0, channels: ["email"] },
    { minute: 10, channels: ["sms"] },
  ],
});
const contacts = { ana: person("ana"), ben: person("ben"), cho: person("cho") };
const primary: OnCallSchedule = {
  timeZone: "UTC",
  rotations: [{ contacts: ["ana", "ben"], start: "2026-01-05T09:00", shiftDays: 1, from: "09:00", to: "08:00" }],
};

function pages(startedAt: string, ...escalation: EscalationLevel[]) {
  const roster = rosterOf({ contacts, onCall: { primary }, escalation });
  return pagesFrom(roster, new Date(startedAt)).map(
    ({ minute, contact, channel }) => `${minute} ${contact} ${channel}`,
  );
}

describe("engagement", () => {
  it("is email at minute 0 and SMS at 10, as the contact's plan says", () => {
    expect(pages("2026-01-06T12:00:00Z", { minute: 0, engage: ["cho"] })).to.deep.equal(["0 cho email", "10 cho sms"]);
  });

  it("goes on to the next level, whose plan begins when the level is reached", () => {
    const levels = [
      { minute: 0, engage: ["ana"] },
      { minute: 15, engage: ["cho"] },
    ];
    const wanted = ["0 ana email", "10 ana sms", "15 cho email", "25 cho sms"];
    expect(pages("2026-01-06T12:00:00Z", ...levels)).to.deep.equal(wanted);
  });

  it("engages who is on call when the level is reached, with the whole plan, past the handover", () => {
    const engage = { minute: 0, engage: ["primary"] };
    expect(pages("2026-01-06T07:55:00Z", engage)).to.deep.equal(["0 ana email", "10 ana sms"]);
    expect(pages("2026-01-06T09:05:00Z", engage)).to.deep.equal(["0 ben email", "10 ben sms"]);
    const later = pages("2026-01-06T08:55:00Z", { minute: 0, engage: ["cho"] }, { minute: 10, engage: ["primary"] });
    expect(later).to.deep.equal(["0 cho email", "10 cho sms", "10 ben email", "20 ben sms"]);
  });

  it("engages everyone of a schedule where nobody is on call", () => {
    expect(pages("2026-01-06T08:30:00Z", { minute: 0, engage: ["primary"] })).to.deep.equal([
      "0 ana email",
      "0 ben email",
      "10 ana sms",
      "10 ben sms",
    ]);
  });

  it("pages one channel of one person once a minute", () => {
    expect(pages("2026-01-06T12:00:00Z", { minute: 0, engage: ["cho", "cho"] })).to.have.length(2);
  });

  it("lists the minutes to come, each once", () => {
    const roster = rosterOf({ contacts, onCall: {}, escalation: [{ minute: 0, engage: ["ana", "ben"] }] });
    expect(laterMinutes(pagesFrom(roster, new Date("2026-01-06T12:00:00Z")))).to.deep.equal([10]);
  });

  it("carries no address", () => {
    const roster = JSON.stringify(rosterOf({ contacts, onCall: { primary }, escalation: [] }));
    expect(roster).not.to.match(/example\.com|\+34/);
  });
});
