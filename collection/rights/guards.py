"""A correction re-seals one record: for a request to correct it that waits or was granted."""

from collection.records.models import Permit, Record
from pilifecycle import triggers
from pilifecycle.triggers import Trigger

from .models import RightsRequest

ASKED = (
    f"EXISTS (SELECT 1 FROM {RightsRequest._meta.db_table} m JOIN {Record._meta.db_table} r "  # noqa: S608
    "ON r.emergency_id = m.emergency AND r.audit_ref = m.audit_ref WHERE m.id = NEW.matter AND m.kind = 'correct' "
    "AND m.state IN ('waiting', 'granted') AND m.emergency = NEW.emergency AND r.id = NEW.record)"
)


def register() -> None:
    """Register the guards of this room."""
    permits, says = Permit._meta.db_table, "nobody asked for this correction"
    asked = Trigger("permit_correction", permits, "insert", says, when="NEW.kind = 'correction'", unless=ASKED)
    triggers.register("rights", "default", [asked])
