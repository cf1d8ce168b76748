"""A store in production shape: two PostgreSQL databases with their roles, Redis, a front without keys, a worker.

The office that declares, signs and looks is a third process, with custody and the pages' roles: ``python -m
tests.flows.production URL PEOPLE`` plays a whole life against the front and prints what it saw as JSON.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT, run_manage
from tests.servers import ADMINISTRATOR, ROLES, programs

FACTOR = "43200"  # a day of this store is two seconds on the wall
LOGINS = {  # who connects as whom: (data, vault)
    "owner": ("pil_owner", "pil_vault_owner"),
    "front": ("pil_web", "pil_front"),
    "office": ("pil_web", "pil_vault_web"),
    "worker": ("pil_worker", "pil_vault_worker"),
}
WITHOUT_CUSTODY = ("owner", "front")
STOP_SECONDS = 25


@dataclass
class Production:
    """Where the servers are, and what each process is told."""

    place: Path
    server: str
    redis: str
    number: int
    names: dict[str, str] = field(default_factory=dict)

    def environment(self, who: str) -> dict[str, str]:
        """The environment of one process: its roles, its custody, and nothing of the suite's own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIL_", "DJANGO_"))}
        data, vault = LOGINS[who]
        keyless = who in WITHOUT_CUSTODY
        told = {
            "PIL_HOME": self.place / ("worker" if who in ("worker", "office") else who),
            "PIL_DATABASE_URL": f"postgresql://{data}@/{self.server}/{self.names['data']}",
            "PIL_VAULT_URL": f"postgresql://{vault}@/{self.server}/{self.names['vault']}",
            "PIL_BROKER_URL": f"redis+socket://{self.redis}?virtual_host={self.number}",
            "PIL_SECRET_KEY": "production-test-" + "s" * 50,
            "PIL_CANARY_KEY": "production-test-canary-key",
            "PIL_CUSTODY": "none" if keyless else "keyring",
            "PIL_KEYRING_PASSPHRASE": "" if keyless else "production-test-passphrase",
            "PIL_SECOND_PLACE": self.place / "second-place",
            "PIL_CERTIFICATES": self.place / "certificates",
            "TMPDIR": self.place
            / "temporary",  # the residue scan reads what is ours there: not the suite's own servers
            "PYTHONUNBUFFERED": "1",
        }
        return {**clean, **{name: str(value) for name, value in told.items()}}

    def manage(self, who: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command as one of them, to its end."""
        return run_manage({**self.environment(who), **more}, *words)

    def psql(self, *words: str) -> str:
        """What an administrator does."""
        program = [programs()["psql"] or "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.server]
        command = [*program, "-U", ADMINISTRATOR, "-d", "postgres", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def founded(place: Path, *, number: int = 9) -> Production:
    """Two new databases by ``roles.sql``, migrated by their owners, and the worker's keyring."""
    server = re.search(r"@/(.*)/", os.environ["PIL_DATABASE_URL"])
    redis = os.environ["PIL_BROKER_URL"].removeprefix("redis+socket://").partition("?")[0]
    made = Production(place, server[1] if server else "", redis, number)
    (place / "temporary").mkdir()
    made.names = {kind: f"{kind}_{os.getpid()}_{number}" for kind in ("data", "vault")}
    made.psql("-v", f"data={made.names['data']}", "-v", f"vault={made.names['vault']}", "-f", str(ROLES))
    for who, words in (("owner", ("setup", "--demo", FACTOR)), ("worker", ("setup",)), ("front", ("setup",))):
        done = made.manage(who, *words)
        assert done.returncode == 0, f"{who}: {done.stderr}"
    return made


def removed(made: Production) -> None:
    """Both databases dropped, whoever is still connected."""
    for name in made.names.values():
        made.psql("-c", f'drop database if exists "{name}" with (force)')


class Up:
    """A running ``manage.py up`` of one process; `.said` is what it printed first."""

    def __init__(self, made: Production, who: str, *words: str) -> None:
        self.log = made.place / f"{who}-{time.monotonic_ns()}.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *words], env=made.environment(who), cwd=ROOT, stdout=out, stderr=out
            )
        self.said = self._first_line()

    def _first_line(self) -> str:
        for _ in range(400):
            if found := re.search(r"^(?:listening on|running) (.+)$", self.log.read_text(), re.M):
                return found[1]
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def child(self, word: str) -> int:
        """The id of the direct child whose command line names `word`."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        named = [n for n in task.read_text().split() if word in Path(f"/proc/{n}/cmdline").read_text()]
        return int(named[0])

    def stop(self) -> int:
        """End it cleanly, or by its ids; its exit code."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its children end with it
            return self.process.wait(5)


@contextmanager
def running(made: Production, who: str, *words: str) -> Iterator[Up]:
    """An ``up`` for the time of a block."""
    up = Up(made, who, *words)
    try:
        yield up
    finally:
        up.stop()


def play(made: Production, url: str, people: int) -> subprocess.Popen[str]:
    """The office, begun: its answer is JSON on standard output."""
    command = [sys.executable, "-m", "tests.flows.production", url, str(people)]
    return subprocess.Popen(
        command, env=made.environment("office"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def main() -> int:
    """One life, played by the office's own process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilifecycle.settings")
    import django

    django.setup()
    from retention.demo import office as offices
    from retention.demo.play import Play

    def say(sentence: str) -> None:
        print(f"[{time.strftime('%X')}] {sentence}", file=sys.stderr, flush=True)

    office = offices.set_up()
    told = Play(say, sys.argv[1], office, int(sys.argv[2])).run()
    told["passwords"] = office.passwords
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
