import { permissions, trustOf, type ResourceCase } from "./cases";

const role = "aws:iam/role:Role";
const key = "aws:kms/key:Key";
const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
const trust = trustOf("lambda.amazonaws.com");

/** Identities, their permissions, and keys. */
export const identityCases: readonly ResourceCase[] = [
  {
    token: role,
    prepare: async () => ({
      inputs: { assumeRolePolicy: trust, description: "one", tags: { a: "1" } },
      update: { assumeRolePolicy: trustOf("ec2.amazonaws.com"), maxSessionDuration: 7200, tags: { a: "2" } },
      replace: { path: "/firebreak/" },
    }),
    outputs: { arn: /^arn:aws:iam::222222222222:role\/thing-/, uniqueId: /^AROA/, createDate: /^\d{4}-/ },
    refused: [
      { inputs: { assumeRolePolicy: undefined }, says: /"assumeRolePolicy" is required/ },
      { inputs: { maxSessionDuration: 60 }, says: /\(3600 - 43200\)/ },
      { inputs: { name: "a b" }, says: /must match/ },
    ],
  },
  {
    token: "aws:iam/rolePolicy:RolePolicy",
    async prepare({ make }) {
      const [one, other] = [
        await make(role, { assumeRolePolicy: trust }, "one"),
        await make(role, { assumeRolePolicy: trust }, "other"),
      ];
      return {
        inputs: { role: one.id, policy: permissions("s3:GetObject") },
        update: { policy: permissions("s3:PutObject") },
        replace: { role: other.id },
      };
    },
    refused: [{ inputs: { policy: "oops" }, says: /invalid JSON policy/ }],
  },
  {
    token: "aws:iam/policy:Policy",
    prepare: async () => ({
      inputs: { policy: permissions("s3:GetObject"), tags: { a: "1" } },
      update: { policy: permissions("s3:PutObject"), tags: { b: "1" } },
      replace: { description: "changed" },
    }),
    outputs: { arn: /^arn:aws:iam::222222222222:policy\/thing-/, policyId: /^ANPA/, attachmentCount: 0 },
    refused: [{ inputs: { policy: undefined }, says: /Missing required argument/ }],
  },
  {
    token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    async prepare({ make }) {
      const made = await make(role, { assumeRolePolicy: trust });
      const policy = (name: string) => make("aws:iam/policy:Policy", { policy: permissions("s3:GetObject") }, name);
      const [one, other] = [await policy("one"), await policy("other")];
      return { inputs: { role: made.id, policyArn: one.id }, replace: { policyArn: other.id } };
    },
    refused: [{ inputs: { policyArn: undefined }, says: /"policyArn" is required/ }],
  },
  {
    token: "aws:iam/instanceProfile:InstanceProfile",
    async prepare({ make }) {
      const make1 = (name: string) => make(role, { assumeRolePolicy: trustOf("ec2.amazonaws.com") }, name);
      const [one, other] = [await make1("one"), await make1("other")];
      return { inputs: { role: one.id }, update: { role: other.id }, replace: { path: "/x/" } };
    },
    outputs: { arn: /instance-profile\/thing-/, uniqueId: /^AIPA/ },
    refused: [{ inputs: { path: "x" }, says: /must match/ }],
  },
  {
    token: "aws:iam/user:User",
    prepare: async () => ({ inputs: { tags: { a: "1" } }, update: { permissionsBoundary: administrator, tags: {} } }),
    outputs: { arn: /user\/thing-/, uniqueId: /^AIDA/ },
    refused: [{ inputs: { nickname: "x" }, says: /Invalid or unknown key\. Examine values at 'thing\.nickname'/ }],
  },
  {
    token: "aws:iam/accessKey:AccessKey",
    async prepare({ make }) {
      const [one, other] = [await make("aws:iam/user:User", {}, "one"), await make("aws:iam/user:User", {}, "other")];
      return {
        inputs: { user: one.id },
        update: { status: "Inactive" },
        replace: { user: other.id },
      };
    },
    outputs: { createDate: /^\d{4}-/ },
    refused: [
      { inputs: { status: "Asleep" }, says: /to be one of \["Active" "Inactive"\], got Asleep/ },
      { inputs: { pgpKey: "keybase:x" }, says: /does not implement "pgpKey"/ },
    ],
  },
  {
    token: key,
    prepare: async () => ({
      inputs: { description: "one", enableKeyRotation: true, deletionWindowInDays: 7, tags: { a: "1" } },
      update: { description: "two", enableKeyRotation: false, tags: {} },
      replace: { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY", enableKeyRotation: false },
    }),
    outputs: { arn: /^arn:aws:kms:eu-central-1:222222222222:key\//, keyId: /^[0-9a-f-]{36}$/, policy: /Statement/ },
    notImported: ["deletionWindowInDays"],
    refused: [
      { inputs: { deletionWindowInDays: 3 }, says: /\(7 - 30\), got 3/ },
      { inputs: { customerMasterKeySpec: "RSA_2048" }, says: /rotation needs/ },
    ],
  },
  {
    token: "aws:kms/alias:Alias",
    async prepare({ make }) {
      const [one, other] = [await make(key, {}, "one"), await make(key, {}, "other")];
      return {
        inputs: { name: "alias/firebreak-test", targetKeyId: one.id },
        update: { targetKeyId: other.id },
        replace: { name: "alias/firebreak-other" },
      };
    },
    outputs: { arn: /alias\/firebreak-test$/, targetKeyArn: /^arn:aws:kms:/ },
    refused: [{ inputs: { name: "firebreak" }, says: /must match/ }],
  },
];
