"""An edition of a certificate is signed once, and stays."""

from pilifecycle import privileges, triggers
from pilifecycle.triggers import never

from .models import Edition


def register() -> None:
    """Register the guards of this room."""
    triggers.register("certificates", "default", [*never("update", Edition), *never("delete", Edition)])
    privileges.limit("default", Edition._meta.db_table, pil_web="SELECT", pil_worker="SELECT, INSERT")
