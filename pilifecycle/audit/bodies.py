"""The text of a leaf: canonical JSON of its columns. Its hash is what the tree holds (RFC 6962)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pilifecycle.crypto import dsse
from pilifecycle.crypto.merkle import leaf_hash

from .facts import moment
from .models import Entry, Leaf

VERSION = 1


def body_of(seq: int, entry: Entry) -> dict[str, Any]:
    """The columns of the entry under its number, as JSON values."""
    return {
        "v": VERSION,
        "seq": seq,
        "uid": str(entry.uid),
        "at": moment(entry.at),
        "action": entry.action,
        "actor": entry.actor,
        "emergency": str(entry.emergency) if entry.emergency else None,
        "subject": str(entry.subject) if entry.subject else None,
        "facts": entry.facts,
    }


def leaf_of(body: dict[str, Any]) -> Leaf:
    """The leaf that a body describes, not saved."""
    text = dsse.canonical(body)
    return Leaf(
        seq=body["seq"],
        uid=UUID(body["uid"]),
        at=datetime.strptime(body["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        action=body["action"],
        actor=body["actor"],
        emergency=UUID(body["emergency"]) if body["emergency"] else None,
        subject=UUID(body["subject"]) if body["subject"] else None,
        facts=body["facts"],
        body=text,
        hash=leaf_hash(text),
    )
