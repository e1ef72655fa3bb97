"""Puts every correction in place, in the order in which they build on each other."""

from . import evaluation, events, keys, lambda_runtime, ledger, organizations, passrole, requests


def install_all() -> None:
    for module in (ledger, evaluation, requests, lambda_runtime, organizations, passrole, events, keys):
        module.install()
