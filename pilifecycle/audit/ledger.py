"""The ledger's doors: `write` in an act's own transaction, `carry` from the vault's outbox, `verify` against lies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pilifecycle.store import clock

from .facts import STAFF, admitted, staff_number
from .faults import LedgerLie, LedgerRefuses
from .models import Leaf, Pending
from .verification import Report, verify

__all__ = ["LedgerLie", "LedgerRefuses", "Report", "carry", "verify", "write"]


def write(action: str, *, actor: Any, emergency: Any = None, subject: UUID | None = None, **facts: Any) -> Pending:
    """Leave an entry in the caller's transaction; the sequencer numbers it after the commit.

    `actor` is a User, a Shift, or one of clock, person, system. `subject` is a record's random audit_ref. Facts are
    counts, codes, UUIDs, hashes, dates, accounts (named by staff number) and lists of these. Raises LedgerRefuses.
    """
    return Pending.objects.create(
        at=clock.now(),
        action=_action(action),
        actor=staff_number(actor),
        emergency=_identifier(emergency),
        subject=_identifier(subject),
        facts=admitted(facts),
    )


def carry(
    *,
    uid: UUID,
    at: datetime,
    action: str,
    actor: str,
    emergency: UUID | None = None,
    subject: UUID | None = None,
    facts: Mapping[str, Any],
) -> bool:
    """Take over an entry that was committed elsewhere, once, however often it is carried. Whether it was new."""
    if not STAFF.fullmatch(actor):
        raise LedgerRefuses("This actor has no staff number that the ledger could name.")
    entry = Pending(
        uid=uid,
        at=at,
        action=_action(action),
        actor=actor,
        emergency=_identifier(emergency),
        subject=_identifier(subject),
        facts=admitted(facts, carried=True),
    )
    with transaction.atomic(using="default"):
        if Leaf.objects.filter(uid=uid).exists() or Pending.objects.filter(uid=uid).exists():
            return False
        Pending.objects.bulk_create([entry], ignore_conflicts=True)
    return True


def _action(action: str) -> str:
    room, dot, verb = action.partition(".")
    if not (dot and room.isidentifier() and verb.isidentifier() and action.isascii() and action.islower()):
        raise LedgerRefuses("An action's code is room.verb.")
    if len(action) > 64:
        raise LedgerRefuses("An action's code has 64 letters at most.")
    return action


def _identifier(value: Any) -> UUID | None:
    """A UUID, a row that has one as its key, or nothing."""
    if value is None or isinstance(value, UUID):
        return value
    if isinstance(key := getattr(value, "pk", None), UUID):
        return key
    raise LedgerRefuses("Emergency and subject are UUIDs.")
