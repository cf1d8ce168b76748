"""The name of this store's log: what a checkpoint is about."""

from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import Unavailable
from pilifecycle.store import clock


def origin() -> str:
    """`pilifecycle/<store>`: the same for the store's whole life. Raises Unavailable before the first migrate."""
    birth = clock.birth()
    if birth is None:
        raise Unavailable(_("This store was never set up."), code="not_born")
    return f"pilifecycle/{birth.store}"
