"""What people were told stays as they were told it."""

from pilifecycle import triggers
from pilifecycle.triggers import Trigger, columns_of

from .models import Notice


def register() -> None:
    """Register the guards of this room: a published notice may only be superseded."""
    table, told = Notice._meta.db_table, "OLD.state <> 'draft'"
    content, says = columns_of(Notice, but=("state",)), "a published notice is immutable"
    back = "OLD.state <> 'draft' AND NEW.state NOT IN (OLD.state, 'superseded')"
    triggers.register(
        "notices",
        "default",
        [
            Trigger("notice_content", table, "update", says, content, told),
            Trigger("notice_state", table, "update", says, ("state",), back),
            Trigger("notice_delete", table, "delete", says, when=told),
        ],
    )
