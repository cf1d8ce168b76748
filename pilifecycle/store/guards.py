"""How a store was born is written once, and no database keeps samples of what is sealed."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connections, router

from pilifecycle import guards, privileges, triggers

from . import clock
from .models import Birth

SAMPLED = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.atttypid = 'bytea'::regtype
  AND NOT a.attisdropped AND coalesce(a.attstattarget, -1) <> 0
"""


def be_born(using: str, **_more: Any) -> None:
    """post_migrate: write the birth row where there is none. A store's time never changes its pace afterwards."""
    connection = connections[using]
    if not router.allow_migrate_model(using, Birth):
        return
    with connection.cursor() as cursor:
        if Birth._meta.db_table not in connection.introspection.table_names(cursor):
            return
    birth = Birth(born_at=datetime.now(UTC), demo_factor=settings.PIL_DEMO_FACTOR)
    Birth.objects.using(using).bulk_create([birth], ignore_conflicts=True)
    clock.forget()


def _sampled(connection: Any) -> list[tuple[str, str]]:
    """Columns of bytes whose values PostgreSQL would sample into pg_statistic, where no DELETE reaches them."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(SAMPLED)
        return list(cursor.fetchall())


def _sample_nothing(connection: Any) -> None:
    for table, column in _sampled(connection):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE ONLY "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def _unsampled(connection: Any) -> list[str]:
    return [f"{table}.{column}" for table, column in _sampled(connection)]


def _keep(connection: Any) -> None:
    """Nothing to take off: samples are wanted by nobody."""


def register() -> None:
    """Register the guards of this room."""
    triggers.register("store", "default", [*triggers.never("update", Birth), *triggers.never("delete", Birth)])
    privileges.limit("default", Birth._meta.db_table, pil_web="SELECT", pil_worker="SELECT", pil_destroyer="SELECT")
    for using in settings.DATABASES:
        guards.register(f"statistics-{using}", using=using, install=_sample_nothing, remove=_keep, missing=_unsampled)
