import type { Drill } from "./drill";
import { ec2Compromised } from "./ec2-compromised";

/** Isolation has to reach the interfaces that ModifyInstanceAttribute does not. */
export const ec2ThreeInterfaces: Drill = {
  ...ec2Compromised,
  name: "ec2-three-interfaces",
  summary: "the same on a database with three network interfaces in two subnets",
  instance: "db-1",
};
