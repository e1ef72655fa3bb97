import type { Drill } from "./drill";
import { guardDutyFinding, sendAsGuardDuty } from "./guardduty-finding";

/** The ordinary case: a web server that Systems Manager manages, in an auto scaling group and a target group. */
export const ec2Compromised: Drill = {
  name: "ec2-compromised",
  summary: "a web server that Systems Manager manages, behind a load balancer, calls a command and control domain",
  instance: "web-1",
  ends: { by: "case", state: "contained", findings: 1 },
  async send(stage) {
    const finding = await guardDutyFinding(stage);
    await sendAsGuardDuty(stage, finding);
    return finding.id;
  },
};
