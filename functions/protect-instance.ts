import { DescribeInstanceAttributeCommand, EC2Client, ModifyInstanceAttributeCommand } from "@aws-sdk/client-ec2";
import type { Action, Applied, Plan, Target, Undone } from "./shared/action";
import { instanceId, readInstance } from "./shared/instance";

interface Clients {
  ec2: EC2Client;
}

/** `spot`: EC2 has no termination protection for spot instances. */
interface Protection {
  terminationProtection: boolean;
  spot: boolean;
}

const attribute = "disableApiTermination";

async function isProtected(ec2: EC2Client, id: string): Promise<boolean> {
  const answer = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: attribute }));
  return answer.DisableApiTermination?.Value ?? false;
}

async function setProtection(ec2: EC2Client, id: string, on: boolean): Promise<void> {
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: on } }));
}

async function plan(target: Target, { ec2 }: Clients): Promise<Plan<Protection, Protection>> {
  const id = instanceId(target);
  const [instance, on] = await Promise.all([readInstance(ec2, id), isProtected(ec2, id)]);
  const spot = instance.InstanceLifecycle === "spot";
  const wanted = on || !spot;
  return {
    before: { terminationProtection: on, spot },
    after: { terminationProtection: wanted, spot },
    changes: wanted === on ? [] : [{ resource: id, attribute: "terminationProtection", from: on, to: wanted }],
    blastRadius: [],
  };
}

async function apply(
  target: Target,
  { ec2 }: Clients,
  { after, changes }: Plan<Protection, Protection>,
): Promise<Applied<Protection>> {
  if (changes.length > 0) await setProtection(ec2, instanceId(target), true);
  const notes = after.spot ? ["a spot instance cannot be protected from termination; its snapshots stay"] : [];
  return { after, notes };
}

async function verify(target: Target, { ec2 }: Clients, after: Protection): Promise<string[]> {
  const id = instanceId(target);
  const [, on] = await Promise.all([readInstance(ec2, id), isProtected(ec2, id)]);
  return on === after.terminationProtection ? [] : [`${id} has termination protection ${on ? "on" : "off"}`];
}

async function undo(target: Target, { ec2 }: Clients, before: Protection, after: Protection): Promise<Undone> {
  const id = instanceId(target);
  const [, on] = await Promise.all([readInstance(ec2, id), isProtected(ec2, id)]);
  if (on === before.terminationProtection) return { restored: [], differences: [] };
  await setProtection(ec2, id, before.terminationProtection);
  const change = {
    resource: id,
    attribute: "terminationProtection",
    from: after.terminationProtection,
    to: before.terminationProtection,
  };
  return { restored: [change], differences: [] };
}

/**
 * Turns termination protection on, so that nobody destroys the evidence by mistake. It does not hold back an auto
 * scaling group (`detachInstance` does), nor the instance's own shutdown.
 */
export const protectInstance: Action<Clients, Protection, Protection> = {
  name: "protectInstance",
  kind: "containment",
  summary: "turns termination protection on",
  permissions: [
    { sid: "FindInstance", actions: ["ec2:DescribeInstances"], resources: ["*"] },
    {
      sid: "ProtectInstance",
      actions: ["ec2:DescribeInstanceAttribute", "ec2:ModifyInstanceAttribute"],
      resources: ["arn:{partition}:ec2:*:{account}:instance/*"],
    },
  ],
  connect: ({ region, credentials }) => ({ ec2: new EC2Client({ region, credentials }) }),
  plan,
  apply,
  verify,
  undo,
};
