"""The ledger only grows: nobody updates or deletes a leaf or a checkpoint, and the tree never gets smaller."""

from pilifecycle import privileges, triggers
from pilifecycle.triggers import Trigger, never

from .models import Checkpoint, Head, Leaf, Pending


def register() -> None:
    """Register the guards of this room. To take a row out of `Pending` is the sequencer's move."""
    head = Head._meta.db_table
    for model in (Leaf, Checkpoint):
        privileges.limit(
            "default", model._meta.db_table, pil_web="SELECT", pil_worker="SELECT, INSERT", pil_destroyer=""
        )
    privileges.limit("default", head, pil_web="SELECT", pil_destroyer="")
    pending = {"pil_web": "SELECT, INSERT", "pil_worker": "SELECT, INSERT, DELETE", "pil_destroyer": "SELECT, INSERT"}
    privileges.limit("default", Pending._meta.db_table, **pending)
    triggers.register(
        "audit",
        "default",
        [
            *never("update", Leaf, Checkpoint, Pending),
            *never("delete", Leaf, Checkpoint, Head),
            Trigger("ledger_grows", head, "update", "the ledger only grows", ("one", "size"), "NEW.size < OLD.size"),
        ],
    )
