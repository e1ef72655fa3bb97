"""Target groups: a target drains before it is gone, and one that is not registered says so."""

import time

from ministack.services import alb

DRAINING_SECONDS = 0.5  # AWS waits five minutes unless told otherwise

_draining: dict[tuple[str, str], float] = {}


def install() -> None:
    deregister = alb._ACTION_MAP["DeregisterTargets"]

    def deregistered(params):
        group = alb._p(params, "TargetGroupArn")
        leaving = {t["Id"] for t in alb._parse_targets_param(params)}
        for target in alb._targets.get(group, []):
            if target["Id"] in leaving:
                _draining[(group, target["Id"])] = time.time() + DRAINING_SECONDS
        return deregister(params)

    alb._ACTION_MAP.update(DeregisterTargets=deregistered, DescribeTargetHealth=_describe)


def _describe(params):
    group = alb._p(params, "TargetGroupArn")
    if group not in alb._tgs:
        return alb._error("TargetGroupNotFound", f"One or more target groups not found: {group}")
    port = alb._tgs[group].get("Port", 80)
    states = {t["Id"]: (t.get("Port", port), "healthy", "") for t in alb._targets.get(group, [])}
    for (where, target), until in _draining.items():
        if where == group and until > time.time() and target not in states:
            states[target] = (port, "draining", "Target.DeregistrationInProgress")
    asked = [t["Id"] for t in alb._parse_targets_param(params)]
    for target in asked:
        states.setdefault(target, (port, "unused", "Target.NotRegistered"))
    items = ""
    for target, (number, state, reason) in states.items():
        if asked and target not in asked:
            continue
        why = f"<Reason>{reason}</Reason>" if reason else ""
        items += (f"<member><Target><Id>{target}</Id><Port>{number}</Port></Target>"
                  f"<TargetHealth><State>{state}</State>{why}</TargetHealth></member>")
    return alb._xml(200, "DescribeTargetHealth", f"<TargetHealthDescriptions>{items}</TargetHealthDescriptions>")
