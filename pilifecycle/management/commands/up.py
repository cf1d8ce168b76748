"""``manage.py up``: web, worker, timetable and the ring (clock and sequencer) as one command, with one clean stop.

Why it is safe to end it in any way: each process is a direct child that the kernel ends when this one dies
(PR_SET_PDEATHSIG), so a SIGKILL leaves nobody who goes on deleting. Hence a worker with the solo pool and a timetable
of its own: grandchildren would not get that signal. Each child has a process group of its own, so that Ctrl-C reaches
it once, from here; a second signal would be a cold stop to Celery. If one child ends, all end, and the exit code is 1:
whoever supervises this command (systemd, a person) starts it again, and the rows in the database say what remains.

In production the parts run apart, each with its own environment: ``up --only web`` where the public comes in (with
PIL_CUSTODY=none), ``up --only worker,timetable,ring`` where the keys are.
"""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from pilifecycle import checks

STOP_SECONDS = 20
LAST_TO_FIRST = ("timetable", "ring", "web", "worker")
NEED_CUSTODY = {"worker", "ring"}
CELERY = ("-W", "ignore:::celery.platforms", "-m", "celery", "--quiet", "--app", "pilifecycle")
QUIET_WORKER = ("--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING")


def die_with_parent(parent: int) -> None:
    """Run in the child, before its program: the kernel sends it SIGTERM when the parent ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # the parent died in between
        os._exit(1)


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything starts: port 0 is any free one, and nobody can take it in between."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((host, port))
    taken.listen(128)
    taken.set_inheritable(True)
    return taken


def parts(only: str) -> set[str]:
    """The names in ``--only``, or what this process can run: a front without custody serves pages and nothing else."""
    possible = {"web"} if settings.PIL_CUSTODY == "none" else set(LAST_TO_FIRST)
    wanted = {name.strip() for name in only.split(",") if name.strip()} or possible
    if unknown := wanted.difference(LAST_TO_FIRST):
        raise CommandError(f"Unknown: {', '.join(sorted(unknown))}. The parts are {', '.join(sorted(LAST_TO_FIRST))}.")
    if settings.PIL_CUSTODY == "none" and (keyless := wanted & NEED_CUSTODY):
        raise CommandError(f"{' and '.join(sorted(keyless))} need custody, and here PIL_CUSTODY is none.")
    return wanted


def commands(descriptor: int, threads: int, wanted: set[str]) -> dict[str, list[str]]:
    """What runs, by name."""
    web = ["-m", "gunicorn", "--bind", f"fd://{descriptor}", "--worker-class", "gthread", "--workers", "1"]
    web += ["--threads", str(threads), "--no-control-socket", "--log-level", "warning", "pilifecycle.wsgi"]
    beat = ("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel=WARNING")
    known: dict[str, Sequence[str]] = {
        "web": web,
        "worker": (*CELERY, "worker", *QUIET_WORKER),
        "timetable": (*CELERY, *beat),
        "ring": ("manage.py", "ring"),
    }
    return {name: [sys.executable, *words] for name, words in known.items() if name in wanted}


def ready_or_why() -> str:
    """An empty string, or what is missing before anything can start."""
    if not os.environ.get("PIL_SECRET_KEY"):  # settings refuse to show an empty one
        return "This store is not set up: run `manage.py setup` first (PIL_HOME says where it stands)."
    if lost := checks.vault_missing():
        return lost
    for alias in connections:
        try:
            executor = MigrationExecutor(connections[alias])
            waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError as error:
            return f"The database {alias!r} does not answer ({type(error).__name__})."
        if waiting:
            return f"{len(waiting)} migrations wait in the database {alias!r}: run `manage.py setup`."
    return ""


def keep_to_ourselves() -> None:
    """What this process and its children write is their owner's alone; no crash writes memory, with keys, to disk."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Household:
    """The processes of one `up`, from their start to the last one's end."""

    def __init__(self, wanted: dict[str, list[str]], descriptor: int = -1) -> None:
        parent = os.getpid()
        self.kids = {
            name: subprocess.Popen(  # noqa: S603
                words,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                pass_fds=(descriptor,) if name == "web" else (),
                process_group=0,
                preexec_fn=lambda: die_with_parent(parent),
            )
            for name, words in wanted.items()
        }

    def ended(self) -> list[str]:
        """The names of those that are no longer there."""
        return [name for name, kid in self.kids.items() if kid.poll() is not None]

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask everybody to end, wait, and end what is left with its whole group."""
        for name in LAST_TO_FIRST:
            if name in self.kids and self.kids[name].poll() is None:
                self.kids[name].terminate()
        until = time.monotonic() + seconds
        for kid in self.kids.values():
            try:
                kid.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(kid.pid, signal.SIGKILL)
                kid.wait()


class Command(BaseCommand):
    help = "Run web, worker, timetable and clock together until SIGTERM or Ctrl-C; exit code 1 if one of them ended."
    requires_system_checks: list[str] = []  # after the store was found ready, with its databases

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST[:PORT]", help="address to serve on")
        parser.add_argument("--port", type=int, default=None, help="port instead of the one in --bind; 0: a free one")
        parser.add_argument("--threads", type=int, default=4, help="threads of the one web process")
        parser.add_argument(
            "--only", default="", metavar="PART,…", help="of web, worker, timetable and ring only these; default: all"
        )

    def handle(self, *args: Any, bind: str, port: int | None, threads: int, only: str, **options: Any) -> None:
        wanted = parts(only)
        if why := ready_or_why():
            raise CommandError(why)
        self.check(databases=list(connections))
        connections.close_all()
        keep_to_ourselves()
        stop = self._listen_for_signals()
        household = self._serve(bind, port, threads, wanted) if "web" in wanted else self._work(wanted)
        self.stdout.flush()
        self._watch(household, stop)

    def _serve(self, bind: str, port: int | None, threads: int, wanted: set[str]) -> Household:
        host, _, given = bind.partition(":") if bind.count(":") < 2 else (bind, "", "")
        taken, address = self._take(host or "127.0.0.1", int(given or 8000) if port is None else port)
        os.environ.setdefault("PIL_BASE_URL", address)
        household = Household(commands(taken.fileno(), threads, wanted), taken.fileno())
        taken.close()
        self.stdout.write(f"listening on {address}")
        return household

    def _work(self, wanted: set[str]) -> Household:
        household = Household(commands(-1, 0, wanted))
        self.stdout.write(f"running {', '.join(sorted(wanted))}")
        return household

    def _take(self, host: str, port: int) -> tuple[socket.socket, str]:
        try:
            taken = listen(host, port)
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
        shown = f"[{host}]" if ":" in host else host
        return taken, f"http://{shown}:{taken.getsockname()[1]}"

    def _listen_for_signals(self) -> list[int]:
        """A list that the first SIGTERM or SIGINT fills; later ones change nothing."""
        stop: list[int] = []

        def note(number: int, frame: FrameType | None) -> None:
            stop.append(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, note)
        return stop

    def _watch(self, household: Household, stop: list[int]) -> None:
        while not stop and not household.ended():
            time.sleep(0.1)
        failed = [] if stop else household.ended()
        household.stop()
        if failed:
            raise CommandError(f"Ended by itself: {', '.join(failed)}. The others were stopped.", returncode=1)
        self.stdout.write("stopped")
