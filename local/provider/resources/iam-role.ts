import { IAM, type Tag } from "@aws-sdk/client-iam";
import type { InstanceProfileArgs, InstanceProfileState } from "@pulumi/aws/iam/instanceProfile";
import type { RoleArgs, RoleState } from "@pulumi/aws/iam/role";
import type { Aws } from "../instance/aws";
import { hasCode, unlessGone } from "../support/errors";
import { untilPropagated } from "../support/retry";
import { defineResource } from "./definition";
import { attachedPolicies, inlinePolicies, putInlinePolicies, setAttachedPolicies } from "./iam-role-policies";
import { tagList, tagMap } from "./values";

const nameOf = /^[\w+=,.@-]{1,64}$/;
const pathOf = /^\/$|^\/.*\/$/;

/** `aws.iam.Role`. */
export const role = defineResource<RoleArgs, RoleState>({
  token: "aws:iam/role:Role",
  name: { maxLength: 64 },
  properties: {
    name: { replace: true, pattern: nameOf },
    namePrefix: { replace: true, maxLength: 38 },
    path: { replace: true, default: "/", pattern: pathOf },
    assumeRolePolicy: { json: "policy" },
    description: { maxLength: 1_000 },
    forceDetachPolicies: { default: false, writeOnly: true },
    maxSessionDuration: { default: 3_600, min: 3_600, max: 43_200 },
    inlinePolicies: { set: true },
    "inlinePolicies.policy": { json: "policy" },
    managedPolicyArns: { set: true },
  },
  supports: ["permissionsBoundary"],
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) => aws.client(IAM).tagRole({ RoleName: id, Tags: tagList(tags) }),
    untag: (aws, id, keys) => aws.client(IAM).untagRole({ RoleName: id, TagKeys: keys }),
  },
  async create(aws, inputs) {
    const iam = aws.client(IAM);
    // A trust policy that names a principal made a moment ago is malformed until IAM knows that principal.
    await untilPropagated(
      () =>
        iam.createRole({
          RoleName: inputs.name,
          Path: inputs.path,
          AssumeRolePolicyDocument: String(inputs.assumeRolePolicy),
          Description: inputs.description,
          MaxSessionDuration: inputs.maxSessionDuration,
          PermissionsBoundary: inputs.permissionsBoundary,
          Tags: tagList(inputs.tags),
        }),
      (error) => hasCode(error, "MalformedPolicyDocument") && error.message.includes("Invalid principal"),
    );
    return inputs.name ?? "";
  },
  async settle(aws, id, inputs) {
    await putInlinePolicies(aws, id, [], inputs.inlinePolicies ?? []);
    await setAttachedPolicies(aws, id, [], inputs.managedPolicyArns ?? []);
  },
  async read(aws, id, known) {
    const found = (await unlessGone(aws.client(IAM).getRole({ RoleName: id }), "NoSuchEntity"))?.Role;
    if (!found) return undefined;
    return {
      arn: found.Arn,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
      name: found.RoleName,
      path: found.Path,
      assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
      description: found.Description,
      maxSessionDuration: found.MaxSessionDuration,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      inlinePolicies: "inlinePolicies" in known ? await inlinePolicies(aws, id) : [],
      managedPolicyArns: await attachedPolicies(aws, id),
      tags: tagMap(found.Tags),
    };
  },
  async update(aws, id, { news, olds, changed }) {
    const iam = aws.client(IAM);
    if (changed("assumeRolePolicy")) {
      await iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument: String(news.assumeRolePolicy) });
    }
    if (changed("description", "maxSessionDuration")) {
      await iam.updateRole({
        RoleName: id,
        Description: news.description ?? "",
        MaxSessionDuration: news.maxSessionDuration,
      });
    }
    if (changed("permissionsBoundary")) {
      await (news.permissionsBoundary
        ? iam.putRolePermissionsBoundary({ RoleName: id, PermissionsBoundary: news.permissionsBoundary })
        : iam.deleteRolePermissionsBoundary({ RoleName: id }));
    }
    if (changed("inlinePolicies")) {
      await putInlinePolicies(aws, id, olds.inlinePolicies ?? [], news.inlinePolicies ?? []);
    }
    if (changed("managedPolicyArns")) {
      await setAttachedPolicies(aws, id, olds.managedPolicyArns ?? [], news.managedPolicyArns ?? []);
    }
  },
  async delete(aws, id, state) {
    const iam = aws.client(IAM);
    const profiles = await unlessGone(iam.listInstanceProfilesForRole({ RoleName: id }), "NoSuchEntity");
    if (!profiles) return;
    for (const { InstanceProfileName } of profiles.InstanceProfiles ?? []) {
      await iam.removeRoleFromInstanceProfile({ RoleName: id, InstanceProfileName });
    }
    // What the role itself declared goes with it; what others put on it only when asked to.
    const force = state["forceDetachPolicies"] === true;
    const declared = (state["managedPolicyArns"] as string[] | undefined) ?? [];
    if (force || "inlinePolicies" in state) await putInlinePolicies(aws, id, await inlinePolicies(aws, id), []);
    await setAttachedPolicies(aws, id, force ? await attachedPolicies(aws, id) : declared, []);
    await unlessGone(iam.deleteRole({ RoleName: id }), "NoSuchEntity");
  },
});

