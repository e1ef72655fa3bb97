import { CreateSnapshotsCommand, EC2Client, paginateDescribeSnapshots } from "@aws-sdk/client-ec2";
import type { Instance } from "@aws-sdk/client-ec2";
import type { Action, Applied, Plan, Target } from "./shared/action";
import { jsonEvidence } from "./shared/gather";
import { instanceId, readInstance } from "./shared/instance";
import { caseTagKey } from "./shared/names";

interface Clients {
  ec2: EC2Client;
}

/** Snapshots of the case, by volume. */
interface Snapshots {
  snapshots: Record<string, Snapshot>;
}

interface Snapshot {
  snapshotId: string;
  state: string;
  startedAt: string;
  encrypted: boolean;
  sizeGiB: number;
}

interface SnapshotFields {
  SnapshotId?: string;
  VolumeId?: string;
  State?: string;
  StartTime?: Date;
  Encrypted?: boolean;
  VolumeSize?: number;
}

/** Volumes by id, and whether each is the one that the instance boots from. */
function volumesOf(instance: Instance): { id: string; boot: boolean }[] {
  return (instance.BlockDeviceMappings ?? []).flatMap(({ DeviceName, Ebs }) =>
    Ebs?.VolumeId ? [{ id: Ebs.VolumeId, boot: DeviceName === instance.RootDeviceName }] : [],
  );
}

function byVolume(list: SnapshotFields[]): Record<string, Snapshot> {
  const entries = list.flatMap((one): [string, Snapshot][] => {
    if (!one.VolumeId || !one.SnapshotId || one.State === "error") return [];
    const snapshot = {
      snapshotId: one.SnapshotId,
      state: one.State ?? "pending",
      startedAt: one.StartTime?.toISOString() ?? "",
      encrypted: one.Encrypted ?? false,
      sizeGiB: one.VolumeSize ?? 0,
    };
    return [[one.VolumeId, snapshot]];
  });
  return Object.fromEntries(entries);
}

async function existing(ec2: EC2Client, target: Target): Promise<Record<string, Snapshot>> {
  const found: SnapshotFields[] = [];
  const filters = [{ Name: `tag:${caseTagKey(target.prefix)}`, Values: [target.caseId] }];
  for await (const page of paginateDescribeSnapshots({ client: ec2 }, { OwnerIds: ["self"], Filters: filters })) {
    found.push(...(page.Snapshots ?? []));
  }
  return byVolume(found);
}

async function plan(target: Target, { ec2 }: Clients): Promise<Plan<Snapshots, Snapshots>> {
  const [instance, snapshots] = await Promise.all([readInstance(ec2, instanceId(target)), existing(ec2, target)]);
  const missing = volumesOf(instance).filter(({ id }) => !snapshots[id]);
  const to = `a snapshot of case ${target.caseId}`;
  return {
    before: { snapshots },
    after: { snapshots },
    changes: missing.map(({ id }) => ({ resource: id, attribute: "snapshot", from: null, to })),
    blastRadius: [],
  };
}

async function apply(
  target: Target,
  { ec2 }: Clients,
  { before, changes }: Plan<Snapshots, Snapshots>,
): Promise<Applied<Snapshots>> {
  const id = instanceId(target);
  const instance = await readInstance(ec2, id);
  let snapshots = before.snapshots;
  if (changes.length > 0) {
    const volumes = volumesOf(instance);
    const done = volumes.filter((volume) => snapshots[volume.id]);
    const { Snapshots: created } = await ec2.send(
      new CreateSnapshotsCommand({
        Description: `Case ${target.caseId}, ${id}`,
        InstanceSpecification: {
          InstanceId: id,
          ExcludeBootVolume: done.some(({ boot }) => boot),
          ExcludeDataVolumeIds: done.flatMap((volume) => (volume.boot ? [] : [volume.id])),
        },
        TagSpecifications: [
          {
            ResourceType: "snapshot",
            Tags: [
              { Key: caseTagKey(target.prefix), Value: target.caseId },
              { Key: "Name", Value: `${target.caseId} ${id}` },
            ],
          },
        ],
      }),
    );
    snapshots = { ...snapshots, ...byVolume(created ?? []) };
  }
  const after = { snapshots };
  const notes = Object.keys(snapshots).length === 0 ? [`${id} has no EBS volume`] : [];
  return { after, notes, evidence: [jsonEvidence("snapshots.json", snapshots, "ec2:CreateSnapshots")] };
}

async function verify(target: Target, { ec2 }: Clients, after: Snapshots): Promise<string[]> {
  const now = await existing(ec2, target);
  return Object.entries(after.snapshots).flatMap(([volume, { snapshotId }]) =>
    now[volume] ? [] : [`${snapshotId} of ${volume} is missing or failed`],
  );
}

/**
 * Takes snapshots of all volumes at one point in time. They stay when the case is undone. Snapshots complete in the
 * background: what the volumes held when the call was made is what they will hold.
 */
export const preserveVolumes: Action<Clients, Snapshots, Snapshots> = {
  name: "preserveVolumes",
  kind: "evidence",
  summary: "takes snapshots of all volumes at one point in time",
  permissions: [
    { sid: "FindVolumes", actions: ["ec2:DescribeInstances", "ec2:DescribeSnapshots"], resources: ["*"] },
    {
      sid: "TakeSnapshots",
      actions: ["ec2:CreateSnapshots"],
      resources: [
        "arn:{partition}:ec2:*:{account}:instance/*",
        "arn:{partition}:ec2:*:{account}:volume/*",
        "arn:{partition}:ec2:*::snapshot/*",
      ],
    },
    {
      sid: "TagSnapshots",
      actions: ["ec2:CreateTags"],
      resources: ["arn:{partition}:ec2:*::snapshot/*"],
      conditions: { StringEquals: { "ec2:CreateAction": "CreateSnapshots" } },
    },
  ],
  connect: ({ region, credentials }) => ({ ec2: new EC2Client({ region, credentials }) }),
  plan,
  apply,
  verify,
  undo: () => Promise.resolve({ restored: [], differences: [] }),
};
