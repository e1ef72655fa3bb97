import { policy, rolePolicy, rolePolicyAttachment } from "./iam-policy";
import { instanceProfile, role } from "./iam-role";
import { accessKey, user } from "./iam-user";

/** Everything in `aws.iam` that Firebreak uses. */
export const resources = [role, rolePolicy, policy, rolePolicyAttachment, instanceProfile, user, accessKey];
