import type { Drill } from "./drill";
import { ec2Compromised } from "./ec2-compromised";

/** Findings outlive instances: the case closes with that reason. */
export const ec2Gone: Drill = {
  ...ec2Compromised,
  name: "ec2-gone",
  summary: "the finding is about an instance that does not exist",
  instance: undefined,
  ends: { by: "case", state: "gone", findings: 1 },
};
