"""Puts every correction in place, in the order in which they build on each other."""

from . import (
    autoscaling,
    ec2_authorization,
    ec2_console,
    ec2_groups,
    ec2_instances,
    ec2_interfaces,
    ec2_snapshots,
    ec2_tagging,
    evaluation,
    events,
    identities,
    keys,
    lambda_async,
    lambda_logs,
    lambda_runtime,
    lambda_sources,
    ledger,
    load_balancing,
    objects,
    organizations,
    outbox,
    passrole,
    requests,
    resources,
    schedules,
    ssm,
    states,
)


def install_all() -> None:
    for module in (
        ledger, evaluation, requests, organizations, identities, keys, objects,
        lambda_runtime, lambda_async, lambda_sources, lambda_logs, events, states,
        ec2_authorization, ec2_interfaces, ec2_instances, ec2_groups, ec2_snapshots, ec2_console,
        ssm, autoscaling, load_balancing, resources, schedules, outbox,
        ec2_tagging, passrole,  # last, so that they guard what the others put in place
    ):
        module.install()
