"""The ground a demonstration stands on: new or cleared, and never anything that was not born as a demonstration."""

import shutil
import sqlite3
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError, connections

TAKEN = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
BARRED = (
    "SELECT count(*) FROM pg_roles WHERE rolname = 'pil_destroyer' AND NOT pg_has_role(current_user, oid, 'MEMBER')"
)


def clear(home: Path) -> None:
    """Empty databases and an empty home, or an earlier demonstration's files, which are removed.

    Raises CommandError, and then nothing was touched. A database on a server is never emptied from here.
    """
    for using in connections:
        if connections[using].vendor == "postgresql":
            _demand_empty(using)
    _clear_home(home)


def _demand_empty(using: str) -> None:
    try:
        with connections[using].cursor() as cursor:
            cursor.execute(TAKEN)
            taken = int(cursor.fetchone()[0])
            cursor.execute(BARRED)
            barred = int(cursor.fetchone()[0])
    except DatabaseError as fault:
        raise CommandError(f"The database {using!r} does not answer ({type(fault).__name__}).") from None
    if taken:
        raise CommandError(
            f"The database {using!r} holds a store already. Nothing was touched; "
            "a demonstration wants two empty databases (createdb)."
        )
    if barred:
        raise CommandError(
            f"On {using!r} this login may not become pil_destroyer, which deletes. Nothing was touched; "
            "a demonstration uses one login for all, an administrator's."
        )


def _clear_home(home: Path) -> None:
    data = home / "data.sqlite3"
    if not home.exists() or not any(home.iterdir()):
        return
    if not data.exists() or not _born_as_demo(data):
        raise CommandError(
            f"{home} holds something that is not an earlier demonstration. "
            "Nothing was touched; choose another PIL_HOME."
        )
    shutil.rmtree(home)


def _born_as_demo(data: Path) -> bool:
    with sqlite3.connect(f"file:{data}?mode=ro", uri=True) as store:
        try:
            row = store.execute("SELECT demo_factor FROM pilifecycle_birth").fetchone()
        except sqlite3.DatabaseError:
            return False
    return bool(row and row[0])
