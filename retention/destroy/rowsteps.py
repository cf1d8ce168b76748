"""The engine's steps on rows: a partition at once, or chunk by chunk, what hangs on them, and the tombstones."""

import time
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection

from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.points.models import Point
from collection.records import permits
from collection.records.models import Record, Token, Tombstone
from pilifecycle.audit import secondplace
from pilifecycle.custody import actions as custody
from pilifecycle.store import clock
from retention.holds.models import HeldRecord

from .order import Order, Outcome
from .pace import FIRST_CHUNK, breathe, next_chunk
from .targets import HANGING


def rows(order: Order, cursor: dict[str, Any]) -> Outcome:
    """The rows go: a partition at once, or chunk by chunk in the order of their keys."""
    if order.items:
        return Outcome(True)
    if order.hold:
        return _held_row(order)
    if order.whole and connection.vendor == "postgresql":
        return _partition(order)
    return _shard(order, cursor)


def hanging(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Tokens, control samples, consents, looks and errands of the emergency; for a part of it, what hangs on its
    records.
    """
    if not order.whole:
        return Outcome(True)
    gone = dict(cursor.get("gone", {}))
    for target in HANGING:
        while went := target.destroy(order.emergency):
            gone[target.label] = gone.get(target.label, 0) + went
            breathe()
    return Outcome(True, evidence={"gone": gone})


def tombstones(order: Order, cursor: dict[str, Any]) -> Outcome:
    """One row a point answers for all from now on; the single ones leave."""
    if not order.whole:
        return Outcome(True)
    points = Point.objects.filter(campaign__emergency=order.emergency).values_list("pk", flat=True)
    known = set(
        Tombstone.objects.filter(emergency=order.emergency, submission_hash=None).values_list("point", flat=True)
    )
    Tombstone.objects.bulk_create(
        Tombstone(emergency=order.emergency, point=point, reason="batch", batch=order.matter, destroyed_at=clock.now())
        for point in points
        if point not in known
    )
    with permits.opened(order.emergency, matter=order.matter, kind="batch"):
        single = Tombstone.objects.filter(emergency=order.emergency, submission_hash__isnull=False)
        single._raw_delete("default")
    secondplace.append("destroyed", {"emergency": str(order.emergency), "batch": str(order.matter)})
    emergencies.mark_destroyed(Emergency.objects.get(pk=order.emergency))
    return Outcome(True, evidence={"points": len(points)})


def _held_row(order: Order) -> Outcome:
    held = HeldRecord.objects.filter(hold=order.hold).first()
    if held is not None:
        with permits.opened(order.emergency, matter=order.matter, kind="batch"):
            HeldRecord.objects.filter(pk=held.pk)._raw_delete("default")
            Tombstone.objects.create(
                emergency=order.emergency,
                submission_hash=bytes(held.submission_hash),
                receipt_hash=bytes(held.receipt_hash),
                reason="batch",
                batch=order.matter,
                destroyed_at=clock.now(),
            )
        secondplace.append("tombstone", {"receipt": bytes(held.receipt_hash).hex(), "emergency": str(order.emergency)})
    return Outcome(True, evidence={"rows": int(held is not None), "how": "row"})


def _partition(order: Order) -> Outcome:
    """DETACH and DROP behind a short lock timeout; a long reader makes us wait and try again, never other readers."""
    if permits.has_partition(order.emergency):
        try:
            with permits.opened(order.emergency, matter=order.matter, kind="batch"):
                permits.drop_partition(order.emergency)
        except OperationalError:  # its short lock timeout; a server that went away answers the next turn no better
            return Outcome(False, waits="busy:reader")
    return Outcome(True, evidence={"rows": "partition", "how": "drop"})


def _shard(order: Order, cursor: dict[str, Any]) -> Outcome:
    """One chunk: its rows, their tokens and their tombstones, in one transaction."""
    chunk = int(cursor.get("chunk", FIRST_CHUNK))
    began = time.monotonic()
    with permits.opened(order.emergency, matter=order.matter, kind="batch"):
        doomed = _next_doomed(order, chunk)
        pks = [pk for pk, _submission, _receipt in doomed]
        outside = _outside_counts(order, pks)
        if not order.whole:
            _tombs(order, doomed)
        Token.objects.filter(emergency=order.emergency, record__in=pks).delete()
        Record.objects.of(order.emergency).filter(pk__in=pks)._raw_delete("default")
    spent = time.monotonic() - began
    breathe(spent)
    total = int(cursor.get("rows", 0)) + len(pks)
    _take_out(order, outside)
    if not pks:
        custody.emptied(order.key_batches or ())
        return Outcome(True, evidence={"rows": total, "how": "chunks"})
    return Outcome(False, {"rows": total, "chunk": next_chunk(chunk, spent)})


def _next_doomed(order: Order, chunk: int) -> list[Any]:
    """(pk, submission hash, receipt hash) of the next rows, locked: who comes second finds them gone.

    Follow-ups first, for they are found by their parents.
    """
    rows = Record.objects.of(order.emergency)
    mine = rows if order.whole else rows.filter(birth_batch__in=order.key_batches or ())
    sets = [mine] if order.whole else [rows.filter(parent__in=mine.values("pk")), mine]
    columns = ("pk", "submission_hash", "receipt_hash")
    return next(
        (
            found
            for some in sets
            if (found := list(some.select_for_update().order_by("pk").values_list(*columns)[:chunk]))
        ),
        [],
    )


def _outside_counts(order: Order, pks: list[UUID]) -> list[tuple[int, int]]:
    """(birth batch, persons) of follow-ups that go with their parents and were born in other key batches."""
    if order.whole:
        return []
    mine = Record.objects.of(order.emergency).filter(pk__in=pks).exclude(birth_batch__in=order.key_batches or ())
    return list(mine.values_list("birth_batch", "persons"))


def _take_out(order: Order, outside: list[tuple[int, int]]) -> None:
    """After the commit: a crash in between leaves these few counted, and the next manifest says so too high."""
    for key_batch, persons in outside:
        custody.take_out(key_batch, entries=1, persons=persons)


def _tombs(order: Order, doomed: list[Any]) -> None:
    now = clock.now()
    Tombstone.objects.bulk_create(
        Tombstone(
            emergency=order.emergency,
            submission_hash=bytes(submission),
            receipt_hash=bytes(receipt),
            reason="batch",
            batch=order.matter,
            destroyed_at=now,
        )
        for _pk, submission, receipt in doomed
    )
