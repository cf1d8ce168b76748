"""Destroy what one approved order names: its keys, then its rows, and prove that both are gone.

Nothing here can be undone, so nothing here decides *whether* to destroy; that was decided by two people in
``retention.batches`` before this is called. What it promises: each step can be run again after a crash between any two
statements and ends in the same state; keys die before rows; what is held is opened from its new place before anything
dies; nothing but what the order names is touched. What it leaves to others: claims, leases and the order of the steps
(``retention.batches.journal``), the guards (they refuse every deletion that no permit or warrant covers), and proof
(``retention.destroy.verify``, which shares no code with this module).

A step is a function ``(order, cursor) -> Outcome``. Sets are taken in chunks; each chunk is one transaction, and the
journal saves the cursor behind it. A chunk that was done and not noted is done again and finds nothing to do.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection

from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.points.models import Point
from collection.records import permits
from collection.records.erasure import leaves_of
from collection.records.models import Record, Token, Tombstone
from pilifecycle.audit import secondplace
from pilifecycle.crypto.packs import read_header
from pilifecycle.custody import actions as custody
from pilifecycle.custody import selection
from pilifecycle.errors import KeyLost, WrongState
from pilifecycle.store import clock
from retention.holds.actions import held_opens
from retention.holds.models import HeldRecord, Hold

from . import handover, stripping
from .order import Order, Outcome
from .targets import CHUNK, HANGING

SHARD_SECONDS = 0.5  # a SQLite writer holds everybody up: short chunks, and pauses between them
PAUSE = 0.25
FIRST_CHUNK = 2000


def canary_opens(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Before any key dies: the control samples open, so that "no longer opens" will mean something."""
    if order.hold:
        return Outcome(True, evidence={"opened": {}})
    opened = custody.canaries_open(order.emergency, categories=list(order.categories), batches=_batches(order))
    if not all(opened.values()) and not keys_begun(order):
        raise KeyLost(code="key_lost")
    return Outcome(True, evidence={"opened": opened})


