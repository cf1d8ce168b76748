"""Sweep: after the rows are gone, the places behind them. Free pages, journals, messages, caches, temporary files.

Each check says *done*, *failed* or *out_of_reach*. A check that failed (a reader keeps the write-ahead log busy) is
never passed over: the step waits and tries again. What stands where this process cannot reach is named, entered into
the register of copies, and keeps the certificate from becoming *final* until somebody attests its end.

Every check can be run again at any moment; nothing here touches a row.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, OperationalError, connections

from collection.copies import actions as copies
from collection.copies.models import Copy

from . import residue
from .order import Order, Outcome

DONE, FAILED, OUT_OF_REACH = "done", "failed", "out_of_reach"
TRIES, BETWEEN = 20, 0.25  # of a log that is busy, in one turn of the step
STALE_SECONDS = 900.0
Check = Callable[[], str]


def sweep(order: Order, cursor: dict[str, Any]) -> Outcome:
    """One check a turn. Evidence: {"checks": {name: done | out_of_reach}}."""
    told: dict[str, str] = dict(cursor.get("checks", {}))
    waiting = [name for name in checks() if name not in told]
    if not waiting:
        _register(order, [name for name, answer in told.items() if answer == OUT_OF_REACH])
        return Outcome(True, evidence={"checks": told})
    name = waiting[0]
    answer = checks()[name]()
    if answer == FAILED:
        return Outcome(False, {"checks": told}, waits=f"busy:{name}")
    return Outcome(False, {"checks": {**told, name: answer}})


def checks() -> dict[str, Check]:
    """The checks of this store by name, in their order."""
    databases: dict[str, Check] = {}
    for using in ("default", "vault"):
        kind = _sqlite_checks if connections[using].vendor == "sqlite" else _postgresql_checks
        databases |= {f"{using}.{name}": check for name, check in kind(using).items()}
    return {**databases, "messages": messages, "cache": cache, "temporary_files": temporary_files, "broker": broker}


# -- SQLite: the house's own files
def _sqlite_checks(using: str) -> dict[str, Check]:
    return {
        "secure_delete": lambda: _overwrites(using),
        "log": lambda: truncate_log(using),
        "free_pages": lambda: vacuum(using),
        "log_again": lambda: truncate_log(using),
    }


def _overwrites(using: str) -> str:
    """Freed pages are overwritten with zeros: what the rows' deletion relied on."""
    return DONE if _pragma(using, "secure_delete")[0] == 1 else FAILED


def truncate_log(using: str) -> str:
    """Empty the write-ahead log. While a reader is open SQLite answers busy and the frames survive: believe it."""
    if _pragma(using, "journal_mode")[0] != "wal":
        leftover = Path(f"{connections[using].settings_dict['NAME']}-journal")
        return DONE if not leftover.exists() or not leftover.stat().st_size else FAILED
    for attempt in range(TRIES):
        try:
            if _pragma(using, "wal_checkpoint(TRUNCATE)")[0] == 0:
                return DONE
        except OperationalError:
            pass
        time.sleep(BETWEEN if attempt < TRIES - 1 else 0)
    return FAILED


def vacuum(using: str) -> str:
    """Write the file anew without its free pages."""
    try:
        with connections[using].cursor() as cursor:
            cursor.execute("VACUUM")
    except OperationalError:
        return FAILED
    return DONE


def _pragma(using: str, words: str) -> tuple[Any, ...]:
    with connections[using].cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return tuple(cursor.fetchone())


# -- PostgreSQL: what the worker's role may do, and names of what it may not
def _postgresql_checks(using: str) -> dict[str, Check]:
    return {
        "free_pages": lambda: _vacuum_tables(using),
        "checkpoint": lambda: _attempted(using, "CHECKPOINT"),
        "log_archive": lambda: _absent(using, "SELECT current_setting('archive_mode') <> 'off'"),
        "standby": lambda: _absent(using, "SELECT EXISTS (SELECT 1 FROM pg_replication_slots)"),
    }


def _vacuum_tables(using: str) -> str:
    """PostgreSQL only warns whom it does not let vacuum: so ask first whose tables these are."""
    mine = (
        "SELECT c.oid::regclass::text, pg_has_role(c.relowner, 'USAGE') FROM pg_class c "
        "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(mine)
        tables = cursor.fetchall()
    if not all(may for _table, may in tables):
        return OUT_OF_REACH
    return _attempted(using, "VACUUM " + ", ".join(table for table, _may in tables))


def _attempted(using: str, sql: str) -> str:
    try:
        with connections[using].cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:  # not this role's to do
        return OUT_OF_REACH
    return DONE


def _absent(using: str, sql: str) -> str:
    """Out of reach where the server keeps such a copy, done where there is none."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql)
        return OUT_OF_REACH if cursor.fetchone()[0] else DONE


# -- files
def messages() -> str:
    """Messages of the bell that nobody fetched. They hold codes and ids; what is old is nobody's any more."""
    return _removed(path for folder in _bells() for path in folder.glob("*.msg"))


def _bells() -> list[Path]:
    return [path for path in Path(settings.PIL_HOME).glob("bell*") if path.is_dir()]


def cache() -> str:
    """The cache holds counters of rate limits. A shared Redis is not emptied: its keys end by themselves."""
    if "filebased" in settings.CACHES["default"]["BACKEND"]:
        caches["default"].clear()
    return DONE


def temporary_files() -> str:
    """What a killed process of ours left in the machine's temporary folder."""
    return _removed(path for path in residue.temporary() if path.is_file())


def _removed(paths: Any) -> str:
    before = time.time() - STALE_SECONDS
    try:
        for path in paths:
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
    except FileNotFoundError:
        return DONE
    except OSError:
        return FAILED
    return DONE


def broker() -> str:
    """Redis writes its append-only file anew, without the messages that were fetched."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return DONE
    import redis

    try:
        client = redis.Redis.from_url(settings.REDIS_URL)
        if client.config_get("appendonly").get("appendonly") == "yes":
            client.bgrewriteaof()
    except redis.RedisError:
        return OUT_OF_REACH
    return DONE


# -- what is out of reach
KINDS = {"log_archive": Copy.Kind.LOG_ARCHIVE, "standby": Copy.Kind.REPLICA}


def _register(order: Order, names: list[str]) -> None:
    """Enter what could not be reached into the register of copies, once an emergency; a person ends it there."""
    for name in names:
        kind = KINDS.get(name.rpartition(".")[2], Copy.Kind.SNAPSHOT)
        if not Copy.objects.filter(emergency=order.emergency, kind=kind, place=name).exists():
            copies.declare(kind, place=name, keeper="operator", actor="system", emergency=order.emergency)
