"""A hold moves exactly one record, once it is approved; a held record is guarded like any other."""

from collection.records.guards import of_rows, sealed_columns
from collection.records.models import Permit
from pilifecycle import privileges, triggers
from pilifecycle.triggers import Trigger, never

from .models import HeldRecord, Hold

HOLDS = Hold._meta.db_table
APPROVED = (
    f"EXISTS (SELECT 1 FROM {HOLDS} m WHERE m.id = NEW.matter AND m.state = 'approved' "  # noqa: S608
    "AND m.record = NEW.record AND m.emergency = NEW.emergency)"
)


def register() -> None:
    """Register the guards of this room."""
    permits, says = Permit._meta.db_table, "no approved hold of this record"
    triggers.register(
        "holds",
        "default",
        [
            *of_rows(HeldRecord),
            Trigger("permit_hold", permits, "insert", says, when="NEW.kind = 'hold'", unless=APPROVED),
            *never("delete", Hold),
        ],
    )
    columns = [f.column for f in HeldRecord._meta.concrete_fields]
    free = ", ".join(f'"{c}"' for c in columns if c not in sealed_columns(HeldRecord))
    worked = f"SELECT, INSERT, UPDATE ({free})"
    privileges.limit("default", HeldRecord._meta.db_table, pil_web="SELECT", pil_worker=worked)
