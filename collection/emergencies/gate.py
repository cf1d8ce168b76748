"""The emergency's gate: submissions pass it together, whatever changes the emergency's state passes it alone.

Both doors open a transaction on the data database, wait for the lock, and only then read the emergency: what is decided
inside rests on a state that nobody changes meanwhile. PostgreSQL: advisory locks that end with the transaction. SQLite:
its one write lock (transactions begin IMMEDIATE), so both doors are exclusive there. Vault work is never done inside.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Emergency
from pilifecycle.errors import NotFound


@contextmanager
def shared(emergency_id: UUID) -> Iterator[Emergency]:
    """A data transaction beside other submissions; yields the fresh row. Raises NotFound."""
    with transaction.atomic():
        _wait("pg_advisory_xact_lock_shared", emergency_id)
        yield _fresh(emergency_id)


@contextmanager
def exclusive(emergency_id: UUID) -> Iterator[Emergency]:
    """A data transaction alone: no submission is under way, none begins. Yields the fresh row. Raises NotFound."""
    with transaction.atomic():
        _wait("pg_advisory_xact_lock", emergency_id)
        yield _fresh(emergency_id)


def lock_number(emergency_id: UUID) -> int:
    """The signed 64-bit number under which PostgreSQL knows the gate."""
    return int.from_bytes(hashlib.sha256(b"gate" + emergency_id.bytes).digest()[:8], "big", signed=True)


def _wait(function: str, emergency_id: UUID) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [lock_number(emergency_id)])


def _fresh(emergency_id: UUID) -> Emergency:
    emergency = Emergency.objects.filter(pk=emergency_id).first()
    if emergency is None:
        raise NotFound(_("There is no such emergency."), code="no_emergency")
    return emergency
