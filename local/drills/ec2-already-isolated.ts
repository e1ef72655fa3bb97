import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DisassociateIamInstanceProfileCommand,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from "@aws-sdk/client-ec2";
import { ensureGroup } from "../../functions/shared/quarantine";
import type { Drill } from "./drill";
import { ec2Compromised } from "./ec2-compromised";

/** Somebody followed the written runbook by hand: there is nothing left to change, and evidence to capture. */
export const ec2AlreadyIsolated: Drill = {
  ...ec2Compromised,
  name: "ec2-already-isolated",
  summary: "the same on a server that somebody has isolated by hand already",
  instance: "held-1",
  async prepare({ world, instance }) {
    const { ec2 } = world.admin(world.drillAccount.id);
    const { vpc } = world.drillWorkloads.network;
    const quarantine = await ensureGroup(ec2, {
      prefix: world.prefix,
      account: world.drillAccount.id,
      vpc,
      kind: "quarantine",
    });
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
    for (const { NetworkInterfaceId } of Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [])
      await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [quarantine] }));
    await ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: instance, DisableApiTermination: { Value: true } }),
    );
    const { IamInstanceProfileAssociations } = await ec2.send(
      new DescribeIamInstanceProfileAssociationsCommand({ Filters: [{ Name: "instance-id", Values: [instance] }] }),
    );
    for (const { AssociationId, State } of IamInstanceProfileAssociations ?? [])
      if (State === "associated") await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId }));
  },
};
