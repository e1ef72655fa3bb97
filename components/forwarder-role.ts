import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { forwarderRoleName } from "../functions/shared/names";
import { findingBusArn } from "./finding-bus";
import type { Installation } from "./installation";
import { policyDocument, serviceTrust } from "./policy-document";

export interface ForwarderRoleArgs {
  installation: Installation;
  accountId: string;
}

/** The role with which an account's event rules, in all its regions, put findings on the master account's bus. */
export class ForwarderRole extends pulumi.ComponentResource {
  /** Known once the role may forward. */
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ForwarderRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:ForwarderRole", name, args, opts);
    const { installation, accountId } = args;
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: forwarderRoleName(installation.prefix),
        description: "Forwards findings to the master account's bus",
        assumeRolePolicy: serviceTrust("events.amazonaws.com", accountId),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: "forward",
        role: role.name,
        policy: policyDocument([{ Sid: "Forward", Action: "events:PutEvents", Resource: findingBusArn(installation) }]),
      },
      { parent: this },
    );
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
