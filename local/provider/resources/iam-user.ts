import { IAM } from "@aws-sdk/client-iam";
import type { AccessKeyArgs, AccessKeyState } from "@pulumi/aws/iam/accessKey";
import type { UserArgs, UserState } from "@pulumi/aws/iam/user";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { tagList, tagMap } from "./values";

/** `aws.iam.User`. */
export const user = defineResource<UserArgs, UserState>({
  token: "aws:iam/user:User",
  name: { maxLength: 64 },
  properties: {
    name: { pattern: /^[\w+=,.@-]{1,64}$/ },
    path: { default: "/" },
    forceDestroy: { default: false, writeOnly: true },
  },
  supports: ["permissionsBoundary"],
  tagging: {
    tag: (aws, id, tags) => aws.client(IAM).tagUser({ UserName: id, Tags: tagList(tags) }),
    untag: (aws, id, keys) => aws.client(IAM).untagUser({ UserName: id, TagKeys: keys }),
  },
  async create(aws, { name = "", path, permissionsBoundary, tags }) {
    await aws.client(IAM).createUser({
      UserName: name,
      Path: path,
      PermissionsBoundary: permissionsBoundary,
      Tags: tagList(tags),
    });
    return name;
  },
  async read(aws, id, known) {
    // A rename keeps the resource: its id stays what it was made with, as in the real provider's state until a refresh.
    const name = typeof known["name"] === "string" ? known["name"] : id;
    const found = (await unlessGone(aws.client(IAM).getUser({ UserName: name }), "NoSuchEntity"))?.User;
    if (!found) return undefined;
    return {
      arn: found.Arn,
      name: found.UserName,
      path: found.Path,
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      uniqueId: found.UserId,
      tags: tagMap(found.Tags),
    };
  },
  async update(aws, _id, { news, olds, changed }) {
    const iam = aws.client(IAM);
    if (changed("name", "path")) {
      await iam.updateUser({ UserName: olds.name, NewUserName: news.name, NewPath: news.path });
    }
    if (changed("permissionsBoundary")) {
      await (news.permissionsBoundary
        ? iam.putUserPermissionsBoundary({ UserName: news.name, PermissionsBoundary: news.permissionsBoundary })
        : iam.deleteUserPermissionsBoundary({ UserName: news.name }));
    }
  },
  async delete(aws, id, state) {
    const name = typeof state["name"] === "string" ? state["name"] : id;
    if (state["forceDestroy"] === true) await strip(aws, name);
    await unlessGone(aws.client(IAM).deleteUser({ UserName: name }), "NoSuchEntity");
  },
});

/** `aws.iam.AccessKey`. `pgpKey` would need PGP and is refused. */
export const accessKey = defineResource<AccessKeyArgs, AccessKeyState>({
  token: "aws:iam/accessKey:AccessKey",
  properties: {
    user: { replace: true },
    status: { default: "Active", oneOf: ["Active", "Inactive"] },
    secret: { secret: true },
    sesSmtpPasswordV4: { secret: true },
  },
  async create(aws, { user: name, status }) {
    const iam = aws.client(IAM);
    const { AccessKey: made } = await iam.createAccessKey({ UserName: name });
    const id = made?.AccessKeyId ?? "";
    if (status === "Inactive") await iam.updateAccessKey({ UserName: name, AccessKeyId: id, Status: status });
    return { id, outputs: { secret: made?.SecretAccessKey } }; // AWS tells it this once
  },
  async read(aws, id, known) {
    const name = typeof known["user"] === "string" ? known["user"] : await ownerOf(aws, id);
    const answer = name
      ? await unlessGone(aws.client(IAM).listAccessKeys({ UserName: name }), "NoSuchEntity")
      : undefined;
    const found = answer?.AccessKeyMetadata?.find(({ AccessKeyId }) => AccessKeyId === id);
    if (!found) return undefined;
    return {
      user: found.UserName,
      status: found.Status,
      createDate: found.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
    };
  },
  update: (aws, id, { news }) =>
    aws.client(IAM).updateAccessKey({ UserName: news.user, AccessKeyId: id, Status: news.status as "Active" }),
  delete: (aws, id, state) =>
    unlessGone(aws.client(IAM).deleteAccessKey({ UserName: String(state["user"]), AccessKeyId: id }), "NoSuchEntity"),
});

async function ownerOf(aws: Aws, id: string): Promise<string | undefined> {
  return (await aws.client(IAM).getAccessKeyLastUsed({ AccessKeyId: id })).UserName;
}

/** Takes from a user what stands in the way of its deletion. */
async function strip(aws: Aws, name: string): Promise<void> {
  const iam = aws.client(IAM);
  const user = { UserName: name };
  for (const { AccessKeyId } of (await iam.listAccessKeys(user)).AccessKeyMetadata ?? []) {
    await iam.deleteAccessKey({ ...user, AccessKeyId });
  }
  for (const { SerialNumber } of (await iam.listMFADevices(user)).MFADevices ?? []) {
    await iam.deactivateMFADevice({ ...user, SerialNumber });
  }
  for (const PolicyName of (await iam.listUserPolicies(user)).PolicyNames ?? []) {
    await iam.deleteUserPolicy({ ...user, PolicyName });
  }
  for (const { PolicyArn } of (await iam.listAttachedUserPolicies(user)).AttachedPolicies ?? []) {
    await iam.detachUserPolicy({ ...user, PolicyArn });
  }
  await unlessGone(iam.deleteLoginProfile(user), "NoSuchEntity");
}