/** `aws.iam.InstanceProfile`. */
export const instanceProfile = defineResource<InstanceProfileArgs, InstanceProfileState>({
  token: "aws:iam/instanceProfile:InstanceProfile",
  name: { maxLength: 128 },
  properties: {
    name: { replace: true, pattern: /^[\w+=,.@-]{1,128}$/ },
    namePrefix: { replace: true },
    path: { replace: true, default: "/", pattern: pathOf },
  },
  supports: ["role"],
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) => aws.client(IAM).tagInstanceProfile({ InstanceProfileName: id, Tags: tagList(tags) }),
    untag: (aws, id, keys) => aws.client(IAM).untagInstanceProfile({ InstanceProfileName: id, TagKeys: keys }),
  },
  async create(aws, { name = "", path, tags }) {
    const Tags: Tag[] = tagList(tags);
    await aws.client(IAM).createInstanceProfile({ InstanceProfileName: name, Path: path, Tags });
    return name;
  },
  settle: async (aws, id, { role: roleName }) => setRole(aws, id, roleName && String(roleName)),
  async read(aws, id) {
    const answer = aws.client(IAM).getInstanceProfile({ InstanceProfileName: id });
    const found = (await unlessGone(answer, "NoSuchEntity"))?.InstanceProfile;
    if (!found) return undefined;
    return {
      arn: found.Arn,
      uniqueId: found.InstanceProfileId,
      createDate: found.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
      name: found.InstanceProfileName,
      path: found.Path,
      role: found.Roles?.[0]?.RoleName,
      tags: tagMap(found.Tags),
    };
  },
  async update(aws, id, { news, changed }) {
    if (changed("role")) await setRole(aws, id, news.role && String(news.role));
  },
  async delete(aws, id) {
    const iam = aws.client(IAM);
    const found = await unlessGone(iam.getInstanceProfile({ InstanceProfileName: id }), "NoSuchEntity");
    for (const { RoleName } of found?.InstanceProfile?.Roles ?? []) {
      await iam.removeRoleFromInstanceProfile({ InstanceProfileName: id, RoleName });
    }
    await unlessGone(iam.deleteInstanceProfile({ InstanceProfileName: id }), "NoSuchEntity");
  },
});

/** A profile holds one role at most: the one there makes room first. */
async function setRole(aws: Aws, profile: string, wanted: string | undefined): Promise<void> {
  const iam = aws.client(IAM);
  const { InstanceProfile: found } = await iam.getInstanceProfile({ InstanceProfileName: profile });
  const current = found?.Roles?.[0]?.RoleName;
  if (current === wanted) return;
  if (current) await iam.removeRoleFromInstanceProfile({ InstanceProfileName: profile, RoleName: current });
  if (!wanted) return;
  await untilPropagated(
    () => iam.addRoleToInstanceProfile({ InstanceProfileName: profile, RoleName: wanted }),
    (error) => hasCode(error, "NoSuchEntity"),
  );
}
