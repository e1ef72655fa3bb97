"""What SNS would send out of the cloud, to mailboxes and telephones: kept, so that whoever runs this can read it.

ministack writes a line of log and forgets it.
"""

import functools
import threading
import time

from ministack.services import sns

from . import control

MOST = 10_000

_sent: list[dict] = []
_lock = threading.Lock()


def install() -> None:
    sns._fanout = _kept(sns._fanout)


@control.route("GET", "outbox")
def _list(payload: dict) -> dict:
    """Every message, oldest first; with `topic`, those of one topic."""
    with _lock:
        return {"messages": [one for one in _sent if payload.get("topic") in (None, one["topic"])]}


def _kept(fanout):
    @functools.wraps(fanout)
    def kept(topic_arn, msg_id, message, subject, *more, **named):
        topic = sns._topic_by_arn_any_scope(topic_arn) or {"subscriptions": []}
        out = [{"at": time.time(), "topic": topic_arn, "id": msg_id, "protocol": subscription["protocol"],
                "to": subscription["endpoint"], "subject": subject, "message": message}
               for subscription in topic["subscriptions"]
               if subscription["confirmed"] and subscription["protocol"] in ("email", "email-json", "sms")]
        with _lock:
            _sent.extend(out)
            del _sent[:-MOST]
        return fanout(topic_arn, msg_id, message, subject, *more, **named)

    return kept
