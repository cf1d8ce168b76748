"""The one way in which records leave: a permit, opened and closed inside the transaction that destroys.

Nobody else ever sees an open permit, for it is closed before it is committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from collection.emergencies.models import Emergency
from pilifecycle import guards
from pilifecycle.store import clock

from .models import Permit, Record


def _key(row: Emergency | Record | UUID) -> UUID:
    return row if isinstance(row, UUID) else row.pk


@contextmanager
def opened(
    emergency: Emergency | UUID, *, matter: UUID, kind: str, record: Record | UUID | None = None
) -> Iterator[Permit]:
    """A durable transaction in which records of the emergency, or the one record, may be deleted or re-sealed.

    `kind`: "batch" without a record; void, request, withdrawal, correction or hold with one. `matter` is the disposal
    batch, errand, request or hold that orders it. Raises Unavailable(code="guard_missing") where a guard is missing,
    IntegrityError where the database finds no such order. On PostgreSQL the transaction runs as pil_destroyer, which
    deletes and is nobody's login, with memory enough that deleted rows are not spilled into temporary files.
    """
    guards.demand()
    with transaction.atomic(durable=True):
        _take_role()
        permit = Permit.objects.create(
            emergency=_key(emergency),
            record=_key(record) if record else None,
            matter=matter,
            kind=kind,
            opened_at=clock.now(),
        )
        yield permit
        permit.closed_at = clock.now()
        permit.save(update_fields=["closed_at"])
        _leave_role()


def _take_role() -> None:
    """Durable, so that it ends here: nested, SET LOCAL would last until the outer transaction's end.

    A server without the roles of ``roles.sql`` (a demonstration's) has one login for all: the guards ask it the same.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute("SELECT set_config('role', rolname, TRUE) FROM pg_roles WHERE rolname = 'pil_destroyer'")


def _leave_role() -> None:
    """Before the commit, for a TestCase waives durable and goes on in this transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")


def has_partition(emergency: Emergency | UUID) -> bool:
    """Whether the emergency's records stand in a table of their own that can be dropped (PostgreSQL)."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{Record._meta.db_table}_{_key(emergency).hex}"])
        return bool(cursor.fetchone()[0])


def drop_partition(emergency: Emergency | UUID) -> bool:
    """Drop all records of an emergency at once, inside `opened` (PostgreSQL); False if that was done before.

    Raises OperationalError after 0.3 s behind a reader: the caller's step is repeated, others waited no longer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT drop_partition(%s)", [_key(emergency)])
        return bool(cursor.fetchone()[0])
