"""The engine's steps on keys: control samples before and after, the warrant, the keys themselves.

Each can be run again after a crash between any two statements: the warrant is written once an order, and custody's
deeds under it are idempotent (``pilifecycle.custody.erasing``).
"""

from typing import Any
from uuid import UUID

from collection.records.erasure import leaves_of
from collection.records.models import Record
from pilifecycle.crypto.packs import read_header
from pilifecycle.custody import actions as custody
from pilifecycle.custody import selection
from pilifecycle.errors import KeyLost, WrongState
from retention.holds.models import HeldRecord

from .order import Order, Outcome
from .pace import breathe
from .targets import CHUNK


def canary_opens(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Before any key dies: the control samples open, so that "no longer opens" will mean something."""
    if order.hold:
        return Outcome(True, evidence={"opened": {}})
    opened = custody.canaries_open(order.emergency, categories=list(order.categories), batches=_batches(order))
    if keys_begun(order):
        return Outcome(True, evidence={"opened": opened})
    if not all(opened.values()):
        raise KeyLost(code="key_lost")
    if not opened and _entries(order):
        raise WrongState(code="no_control_sample")  # "opens no longer" would prove nothing
    return Outcome(True, evidence={"opened": opened})


def _entries(order: Order) -> int:
    rows = selection.key_batches(order.emergency, ids=list(order.key_batches) if order.key_batches else None)
    return selection.totals(rows).entries


def gather(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Find the leaves of the order that stand outside its key batches: re-sealed packs, and follow-ups of its
    records.
    """
    if order.whole or order.items:
        return Outcome(True, cursor)
    rows = _doomed(order)
    inside = set(order.key_batches or ())
    outside = [leaf for row in rows for leaf in leaves_of(row, prefix=_prefix(order)) if leaf[0] not in inside]
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
        breathe()
    return total


def _doomed(order: Order) -> list[Any]:
    """Rows of a part that have packs outside its key batches, and the follow-ups that go with their parents."""
    if order.hold:
        return list(HeldRecord.objects.filter(hold=order.hold))
    mine = Record.objects.of(order.emergency).filter(birth_batch__in=order.key_batches or ())
    children = Record.objects.of(order.emergency).filter(parent__in=mine.values("pk"))
    inside = set(order.key_batches or ())
    return [row for row in (mine | children).iterator(2000) if _outside(row, inside)]


def _outside(row: Record, inside: set[int]) -> bool:
    return any(int.from_bytes(read_header(pack).batch, "big") not in inside for pack in row.packs().values())
