"""Who may do what in PostgreSQL: least privilege, granted after every migrate to the roles that are there.

The roles are made by ``deploy/postgresql/roles.sql``. A room says with `limit` what its tables allow less (or more)
than the usual; what is granted by nobody is granted to nobody.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connections

DATA = ("pil_web", "pil_worker", "pil_destroyer")
VAULT = ("pil_front", "pil_vault_web", "pil_vault_worker")
USUAL = {
    "pil_web": "SELECT, INSERT, UPDATE",
    "pil_worker": "SELECT, INSERT, UPDATE",
    "pil_destroyer": "SELECT, INSERT, UPDATE, DELETE",
    "pil_vault_web": "SELECT",
    "pil_vault_worker": "SELECT, INSERT, UPDATE",
}
OURS = ("pilifecycle_", "collection_", "retention_")
SESSIONS = {"pil_web": "SELECT, INSERT, UPDATE, DELETE", "pil_worker": "SELECT"}  # the framework's own tables
NOBODY = ("django_migrations", "django_admin_log")

_limits: dict[tuple[str, str], dict[str, str]] = {}


def limit(using: str, table: str, **rights: str) -> None:
    """What roles may do with a table in place of the usual: ``limit("default", t, pil_web="SELECT, UPDATE (a)")``."""
    _limits.setdefault((using, table), {}).update(rights)


def rights(using: str, table: str, role: str) -> str:
    """The privileges of one role on one table, as GRANT wants them; empty: none."""
    if role in (own := _limits.get((using, table), {})):
        return own[role]
    if table in NOBODY:
        return "SELECT"
    if not table.startswith(OURS) and role in SESSIONS:
        return SESSIONS[role]
    return USUAL.get(role, "")


def _value(connection: Any, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _statements(using: str, roles: Iterable[str], tables: Iterable[str]) -> list[str]:
    """REVOKE everything, GRANT what is said, for every table and role."""
    made = []
    for role in roles:
        made.append(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        made.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in tables:
            if granted := rights(using, table, role):
                made.append(f'GRANT {granted} ON "{table}" TO {role}')
    return made


def grant(using: str, **_more: Any) -> None:
    """post_migrate: grant to the roles that are there. Partitions get nothing: they are reached through their parent.

    Privileges only, never memberships: those are the administrator's (``roles.sql``).
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    wanted = DATA if using == "default" else VAULT
    roles = [role for (role,) in _value(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [*wanted])]
    tables = _value(
        connection,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition AND pg_has_role(relowner, 'USAGE') ORDER BY relname",
    )
    statements = _statements(using, sorted(roles), [name for (name,) in tables])
    if statements:
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(statements))


EXCESS = {
    "is a superuser": "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)",
    "owns the database": "EXISTS (SELECT FROM pg_database WHERE datname = current_database() "
    "AND pg_has_role(datdba, 'USAGE'))",
    "owns the schema": "EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public' AND pg_has_role(nspowner, 'USAGE'))",
    "owns a table": "EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND pg_has_role(relowner, 'USAGE'))",
    "may truncate a table": "EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'TRUNCATE'))",
    "may delete records": "EXISTS (SELECT FROM pg_class WHERE relname = 'collection_record' "
    "AND has_table_privilege(oid, 'DELETE'))",
    "may make tables that pass for others": "has_database_privilege(current_database(), 'TEMPORARY')",
}


def may_migrate(using: str) -> bool:
    """Whether the connected role makes tables: the owner, on SQLite everybody. A running service's role does not."""
    connection = connections[using]
    asked = "SELECT has_schema_privilege('public', 'CREATE')"
    return connection.vendor != "postgresql" or bool(_value(connection, asked)[0][0])


def excess(using: str) -> list[str]:
    """What the connected role could do that no running service may; empty on SQLite, which knows no roles."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    found = _value(connection, "SELECT " + ", ".join(EXCESS.values()))[0]
    return [what for what, may in zip(EXCESS, found, strict=True) if may]
