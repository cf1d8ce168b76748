"""What `manage.py check` says about the databases' own defences, before anything is served."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

from . import guards, privileges


def guards_stand(*, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """Warn of guards that are not there: a migrate that failed half-way leaves none. Destruction refuses without."""
    found: list[CheckMessage] = []
    for using in databases or ():
        try:
            absent = guards.missing(using)
        except DatabaseError:
            continue  # unreachable: Django's own checks say it
        if absent:
            hint = f"Run `manage.py migrate --database {using}` to its end. Missing: {', '.join(absent[:5])}"
            found.append(checks.Warning(f"{len(absent)} guards of {using} are missing.", hint=hint, id="pil.W101"))
    return found


def no_more_than_needed(*, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """With --deploy: this process must not be able to destroy, or to take a guard off (PostgreSQL)."""
    found: list[CheckMessage] = []
    for using in databases or ():
        try:
            excess = privileges.excess(using)
        except DatabaseError:
            continue
        hint = "Connect as pil_web or pil_worker (deploy/postgresql/roles.sql); pil_owner is for migrate alone."
        found += [checks.Error(f"On {using}, this process {what}.", hint=hint, id="pil.E102") for what in excess]
    return found


def one_engine(**_more: Any) -> list[CheckMessage]:
    """A data store on PostgreSQL wants its vault there too: roles guard both, or neither."""
    engines = {alias: config["ENGINE"] for alias, config in settings.DATABASES.items()}
    if "postgresql" in engines["default"] and "postgresql" not in engines["vault"]:
        return [checks.Error("The data store is on PostgreSQL and the vault is not.", id="pil.E103")]
    return []


def custody_stands(*, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """Whether custody opens, asked of a vault that has its tables: the first migrate finds none."""
    asked = [using for using in databases or () if using != "vault" or _has_tables(using)]
    return list(import_string("pilifecycle.custody.checks.findings")(databases=asked))


def vault_missing() -> str:
    """An empty string, or that the data has lost its vault: a new one would open nothing of it, and hide the loss."""
    if _has_tables("vault") or not _has_tables("default", "collection_emergency"):
        return ""
    return (
        "The key vault of this store is missing or empty, and its data is there (vault_missing). "
        "Bring the vault back from its own backup, or check PIL_VAULT_URL; nothing was changed."
    )


def _has_tables(using: str, table: str = "pilifecycle_signingkey") -> bool:
    try:
        return table in connections[using].introspection.table_names()
    except DatabaseError:
        return False


def register() -> None:
    """Register the checks of this file."""
    checks.register(custody_stands, checks.Tags.database)
    checks.register(guards_stand, checks.Tags.database)
    checks.register(no_more_than_needed, checks.Tags.database, deploy=True)
    checks.register(one_engine, checks.Tags.security)
