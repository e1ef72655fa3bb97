"""Faults put in on purpose: throttling, server errors, latency. Set through `/_firebreak/faults`, root of the run only."""

import asyncio
import fnmatch
import random
from dataclasses import dataclass, field

KINDS = {
    "throttle": ("ThrottlingException", "Rate exceeded", 400),
    "error": ("InternalFailure", "An internal error has occurred", 500),
    "latency": ("", "", 0),
}
# Services that word throttling in their own way, by the prefix of the action.
THROTTLE_CODES = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "organizations": ("TooManyRequestsException", "You have sent too many requests in too short a period of time.", 400),
    "lambda": ("TooManyRequestsException", "Rate Exceeded.", 429),
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "iam": ("Throttling", "Rate exceeded", 400),
    "sts": ("Throttling", "Rate exceeded", 400),
    "sns": ("Throttling", "Rate exceeded", 400),
    "autoscaling": ("Throttling", "Rate exceeded", 400),
    "elasticloadbalancing": ("Throttling", "Rate exceeded", 400),
}


@dataclass
class Fault:
    """What a struck call is answered with."""

    code: str
    message: str
    status: int


@dataclass
class Rule:
    """Which calls are struck. `action`, `account` and `principal` are patterns with `*`; `count` None is no limit."""

    kind: str
    action: str = "*"
    account: str = "*"
    principal: str = "*"
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    ms: int = 0
    code: str = ""
    struck: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}: expected one of {', '.join(KINDS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is {self.probability}: expected 0 to 1")
        self._dice = random.Random(self.seed)

    def strikes(self, action: str, account: str, principal: str) -> bool:
        matches = (fnmatch.fnmatchcase(action, self.action) and fnmatch.fnmatchcase(account, self.account)
                   and fnmatch.fnmatchcase(principal, self.principal))
        if not matches or (self.count is not None and self.struck >= self.count):
            return False
        if self.probability < 1 and self._dice.random() >= self.probability:
            return False
        self.struck += 1
        return True


rules: list[Rule] = []


def replace(wanted: list[dict]) -> None:
    """Set the rules anew. Raises ValueError or TypeError naming what is wrong with one; the old ones then stay."""
    rules[:] = [Rule(**rule) for rule in wanted]


def strike_now(action: str, account: str, principal: str) -> Fault | None:
    """As `strike`, for calls between services, which latency does not delay."""
    for rule in rules:
        if rule.kind != "latency" and rule.strikes(action, account, principal):
            return _fault(rule, action)
    return None


async def strike(action: str, account: str, principal: str) -> Fault | None:
    """Wait out latency rules; the first other rule that strikes decides the answer."""
    for rule in rules:
        if not rule.strikes(action, account, principal):
            continue
        if rule.ms:
            await asyncio.sleep(rule.ms / 1000)
        if rule.kind == "latency":
            continue
        return _fault(rule, action)
    return None


def _fault(rule: Rule, action: str) -> Fault:
    code, message, status = KINDS[rule.kind]
    if rule.kind == "throttle":
        code, message, status = THROTTLE_CODES.get(action.split(":")[0], (code, message, status))
    return Fault(rule.code or code, message, status)
