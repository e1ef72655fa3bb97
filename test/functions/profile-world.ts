import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DisassociateIamInstanceProfileCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";

import { account, awsError, instance } from "./fixtures";
import { mocked } from "./mocked";

export const profileArn = `arn:aws:iam::${account}:instance-profile/app/web`;
export const collectorArn = `arn:aws:iam::${account}:instance-profile/fb-collector`;

/** EC2's associations of one instance with a profile; `calls` has what changed them. `others` have the same profile. */
export function serveProfile(
  arn: string | undefined,
  { others = [], groups = ["web"] }: { others?: string[]; groups?: string[] } = {},
) {
  const NetworkInterfaces = [{ Groups: groups.map((GroupName) => ({ GroupName })) }];
  const world = { arn, calls: [] as string[] };
  const mock = mocked(EC2Client);
  mock.on(DescribeInstancesCommand).callsFake(async ({ InstanceIds, Filters }) => {
    if (Filters) return { Reservations: [{ Instances: [instance, ...others].map((InstanceId) => ({ InstanceId })) }] };
    return {
      Reservations: [{ Instances: [{ InstanceId: InstanceIds[0], State: { Name: "running" }, NetworkInterfaces }] }],
    };
  });
  mock.on(DescribeIamInstanceProfileAssociationsCommand).callsFake(async () => ({
    IamInstanceProfileAssociations: world.arn
      ? [{ AssociationId: "a-1", State: "associated", IamInstanceProfile: { Arn: world.arn } }]
      : [],
  }));
  mock.on(DisassociateIamInstanceProfileCommand).callsFake(async () => {
    world.calls.push(`off ${world.arn}`);
    world.arn = undefined;
    return {};
  });
  mock.on(AssociateIamInstanceProfileCommand).callsFake(async ({ IamInstanceProfile: { Arn, Name } }) => {
    if (world.arn) throw awsError("IncorrectState");
    world.arn = Arn ?? `arn:aws:iam::${account}:instance-profile/${Name}`;
    world.calls.push(`on ${world.arn}`);
    return {};
  });
  return { world, mock };
}
