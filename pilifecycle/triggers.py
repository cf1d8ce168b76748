"""Triggers that refuse, written once for both databases and registered as guards.

Conditions are SQL over OLD and NEW that SQLite and PostgreSQL both read (``IS [NOT] DISTINCT FROM`` is translated);
where they cannot agree, a condition is a mapping from vendor to SQL. A refusal is an IntegrityError on both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import guards

Condition = str | Mapping[str, str]
SAFE = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
REFUSED = "USING ERRCODE = 'integrity_constraint_violation'"
TRUNCATE = f"BEGIN RAISE EXCEPTION 'this table is never emptied' {REFUSED}; END"


@dataclass(frozen=True)
class Trigger:
    """Refuse `event` on rows of `table` where `when` holds, unless `unless` does.

    `columns`: of an update, only where one of them really changes (``save()`` names every column); none: any update.
    """

    name: str
    table: str
    event: str
    says: str
    columns: tuple[str, ...] = ()
    when: Condition = ""
    unless: Condition = ""

    @property
    def full_name(self) -> str:
        return f"guard_{self.name}"

    @property
    def on(self) -> str:
        """UPDATE OF "a", "b" ON "table"."""
        of = " OF " + ", ".join(f'"{column}"' for column in self.columns) if self.columns else ""
        return f'{self.event.upper()}{of} ON "{self.table}"'

    def changed(self) -> str:
        """OLD and NEW really differ in one of the columns."""
        return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in self.columns) or "TRUE"

    def refused(self, vendor: str) -> str:
        """The condition under which the row is refused, subqueries included. An unknown `unless` refuses."""
        when, unless = _spoken(self.when, vendor), _spoken(self.unless, vendor)
        return f"({when or 'TRUE'}) AND ({unless or 'FALSE'}) IS NOT TRUE"


def _spoken(condition: Condition, vendor: str) -> str:
    sql = condition if isinstance(condition, str) else condition.get(vendor, "")
    return _sqlite(sql) if vendor == "sqlite" else sql


def _sqlite(sql: str) -> str:
    """SQLite before 3.39 has no IS DISTINCT FROM."""
    return sql.replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")


def changing(*columns: str) -> str:
    """A condition: one of these columns really changes."""
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


def columns_of(model: Any, *, but: Iterable[str] = ()) -> tuple[str, ...]:
    """Every column of a model, but those named: what a new field is, is decided by whoever exempts it."""
    return tuple(field.column for field in model._meta.concrete_fields if field.column not in set(but))


def never(event: str, *models: Any) -> list[Trigger]:
    """Refuse every `event` ("update" or "delete") on the tables of these models."""
    tables = [model._meta.db_table for model in models]
    return [Trigger(f"{table}_no_{event}", table, event, f"{event} is refused here") for table in tables]


# -- SQLite
def sqlite_sql(trigger: Trigger) -> str:
    """CREATE TRIGGER as SQLite keeps it, word by word, so that an altered one is noticed."""
    when = f"({_sqlite(trigger.changed())}) AND {trigger.refused('sqlite')}"
    return (
        f'CREATE TRIGGER "{trigger.full_name}" BEFORE {trigger.on} FOR EACH ROW WHEN {when} '
        f"BEGIN SELECT RAISE(ABORT, '{trigger.says}'); END"
    )


def _on_sqlite(connection: Any) -> dict[tuple[str, str], str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(table, name): sql for table, name, sql in cursor.fetchall()}


# -- PostgreSQL
def postgresql_body(trigger: Trigger) -> str:
    """The body of the trigger's function."""
    row = "OLD" if trigger.event == "delete" else "NEW"
    refusal = f"RAISE EXCEPTION '{trigger.says}' {REFUSED}"
    return f"BEGIN IF {trigger.refused('postgresql')} THEN {refusal}; END IF; RETURN {row}; END"


def function_sql(name: str, body: str) -> str:
    """A trigger function that runs with its owner's rights and sees no temporary table in place of a real one."""
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger {SAFE} AS $guard${body}$guard$;\n"


def postgresql_sql(trigger: Trigger) -> str:
    """Function and row trigger: on a partitioned table every partition has it too."""
    name = trigger.full_name
    return (
        function_sql(name, postgresql_body(trigger))
        + f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {trigger.on} FOR EACH ROW WHEN ({trigger.changed()}) '
        f"EXECUTE FUNCTION {name}();\n"
    )


def truncate_sql(table: str) -> str:
    """No TRUNCATE, with CASCADE or without."""
    return (
        f'CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT '
        "EXECUTE FUNCTION guard_truncate();\n"
    )


def on_postgresql(connection: Any) -> dict[tuple[str, str], str]:
    """(table, trigger) → body of its function, of enabled triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname LIKE 'guard%%' AND t.tgenabled IN ('O', 'A') "
            "AND p.prosecdef AND c.relnamespace = 'public'::regnamespace"
        )
        return {(table, name): body for table, name, body in cursor.fetchall()}


# -- a set of them
@dataclass(frozen=True)
class TriggerSet:
    """The triggers of one room in one database, as a guard."""

    triggers: tuple[Trigger, ...]

    def install(self, connection: Any) -> None:
        if not (absent := self._absent(connection)):
            return
        with connection.cursor() as cursor:
            for sql in self._statements(connection.vendor, absent):
                cursor.execute(sql)

    def remove(self, connection: Any) -> None:
        found = _on_sqlite(connection) if connection.vendor == "sqlite" else on_postgresql(connection)
        with connection.cursor() as cursor:
            for table, name in self._wanted(connection.vendor):
                if (table, name) in found:
                    on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')

    def missing(self, connection: Any) -> list[str]:
        return sorted(f"{table}.{name}" for table, name in self._absent(connection))

    def _wanted(self, vendor: str) -> dict[tuple[str, str], str]:
        if vendor == "sqlite":
            return {(t.table, t.full_name): sqlite_sql(t) for t in self.triggers}
        truncates = {(t.table, "guard_truncate"): TRUNCATE for t in self.triggers if t.event != "insert"}
        return truncates | {(t.table, t.full_name): postgresql_body(t) for t in self.triggers}

    def _absent(self, connection: Any) -> set[tuple[str, str]]:
        """What differs or is not there, of tables that are there (a store may stand before its first migrate)."""
        sqlite = connection.vendor == "sqlite"
        found = _on_sqlite(connection) if sqlite else on_postgresql(connection)
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
        wanted = self._wanted(connection.vendor)
        return {place for place, text in wanted.items() if place[0] in tables and found.get(place) != text}

    def _statements(self, vendor: str, absent: set[tuple[str, str]]) -> list[str]:
        chosen = [t for t in self.triggers if (t.table, t.full_name) in absent]
        if vendor == "sqlite":
            return [s for t in chosen for s in (f'DROP TRIGGER IF EXISTS "{t.full_name}"', sqlite_sql(t))]
        truncates = sorted(table for table, name in absent if name == "guard_truncate")
        sql = function_sql("guard_truncate", TRUNCATE) if truncates else ""
        return [sql + "".join(map(truncate_sql, truncates)) + "".join(map(postgresql_sql, chosen))]


def register(name: str, using: str, triggers: Iterable[Trigger]) -> None:
    """Register a room's triggers as one guard."""
    made = TriggerSet(tuple(triggers))
    guards.register(name, using=using, install=made.install, remove=made.remove, missing=made.missing)
