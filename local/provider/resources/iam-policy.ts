import { IAM } from "@aws-sdk/client-iam";
import type { PolicyArgs, PolicyState } from "@pulumi/aws/iam/policy";
import type { RolePolicyArgs, RolePolicyState } from "@pulumi/aws/iam/rolePolicy";
import type { RolePolicyAttachmentArgs, RolePolicyAttachmentState } from "@pulumi/aws/iam/rolePolicyAttachment";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { attachedPolicies } from "./iam-role-policies";
import { tagList, tagMap } from "./values";

/** A managed policy holds at most this many versions. */
const maxPolicyVersions = 5;

/** `aws.iam.Policy`. */
export const policy = defineResource<PolicyArgs, PolicyState>({
  token: "aws:iam/policy:Policy",
  name: { maxLength: 128 },
  properties: {
    name: { replace: true, pattern: /^[\w+=,.@-]{1,128}$/ },
    namePrefix: { replace: true },
    path: { replace: true, default: "/" },
    description: { replace: true, maxLength: 1_000 },
    policy: { json: "policy" },
  },
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) => aws.client(IAM).tagPolicy({ PolicyArn: id, Tags: tagList(tags) }),
    untag: (aws, id, keys) => aws.client(IAM).untagPolicy({ PolicyArn: id, TagKeys: keys }),
  },
  async create(aws, inputs) {
    const { Policy: made } = await aws.client(IAM).createPolicy({
      PolicyName: inputs.name,
      Path: inputs.path,
      Description: inputs.description,
      PolicyDocument: String(inputs.policy),
      Tags: tagList(inputs.tags),
    });
    return made?.Arn ?? "";
  },
  async read(aws, id) {
    const iam = aws.client(IAM);
    const found = (await unlessGone(iam.getPolicy({ PolicyArn: id }), "NoSuchEntity"))?.Policy;
    if (!found) return undefined;
    const version = await iam.getPolicyVersion({ PolicyArn: id, VersionId: found.DefaultVersionId });
    return {
      arn: found.Arn,
      attachmentCount: found.AttachmentCount ?? 0,
      description: found.Description,
      name: found.PolicyName,
      path: found.Path,
      policy: decodeURIComponent(version.PolicyVersion?.Document ?? ""),
      policyId: found.PolicyId,
      tags: tagMap(found.Tags),
    };
  },
  async update(aws, id, { news, changed }) {
    if (!changed("policy")) return;
    const iam = aws.client(IAM);
    const { Versions: versions = [] } = await iam.listPolicyVersions({ PolicyArn: id });
    const spare = versions
      .filter(({ IsDefaultVersion }) => !IsDefaultVersion)
      .sort((a, b) => (a.CreateDate?.getTime() ?? 0) - (b.CreateDate?.getTime() ?? 0));
    if (versions.length >= maxPolicyVersions) {
      await iam.deletePolicyVersion({ PolicyArn: id, VersionId: spare[0]?.VersionId });
    }
    await iam.createPolicyVersion({ PolicyArn: id, PolicyDocument: String(news.policy), SetAsDefault: true });
  },
  async delete(aws, id) {
    const iam = aws.client(IAM);
    const answer = await unlessGone(iam.listPolicyVersions({ PolicyArn: id }), "NoSuchEntity");
    for (const { VersionId, IsDefaultVersion } of answer?.Versions ?? []) {
      if (!IsDefaultVersion) await iam.deletePolicyVersion({ PolicyArn: id, VersionId });
    }
    await unlessGone(iam.deletePolicy({ PolicyArn: id }), "NoSuchEntity");
  },
});

/** `aws.iam.RolePolicy`. Its id is `<role>:<name>`. */
export const rolePolicy = defineResource<RolePolicyArgs, RolePolicyState>({
  token: "aws:iam/rolePolicy:RolePolicy",
  name: { maxLength: 128 },
  properties: {
    name: { replace: true, pattern: /^[\w+=,.@-]{1,128}$/ },
    namePrefix: { replace: true },
    role: { replace: true },
    policy: { json: "policy" },
  },
  conflicts: [["name", "namePrefix"]],
  async create(aws, { role, name = "", policy: document }) {
    await aws.client(IAM).putRolePolicy({
      RoleName: String(role),
      PolicyName: name,
      PolicyDocument: String(document),
    });
    return `${String(role)}:${name}`;
  },
  async read(aws, id) {
    const { role, name } = partsOf(id);
    const answer = aws.client(IAM).getRolePolicy({ RoleName: role, PolicyName: name });
    const found = await unlessGone(answer, "NoSuchEntity");
    if (!found) return undefined;
    return { name, role, policy: decodeURIComponent(found.PolicyDocument ?? "") };
  },
  update: (aws, id, { news }) => {
    const { role, name } = partsOf(id);
    return aws.client(IAM).putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: String(news.policy) });
  },
  delete: (aws, id) => {
    const { role, name } = partsOf(id);
    return unlessGone(aws.client(IAM).deleteRolePolicy({ RoleName: role, PolicyName: name }), "NoSuchEntity");
  },
});

/** `aws.iam.RolePolicyAttachment`. Its id is `<role>/<policy ARN>`. */
export const rolePolicyAttachment = defineResource<RolePolicyAttachmentArgs, RolePolicyAttachmentState>({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  supports: ["role", "policyArn"],
  async create(aws, { role, policyArn }) {
    await aws.client(IAM).attachRolePolicy({ RoleName: String(role), PolicyArn: policyArn });
    return `${String(role)}/${policyArn}`;
  },
  async read(aws, id) {
    const slash = id.indexOf("/");
    const [role, policyArn] = [id.slice(0, slash), id.slice(slash + 1)];
    const attached = await unlessGone(attachedPolicies(aws, role), "NoSuchEntity");
    return attached?.includes(policyArn) ? { role, policyArn } : undefined;
  },
  delete: (aws, _id, state) => {
    const { role, policyArn } = state as { role: string; policyArn: string };
    return unlessGone(aws.client(IAM).detachRolePolicy({ RoleName: role, PolicyArn: policyArn }), "NoSuchEntity");
  },
});

function partsOf(id: string): { role: string; name: string } {
  const colon = id.indexOf(":");
  return { role: id.slice(0, colon), name: id.slice(colon + 1) };
}
