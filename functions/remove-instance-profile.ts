import { EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import type { Action, Applied, Plan, Target, Undone } from "./shared/action";
import { instanceId, listed, readInstance } from "./shared/instance";
import { lingeringProfile, profileOf, putProfileOn, takeProfileOff } from "./shared/profile";

interface Clients {
  ec2: EC2Client;
}

interface Profile {
  profileArn: string | null;
}

/** Whoever else has the profile keeps it; named so that people know whom the same credentials may have reached. */
async function othersWith(ec2: EC2Client, id: string, profileArn: string): Promise<string[]> {
  const others: string[] = [];
  const filters = [{ Name: "iam-instance-profile.arn", Values: [profileArn] }];
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
    for (const { InstanceId: other } of (page.Reservations ?? []).flatMap((one) => one.Instances ?? [])) {
      if (other && other !== id) others.push(other);
    }
  }
  return others.length > 0 ? [`${profileArn} is also the profile of ${listed(others)}, which keep it`] : [];
}

async function plan(target: Target, { ec2 }: Clients): Promise<Plan<Profile, Profile>> {
  const id = instanceId(target);
  const [, profileArn] = await Promise.all([readInstance(ec2, id), profileOf(ec2, id)]);
  return {
    before: { profileArn },
    after: { profileArn: null },
    changes: profileArn ? [{ resource: id, attribute: "instanceProfile", from: profileArn, to: null }] : [],
    blastRadius: profileArn ? await othersWith(ec2, id, profileArn) : [],
  };
}

async function apply(
  target: Target,
  { ec2 }: Clients,
  { before, after }: Plan<Profile, Profile>,
): Promise<Applied<Profile>> {
  if (!before.profileArn) return { after };
  await takeProfileOff(ec2, instanceId(target), before.profileArn);
  return { after, notes: ["credentials that the instance already has stay valid until they expire"] };
}

async function verify(target: Target, { ec2 }: Clients): Promise<string[]> {
  const id = instanceId(target);
  const [, profileArn] = await Promise.all([readInstance(ec2, id), lingeringProfile(ec2, id)]);
  return profileArn ? [`${id} has the profile ${profileArn}`] : [];
}

async function undo(target: Target, { ec2 }: Clients, before: Profile): Promise<Undone> {
  const id = instanceId(target);
  const [, current] = await Promise.all([readInstance(ec2, id), profileOf(ec2, id)]);
  if (current === before.profileArn || !before.profileArn) return { restored: [], differences: [] };
  if (current) {
    return { restored: [], differences: [`${id} has the profile ${current}; it was left with none`] };
  }
  await putProfileOn(ec2, id, { Arn: before.profileArn });
  const change = { resource: id, attribute: "instanceProfile", from: null, to: before.profileArn };
  return { restored: [change], differences: [] };
}

/**
 * Takes the instance profile off, so that the instance gets no new credentials. Those it has are good for up to six
 * hours; ending them is a matter of the role, and would hit every instance that has it.
 */
export const removeInstanceProfile: Action<Clients, Profile, Profile> = {
  name: "removeInstanceProfile",
  kind: "containment",
  summary: "takes the instance profile off",
  permissions: [
    {
      sid: "FindProfile",
      actions: ["ec2:DescribeInstances", "ec2:DescribeIamInstanceProfileAssociations"],
      resources: ["*"],
    },
    {
      sid: "ChangeProfile",
      actions: ["ec2:DisassociateIamInstanceProfile", "ec2:AssociateIamInstanceProfile"],
      resources: ["arn:{partition}:ec2:*:{account}:instance/*"],
    },
    {
      // Any role, because undo gives back whichever profile the instance had; and to EC2 alone.
      sid: "PutProfileBack",
      actions: ["iam:PassRole"],
      resources: ["arn:{partition}:iam::{account}:role/*"],
      conditions: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
  ],
  connect: ({ region, credentials }) => ({ ec2: new EC2Client({ region, credentials }) }),
  plan,
  apply,
  verify,
  undo,
};
