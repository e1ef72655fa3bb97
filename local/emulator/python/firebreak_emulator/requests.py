"""Each request is watched from the moment its action is known: recorded, and made to fail where a fault says so."""

import functools

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region

from . import answers, encryption, faults, forwarding, ledger


def install() -> None:
    _note_principal_and_resource()
    _watch_dispatch()


def _note_principal_and_resource() -> None:
    """`enforce` is where caller, action and resource meet; the first check of a request names it in the ledger."""
    enforce = iam_evaluator.enforce

    @functools.wraps(enforce)
    def noted(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        for action, key, context in encryption.caller_needs(iam_action, resource_arn) if denied is None else []:
            denied = enforce(access_key_id, action, "kms", region, key, context)
            if denied:
                iam_action, resource_arn = action, key
                break
        call = ledger.current.get()
        # A role that is passed along is a check of its own, recorded where it is made.
        if call is not None and iam_action != "iam:PassRole" and (denied or not call.principal):
            call.principal, call.access_key = iam_evaluator.caller_arn(), access_key_id
            call.action, call.resource = iam_action, resource_arn
            call.key_denied = bool(denied) and service != "kms" and iam_action.startswith("kms:")
        return denied

    iam_evaluator.enforce = noted


def _watch_dispatch() -> None:
    dispatch = app._dispatch_service_request

    async def watched(method, path, headers, body, query_params, request_id):
        call = ledger.current.get()
        call.request_id, call.account, call.region = request_id, get_account_id(), get_region()
        elsewhere = forwarding.recognise(method, path, headers, body, query_params)
        needed = await forwarding.permission(elsewhere) if elsewhere else None
        if elsewhere:
            service = elsewhere.service
            call.action = needed.action if needed else f"{service}:{method} {path}"
        else:
            routing = app._routing_params(method, path, headers, body, query_params)
            service = app.detect_service(method, path, headers, routing)
            call.action = iam_actions.extract_iam_action(service, method, path, headers, body, routing) or service
        iam_evaluator.pin_request_caller(headers, query_params)
        fault = await faults.strike(call.action, call.account, iam_evaluator.caller_arn())
        if fault:
            call.principal = iam_evaluator.caller_arn()
            answer = answers.error_for(service, fault.code, fault.message, fault.status, headers, request_id)
        elif elsewhere:
            answer = await forwarding.answer(elsewhere, needed, request_id)
        else:
            answer = await dispatch(method, path, headers, body, query_params, request_id)
        if call.key_denied:
            # ministack words a refusal for the action of the request; here it was the key's.
            answer = answers.denial_for(service, call.action, call.principal, call.resource, headers, request_id)
        call.principal = call.principal or iam_evaluator.caller_arn()
        status, answer_headers, answer_body = answer
        if status >= 400:
            ledger.judge(call, status, *answers.error_of(answer_headers, answer_body))
        return answer

    app._dispatch_service_request = watched
