"""A function writes its log with its own role: without the permission there is a function, and no log."""

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs, lambda_svc

from . import authority


def install() -> None:
    emit = lambda_svc._emit_lambda_logs

    def emitted(func, *arguments, **named):
        config = func.get("config") or func
        if _may_write(config):
            emit(func, *arguments, **named)

    lambda_svc._emit_lambda_logs = emitted


def _may_write(config: dict) -> bool:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"""
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
    arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}"
    needed = [("logs:CreateLogStream", f"{arn}:log-stream:*"), ("logs:PutLogEvents", f"{arn}:log-stream:*")]
    if group not in cloudwatch_logs._log_groups:
        needed.insert(0, ("logs:CreateLogGroup", f"{arn}:*"))
    try:
        for action, resource in needed:
            authority.role_allowed(config["Role"], config["FunctionName"], action, resource)
    except authority.Denied:
        return False
    return True
