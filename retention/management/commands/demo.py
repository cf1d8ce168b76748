"""One emergency's whole life with invented people, on the real server and worker. Exit 0 only if all of it is true."""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pilifecycle.errors import LifecycleError
from retention.demo.ground import clear

FACTOR = 43_200  # a day of this store is two seconds on the wall


class Command(BaseCommand):
    help = (
        "Play one emergency from its declaration to its certificate, with invented people, on a store born as a demo."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=200)
        parser.add_argument(
            "--json", action="store_true", help="a summary as JSON on standard output; the story on standard error"
        )
        parser.add_argument(
            "--prepare-only", action="store_true", help="accounts, a flood and open points in this store, then stop"
        )

    def handle(self, *args: Any, people: int, prepare_only: bool, **options: Any) -> None:
        if people < 30:
            raise CommandError("The play needs at least 30 people.")
        if prepare_only:
            return self._prepare()
        if os.environ.pop("PIL_DEMO_BORN", "") != "1":
            return self._born_again(people, options["json"])
        return self._play(people, options["json"])

    def _born_again(self, people: int, as_json: bool) -> None:
        """A new store for a new play, and a process that starts with it in place."""
        home = Path(settings.PIL_HOME)
        clear(home)
        env = {**os.environ, "PIL_HOME": str(home), "PIL_DEMO_BORN": "1"}
        setup = [sys.executable, "manage.py", "setup", "--demo", str(FACTOR)]
        if subprocess.run(setup, cwd=settings.BASE_DIR, env=env, stdout=sys.stderr, check=False).returncode:  # noqa: S603
            raise CommandError("The store could not be set up; see above.")
        words = [sys.executable, "manage.py", "demo", "--people", str(people), *(["--json"] if as_json else [])]
        raise SystemExit(subprocess.run(words, cwd=settings.BASE_DIR, env=env, check=False).returncode)  # noqa: S603

    def _prepare(self) -> None:
        """For `make run`: an office to sign in with and points to register at. Only in a new store born as a demo."""
        from collection.points.models import Body
        from pilifecycle.store import clock
        from retention.demo import office as offices

        if not clock.is_demo():
            raise CommandError("This store was not born as a demo.")
        if Body.objects.exists():
            self.stdout.write("This store has its office already; its accounts were shown when it was made.")
            return
        office = offices.set_up()
        _campaign, points = offices.open_points(office, offices.declare(office))
        for username, password in office.passwords.items():
            self.stdout.write(
                f"  {username:6} {password}   {office.people[username].first_name} · {office.people[username].office}"
            )
        for point in points:
            self.stdout.write(f"  /p/{point.code}/   {point.name}")

    def _play(self, people: int, as_json: bool) -> None:
        from retention.demo import office as offices
        from retention.demo.play import Play, Untrue
        from retention.demo.server import Server

        began = time.monotonic()
        try:
            office = offices.set_up()
            with Server() as server:
                told = Play(self._say(as_json), server.url, office, people).run()
        except (Untrue, LifecycleError, RuntimeError) as error:
            raise CommandError(f"Not true: {error}") from error
        told["store"] = _store()
        told["seconds"] = round(time.monotonic() - began, 1)
        self._close(told, as_json)

    def _say(self, as_json: bool) -> Any:
        out, began = (self.stderr if as_json else self.stdout), time.monotonic()

        def say(sentence: str) -> None:
            out.write(f"[{time.monotonic() - began:5.1f} s] {sentence}")
            out.flush()

        return say

    def _close(self, told: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(
            f"\n{told['records_before']} entries lived before the end, "
            f"{told['records_after']} after it; {told['held']} is held by a court's order; "
            f"{told['refused']} attempts were refused.\nWhat remains: the "
            f"held entry, counts with small cells suppressed, the audit log, "
            f"and a declared backup, which is why the certificate says {told['certificate_state']} and not final.\n"
            f"Certificate: {told['certificate']}\nIt verifies, and so does the ledger. {told['seconds']} s."
        )


def _store() -> dict[str, str]:
    """Where the three stores stand: file paths, or the databases' names."""
    names = {alias: str(settings.DATABASES[alias]["NAME"]) for alias in ("default", "vault")}
    return {"data": names["default"], "vault": names["vault"], "keyring": str(settings.PIL_KEYRING)}
