import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { findingBusName, forwarderRoleName, roleArn } from "../functions/shared/names";
import type { Installation } from "./installation";
import { policyDocument } from "./policy-document";

export interface FindingBusArgs {
  installation: Installation;
}

/** ARN of the bus, known to every account before it exists. */
export function findingBusArn({ partition, homeRegion, masterAccountId, prefix }: Installation): string {
  return `arn:${partition}:events:${homeRegion}:${masterAccountId}:event-bus/${findingBusName(prefix)}`;
}

/** Where findings of the whole organisation arrive. Admits the forwarders of its accounts and nobody else. */
export class FindingBus extends pulumi.ComponentResource {
  declare readonly busName: pulumi.Output<string>;
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: FindingBusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:FindingBus", name, args, opts);
    const { installation } = args;
    const { prefix, partition, organizationId } = installation;
    const bus = new aws.cloudwatch.EventBus(`${name}-bus`, { name: findingBusName(prefix) }, { parent: this });
    new aws.cloudwatch.EventBusPolicy(
      `${name}-policy`,
      {
        eventBusName: bus.name,
        policy: policyDocument([
          {
            Sid: "OrganizationForwards",
            Principal: "*",
            Action: "events:PutEvents",
            Resource: findingBusArn(installation),
            Condition: {
              StringEquals: { "aws:PrincipalOrgID": organizationId },
              ArnLike: { "aws:PrincipalArn": roleArn(partition, "*", forwarderRoleName(prefix)) },
            },
          },
        ]),
      },
      { parent: this },
    );
    this.busName = bus.name;
    this.arn = bus.arn;
    this.registerOutputs({ busName: this.busName, arn: this.arn });
  }
}
