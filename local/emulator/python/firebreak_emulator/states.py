"""Step Functions: each task with the state machine's role, retries as they are written, names used once.

ministack runs every task with every permission, knows neither `MaxDelaySeconds` nor `JitterStrategy`, shares one task
token between parallel branches, and goes on when the function of a `.waitForTaskToken` task fails.
"""

import contextvars
import json
import random

from ministack.core import iam_actions
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import lambda_svc
from ministack.services import stepfunctions as sfn

from . import authority

LIMIT_BYTES = 262_144  # of any state's input or output: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

_execution: contextvars.ContextVar[tuple[str, str]] = contextvars.ContextVar("firebreak_execution", default=("", ""))


def install() -> None:
    sfn._run_execution = _with_role(sfn._run_execution)
    sfn._start_execution = _start(sfn._start_execution)
    sfn._find_matching_retrier = _retrier(sfn._find_matching_retrier)
    sfn._invoke_resource = _permitted(sfn._invoke_resource)
    sfn._invoke_with_callback = _permitted(sfn._invoke_with_callback)
    sfn._call_lambda = _call_lambda(sfn._call_lambda)
    sfn._run_sub_machine = _own_context(sfn._run_sub_machine)


def _with_role(run):
    def running(execution_arn):
        execution = sfn._executions.get(execution_arn)
        machine = sfn._state_machines.get(execution["stateMachineArn"]) if execution else None
        if machine:
            _execution.set((machine["roleArn"], execution["name"].replace(":", "-")[:64]))
        run(execution_arn)

    return running


def _start(operation):
    def start(data):
        if len(data.get("input", "{}").encode()) > LIMIT_BYTES:
            return error_response_json("InvalidExecutionInput", "The input is larger than 262144 bytes", 400)
        try:
            json.loads(data.get("input", "{}"))
        except ValueError:
            return error_response_json("InvalidExecutionInput", "The input is not valid JSON", 400)
        machine = sfn._resolve_state_machine_arn(data.get("stateMachineArn", ""))
        name = data.get("name")
        if machine and name:
            arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine.rsplit(':', 1)[-1]}:{name}"
            running = sfn._executions.get(arn)
            # The same name with the same input, while it runs, is the same execution.
            if running and running["status"] == "RUNNING" and running["input"] == data.get("input", "{}"):
                return json_response({"executionArn": arn, "startDate": running["startDate"]})
        return operation(data)

    return start


def _retrier(find):
    def found(retriers, error, counts):
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return retrier, index
        delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** counts.get(index, 0)
        delay = min(delay, retrier.get("MaxDelaySeconds", delay))
        if retrier.get("JitterStrategy") == "FULL":
            delay = random.uniform(0, delay)
        # The caller multiplies interval and rate: given the delay itself and a rate of one, it waits just that long.
        return {**retrier, "IntervalSeconds": delay, "BackoffRate": 1.0}, index

    return found


def _own_context(run):
    """Branches run at the same time; each needs a task token and a state of its own."""

    def running(states, start_at, input_data, execution, ctx):
        return run(states, start_at, input_data, execution, {**ctx})

    return running


def _permitted(invoke):
    def invoked(resource, input_data, *more):
        role, session = _execution.get()
        for action, arn in _needed(resource, input_data):
            try:
                authority.role_allowed(role, session, action, arn)
            except authority.Denied as denied:
                raise sfn._ExecutionError(_denied_name(action), f"{denied} (Status Code: 403)") from denied
        result = invoke(resource, input_data, *more)
        if len(json.dumps(result).encode()) > LIMIT_BYTES:
            raise sfn._ExecutionError("States.DataLimitExceeded",
                                      f"The result of {resource} is larger than {LIMIT_BYTES} bytes")
        return result

    return invoked


def _denied_name(action: str) -> str:
    service = action.split(":")[0]
    return {
        "lambda": "Lambda.AWSLambdaException", "sns": "SNS.AuthorizationErrorException",
        "sqs": "SQS.AccessDeniedException", "dynamodb": "DynamoDB.AccessDeniedException",
        "events": "EventBridge.AccessDeniedException", "states": "StepFunctions.AccessDeniedException",
    }.get(service, f"{service.capitalize()}.AccessDeniedException")


def _function_arn(reference: str) -> str:
    _, config, _ = lambda_svc._get_func_record_for_ref(reference)
    return config["FunctionArn"] if config else reference


def _needed(resource: str, given) -> list[tuple[str, str]]:
    """What a task's resource does, as IAM names it, and on which ARN."""
    here = f"{get_region()}:{get_account_id()}"
    clean = resource.replace(".waitForTaskToken", "").replace(".sync:2", "").replace(".sync", "")
    if ":lambda:invoke" in clean and ":::" in clean and "aws-sdk" not in clean:
        return [("lambda:InvokeFunction", _function_arn(given.get("FunctionName", "")))]
    if ":function:" in clean:
        return [("lambda:InvokeFunction", clean)]
    service, _, call = clean.removeprefix("arn:aws:states:::").removeprefix("aws-sdk:").partition(":")
    if not call or ":activity:" in clean:
        return []
    action = call[0].upper() + call[1:]
    if service == "sqs":
        parts = given.get("QueueUrl", "").rstrip("/").split("/")
        return [(f"sqs:{action}", f"arn:aws:sqs:{get_region()}:{parts[-2]}:{parts[-1]}" if len(parts) > 1 else "*")]
    if service == "sns":
        return [(f"sns:{action}", given.get("TopicArn") or "*")]
    if service == "dynamodb":
        return [(f"dynamodb:{action}", f"arn:aws:dynamodb:{here}:table/{given.get('TableName', '').split('/')[-1]}")]
    if service in ("events", "eventbridge"):
        arns = iam_actions.eventbridge_resource_arns(json.dumps(given).encode(), get_region(), get_account_id())
        return [(f"events:{action}", arn) for arn in arns or ["*"]]
    if service in ("states", "sfn"):
        return [(f"states:{action}", given.get("StateMachineArn") or given.get("stateMachineArn") or "*")]
    return [(f"{service}:{action}", "*")]


def _call_lambda(call):
    def called(reference, event):
        try:
            return call(reference, event)
        except sfn._ExecutionError as error:
            body = json.loads(error.cause) if error.cause.startswith("{") else {}
            if body.get("__type") == "TooManyRequestsException":
                raise sfn._ExecutionError("Lambda.TooManyRequestsException", body["message"]) from error
            raise

    return called
