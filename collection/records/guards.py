"""A record leaves, and its sealed columns change, under an open permit only (design law: the guard on rows).

A permit names an emergency, or one record of it; who may have one is asked when it is inserted: here for errands, in
the rooms above for corrections, holds and disposal batches. On PostgreSQL rows are guarded once a statement, on the
parent and on every partition (`shape.py`); on SQLite once a row.
"""

from typing import Any

from django.db.models import BinaryField

from pilifecycle import guards, privileges, triggers
from pilifecycle.triggers import Trigger, columns_of

from . import shape
from .models import Errand, Permit, Record, SealedRow, Token, Tombstone

RECORDS = Record._meta.db_table
PERMITS = Permit._meta.db_table
TOMBSTONES = Tombstone._meta.db_table
KINDS = ("void", "request", "withdrawal", "correction", "hold")
OPEN = ("indexed", "stopped_at", "household", "keep_until")  # what changes while a record lives
WHOLE = f"EXISTS (SELECT 1 FROM {PERMITS} p WHERE p.closed_at IS NULL AND p.record IS NULL AND p.emergency = "  # noqa: S608
NO_PERMIT = "no open permit for this"


def permitted(row: str = "OLD", column: str = "emergency_id") -> str:
    """A condition: an open permit of the row's emergency, for all of it or for this record."""
    return (
        f"EXISTS (SELECT 1 FROM {PERMITS} p WHERE p.closed_at IS NULL AND p.emergency = {row}.{column} "  # noqa: S608
        f"AND (p.record IS NULL OR p.record = {row}.id))"
    )


def sealed_columns(model: type[SealedRow]) -> tuple[str, ...]:
    """What a record is: its names, its birth place, its standard, and every column of bytes, also future ones."""
    named = ("id", "emergency_id", "standard_id", "birth_batch", "birth_index", "audit_ref")
    fields = model._meta.concrete_fields
    return named + tuple(str(field.column) for field in fields if isinstance(field, BinaryField))


def of_rows(model: type[SealedRow]) -> list[Trigger]:
    """The guards of a table of sealed rows. (On PostgreSQL the partitioned one counts statements instead.)"""
    table, sealed = model._meta.db_table, sealed_columns(model)
    later = "OLD.keep_until IS NOT NULL AND (NEW.keep_until IS NULL OR NEW.keep_until > OLD.keep_until)"
    says = "a record is never kept longer than it was told"
    return [
        Trigger(f"{table}_sealed", table, "update", NO_PERMIT, sealed, unless=permitted()),
        Trigger(f"{table}_keep", table, "update", says, ("keep_until",), when=later),
        Trigger(f"{table}_delete", table, "delete", NO_PERMIT, unless=permitted()),
    ]


def _permits() -> list[Trigger]:
    """A permit is opened for a matter that is there, closed once, and stays."""
    waiting = (  # of this record, or of the one it is a follow-up to: it goes with its parent
        f"EXISTS (SELECT 1 FROM {Errand._meta.db_table} m WHERE m.id = NEW.matter AND m.state = 'waiting' "  # noqa: S608
        f"AND m.emergency = NEW.emergency AND (m.record = NEW.record OR EXISTS (SELECT 1 FROM {RECORDS} r "
        "WHERE r.emergency_id = NEW.emergency AND r.id = NEW.record AND r.parent = m.record)))"
    )
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    shaped = f"(NEW.kind = 'batch' AND NEW.record IS NULL) OR (NEW.kind IN ({kinds}) AND NEW.record IS NOT NULL)"
    errand = "NEW.kind IN ('void', 'request', 'withdrawal')"
    fixed = columns_of(Permit, but=("closed_at",))
    says = "no errand waits for this record"
    return [
        Trigger("permit_shape", PERMITS, "insert", "a permit is for a batch or for one record", unless=shaped),
        Trigger("permit_errand", PERMITS, "insert", says, when=errand, unless=waiting),
        Trigger("permit_fixed", PERMITS, "update", "a permit names what it was opened for", fixed),
        Trigger("permit_closed", PERMITS, "update", "closed once", ("closed_at",), "OLD.closed_at IS NOT NULL"),
        *triggers.never("delete", Permit),
    ]


def _tombstones() -> list[Trigger]:
    """Law 9: what marks the place of the destroyed leaves with the emergency's last batch only."""
    whole = f"{WHOLE}OLD.emergency)"
    marks = columns_of(Tombstone, but=("batch",))
    return [
        Trigger("tombstone_delete", TOMBSTONES, "delete", NO_PERMIT, unless=whole),
        Trigger("tombstone_update", TOMBSTONES, "update", NO_PERMIT, marks, unless=whole),
    ]


def _limit() -> None:
    """What running services may do with these tables (PostgreSQL)."""
    columns = ", ".join(f'"{column}"' for column in OPEN)
    worked = f"SELECT, INSERT, UPDATE ({columns})"
    privileges.limit("default", RECORDS, pil_web=worked, pil_worker=worked)
    privileges.limit(
        "default", PERMITS, pil_web="SELECT", pil_worker="SELECT", pil_destroyer="SELECT, INSERT, UPDATE (closed_at)"
    )
    privileges.limit("default", TOMBSTONES, pil_web="SELECT", pil_worker="SELECT, INSERT")
    privileges.limit("default", Token._meta.db_table, pil_web="SELECT", pil_worker="SELECT, INSERT, DELETE")


class _Rows(triggers.TriggerSet):
    """Row triggers; a deletion from the partitioned table is counted by statement instead."""

    def _wanted(self, vendor: str) -> dict[tuple[str, str], str]:
        wanted = super()._wanted(vendor)
        if vendor == "postgresql":
            del wanted[RECORDS, f"guard_{RECORDS}_delete"]
        return wanted


def register() -> None:
    """Register the guards of this room."""
    rows: Any = _Rows((*of_rows(Record), *_permits(), *_tombstones()))
    guards.register("records", using="default", install=rows.install, remove=rows.remove, missing=rows.missing)
    guards.register("partitions", using="default", install=shape.install, remove=shape.remove, missing=shape.missing)
    _limit()
