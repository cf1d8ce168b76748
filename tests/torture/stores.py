"""One prepared store a kind, copied for each seed, and the processes that are let loose on the copy."""

import base64
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, store_environment

KEK = base64.b64encode(b"only for tests, only for tests..").decode()
SECONDS = 90.0
LEASE_RUNS_OUT = "UPDATE retention_journalstep SET lease_until = '2001-01-01 00:00:00' WHERE state = 'running'"
STANDS = "SELECT name, state FROM retention_journalstep WHERE state <> 'waiting' ORDER BY \"order\""


class Store:
    """A place on the disk, always the same, that is filled anew with the prepared store for each seed."""

    def __init__(self, place: Path, kind: str) -> None:
        self.home, self._kept, self.logs = place / "store", place / "prepared", place / "logs"
        (place / "tmp").mkdir(parents=True)
        self.logs.mkdir()
        self.environment = store_environment(place) | {
            "PIL_KEYRING_KEK": KEK,
            "PIL_SECRET_KEY": "only-for-torture-Zr8uB1xWq0Lm5Tn3Yv7Kc2Pd9Hs4Jf6Ga",
            "PIL_CANARY_KEY": "only-for-torture",
            "DJANGO_SETTINGS_MODULE": "pilifecycle.settings",
            "TMPDIR": str(place / "tmp"),
        }
        self.facts = self._prepare(kind)
        shutil.copytree(self.home, self._kept)
        self._zygote = self._start()
        self._groups: list[int] = []
        self._real: dict[int, subprocess.Popen[bytes]] = {}

    def _prepare(self, kind: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.torture.prepare", kind]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.torture.zygote"]
        zygote = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert zygote.stdout
        assert zygote.stdout.readline() == "{}\n", "the zygote did not start"
        return zygote

    def close(self) -> None:
        """End the zygote and whatever it left."""
        self._end_groups()
        self._zygote.communicate(timeout=30)

    def renew(self) -> None:
        """The prepared store again; nobody of the seed before is alive."""
        self._end_groups()
        shutil.rmtree(self.home)
        shutil.copytree(self._kept, self.home)
        for log in self.logs.iterdir():
            log.unlink()

    def _end_groups(self) -> None:
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self._groups.clear()
        for process in self._real.values():
            process.wait()
        self._real.clear()

    # -- processes
    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._zygote.stdin
        assert self._zygote.stdout
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return dict(json.loads(self._zygote.stdout.readline()))

    def start(self, *words: str, **more: Any) -> int:
        """A command in a process group of its own; its id. Wait for each with `wait`."""
        pid = int(self._ask({"words": words, "log": str(self.logs / "run.log"), **more})["pid"])
        self._groups.append(pid)
        return pid

    def dispose(self, **more: Any) -> int:
        """``manage.py dispose`` of the ripe batch."""
        return self.start("dispose", self.facts["number"], **more)

    def start_real(self, *words: str) -> int:
        """The same, as a person starts it: ``manage.py`` in a new Python."""
        log = (self.logs / f"real-{len(self._real)}.log").open("ab")
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        with log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self._real[process.pid] = process
        self._groups.append(process.pid)
        return process.pid

    def wait(self, pid: int) -> int:
        """Its exit code; below zero: the signal that ended it."""
        if pid in self._real:
            return self._real.pop(pid).wait()
        return int(self._ask({"wait": pid})["code"])

    def ends_within(self, pid: int, seconds: float) -> bool:
        """Whether it has ended, or does within so many seconds. `wait` for it all the same."""
        until = time.monotonic() + seconds
        while not (over := _over(pid)) and time.monotonic() < until:
            time.sleep(0.005)
        return over

    def kill(self, pid: int, *, children: bool = False) -> int:
        """SIGKILL, to the one process or to those it started too; its exit code."""
        with suppress(ProcessLookupError):
            (os.killpg if children else os.kill)(pid, signal.SIGKILL)
        return self.wait(pid)

    def run_to_the_end(self, turns: int = 8) -> None:
        """Run the command until it says that the end is reached, as its own message asks for."""
        code = 1
        for _turn in range(turns):
            self.lease_runs_out()
            if (code := self.wait(self.dispose())) == 0:
                return
        raise AssertionError(f"the batch does not come to its end (exit code {code}):\n{self.log()}")

    def log(self) -> str:
        """What the runs said."""
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in sorted(self.logs.iterdir()))

    # -- the data file, from outside
    @contextmanager
    def data(self) -> Iterator[sqlite3.Connection]:
        """A connection of our own, for a moment."""
        with closing(sqlite3.connect(self.home / "data.sqlite3", timeout=20, isolation_level=None)) as connection:
            yield connection

    def lease_runs_out(self) -> None:
        """The minute that a dead process's lease still lasts, without waiting for it."""
        with self.data() as connection:
            connection.execute(LEASE_RUNS_OUT)

    def stands(self) -> list[tuple[str, str]]:
        """The steps that have begun, and how they stand."""
        with self.data() as connection:
            return connection.execute(STANDS).fetchall()

    def wait_until(self, step: str, state: str, pid: int) -> bool:
        """Look until a step is in a state, or past it; False if the process ended before that."""
        wanted = {state, "done"}
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if any(name == step and stands in wanted for name, stands in self.stands()):
                return True
            if _over(pid):
                return False
            time.sleep(0.002)
        return False

    # -- the truth
    def truth(self) -> dict[str, Any]:
        """What `tests.torture.truth` finds, in a process of its own."""
        answer = self.logs / "truth.json"
        code = self.wait(self.start("truth", truth=self.facts, answer=str(answer)))
        assert code == 0, self.log()
        return dict(json.loads(answer.read_text()))


class Played(Store):
    """A prepared store, and what a run without any accident made of it: how long it took, and the truth."""

    def __init__(self, place: Any, kind: str) -> None:
        super().__init__(place, kind)
        began = time.monotonic()
        self.run_to_the_end()
        self.seconds, self.kind = time.monotonic() - began, kind
        self.should_be = self.truth()
        assert not self.should_be["wrong"], self.should_be["wrong"]

    def demand_truth(self) -> None:
        """The same end as without an accident."""
        told = self.truth()
        assert not told["wrong"], f"{told['wrong']}\n{self.log()}"
        assert told["same"] == self.should_be["same"], self.log()


def _over(pid: int) -> bool:
    """Whether a process has ended, waited for or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
