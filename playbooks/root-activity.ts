import { captureTrail } from "../functions/capture-trail";
import type { Playbook } from "./playbook";

/**
 * Somebody uses an account's root user, or tries to. Root cannot be contained from inside its own account, and a lawful
 * use looks the same, so that nothing is ever done by itself: evidence is taken, and a person is told who decides.
 */
export const rootActivity: Playbook = {
  name: "root-activity",
  title: "Root user active",
  summary: "Keeps what an account's root user did round the event, and tells a person. Never acts by itself.",
  answers: [{ source: "cloudtrail", types: ["Root:*"], resourceType: "AwsAccount" }],
  evidence: [{ action: captureTrail, timeLimitSeconds: 60 }],
  containment: [],
};
