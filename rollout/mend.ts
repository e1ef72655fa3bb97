import type { StackPlan } from "./deploy";

/** What to do about an error of a deployment; the engine's own words say what, these say how to go on. */
export function mendFor(error: string, { account, role, stack }: Pick<StackPlan, "account" | "role" | "stack">) {
  if (/cannot be assumed|AssumeRole|not authorized to perform: sts:AssumeRole/i.test(error))
    return `Let the deploying identity take ${role} in account ${account.id}, or set firebreak:deployRole to a role that it may take.`;
  if (/AccessDenied|UnauthorizedOperation|not authorized to perform/i.test(error))
    return `Allow ${role} in account ${account.id} what the message names; a service control policy may forbid it.`;
  if (/^policy violated: /m.test(error))
    return "Change what the policy names; the policy pack is enforced in every update.";
  if (/currently locked/i.test(error))
    return `Another update of ${stack} is running. If none is, \`pulumi cancel --stack ${stack}\` frees it.`;
  if (/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|connection refused/i.test(error))
    return "Check that AWS can be reached from here, then deploy again: it goes on where it was.";
  return `Mend what the message names and deploy ${stack} again: it goes on where it was.`;
}
