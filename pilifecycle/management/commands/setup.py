"""``manage.py setup``: everything a new store needs, once; run again, it changes nothing that is there.

When it has just made the secrets, this process has read its settings without them: it then runs itself once more, in a
process that starts with the file in place, and that one makes the databases and the keyring.
"""

import os
import secrets
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from pilifecycle import checks, privileges

DEMO_FACTOR = 1440  # a day of the store is a minute on the wall
OPENERS = {"PIL_KEYRING_PASSPHRASE", "PIL_KEYRING_KEK"}


def new_secrets(given: set[str], custody: str) -> dict[str, str]:
    """The secrets a store of its own needs and the environment does not give; a given one is never written to disk."""
    wanted = {"PIL_SECRET_KEY": secrets.token_urlsafe(48), "PIL_CANARY_KEY": secrets.token_urlsafe(32)}
    if custody == "keyring" and not OPENERS & given:
        wanted["PIL_KEYRING_PASSPHRASE"] = secrets.token_urlsafe(32)
    return {name: value for name, value in wanted.items() if name not in given}


def write_once(path: Path, values: dict[str, str]) -> None:
    """Write a file of secrets that only its owner can read; raise FileExistsError if there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write("# Made by `manage.py setup`. Keep it apart from the databases; without it nothing here opens.\n")
        out.writelines(f"{name}={value}\n" for name, value in values.items())
        out.flush()
        os.fsync(out.fileno())


def folders(home: Path) -> list[Path]:
    """What must be there before the first process starts; without a broker, the bell's folders too."""
    bell = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    named = [Path(bell[name]) for name in sorted(bell) if name.endswith("_folder") or name.startswith("data_folder")]
    return [home, *named, Path(settings.PIL_SECOND_PLACE), Path(settings.PIL_CERTIFICATES)]


def made_by_its_owner(alias: str) -> bool:
    """Whether this process only uses the tables, which are there: a worker makes its keyring and no table."""
    if privileges.may_migrate(alias):
        return False
    executor = MigrationExecutor(connections[alias])
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(f"{len(waiting)} migrations wait in the database {alias!r}: run this as its owner first.")
    return True


class Command(BaseCommand):
    help = "Make a new store: its directory, its secrets, both databases and the keyring. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo",
            nargs="?",
            type=int,
            const=DEMO_FACTOR,
            default=0,
            metavar="FACTOR",
            help=f"the store is born as a demo, its time runs FACTOR ({DEMO_FACTOR}) times faster; only at birth",
        )

    def handle(self, *args: Any, demo: int, verbosity: int, **options: Any) -> None:
        home = Path(settings.PIL_HOME)
        os.umask(0o077)
        for folder in folders(home):
            folder.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        if self._wrote_secrets(home / "pil.env"):
            self._again(demo)
        else:
            self._make(demo)
            self._say(home, demo)

    def _make(self, demo: int) -> None:
        """Both databases and the keyring: the vault first, for what is in it is older than any row about it."""
        if lost := checks.vault_missing():
            raise CommandError(lost)
        settings.PIL_DEMO_FACTOR = demo or settings.PIL_DEMO_FACTOR
        for alias in ("vault", "default"):
            if not made_by_its_owner(alias):
                call_command("migrate", database=alias, verbosity=0, skip_checks=True)
        if settings.PIL_CUSTODY != "none":
            from pilifecycle.custody import actions

            actions.prepare()

    def _wrote_secrets(self, path: Path) -> bool:
        given = {name for name in os.environ if os.environ[name] and name.startswith("PIL_")}
        values = new_secrets(given, settings.PIL_CUSTODY)
        if path.exists() or not values:
            return False
        write_once(path, values)
        self.stdout.write(f"Secrets: wrote {', '.join(sorted(values))} to {path}.")
        self.stdout.flush()
        return True

    def _again(self, demo: int) -> None:
        command = [sys.executable, "manage.py", "setup", *(["--demo", str(demo)] if demo else [])]
        if code := subprocess.run(command, cwd=settings.BASE_DIR, check=False).returncode:  # noqa: S603
            raise CommandError("Set-up stopped; see above.", returncode=code)

    def _say(self, home: Path, demo: int) -> None:
        """What stands now. A birth is never changed, so what was asked for is not always what is."""
        from pilifecycle.store import clock

        clock.forget()
        birth = clock.birth()
        factor = birth.demo_factor if birth else 0
        kind = f"born as a demo, {factor} times faster" if factor else "a real one"
        self.stdout.write(f"The store stands in {home}: {kind}.")
        if demo and demo != factor:
            self.stderr.write("It was born before, and how a store is born never changes.")
