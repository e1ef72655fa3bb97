import type { Drill } from "./drill";
import { guardDutyFinding, sendAsGuardDuty } from "./guardduty-finding";

/** GuardDuty sends a finding again whenever it sees more of the same; EventBridge delivers at least once. */
export const findingThreeTimes: Drill = {
  name: "finding-three-times",
  summary: "GuardDuty sends the finding three times: one case, one execution",
  instance: "batch-1",
  ends: { by: "case", state: "contained", findings: 3 },
  async send(stage) {
    const first = await guardDutyFinding(stage);
    await sendAsGuardDuty(stage, first);
    for (const count of [2, 3]) await sendAsGuardDuty(stage, await guardDutyFinding(stage, { id: first.id, count }));
    return first.id;
  },
};
