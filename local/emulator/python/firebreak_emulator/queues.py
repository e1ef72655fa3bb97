"""Putting a message on a queue from inside the emulator."""

import hashlib
import time

from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import sqs


def append(queue: dict, body: str, group: str | None = None, attributes: dict | None = None) -> None:
    """Append a message, visible after the queue's delay; permissions are the caller's to check."""
    now = time.time()
    message = {
        "id": new_uuid(), "body": body, "md5_body": hashlib.md5(body.encode()).hexdigest(), "receipt_handle": None,
        "sent_at": now, "visible_at": now + sqs.queue_delay(queue), "receive_count": 0, "attributes": {},
        "message_attributes": attributes or {}, "md5_attrs": sqs._md5_msg_attrs(attributes or {}),
        "sys": {"SenderId": "AIDAFIREBREAKLOCAL", "SentTimestamp": str(int(now * 1000))},
    }
    if queue.get("is_fifo"):
        queue["fifo_seq"] = queue.get("fifo_seq", 0) + 1
        message.update(group_id=group or "", dedup_id=hashlib.sha256(body.encode()).hexdigest(),
                       seq=str(queue["fifo_seq"]).zfill(20))
    sqs._ensure_msg_fields(message)
    queue["messages"].append(message)
    esm_wake.set()
