import { captureTrail } from "../functions/capture-trail";
import type { Playbook } from "./playbook";

/** A high or critical finding that no other playbook answers, or any finding that a person asks a response for. */
export const highSeverityFinding: Playbook = {
  name: "high-severity-finding",
  title: "High-severity finding",
  summary: "Keeps a finding that has no playbook of its own, with CloudTrail's events of its resource; tells a person.",
  answers: [{ source: "*", types: ["*"], resourceType: "*", atLeast: "HIGH" }],
  evidence: [{ action: captureTrail, timeLimitSeconds: 60 }],
  containment: [],
};
