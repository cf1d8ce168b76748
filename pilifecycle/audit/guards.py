"""The ledger only grows: nobody updates or deletes a leaf or a checkpoint, and the tree never gets smaller."""

from pilifecycle import triggers
from pilifecycle.triggers import Trigger, never

from .models import Checkpoint, Head, Leaf, Pending


def register() -> None:
    """Register the guards of this room. To take a row out of `Pending` is the sequencer's move."""
    head = Head._meta.db_table
    triggers.register(
        "audit",
        "default",
        [
            *never("update", Leaf, Checkpoint, Pending),
            *never("delete", Leaf, Checkpoint, Head),
            Trigger("ledger_grows", head, "update", "the ledger only grows", ("one", "size"), "NEW.size < OLD.size"),
        ],
    )
