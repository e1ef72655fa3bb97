import type { Drill } from "./drill";
import { ec2Compromised } from "./ec2-compromised";

/** Nothing can be run on it, and all else is done. */
export const ec2Unmanaged: Drill = {
  ...ec2Compromised,
  name: "ec2-unmanaged",
  summary: "the same on a server that Systems Manager does not manage",
  instance: "legacy-1",
};
