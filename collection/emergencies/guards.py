"""What an emergency rests on stays as it was signed: its levels, and every approved collection standard."""

from pilifecycle import privileges, triggers
from pilifecycle.triggers import Trigger, columns_of, never

from .models import CollectionStandard, Emergency, EndProposal, LevelChange, StandardItem

STANDARDS = CollectionStandard._meta.db_table
ITEMS = StandardItem._meta.db_table
SIGNED = "an approved standard is immutable"


def _drafted(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {STANDARDS} s WHERE s.id = {row}.standard_id AND s.state = 'draft')"  # noqa: S608


def _standards() -> list[Trigger]:
    """Approved once: only its retirement may follow."""
    content = columns_of(CollectionStandard, but=("state",))
    signed, back = "OLD.state <> 'draft'", "OLD.state <> 'draft' AND NEW.state NOT IN (OLD.state, 'retired')"
    both = f"{_drafted('OLD')} AND {_drafted('NEW')}"
    return [
        Trigger("standard_content", STANDARDS, "update", SIGNED, content, signed),
        Trigger("standard_state", STANDARDS, "update", SIGNED, ("state",), back),
        Trigger("standard_delete", STANDARDS, "delete", SIGNED, when=signed),
        Trigger("item_insert", ITEMS, "insert", SIGNED, unless=_drafted("NEW")),
        Trigger("item_update", ITEMS, "update", SIGNED, columns_of(StandardItem), unless=both),
        Trigger("item_delete", ITEMS, "delete", SIGNED, unless=_drafted("OLD")),
    ]


def register() -> None:
    """Register the guards of this room. An emergency's row outlives its records, and answers for them."""
    emergency = Emergency._meta.db_table
    back = "OLD.state = 'destroyed' AND NEW.state <> 'destroyed'"
    triggers.register(
        "emergencies",
        "default",
        [
            *_standards(),
            Trigger("emergency_back", emergency, "update", "what is destroyed stays destroyed", ("state",), back),
            Trigger("growth", emergency, "update", "growth only grows", ("growth",), "NEW.growth < OLD.growth"),
            *never("update", LevelChange),
            *never("delete", LevelChange, Emergency, EndProposal),
        ],
    )
    privileges.limit("default", ITEMS, pil_web="SELECT, INSERT, UPDATE, DELETE")
    privileges.limit("default", LevelChange._meta.db_table, pil_web="SELECT, INSERT", pil_worker="SELECT, INSERT")
