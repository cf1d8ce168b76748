"""The shape of the records on PostgreSQL: one partition an emergency, made and dropped by functions of the owner.

A partition is made like the table and attached, which waits for no reader, by a trigger on emergencies: one
transaction, no Python, and the web role owns nothing. Statement triggers are not inherited, so each partition gets its
own. The drop wants an open permit of the whole emergency and gives up after 0.3 s behind a reader: call it again.
On SQLite nothing here does anything.
"""

from typing import Any

from collection.emergencies.models import Emergency
from pilifecycle.triggers import REFUSED, SAFE, TRUNCATE, function_sql, on_postgresql

from .models import Permit, Record, Token

RECORDS = Record._meta.db_table
EMERGENCIES = Emergency._meta.db_table
PERMITS = Permit._meta.db_table
TOKENS = Token._meta.db_table
OPEN = f"SELECT FROM {PERMITS} p WHERE p.closed_at IS NULL AND p.emergency = e AND p.record"

DELETED = f"""DECLARE e uuid; BEGIN
  FOR e IN SELECT DISTINCT emergency_id FROM gone LOOP
    IF NOT EXISTS ({OPEN} IS NULL)
       AND EXISTS (SELECT FROM gone g WHERE g.emergency_id = e AND NOT EXISTS ({OPEN} = g.id))
    THEN RAISE EXCEPTION 'no open permit for records of this emergency' {REFUSED}; END IF;
  END LOOP; RETURN NULL; END"""  # noqa: S608
MAKE = "BEGIN PERFORM make_partition(NEW.id); RETURN NULL; END"
NAME = f"'{RECORDS}_' || replace(e::text, '-', '')"
FUNCTIONS = f"""
{function_sql("guard_truncate", TRUNCATE)}
{function_sql("guard_records_delete", DELETED)}
CREATE OR REPLACE FUNCTION guard_records(t regclass) RETURNS void {SAFE} AS $guard$
DECLARE a name; BEGIN
  FOR a IN SELECT attname FROM pg_attribute WHERE attrelid = t AND atttypid = 'bytea'::regtype AND NOT attisdropped LOOP
    EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS 0', t, a);
  END LOOP;
  EXECUTE format('CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT '
                 'EXECUTE FUNCTION guard_truncate()', t);
  EXECUTE format('CREATE OR REPLACE TRIGGER guard_records_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS gone '
                 'FOR EACH STATEMENT EXECUTE FUNCTION guard_records_delete()', t);
END $guard$;
CREATE OR REPLACE FUNCTION make_partition(e uuid) RETURNS void {SAFE} AS $guard$
DECLARE t text := {NAME}; BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE {RECORDS} INCLUDING ALL, '
                 'CHECK (emergency_id IS NOT NULL AND emergency_id = %L))', t, e);
  EXECUTE format('ALTER TABLE {RECORDS} ATTACH PARTITION %I FOR VALUES IN (%L)', t, e);
  PERFORM guard_records(t::regclass);
END $guard$;
CREATE OR REPLACE FUNCTION drop_partition(e uuid) RETURNS boolean {SAFE} SET lock_timeout = '300ms' AS $guard$
DECLARE t text := {NAME}; BEGIN
  IF NOT EXISTS ({OPEN} IS NULL)
  THEN RAISE EXCEPTION 'no open permit for records of this emergency' {REFUSED}; END IF;
  IF to_regclass(t) IS NULL THEN RETURN FALSE; END IF;
  EXECUTE format('ALTER TABLE {RECORDS} DETACH PARTITION %I', t);
  EXECUTE format('DROP TABLE %I', t);
  RETURN TRUE;
END $guard$;
{function_sql("guard_partition", MAKE)}
REVOKE EXECUTE ON FUNCTION guard_records(regclass), make_partition(uuid), drop_partition(uuid) FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard_partition AFTER INSERT ON {EMERGENCIES} FOR EACH ROW
  EXECUTE FUNCTION guard_partition();
DO $guard$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pil_destroyer')
  THEN GRANT EXECUTE ON FUNCTION drop_partition(uuid) TO pil_destroyer; END IF; END $guard$;
"""  # noqa: S608
SHAPED = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)"
# An emergency that has ended receives nothing: after its destruction it has no partition, and needs none.
UNSHAPED = (
    f"SELECT e FROM (SELECT id AS e FROM {EMERGENCIES} WHERE state IN ('open', 'lifted')) AS living "  # noqa: S608
    f"WHERE to_regclass({NAME}) IS NULL"
)
LOGGED = "SELECT FROM pg_class WHERE oid = to_regclass(%s) AND relpersistence = 'p'"


def _rows(connection: Any, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return list(cursor.fetchall())


def _applies(connection: Any) -> bool:
    """PostgreSQL, after the first migrate."""
    if connection.vendor != "postgresql":
        return False
    return bool(_rows(connection, "SELECT 1 WHERE to_regclass(%s) IS NOT NULL", RECORDS))


def partitions(connection: Any) -> list[str]:
    """Names of the tables that hold the records."""
    return [name for (name,) in _rows(connection, SHAPED, RECORDS)]


def install(connection: Any) -> None:
    """Functions, triggers, partitions of living emergencies, and tokens that no base backup holds."""
    if not _applies(connection) or not missing(connection):
        return
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        for name in [RECORDS, *partitions(connection)]:
            cursor.execute("SELECT guard_records(%s::regclass)", [name])
        cursor.execute(UNSHAPED)
        for (emergency,) in cursor.fetchall():
            cursor.execute("SELECT make_partition(%s)", [emergency])
        if _rows(connection, LOGGED, TOKENS):
            cursor.execute(f'ALTER TABLE "{TOKENS}" SET UNLOGGED')


def remove(connection: Any) -> None:
    """Take the statement triggers off; partitions go on being made."""
    if not _applies(connection):
        return
    with connection.cursor() as cursor:
        for table in [RECORDS, *partitions(connection)]:
            for name in ("guard_truncate", "guard_records_delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def missing(connection: Any) -> list[str]:
    """What is not there, or altered, of a PostgreSQL store."""
    if not _applies(connection):
        return []
    found, bodies = on_postgresql(connection), {"guard_truncate": TRUNCATE, "guard_records_delete": DELETED}
    wanted = {(table, name): body for table in [RECORDS, *partitions(connection)] for name, body in bodies.items()}
    wanted[EMERGENCIES, "guard_partition"] = MAKE
    absent = [f"{table}.{name}" for (table, name), body in wanted.items() if found.get((table, name)) != body]
    absent += [f"partition of {emergency}" for (emergency,) in _rows(connection, UNSHAPED)]
    return absent + [f"{TOKENS} is logged" for _row in _rows(connection, LOGGED, TOKENS)]
