import { randomUUID } from "node:crypto";
import type { Drill } from "./drill";
import { guardDutyFinding, sendAsGuardDuty } from "./guardduty-finding";

/** A finding as no service sends it: it must not be lost, and must not become a case. */
export const malformed: Drill = {
  name: "malformed",
  summary: "a finding that says of no instance what it is about",
  instance: "web-2",
  ends: { by: "deadLetter" },
  async send(stage) {
    const id = randomUUID();
    const finding = await guardDutyFinding(stage, { id });
    await sendAsGuardDuty(stage, { ...finding, resource: { resourceType: "Instance" } });
    return id;
  },
};
