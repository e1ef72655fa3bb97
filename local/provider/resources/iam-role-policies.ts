import { IAM, paginateListAttachedRolePolicies, paginateListRolePolicies } from "@aws-sdk/client-iam";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";

/** A policy written into a role. */
interface InlinePolicy {
  readonly name?: string;
  readonly policy?: unknown;
}

/** The ARNs of the managed policies on a role. */
export async function attachedPolicies(aws: Aws, role: string): Promise<string[]> {
  const client = aws.client(IAM);
  const arns: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName: role })) {
    arns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => (PolicyArn ? [PolicyArn] : [])));
  }
  return arns;
}

/** Attaches and detaches so that of `before` and `after` only `after` is on the role. */
export async function setAttachedPolicies(
  aws: Aws,
  role: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const iam = aws.client(IAM);
  for (const arn of before.filter((one) => !after.includes(one))) {
    await unlessGone(iam.detachRolePolicy({ RoleName: role, PolicyArn: arn }), "NoSuchEntity");
  }
  for (const arn of after.filter((one) => !before.includes(one))) {
    await iam.attachRolePolicy({ RoleName: role, PolicyArn: arn });
  }
}

/** The policies written into a role. */
export async function inlinePolicies(aws: Aws, role: string): Promise<{ name: string; policy: string }[]> {
  const client = aws.client(IAM);
  const policies: { name: string; policy: string }[] = [];
  for await (const page of paginateListRolePolicies({ client }, { RoleName: role })) {
    for (const name of page.PolicyNames ?? []) {
      const { PolicyDocument: document = "" } = await client.getRolePolicy({ RoleName: role, PolicyName: name });
      policies.push({ name, policy: decodeURIComponent(document) });
    }
  }
  return policies;
}

/** Writes and removes so that of `before` and `after` only `after` is in the role. */
export async function putInlinePolicies(
  aws: Aws,
  role: string,
  before: readonly InlinePolicy[],
  after: readonly InlinePolicy[],
): Promise<void> {
  const iam = aws.client(IAM);
  const kept = new Set(after.map(({ name }) => name));
  for (const { name } of before) {
    if (!name || kept.has(name)) continue;
    await unlessGone(iam.deleteRolePolicy({ RoleName: role, PolicyName: name }), "NoSuchEntity");
  }
  for (const { name, policy } of after) {
    if (!name) continue; // an entry without a name says "no inline policies"
    await iam.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: String(policy) });
  }
}
