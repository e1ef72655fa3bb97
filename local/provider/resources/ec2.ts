import { subnet, vpc } from "./ec2-network";
import { securityGroup } from "./ec2-security-group";

/** Everything in `aws.ec2` that Firebreak uses. */
export const resources = [vpc, subnet, securityGroup];
