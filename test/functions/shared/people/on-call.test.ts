import { expect } from "chai";
import { onCallAt, overlap } from "../../../../functions/shared/people/on-call";
import type { Rotation } from "../../../../functions/shared/people/roster";

const timeZone = "Europe/Madrid";
const start = "2026-01-05T09:00"; // a Monday
const weekly: Rotation = { contacts: ["ana", "ben", "cho"], start, shiftDays: 7 };

const at = (time: string, ...rotations: Rotation[]) => onCallAt({ timeZone, rotations }, new Date(time));

describe("who is on call", () => {
  it("is nobody before the first shift, and the first contact from its first minute on", () => {
    expect(at("2026-01-05T07:59:59Z", weekly)).to.equal(undefined);
    expect(at("2026-01-05T08:00:00Z", weekly)).to.equal("ana");
  });

  it("hands over by days, in turn, and begins again", () => {
    expect(at("2026-01-12T07:59:00Z", weekly)).to.equal("ana");
    expect(at("2026-01-12T08:00:00Z", weekly)).to.equal("ben");
    expect(at("2026-01-19T08:00:00Z", weekly)).to.equal("cho");
    expect(at("2026-01-26T08:00:00Z", weekly)).to.equal("ana");
  });

  it("hands over by hours", () => {
    const shifts: Rotation = { contacts: ["ana", "ben"], start, shiftHours: 8 };
    expect(at("2026-01-05T15:59:00Z", shifts)).to.equal("ana");
    expect(at("2026-01-05T16:00:00Z", shifts)).to.equal("ben");
    expect(at("2026-01-06T00:00:00Z", shifts)).to.equal("ana");
  });

  it("hands over at the same hour of the wall clock after clocks have changed", () => {
    // 2026-03-30 is the Monday after Madrid moved to UTC+2.
    expect(at("2026-03-30T06:59:00Z", weekly)).to.equal("cho");
    expect(at("2026-03-30T07:00:00Z", weekly)).to.equal("ana");
  });

  it("is whoever covers those days and hours, also past midnight and past Sunday", () => {
    const day: Rotation = { contacts: ["ana"], start, shiftDays: 7, days: ["MON", "TUE"], from: "08:00", to: "20:00" };
    const night: Rotation = { contacts: ["ben"], start, shiftDays: 7, days: ["SUN"], from: "20:00", to: "08:00" };
    expect(at("2026-01-12T18:59:00Z", day, night)).to.equal("ana");
    expect(at("2026-01-12T19:00:00Z", day, night)).to.equal(undefined);
    expect(at("2026-01-12T06:59:00Z", day, night)).to.equal("ben");
    expect(at("2026-01-12T07:00:00Z", day, night)).to.equal("ana");
  });

  it("never is two: windows that meet do not overlap, windows that share a minute do", () => {
    const hours = (from: string, to: string, days?: Rotation["days"]): Rotation => ({ ...weekly, from, to, days });
    expect(overlap(hours("08:00", "20:00"), hours("20:00", "08:00"))).to.equal(false);
    expect(overlap(hours("08:00", "20:01"), hours("20:00", "08:00"))).to.equal(true);
    expect(overlap(hours("20:00", "08:00", ["SUN"]), hours("07:00", "09:00", ["MON"]))).to.equal(true);
    expect(overlap(hours("20:00", "08:00", ["SUN"]), hours("07:00", "09:00", ["TUE"]))).to.equal(false);
  });
});
