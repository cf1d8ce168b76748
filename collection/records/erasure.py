"""The small ways out: carry out one errand (void, withdrawal, a granted request) on one record.

What it promises: the leaves of the record's packs are punctured under a warrant, the row (or the items taken out of it)
is gone with its tokens, and a tombstone answers for it. Nothing here decides whether: an errand was left by its owner
or
granted by an officer, and its wait is over. Every step can be run again: the warrant is written once an errand and
remembers the leaves, punctures are idempotent, and the errand is marked done in the transaction that deletes the row.
A crash in between is taken up by the next turn; only one right after that transaction leaves the key batch's counter
one too high and the (used) warrant open. A follow-up goes with its parent.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db import DatabaseError, transaction

from collection.catalogue import kind
from collection.emergencies import standards
from pilifecycle import guards
from pilifecycle.audit import ledger, secondplace
from pilifecycle.crypto.packs import read_header
from pilifecycle.custody import actions as custody
from pilifecycle.store import clock

from . import permits
from .models import Errand, Record, Token, Tombstone
from .search import token_field
from .values import opened

Leaf = tuple[int, int, str]
GONE = UUID(int=0)  # no record has this id


def carry_out(errand: Errand, *, held: bool = False) -> bool:
    """Do one waiting errand whose time has come. Returns whether it was done. `held`: a hold outranks it."""
    if errand.state != Errand.State.WAITING or errand.run_after > clock.now():
        return False
    if held:
        return _outranked(errand)
    guards.demand()
    record = Record.objects.of(errand.emergency).filter(pk=errand.record or GONE).first()
    if record is None:
        return _already_gone(errand)
    try:
        return _strip(errand, record) if errand.items else _erase(errand, record)
    except DatabaseError:
        if Errand.objects.filter(pk=errand.pk, state=Errand.State.WAITING).exists():
            raise
        return False  # another worker was faster, and the guard refused the second one


def _outranked(errand: Errand) -> bool:
    with transaction.atomic():
        Errand.objects.filter(pk=errand.pk).update(state=Errand.State.HELD, done_at=clock.now())
        ledger.write("records.errand_held", actor="system", emergency=errand.emergency, subject=errand.audit_ref)
    return False


def _already_gone(errand: Errand) -> bool:
    """Its row left in the meantime by a disposal: there is nothing to do but to say so."""
    with transaction.atomic():
        Errand.objects.filter(pk=errand.pk).update(state=Errand.State.DONE, done_at=clock.now(), record=None)
        ledger.write("records.errand_moot", actor="system", emergency=errand.emergency, subject=errand.audit_ref)
    return True


def _erase(errand: Errand, record: Record) -> bool:
    """Keys first, rows next."""
    rows = [record, *Record.objects.of(record.emergency_id).filter(parent=record.pk)]
    warrant = _warrant(errand, [leaf for row in rows for leaf in leaves_of(row)])
    custody.puncture(warrant)
    mine = [row for row in rows[1:] if delete_row(row, matter=errand.id, kind=errand.kind)]
    mine += [row for row in rows[:1] if delete_row(row, matter=errand.id, kind=errand.kind, errand=errand)]
    custody.close_warrant(warrant)
    for row in mine:
        custody.take_out(row.birth_batch, entries=1, persons=row.persons)
    return bool(mine)


def leaves_of(row: Any, *, prefix: str = "") -> list[Leaf]:
    """Where the packs of a row stand: (key batch, index, category)."""
    return [
        (int.from_bytes(head.batch, "big"), head.index, prefix + category)
        for category, pack in row.packs().items()
        for head in (read_header(pack),)
    ]


def _warrant(errand: Errand, leaves: list[Leaf], *, matter: UUID | None = None) -> Any:
    return custody.write_warrant(
        "void" if errand.kind == Errand.Kind.VOID else "request",
        errand.emergency,
        matter=matter or errand.id,
        scope={"leaves": [list(leaf) for leaf in leaves]},
        approvers=[errand.actor],
        earliest=errand.run_after,
    )


def delete_row(row: Record, *, matter: UUID, kind: str, errand: Errand | None = None) -> bool:
    """Delete one record with its tokens behind a permit, and leave its tombstone, in one transaction.

    False where another worker's transaction has just done so: then nothing is left twice.
    """
    now = clock.now()
    with permits.opened(row.emergency_id, matter=matter, kind=kind, record=row.pk):
        Token.objects.filter(emergency=row.emergency_id, record=row.pk).delete()
        gone = Record.objects.of(row.emergency_id).filter(pk=row.pk)._raw_delete("default")
        if not gone:
            return False
        Tombstone.objects.create(
            emergency=row.emergency_id,
            submission_hash=bytes(row.submission_hash),
            receipt_hash=bytes(row.receipt_hash),
            reason=kind,
            destroyed_at=now,
        )
        if errand:
            Errand.objects.filter(pk=errand.pk).update(state=Errand.State.DONE, done_at=now, record=None)
            ledger.write(
                f"records.{errand.kind}_done", actor="system", emergency=row.emergency_id, subject=row.audit_ref
            )
    secondplace.append("tombstone", {"receipt": bytes(row.receipt_hash).hex(), "emergency": str(row.emergency_id)})
    return True


def _strip(errand: Errand, record: Record) -> bool:
    """Take some items out: re-seal what stays of each category under a new leaf, then puncture the old one."""
    touched: list[str] = sorted({kind(code).category for code in errand.items})
    old = [leaf for leaf in leaves_of(record) if leaf[2] in touched]
    warrants = [_warrant(errand, old)]  # written once: after a crash it still names the old leaves
    named = {tuple(leaf) for leaf in warrants[0].scope["leaves"]}
    fresh = _resealed(record, errand.items, [leaf[2] for leaf in old if _still_there(errand, record, leaf, named)])
    if moved := [leaf for leaf in old if leaf[2] in fresh and leaf not in named]:
        warrants.append(_warrant(errand, moved, matter=uuid5(errand.id, repr(moved))))
    with permits.opened(record.emergency_id, matter=errand.id, kind=errand.kind, record=record.pk):
        replaced = replace_packs(record, fresh, fresh)
        fields = [token_field(code) for code in errand.items]
        Token.objects.filter(emergency=record.emergency_id, record=record.pk, kind__in=fields).delete()
    if not replaced:
        return False  # another hand re-sealed it meanwhile: the next turn reads it again
    for warrant in warrants:
        custody.puncture(warrant)
        custody.close_warrant(warrant)
    with transaction.atomic():
        Errand.objects.filter(pk=errand.pk).update(state=Errand.State.DONE, done_at=clock.now(), record=None)
        ledger.write(
            f"records.{errand.kind}_done",
            actor="system",
            emergency=record.emergency_id,
            subject=record.audit_ref,
            fields=errand.items,
        )
    return True


def _still_there(errand: Errand, record: Record, leaf: Leaf, named: set[Leaf]) -> bool:
    """Whether this pack was not re-sealed by this errand yet. What another hand re-sealed may still hold an item."""
    if leaf in named:
        return True
    numbers = {kind(code).number for code in errand.items}
    return not numbers.isdisjoint(opened(record, leaf[2]))


def replace_packs(row: Record, fresh: Mapping[str, bytes], categories: Iterable[str]) -> bool:
    """Put new packs {category: pack} in their place; False if a pack of `categories` changed since `row` was read.

    Without the question two hands that strip one record would each bring back what the other one took out.
    """
    read = {f"pack_{category}": pack for category, pack in row.packs().items() if category in categories}
    same = Record.objects.of(row.emergency_id).filter(pk=row.pk, **read)
    columns = {f"pack_{category}": pack for category, pack in fresh.items()}
    return same.update(**columns) == 1 if columns else same.exists()


def _resealed(record: Record, items: list[str], categories: list[str]) -> dict[str, bytes]:
    """New packs of the touched categories without the items. Leaves the row as it is."""
    contents, versions = {}, {}
    for category in categories:
        gone = {kind(code).number for code in items if kind(code).category == category}
        contents[category] = {number: value for number, value in opened(record, category).items() if number not in gone}
        versions[category] = read_header(record.packs()[category]).version + 1
    if not contents:
        return {}  # an earlier run of this errand, or another worker, has re-sealed all of them
    sealed = custody.seal(
        record.emergency_id,
        record.pk,
        standard_version=str(record.standard_id),
        contents=contents,
        buckets=standards.buckets(record.standard),
        versions=versions,
        purpose="request",
    )
    return dict(sealed.packs)
