import {
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { profileName } from "./profile";

/** An instance profile, its role, and every policy of the role with its text. */
export async function describeProfile(iam: IAMClient, profileArn: string) {
  const { InstanceProfile: profile } = await iam.send(
    new GetInstanceProfileCommand({ InstanceProfileName: profileName(profileArn) }),
  );
  const names = (profile?.Roles ?? []).flatMap(({ RoleName }) => (RoleName ? [RoleName] : []));
  return { profile, roles: await Promise.all(names.map((name) => describeRole(iam, name))) };
}

async function describeRole(iam: IAMClient, RoleName: string) {
  const [{ Role: role }, attached, inline] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    attachedPolicies(iam, RoleName),
    inlinePolicies(iam, RoleName),
  ]);
  return { ...role, AssumeRolePolicyDocument: policyText(role?.AssumeRolePolicyDocument), attached, inline };
}

async function attachedPolicies(iam: IAMClient, RoleName: string) {
  const arns: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName })) {
    arns.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => (PolicyArn ? [PolicyArn] : [])));
  }
  return Promise.all(
    arns.map(async (PolicyArn) => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId;
      const version = VersionId ? await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })) : undefined;
      return { arn: PolicyArn, version: VersionId, document: policyText(version?.PolicyVersion?.Document) };
    }),
  );
}

async function inlinePolicies(iam: IAMClient, RoleName: string) {
  const names: string[] = [];
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName })) {
    names.push(...(page.PolicyNames ?? []));
  }
  return Promise.all(
    names.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return { name: PolicyName, document: policyText(PolicyDocument) };
    }),
  );
}

/** IAM gives policies URL-encoded (RFC 3986). What is not is kept as it is. */
function policyText(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text) as unknown;
  } catch {
    return text;
  }
}
