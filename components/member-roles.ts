import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AnyAction } from "../functions/shared/action";
import { memberRoleName } from "../functions/shared/names";
import type { Installation } from "./installation";
import { declared, policyDocument } from "./policy-document";
import { functionRoleArn } from "./response-function";

export interface MemberRolesArgs {
  installation: Installation;
  /** The account that is acted in. */
  accountId: string;
  actions: AnyAction[];
}

/**
 * One role an action, in the account that is acted in. Only that action's function may take it, and it may do what
 * the action declares and nothing else.
 */
export class MemberRoles extends pulumi.ComponentResource {
  /** ARNs by action. */
  declare readonly arns: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: MemberRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:MemberRoles", name, { installation: args.installation, accountId: args.accountId }, opts);
    const { installation, accountId } = args;
    const roles = args.actions.map((action) => {
      const role = new aws.iam.Role(
        `${name}-${action.name}-role`,
        {
          name: memberRoleName(installation.prefix, action.name),
          description: action.summary,
          assumeRolePolicy: functionTrust(installation, action.name),
        },
        { parent: this },
      );
      new aws.iam.RolePolicy(
        `${name}-${action.name}-policy`,
        {
          name: "action",
          role: role.name,
          policy: policyDocument(declared(action.permissions, installation, accountId)),
        },
        { parent: this },
      );
      return [action.name, role.arn] as const;
    });
    this.arns = pulumi.output(Object.fromEntries(roles));
    this.registerOutputs({ arns: this.arns });
  }
}

/**
 * The principal is the account and the role a condition, because IAM refuses a trust policy that names a role which
 * does not exist yet, and one that is made anew would no longer be trusted.
 */
function functionTrust(installation: Installation, action: string): pulumi.Output<string> {
  const { partition, masterAccountId, organizationId, externalId } = installation;
  return policyDocument([
    {
      Sid: "OnlyItsFunction",
      Principal: { AWS: `arn:${partition}:iam::${masterAccountId}:root` },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "sts:ExternalId": externalId, "aws:PrincipalOrgID": organizationId },
        ArnEquals: { "aws:PrincipalArn": functionRoleArn(installation, action) },
      },
    },
  ]);
}
