"""Verify: look for anything that an order should have destroyed, with nothing in common with what destroyed it.

Bare SQL over both databases, the custody holder's own answer, and a scan of the files. It knows the tables from the
databases' catalogues, not from the destroyer's lists: a table with an emergency in it that is not named below as one
that stays must be empty of it. Raises WrongState(code="not_destroyed") and names the check; nothing is repaired here.
Each check is one turn, a long scan several, and all of them can be run again.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pilifecycle.custody.holders import holder
from pilifecycle.errors import WrongState

from . import needles, raw, residue
from .order import Order, Outcome
from .raw import DATA, VAULT

TURN_SECONDS = 20.0  # of the file scan: well within the step's lease
CHUNK = 500
STAYS = {
    DATA: {
        "collection_levelchange", "collection_endproposal", "collection_campaign", "collection_copy",
        "collection_permit", "collection_tombstone", "collection_rightsrequest", "collection_deferrednotice",
        "pilifecycle_pending", "pilifecycle_leaf", "pilifecycle_grant", "retention_hold", "retention_heldrecord",
        "retention_disposalbatch", "retention_standingapproval", "retention_counttable", "retention_handover",
    },
    VAULT: {
        "pilifecycle_compartment", "pilifecycle_keybatch", "pilifecycle_vaultrow", "pilifecycle_warrant",
        "pilifecycle_puncture", "pilifecycle_outbox",
    },
}  # fmt: skip
CATEGORIES = {"core", "identity", "health", "location", "biometric"}
Check = Callable[[Order], dict[str, Any]]


def verify(order: Order, cursor: dict[str, Any]) -> Outcome:
    """One check a turn, then the files. Evidence: what each check found, by its name."""
    told: dict[str, Any] = dict(cursor.get("told", {}))
    for name, check in _checks(order).items():
        if name not in told:
            return Outcome(False, {"told": {**told, name: check(order)}})
    scanned = _scan(order, dict(cursor.get("scan", {})))
    if "at" in scanned:
        return Outcome(False, {"told": told, "scan": scanned})
    return Outcome(True, evidence={**told, "residue": scanned})


def _checks(order: Order) -> dict[str, Check]:
    if order.whole:
        return {"tables": tables, "partition": partition, "tombstones": tombstones, "roots": all_roots, "keys": keys}
    if order.hold:
        return {"held": held_row}
    if order.items:
        return {"roots": roots, "packs": packs, "tokens": item_tokens}
    return {"roots": roots, "records": records, "packs": packs, "tokens": orphan_tokens}


def _demand(check: str, left: int) -> int:
    """Raise unless nothing is left."""
    if left:
        raise WrongState(
            _("Something that should be destroyed is still there."), code="not_destroyed", check=check, left=left
        )
    return left


# -- a whole emergency
def tables(order: Order) -> dict[str, Any]:
    """No row of the emergency in any table but those of the destruction file and the administrative record."""
    looked = 0
    for using in (DATA, VAULT):
        for table, columns in sorted(raw.columns(using).items()):
            for column in columns & {"emergency", "emergency_id"}:
                if table not in STAYS[using]:
                    left = raw.count(using, f'"{table}"', f'"{column}" = %s', raw.key(using, order.emergency))
                    looked += 1
                    _demand(table, left)
    held = raw.count(DATA, "retention_heldrecord", "emergency_id = %s", raw.key(DATA, order.emergency))
    return {"tables": looked, "rows": 0, "held": held}


def partition(order: Order) -> dict[str, Any]:
    """PostgreSQL: the emergency's own table is gone."""
    if raw.is_sqlite(DATA):
        return {"partitions": 0}
    name = f"collection_record_{order.emergency.hex}"
    left = raw.rows(DATA, "SELECT count(*) FROM pg_class WHERE relname = %s", name)[0][0]
    return {"partitions": _demand("partition", int(left))}


def tombstones(order: Order) -> dict[str, Any]:
    """One row a point answers for all; no row of a single person is left."""
    where = "emergency = %s AND (submission_hash IS NOT NULL OR receipt_hash IS NOT NULL)"
    left = raw.count(DATA, "collection_tombstone", where, raw.key(DATA, order.emergency))
    return {"single_tombstones": _demand("tombstones", left)}


def all_roots(order: Order) -> dict[str, Any]:
    """The vault holds no root of the emergency, but those of held records."""
    where = "emergency = %s AND category NOT LIKE 'held:%%'"
    left = raw.count(VAULT, "pilifecycle_vaultrow", where, raw.key(VAULT, order.emergency))
    return {"roots": _demand("roots", left)}


def keys(order: Order) -> dict[str, Any]:
    """Every custody key of the order is destroyed in the vault's book, with evidence, and absent from the holder."""
    sql = "SELECT category, version, state, blob IS NULL FROM pilifecycle_compartment WHERE emergency = %s"
    gone = []
    for category, version, state, emptied in raw.rows(VAULT, sql, raw.key(VAULT, order.emergency)):
        if category in {*order.categories, *CATEGORIES, "index"}:
            name = f"{order.emergency}/{category}/{version}"
            done = raw.count(VAULT, "pilifecycle_destruction", "name = %s AND done_at IS NOT NULL", name)
            lives = state != "destroyed" or not emptied or not done or holder().has(name)
            _demand(f"key:{category}", int(lives))
            gone.append(name)
    return {"keys_absent": sorted(gone), "keys_left": 0}


