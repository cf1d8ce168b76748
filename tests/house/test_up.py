"""``manage.py setup`` and ``manage.py up`` with real processes: a clean stop, and nobody left behind."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from tests.conftest import ROOT, run_manage, store_environment

pytestmark = pytest.mark.embedded
Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a store that is set up, one for this file: stopping and killing leave it whole."""
    environment = store_environment(tmp_path_factory.mktemp("up"))
    done = run_manage(environment, "setup")
    assert done.returncode == 0, done.stderr
    return environment


@contextmanager
def up(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """A running ``up`` on a free port, its address in ``.address``; whatever a test leaves is ended by its ids."""
    log = Path(environment["PIL_HOME"]).parent / "up.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0", *words],
            env=environment,
            cwd=ROOT,
            stdout=out,
            stderr=out,
        )
    try:
        process.address = wait_for_address(process, log)  # type: ignore[attr-defined]
        yield process
    finally:
        for number in [*children(process.pid), process.pid]:
            end(number)
        process.wait(10)


def wait_for_address(process: subprocess.Popen[str], log: Path) -> str:
    for _ in range(300):
        if found := re.search(r"listening on (\S+)", log.read_text()):
            return found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def end(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def children(parent: int) -> list[int]:
    """The ids of all processes below `parent`, at any depth, with `parent` alive."""
    found, level = [], [parent]
    while level:
        level = [kid for number in level for kid in _kids(number)]
        found += level
    return found


def _kids(number: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []


def alive(number: int) -> bool:
    """Whether a process runs: a zombie that waits for its parent does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def all_gone(numbers: list[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while any(map(alive, numbers)) and time.monotonic() < until:
        time.sleep(0.1)
    return not any(map(alive, numbers))


def answer(address: str) -> int:
    """The status of the liveness page, however long the server takes to load."""
    try:
        return urllib.request.urlopen(f"{address}/healthz", timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def settled(process: subprocess.Popen[str]) -> list[int]:
    """All processes of a running `up`, once the web answers (its own child is there by then)."""
    assert answer(process.address) == 200  # type: ignore[attr-defined]
    return children(process.pid)


def test_setup_keeps_its_secrets_private_and_makes_them_once(store: dict[str, str]) -> None:
    home = Path(store["PIL_HOME"])
    secrets = home / "pil.env"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.iterdir() if file.is_file()} == {0o600}
    before = secrets.read_text()
    assert run_manage(store, "setup").returncode == 0
    assert secrets.read_text() == before


@pytest.mark.parametrize(
    ("given", "custody", "made"),
    [
        ((), "keyring", {"PIL_SECRET_KEY", "PIL_CANARY_KEY", "PIL_KEYRING_PASSPHRASE"}),
        (("PIL_KEYRING_PASSPHRASE",), "keyring", {"PIL_SECRET_KEY", "PIL_CANARY_KEY"}),
        (("PIL_KEYRING_KEK", "PIL_CANARY_KEY"), "keyring", {"PIL_SECRET_KEY"}),
        ((), "none", {"PIL_SECRET_KEY", "PIL_CANARY_KEY"}),
    ],
)
def test_what_the_operator_gives_is_not_written_to_disk(given: tuple[str, ...], custody: str, made: set[str]) -> None:
    from pilifecycle.management.commands.setup import new_secrets

    written = new_secrets(set(given), custody)
    assert set(written) == made
    assert min(map(len, written.values())) >= 40
    assert written != new_secrets(set(given), custody)  # random


def test_a_store_that_was_born_stays_what_it_is(store: dict[str, str]) -> None:
    done = run_manage(store, "setup", "--demo")
    assert done.returncode == 0
    assert "a real one" in done.stdout
    assert "never changes" in done.stderr


def test_up_says_what_to_do_when_the_store_is_not_set_up(manage: Manage) -> None:
    done = manage("up", "--port", "0")
    assert done.returncode == 1
    assert "manage.py setup" in done.stderr
    assert "Traceback" not in done.stderr


def assert_a_second_one_is_refused_in_one_line(store: dict[str, str], address: str) -> None:
    taken = address.removeprefix("http://")
    done = run_manage(store, "up", "--bind", taken)
    assert done.returncode == 1
    assert f"Cannot listen on {taken}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.torture
def test_a_sigterm_stops_everybody_and_is_no_failure(store: dict[str, str]) -> None:
    with up(store) as process:
        everybody = settled(process)
        assert len(everybody) >= 4  # the web's master and its worker, the worker, the timetable
        assert_a_second_one_is_refused_in_one_line(store, process.address)  # type: ignore[attr-defined]
        process.terminate()
        process.terminate()  # a second one changes nothing
        assert process.wait(25) == 0
        assert all_gone(everybody, 1)


@pytest.mark.torture
def test_a_sigkill_of_the_parent_leaves_no_orphans(store: dict[str, str]) -> None:
    with up(store) as process:
        everybody = settled(process)
        process.kill()
        process.wait(5)
        gone = all_gone(everybody, 20)
        for number in everybody:
            end(number)
        assert gone


@pytest.mark.torture
@pytest.mark.parametrize("victim", ["celery", "gunicorn"])
def test_a_killed_child_ends_the_others_with_exit_code_one(store: dict[str, str], victim: str) -> None:
    with up(store) as process:
        everybody = settled(process)
        named = [n for n in _kids(process.pid) if victim in Path(f"/proc/{n}/cmdline").read_text()]
        os.kill(named[0], signal.SIGKILL)
        assert process.wait(30) == 1
        assert all_gone(everybody, 5)


def test_some_parts_run_alone(settings: Any) -> None:
    from pilifecycle.management.commands.up import commands, parts

    assert parts("") == {"web", "worker", "timetable", "ring"}
    assert parts("worker, ring") == {"worker", "ring"}
    assert set(commands(3, 4, parts("web"))) == {"web"}
    with pytest.raises(CommandError, match="Unknown: webb"):
        parts("webb,ring")
    settings.PIL_CUSTODY = "none"
    assert parts("") == {"web"}
    with pytest.raises(CommandError, match="ring and worker need custody"):
        parts("worker,ring")


def test_parts_without_web_listen_on_nothing(store: dict[str, str]) -> None:
    done = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--only", "ring"], env=store, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert done.stdout.readline() == "running ring\n"
        assert len(children(done.pid)) == 1
    finally:
        done.terminate()
    assert done.wait(25) == 0


def test_what_it_writes_is_its_owners_alone_and_no_crash_writes_keys_to_disk() -> None:
    said = (
        "import os, resource; from pilifecycle.management.commands.up import keep_to_ourselves; keep_to_ourselves(); "
        "print(oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pilifecycle.settings"}
    done = subprocess.run([sys.executable, "-c", said], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "0o77 (0, 0)"
