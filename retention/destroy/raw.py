"""Bare SQL for those who check. No model and no query of the house: what destroys and what verifies share nothing."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

DATA, VAULT = "default", "vault"
SCHEMA = {
    "sqlite": "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
    "postgresql": "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped "
    "AND c.relnamespace = 'public'::regnamespace",
}


def rows(using: str, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return [tuple(row) for row in cursor.fetchall()]


def count(using: str, table: str, where: str, *params: Any, most: int = 1000) -> int:
    """How many rows there are, counted no further than `most`: that there are any is what matters."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {where} LIMIT {most}) AS found"  # noqa: S608
    return int(rows(using, sql, *params)[0][0])


def is_sqlite(using: str) -> bool:
    """Whether this database is a file of ours."""
    return connections[using].vendor == "sqlite"


def key(using: str, value: UUID) -> str:
    """A UUID as this database stores it."""
    return value.hex if is_sqlite(using) else str(value)


def decoded(value: Any) -> Any:
    """A JSON column: text on SQLite, a value on PostgreSQL."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def moment(using: str, value: datetime) -> Any:
    """An aware moment as this database compares it."""
    return connections[using].ops.adapt_datetimefield_value(value)


def columns(using: str) -> dict[str, set[str]]:
    """Table → its columns, from the database's own catalogue."""
    found: dict[str, set[str]] = {}
    for table, column in rows(using, SCHEMA[connections[using].vendor]):
        found.setdefault(table, set()).add(column)
    return found