def holds_stand(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Every held record opens from its new place; a hold approved and not yet moved is waited for."""
    if Hold.objects.filter(emergency=order.emergency, state=Hold.State.APPROVED).exists():
        return Outcome(False, waits="hold_moving")
    held = HeldRecord.objects.filter(hold__emergency=order.emergency).exclude(hold=order.hold)
    return Outcome(True, evidence={"held": sum(held_opens(each) for each in held)})


def hand_over(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Statutory records wait for the recipient's receipt before our copy dies."""
    return handover.step(order)


def strip(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Re-seal what stays of each record under new key batches (only for an order that names items)."""
    return stripping.step(order, cursor) if order.items else Outcome(True)


def gather(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Find the leaves of the order that stand outside its key batches: re-sealed packs, and follow-ups of its
    records.
    """
    if order.whole or order.items:
        return Outcome(True, cursor)
    rows = _doomed(order)
    outside = [
        leaf
        for row in rows
        for leaf in leaves_of(row, prefix=_prefix(order))
        if leaf[0] not in (order.key_batches or ())
    ]
    told = {"outside": len(outside), **_counted(order)}
    return Outcome(True, {"leaves": [list(leaf) for leaf in outside]}, told)


def _counted(order: Order) -> dict[str, int]:
    """What the key batches hold now: their counters are emptied with them, and the certificate must know."""
    if not order.key_batches:
        return {}
    total = selection.totals(selection.key_batches(order.emergency, ids=list(order.key_batches)))
    return {"entries": total.entries, "persons": total.persons}


def keys(order: Order, cursor: dict[str, Any]) -> Outcome:
    """The keys die under one warrant: compartments for a whole emergency, else roots and single leaves."""
    if order.whole:
        return Outcome(True, evidence={"keys": custody.destroy_compartments(_warrant(order))})
    evidence: dict[str, Any] = {}
    if order.key_batches:
        evidence["roots"] = _all_roots(_warrant(order))
    if leaves := cursor.get("leaves"):
        warrant = _warrant(order, leaves)
        evidence["leaves"] = custody.puncture(warrant)
        custody.close_warrant(warrant)
    return Outcome(True, cursor, evidence)


def canary_dead(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Another process, started afresh, fails to open the control samples."""
    if order.hold:
        return Outcome(True, evidence={"opened": {}})
    opened = custody.canaries_open_elsewhere(
        order.emergency, categories=list(order.categories), batches=_batches(order)
    )
    if any(opened.values()):
        raise WrongState(code="canary_lives")
    return Outcome(True, evidence={"opened": opened})


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
            _breathe()
    return Outcome(True, evidence={"gone": gone})


def vault_rows(order: Order, cursor: dict[str, Any]) -> Outcome:
    """The roots under destroyed compartments leave the vault too, and the warrant is closed."""
    if not order.whole and not order.key_batches:
        return Outcome(True)
    warrant = _warrant(order)
    evidence = _all_roots(warrant) if order.whole else 0
    custody.close_warrant(warrant)
    if order.key_batches:
        custody.forget_canaries(order.emergency, categories=order.categories, batches=order.key_batches)
    return Outcome(True, evidence={"roots": evidence})


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


STEPS: dict[str, Callable[[Order, dict[str, Any]], Outcome]] = {
    step.__name__: step
    for step in (
        canary_opens, holds_stand, hand_over, strip, gather, keys, canary_dead, rows, hanging, vault_rows, tombstones
    )
}  # fmt: skip


def _batches(order: Order) -> list[int] | None:
    return None if order.key_batches is None else list(order.key_batches)


def _prefix(order: Order) -> str:
    return "held:" if order.hold else ""


def _warrant(order: Order, leaves: list[Any] | None = None) -> Any:
    """The order's warrant; the one for single leaves has a matter of its own, derived from the first."""
    if leaves:
        scope: dict[str, Any] = {"leaves": leaves}
    elif order.whole:
        scope = {"categories": [*order.categories, "index"]}
    else:
        scope = {"roots": [[batch, category] for batch in order.key_batches or () for category in order.categories]}
    return custody.write_warrant(
        "batch",
        order.emergency,
        matter=UUID(int=order.matter.int ^ 1) if leaves else order.matter,
        scope=scope,
        approvers=list(order.approvers),
        manifest_hash=order.manifest_hash,
        earliest=order.earliest,
    )


def keys_begun(order: Order) -> bool:
    """Whether this order's keys are already dying: rows whose keys are dead always go."""
    found = (custody.warrant_of("batch", UUID(int=order.matter.int ^ bit)) for bit in (0, 1))
    return any(warrant and warrant.used_at for warrant in found)


def _all_roots(warrant: Any) -> int:
    total, done = 0, False
    while not done:
        answer = custody.destroy_roots(warrant, CHUNK)
        total, done = total + answer["deleted"], answer["done"]
        _breathe()
    return total


def _doomed(order: Order) -> list[Any]:
    """Rows of a part that have packs outside its key batches, and the follow-ups that go with their parents."""
    if order.hold:
        return list(HeldRecord.objects.filter(hold=order.hold))
    mine = Record.objects.of(order.emergency).filter(birth_batch__in=order.key_batches or ())
    children = Record.objects.of(order.emergency).filter(parent__in=mine.values("pk"))
    return [row for row in (mine | children).iterator(2000) if _outside(row, order)]


def _outside(row: Record, order: Order) -> bool:
    inside = set(order.key_batches or ())
    return any(int.from_bytes(read_header(pack).batch, "big") not in inside for pack in row.packs().values())


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
    _breathe(spent)
    total = int(cursor.get("rows", 0)) + len(pks)
    _take_out(order, outside)
    if not pks:
        custody.emptied(order.key_batches or ())
        return Outcome(True, evidence={"rows": total, "how": "chunks"})
    return Outcome(False, {"rows": total, "chunk": _next_chunk(chunk, spent)})


def _next_doomed(order: Order, chunk: int) -> list[Any]:
    """(pk, submission hash, receipt hash) of the next rows; follow-ups first, for they are found by their parents."""
    rows = Record.objects.of(order.emergency)
    mine = rows if order.whole else rows.filter(birth_batch__in=order.key_batches or ())
    sets = [mine] if order.whole else [rows.filter(parent__in=mine.values("pk")), mine]
    columns = ("pk", "submission_hash", "receipt_hash")
    return next((found for some in sets if (found := list(some.order_by("pk").values_list(*columns)[:chunk]))), [])


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


def _next_chunk(chunk: int, spent: float) -> int:
    return (
        min(CHUNK, chunk * 2) if spent < SHARD_SECONDS / 2 else max(500, chunk // 2) if spent > SHARD_SECONDS else chunk
    )


def _breathe(spent: float = 0.0) -> None:
    """On SQLite the form needs its turn: pause at least a fifth of what a chunk took."""
    if connection.vendor == "sqlite":
        time.sleep(max(0.005, spent * PAUSE))
