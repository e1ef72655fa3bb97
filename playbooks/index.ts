import { ec2InstanceCompromised } from "./ec2-instance-compromised";
import { highSeverityFinding } from "./high-severity-finding";
import type { Playbook } from "./playbook";
import { rootActivity } from "./root-activity";

/** Every playbook there is: each becomes a state machine, and each of its actions a function with its roles. */
export const playbooks: Playbook[] = [ec2InstanceCompromised, rootActivity, highSeverityFinding];
