"""Snapshots: of all volumes at once, pending before they are complete, private to their account until shared."""

import time

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, kms

from . import ec2_instances

PENDING_SECONDS = 0.3


def install() -> None:
    ec2._snapshot_inner_xml = _render(ec2._snapshot_inner_xml)
    ec2._ACTION_MAP.update(
        CreateSnapshot=_create(ec2._ACTION_MAP["CreateSnapshot"]),
        CreateSnapshots=_create_all,
        DescribeSnapshots=_describe,
        ModifySnapshotAttribute=_modify(ec2._ACTION_MAP["ModifySnapshotAttribute"]),
        CopySnapshot=_copy,
    )


def _render(render):
    def rendered(snapshot):
        done = time.time() >= snapshot.get("CompleteAt", 0)
        shown = {**snapshot, "State": "completed" if done else "pending", "Progress": "100%" if done else "0%"}
        key = f"<kmsKeyId>{snapshot['KmsKeyId']}</kmsKeyId>" if snapshot.get("KmsKeyId") else ""
        return render(shown) + key

    return rendered


def _of(volume: dict, description: str) -> dict:
    snapshot = {
        "SnapshotId": ec2._new_snapshot_id(), "VolumeId": volume["VolumeId"], "VolumeSize": volume["Size"],
        "Description": description, "State": "pending", "StartTime": ec2._now_ts(), "Progress": "0%",
        "OwnerId": get_account_id(), "Encrypted": volume["Encrypted"], "StorageTier": "standard",
        "KmsKeyId": volume.get("KmsKeyId") or "", "CompleteAt": time.time() + PENDING_SECONDS,
    }
    ec2._snapshots[snapshot["SnapshotId"]] = snapshot
    return snapshot


def _create(operation):
    def create(p):
        volume = ec2._volumes.get(ec2._p(p, "VolumeId"))
        if volume is None:
            return operation(p)  # for its error
        snapshot = _of(volume, ec2._p(p, "Description"))
        ec2._parse_tag_specs(p, "snapshot", snapshot["SnapshotId"])
        return ec2._xml(200, "CreateSnapshotResponse", ec2._snapshot_inner_xml(snapshot))

    return create


def _create_all(p):
    instance_id = ec2._p(p, "InstanceSpecification.InstanceId")
    instance = ec2._instances.get(instance_id)
    if instance is None or instance["State"]["Name"] == "terminated":
        return ec2_instances.missing(instance_id)
    skipped = ec2._parse_member_list(p, "InstanceSpecification.ExcludeDataVolumeId")
    no_boot = ec2._p(p, "InstanceSpecification.ExcludeBootVolume") == "true"
    items = ""
    for mapping in instance["BlockDeviceMappings"]:
        volume_id = mapping["Ebs"]["VolumeId"]
        if volume_id in skipped or (no_boot and mapping["DeviceName"] == instance["RootDeviceName"]):
            continue
        snapshot = _of(ec2._volumes[volume_id], ec2._p(p, "Description"))
        ec2._parse_tag_specs(p, "snapshot", snapshot["SnapshotId"])
        if ec2._p(p, "CopyTagsFromSource") == "volume":
            own = ec2._tags.get(snapshot["SnapshotId"], [])
            named = {tag["Key"] for tag in own}
            copied = [t for t in ec2._tags.get(volume_id, []) if t["Key"] not in named]
            ec2._tags[snapshot["SnapshotId"]] = [*own, *copied]
        # CreateSnapshots calls the status `state`, CreateSnapshot calls it `status`.
        body = ec2._snapshot_inner_xml(snapshot).replace("<status>", "<state>").replace("</status>", "</state>")
        items += f"<item>{body}</item>"
    return ec2._xml(200, "CreateSnapshotsResponse", f"<snapshotSet>{items}</snapshotSet>")


def _visible() -> list[dict]:
    """Own snapshots, and those of others in this region that are shared with the caller's account."""
    own = list(ec2._snapshots.values())
    account, region = get_account_id(), get_region()
    for (owner, where, _), snapshot in ec2._snapshots.to_dict().items():
        shared = any(perm.get("UserId") == account for perm in snapshot.get("CreateVolumePermissions", []))
        if owner != account and where == region and shared:
            own.append(snapshot)
    return own


def _missing(snapshot_id: str):
    return ec2._error("InvalidSnapshot.NotFound", f"The snapshot '{snapshot_id}' does not exist.", 400)


def _describe(p):
    visible = {s["SnapshotId"]: s for s in _visible()}
    wanted, owners = ec2._parse_member_list(p, "SnapshotId"), ec2._parse_member_list(p, "Owner")
    for snapshot_id in wanted:
        if snapshot_id not in visible:
            return _missing(snapshot_id)
    owners = [get_account_id() if owner == "self" else owner for owner in owners]
    filters = ec2._parse_filters(p)
    states = filters.pop("status", None)
    items = ""
    for snapshot_id, snapshot in visible.items():
        state = "completed" if time.time() >= snapshot.get("CompleteAt", 0) else "pending"
        if (wanted and snapshot_id not in wanted) or (owners and snapshot["OwnerId"] not in owners):
            continue
        if (states and state not in states) or not ec2._resource_matches_tag_filters(snapshot_id, filters):
            continue
        if ec2._snapshot_matches_filters(snapshot, filters):
            items += f"<item>{ec2._snapshot_inner_xml(snapshot)}</item>"
    return ec2._xml(200, "DescribeSnapshotsResponse", f"<snapshotSet>{items}</snapshotSet>")


def _modify(operation):
    def modify(p):
        snapshot = ec2._snapshots.get(ec2._p(p, "SnapshotId"))
        # https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
        if snapshot and snapshot["Encrypted"] and not snapshot.get("KmsKeyId"):
            return ec2._error("InvalidParameterValue",
                              "Encrypted snapshots with EBS default key cannot be shared", 400)
        # The SDKs name the list either way round.
        for change, verb in (("Add", "add"), ("Remove", "remove")):
            users = [ec2._p(p, f"CreateVolumePermission.{change}.{n}.UserId") for n in range(1, 50)]
            users = [user for user in users if user]
            if users:
                p = {**p, "OperationType": [verb], **{f"UserId.{n}": [u] for n, u in enumerate(users, 1)}}
        return operation(p)

    return modify


def _copy(p):
    source_id, region = ec2._p(p, "SourceSnapshotId"), ec2._p(p, "SourceRegion") or get_region()
    source = ec2._snapshots.get_scoped(get_account_id(), region, source_id)
    if source is None and region == get_region():
        source = next((s for s in _visible() if s["SnapshotId"] == source_id), None)
    if source is None:
        return _missing(source_id)
    key_id = ec2._p(p, "KmsKeyId")
    encrypted = source["Encrypted"] or ec2._p(p, "Encrypted") == "true"
    if encrypted and source["OwnerId"] != get_account_id() and not key_id:
        return ec2._error("InvalidParameter", "A copy of another account's encrypted snapshot needs a KMS key", 400)
    if key_id and kms._resolve_key(key_id) is None:
        return ec2._error("InvalidParameterValue", f"The KMS key {key_id} does not exist", 400)
    volume = {"VolumeId": "vol-ffffffff", "Size": source["VolumeSize"], "Encrypted": encrypted, "KmsKeyId": key_id}
    copied = _of(volume, ec2._p(p, "Description"))
    ec2._parse_tag_specs(p, "snapshot", copied["SnapshotId"])
    return ec2._xml(200, "CopySnapshotResponse", f"<snapshotId>{copied['SnapshotId']}</snapshotId>")
