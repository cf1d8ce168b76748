"""`manage.py up` amid a disposal, and one of its processes is killed: nobody is left over, nothing is lost."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from tests.torture.seeds import dice
from tests.torture.stores import Played

WORDS = {"web": "gunicorn", "worker": "celery\0--quiet\0--app\0pilifecycle\0worker", "ring": "manage.py\0ring"}


def children(parent: int) -> dict[int, str]:
    """The command lines of the direct children of a process, by their ids."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if int((place / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found[int(place.name)] = (place / "cmdline").read_text()
        except (OSError, ValueError):
            continue
    return found


def running(number: int) -> bool:
    """Whether a process lives."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_for(what: Any, seconds: float, why: str) -> None:
    """Look again and again."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, why
        time.sleep(0.05)


def test_one_of_the_household_is_killed(store: Played, seed: int) -> None:
    roll = dice(seed, f"up {store.kind}")
    whom = roll.choice(["parent", *WORDS])
    parent = store.start_real("up", "--port", "0")
    step = roll.choice(["canary_opens", "keys", "canary_dead", "rows", "sweep", "verify"])
    wait_for(lambda: any(name == step for name, _state in store.stands()) or _deleted(store), 90, store.log())
    kids = children(parent)
    victim = parent if whom == "parent" else next((pid for pid, said in kids.items() if WORDS[whom] in said), parent)
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: not any(map(running, [parent, *kids])), 40, f"{whom} was killed, and somebody is left over")
    assert store.wait(parent) in {1, -signal.SIGKILL}, store.log()
    store.lease_runs_out()
    again = store.start_real("up", "--port", "0")
    wait_for(lambda: _deleted(store), 90, store.log())
    os.kill(again, signal.SIGTERM)
    assert store.wait(again) in {0, -signal.SIGTERM}, store.log()  # it may not have come to its own handler yet
    store.run_to_the_end()
    store.demand_truth()


def _deleted(store: Played) -> bool:
    """Physically deleted, and both certificates written."""
    with store.data() as connection:
        state = connection.execute(
            "SELECT state FROM retention_disposalbatch WHERE number = ?", [store.facts["number"]]
        ).fetchone()[0]
    return state == "physically_deleted" and len(list((store.home / "certificates").glob("*.json"))) >= 2
