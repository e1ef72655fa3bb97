"""Puts every correction in place, in the order in which they build on each other."""

from . import evaluation, lambda_runtime, ledger, organizations, requests


def install_all() -> None:
    for module in (ledger, evaluation, requests, lambda_runtime, organizations):
        module.install()
