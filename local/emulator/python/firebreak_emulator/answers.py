"""Reading and making answers in whichever protocol the caller's SDK speaks."""

import json
import re

from ministack.core.iam_actions import access_denied_response

_XML_CODE = re.compile(rb"<Code>([^<]*)</Code>")
_XML_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>", re.IGNORECASE)


def error_of(headers: dict, body) -> tuple[str, str]:
    """Code and message of an error answer, empty where it carries none."""
    if not isinstance(body, (bytes, bytearray)):
        return "", ""
    found = _XML_CODE.search(body)
    if found:
        message = _XML_MESSAGE.search(body)
        return found.group(1).decode(), message.group(1).decode() if message else ""
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        parsed = {}
    if not isinstance(parsed, dict):
        return "", ""
    code = parsed.get("__type") or next((v for k, v in headers.items() if k.lower() == "x-amzn-errortype"), "")
    return str(code).split("#")[-1].split(":")[0], str(parsed.get("message") or parsed.get("Message") or "")


def error_for(service: str, code: str, message: str, status: int, headers: dict, request_id: str) -> tuple:
    """An error answer in the protocol of the service that was called."""
    _, answer_headers, body = access_denied_response(
        service, "", "", request_id, error_code=code, message=message, headers=headers
    )
    return status, {**answer_headers, "x-amzn-requestid": request_id}, body


def denial_for(service: str, action: str, principal: str, resource: str, headers: dict, request_id: str,
               message: str = "") -> tuple:
    """A refusal for lack of permission, as that service words it."""
    message = message or (
        f"User: {principal} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )
    return access_denied_response(
        service, action, principal, request_id, message=message, headers=headers, resource_arn=resource
    )
