import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
} from "@aws-sdk/client-ec2";
import type { EC2Client, IamInstanceProfileAssociation } from "@aws-sdk/client-ec2";
import { isNamed } from "./errors";
import { waitFor } from "./wait";

/** A profile takes a few seconds to come off; EC2 refuses the next one until then. */
const settleMs = 30_000;

/** The instance's association with a profile: also one that is on its way on or off. */
export async function profileAssociation(
  ec2: EC2Client,
  instance: string,
): Promise<IamInstanceProfileAssociation | undefined> {
  const { IamInstanceProfileAssociations } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({ Filters: [{ Name: "instance-id", Values: [instance] }] }),
  );
  const current = (IamInstanceProfileAssociations ?? []).filter(({ State }) => State !== "disassociated");
  return current.find(({ State }) => State !== "disassociating") ?? current[0];
}

/** The ARN of the profile that the instance has, or null. One that is coming off does not count. */
export async function profileOf(ec2: EC2Client, instance: string): Promise<string | null> {
  const current = await profileAssociation(ec2, instance);
  return current?.State === "disassociating" ? null : (current?.IamInstanceProfile?.Arn ?? null);
}

/** The ARN of a profile that the instance still has: until it has come off altogether. */
export async function lingeringProfile(ec2: EC2Client, instance: string): Promise<string | null> {
  return (await profileAssociation(ec2, instance))?.IamInstanceProfile?.Arn ?? null;
}

/** Takes a profile off; one that is already off, or coming off, is fine. */
export async function takeProfileOff(ec2: EC2Client, instance: string, profileArn: string): Promise<void> {
  const current = await profileAssociation(ec2, instance);
  if (!current || current.State === "disassociating" || current.IamInstanceProfile?.Arn !== profileArn) return;
  try {
    await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId: current.AssociationId }));
  } catch (error) {
    if (!isNamed(error, "InvalidAssociationID.NotFound")) throw error;
  }
}

/** Puts a profile on an instance that has none, or only one that is coming off. */
export async function putProfileOn(
  ec2: EC2Client,
  instance: string,
  profile: { Arn: string } | { Name: string },
): Promise<void> {
  await waitFor(`the profile of ${instance} to come off`, settleMs, async () => {
    const current = await profileAssociation(ec2, instance);
    return current?.State !== "disassociating";
  });
  await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: instance, IamInstanceProfile: profile }));
}

/** The name at the end of an instance profile's ARN. */
export function profileName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
