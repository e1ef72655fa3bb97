"""Connection tracking, so that a drill can show established connections cut rather than believe it.

A connection outlives the rule that let it in as long as it is tracked. It is untracked, and ends with its rule, where
the groups allow the flow from and to everywhere, both ways:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
"""

import ipaddress
import itertools

from ministack.core.responses import request_scope
from ministack.services import ec2

from . import control

_connections: dict[int, dict] = {}
_numbers = itertools.count(1)
EVERYWHERE = {"0.0.0.0/0", "::/0"}


def _rules(interface: dict, direction: str) -> list[dict]:
    key = "IpPermissions" if direction == "in" else "IpPermissionsEgress"
    groups = [ec2._security_groups.get(g["GroupId"]) for g in interface["Groups"]]
    return [rule for group in groups if group for rule in group[key]]


def _covers(rule: dict, protocol: str, port: int) -> bool:
    if rule["IpProtocol"] == "-1":
        return True
    return rule["IpProtocol"] == protocol and rule.get("FromPort", 0) <= port <= rule.get("ToPort", 65535)


def _ranges(rule: dict) -> set[str]:
    return {r["CidrIp"] for r in rule.get("IpRanges", [])} | {r["CidrIpv6"] for r in rule.get("Ipv6Ranges", [])}


def _allows(rule: dict, connection: dict) -> bool:
    if not _covers(rule, connection["protocol"], connection["port"]):
        return False
    remote = ipaddress.ip_address(connection["remote"])
    if any(remote in ipaddress.ip_network(r) for r in _ranges(rule)):
        return True
    members = {i["PrivateIpAddress"] for pair in rule.get("UserIdGroupPairs", [])
               for i in ec2._network_interfaces.values()
               if pair.get("GroupId") in [g["GroupId"] for g in i["Groups"]]}
    return connection["remote"] in members


def _open_everywhere(rules: list[dict], protocol: str, port: int | None) -> bool:
    """Whether one rule allows the flow for the whole internet; `port` None: on all ports, as replies need."""
    for rule in rules:
        all_ports = rule["IpProtocol"] == "-1" or (rule["IpProtocol"] == protocol and rule.get("FromPort", 0) == 0
                                                   and rule.get("ToPort", 65535) == 65535)
        if _ranges(rule) & EVERYWHERE and (all_ports if port is None else _covers(rule, protocol, port)):
            return True
    return False


def _untracked(interface: dict, connection: dict) -> bool:
    forth, back = (("in", "out") if connection["direction"] == "in" else ("out", "in"))
    protocol = connection["protocol"]
    return (_open_everywhere(_rules(interface, forth), protocol, connection["port"])
            and _open_everywhere(_rules(interface, back), protocol, None))


def settle() -> None:
    """Groups or rules of the current account and region changed: connections end, or turn tracked or untracked."""
    for connection in _connections.values():
        interface = ec2._network_interfaces.get(connection["networkInterfaceId"])
        if connection["state"] == "closed" or interface is None:
            continue
        if any(_allows(rule, connection) for rule in _rules(interface, connection["direction"])):
            connection["tracked"] = not _untracked(interface, connection)
        elif not connection["tracked"]:
            connection["state"] = "closed"


@control.route("POST", "connections")
def _open(payload: dict) -> dict:
    """Open a connection as a host would: {account, region, networkInterfaceId, direction, protocol, port, remote}."""
    with request_scope(payload["account"], payload["region"]):
        interface = ec2._network_interfaces.get(payload["networkInterfaceId"])
        if interface is None:
            raise control.Refused(f"there is no network interface {payload['networkInterfaceId']}")
        connection = {**payload, "id": next(_numbers), "state": "established"}
        if not any(_allows(rule, connection) for rule in _rules(interface, payload["direction"])):
            raise control.Refused("no rule of the interface's groups lets the connection through")
        connection["tracked"] = not _untracked(interface, connection)
    _connections[connection["id"]] = connection
    return connection


@control.route("GET", "connections")
def _list(payload: dict) -> dict:
    """All connections ever opened, or those of one interface: {networkInterfaceId?}."""
    wanted = payload.get("networkInterfaceId")
    return {"connections": [c for c in _connections.values() if wanted in (None, c["networkInterfaceId"])]}
