import type { Drill } from "./drill";
import { ec2AlreadyIsolated } from "./ec2-already-isolated";
import { ec2Compromised } from "./ec2-compromised";
import { ec2Gone } from "./ec2-gone";
import { ec2ThreeInterfaces } from "./ec2-three-interfaces";
import { ec2Unmanaged } from "./ec2-unmanaged";
import { findingThreeTimes } from "./finding-three-times";
import { guardDutyHigh } from "./guardduty-high";
import { malformed } from "./malformed";
import { outsideOrganization } from "./outside-organization";
import { publicBucket } from "./public-bucket";
import { rootActivity } from "./root-activity";

/** Every drill there is, the ordinary one first. */
export const drills: Drill[] = [
  ec2Compromised,
  ec2Unmanaged,
  ec2ThreeInterfaces,
  ec2AlreadyIsolated,
  ec2Gone,
  findingThreeTimes,
  rootActivity,
  guardDutyHigh,
  publicBucket,
  outsideOrganization,
  malformed,
];

export { endingText } from "./drill";
export type { Drill, Ending, Stage } from "./drill";
