import { expect } from "chai";
import type { ActionRecord, CaseRecord } from "../../../functions/shared/case";
import { outcomeOf } from "../../../functions/shared/outcome";
import { actionRecord, caseId, caseRecord } from "../fixtures";

const evidence = actionRecord("captureInstance", { kind: "evidence", status: "applied" });
const isolated = actionRecord("isolateInstance");
const changes = [{ resource: "eni-1", attribute: "securityGroups", from: [], to: [] }];
const expected = ["captureInstance", "isolateInstance"];

function outcome(actions: ActionRecord[], record: Partial<CaseRecord> = {}, intent: "respond" | "undo" = "respond") {
  const whole = { record: caseRecord(record), actions, timeline: [], evidence: [] };
  return outcomeOf(whole, { caseId, intent, expected });
}

describe("outcome", () => {
  it("is contained when every containment action is verified and all evidence taken", () => {
    expect(outcome([evidence, isolated])).to.include({ state: "contained", reason: undefined });
  });

  const notContained: [string, ActionRecord[], RegExp][] = [
    ["an action left no record", [evidence], /^isolateInstance: never ran/],
    ["an action was not verified", [evidence, { ...isolated, status: "applied" }], /done, but not verified/],
    ["an action failed", [evidence, { ...isolated, status: "failed", error: "AccessDenied: x" }], /AccessDenied: x/],
    ["evidence failed", [{ ...evidence, status: "failed", error: "no role" }, isolated], /^captureInstance: no role$/],
  ];
  for (const [what, actions, reason] of notContained) {
    it(`is not contained when ${what}`, () => {
      const { state, reason: why } = outcome(actions);
      expect(state).to.equal("notContained");
      expect(why).to.match(reason);
    });
  }

  it("is gone when any action found the resource gone", () => {
    const gone = actionRecord("captureInstance", { kind: "evidence", status: "gone", error: "i-1 no longer exists" });
    expect(outcome([gone])).to.include({ state: "gone", reason: "i-1 no longer exists" });
  });

  it("is reported, in every mode, where the playbook contains nothing", () => {
    for (const mode of ["observe", "enforce"] as const) {
      const whole = { record: caseRecord({ mode }), actions: [evidence], timeline: [], evidence: [] };
      const end = { caseId, intent: "respond" as const, expected: ["captureInstance"], contains: false };
      expect(outcomeOf(whole, end)).to.include({ state: "reported", reason: undefined });
      expect(outcomeOf({ ...whole, actions: [] }, end)).to.include({
        state: "reported",
        reason: "captureInstance: never ran, or could not record what it did",
      });
    }
  });

  it("is planned in observe mode, with what could not be planned", () => {
    const planned = { ...isolated, status: "planned" as const };
    expect(outcome([{ ...evidence, status: "planned" }, planned], { mode: "observe" }).state).to.equal("planned");
    const { state, reason } = outcome([planned], { mode: "observe" });
    expect([state, reason]).to.deep.equal(["planned", "captureInstance: never ran, or could not record what it did"]);
  });

  it("is recovered when undo put everything back, and what had not changed stayed", () => {
    const undone = { ...isolated, status: "undone" as const };
    expect(outcome([evidence, undone, actionRecord("protectInstance")], {}, "undo").state).to.equal("recovered");
  });

  it("is refused when undo met a change of somebody, or failed", () => {
    const refused = { ...isolated, status: "undoRefused" as const, differences: ["eni-1 has sg-x"] };
    expect(outcome([refused], {}, "undo")).to.include({
      state: "undoRefused",
      reason: "isolateInstance: eni-1 has sg-x",
    });
    const failed = { ...isolated, status: "failed" as const, error: "Timeout", changes };
    expect(outcome([failed], {}, "undo")).to.include({ state: "undoRefused", reason: "isolateInstance: Timeout" });
  });

  it("is not recovered while a change was not put back", () => {
    const { state, reason } = outcome([{ ...isolated, changes }], {}, "undo");
    expect([state, reason]).to.deep.equal(["undoRefused", "isolateInstance: not put back"]);
  });

  it("is recovered although an action had failed before it changed anything", () => {
    expect(outcome([{ ...isolated, status: "failed", error: "AccessDenied" }], {}, "undo").state).to.equal("recovered");
  });
});