# -- a part of one
def roots(order: Order) -> dict[str, Any]:
    """No root of the order's key batches in its categories."""
    left = 0
    for some in _chunks(order):
        marks, kinds = _marks(some), _marks(order.categories)
        where = f"key_batch_id IN ({marks}) AND category IN ({kinds})"
        left += raw.count(VAULT, "pilifecycle_vaultrow", where, *some, *order.categories)
    return {"roots": _demand("roots", left)}


def records(order: Order) -> dict[str, Any]:
    """No record that was born in the order's key batches, nor a follow-up of one."""
    left = 0
    for some in _chunks(order):
        where = f"emergency_id = %s AND birth_batch IN ({_marks(some)})"
        left += raw.count(DATA, "collection_record", where, raw.key(DATA, order.emergency), *some)
    return {"records": _demand("records", left)}


def packs(order: Order) -> dict[str, Any]:
    """No pack in any record that names a key batch of the order, in its categories."""
    named = {number.to_bytes(8, "big").hex() for number in order.key_batches or ()}
    left = 0
    for category in sorted(CATEGORIES & set(order.categories)):
        head = f"hex(substr(pack_{category}, 2, 8))"
        if not raw.is_sqlite(DATA):
            head = f"encode(substring(pack_{category} from 2 for 8), 'hex')"
        sql = f"SELECT DISTINCT {head} FROM collection_record WHERE emergency_id = %s AND pack_{category} IS NOT NULL"  # noqa: S608
        found = {row[0].lower() for row in raw.rows(DATA, sql, raw.key(DATA, order.emergency))}
        left += len(found & named)
    return {"packs": _demand("packs", left)}


def item_tokens(order: Order) -> dict[str, Any]:
    """No blind token of a stripped item on a record of the order's key batches."""
    left = 0
    for some in _chunks(order):
        for code in order.items:
            where = (
                "emergency = %s AND (kind = %s OR kind LIKE %s) AND record IN (SELECT id FROM collection_record "  # noqa: S608
                f"WHERE emergency_id = %s AND birth_batch IN ({_marks(some)}))"
            )
            owner = raw.key(DATA, order.emergency)
            left += raw.count(DATA, "collection_token", where, owner, code, f"{code}/%", owner, *some)
    return {"tokens": _demand("tokens", left)}


def orphan_tokens(order: Order) -> dict[str, Any]:
    """No blind token without its record."""
    owner = raw.key(DATA, order.emergency)
    where = (
        "emergency = %s AND NOT EXISTS (SELECT 1 FROM collection_record r WHERE r.emergency_id = %s "
        "AND r.id = collection_token.record)"
    )
    return {"tokens": _demand("tokens", raw.count(DATA, "collection_token", where, owner, owner))}


def held_row(order: Order) -> dict[str, Any]:
    """The held record whose hold ended is gone."""
    key = raw.key(DATA, order.hold) if order.hold else ""
    told = {"held": _demand("held", raw.count(DATA, "retention_heldrecord", "hold_id = %s", key))}
    matter = raw.key(VAULT, UUID(int=order.matter.int ^ 1))  # the order's warrant for single leaves
    scopes = raw.rows(VAULT, "SELECT id, scope FROM pilifecycle_warrant WHERE kind = 'batch' AND matter = %s", matter)
    named = sum(len(raw.decoded(scope)["leaves"]) for _warrant, scope in scopes)
    gone = sum(raw.count(VAULT, "pilifecycle_puncture", "warrant_id = %s", warrant) for warrant, _scope in scopes)
    return told | {"leaves": gone, "leaves_left": _demand("leaves", max(1, named) - gone)}


def _chunks(order: Order) -> list[tuple[int, ...]]:
    named = order.key_batches or ()
    return [named[start : start + CHUNK] for start in range(0, len(named), CHUNK)]


def _marks(values: Any) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


# -- the files
def _scan(order: Order, before: dict[str, Any]) -> dict[str, Any]:
    """Go on with the residue scan for some seconds. "at" says where to go on; without it the scan is over."""
    sought, until = needles.of_store(order.emergency), time.monotonic() + TURN_SECONDS
    report = residue.Report(files=before.get("files", 0), size=before.get("bytes", 0))
    name, offset = before.get("at", ["", 0])
    at: list[Any] | None = None
    for path in residue.files():
        if str(path) < name:
            continue
        left = residue.read_on(path, offset if str(path) == name else 0, sought, report, until=until)
        if left is not None:
            at = [str(path), left]
            break
        report.files += 1
    _demand("residue", len(report.findings) + len(report.unreadable))
    told = {"files": report.files, "bytes": report.size}
    if at is not None:
        return {**told, "at": at}
    return {**told, "findings": 0, "markers": len(sought.markers), "key_batches": len(sought.batches),
            "out_of_reach": residue.out_of_reach()}  # fmt: skip


# -- before a certificate becomes final
def pending(emergency: UUID, categories: tuple[str, ...], since: datetime) -> int:
    """Custody keys under which old vault copies still open what was deleted root by root or leaf by leaf.

    A compartment that lives on must have been rekeyed since; 0 where it was, or where it was destroyed as a whole.
    """
    kinds = _marks(categories)
    where = f"emergency = %s AND category IN ({kinds}) AND state <> 'destroyed' AND created_at <= %s"
    return raw.count(
        VAULT, "pilifecycle_compartment", where, raw.key(VAULT, emergency), *categories, raw.moment(VAULT, since)
    )
