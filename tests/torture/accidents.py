"""A disposal that is killed, doubled, frozen, starved of disk or set back in time ends as if nothing had happened.

The tests of `test_end.py`, `test_level.py` and `test_rolling.py`: a file a kind, so that one worker prepares its store.
"""

import os
import signal
import time
from random import Random

from retention.batches.journal import WALKS
from tests.torture.seeds import dice
from tests.torture.stores import Played

ENDS = {0, 1, -signal.SIGKILL}  # done, "run the same command again", killed; anything else is a crash of our own


def begin(store: Played, roll: Random) -> int:
    """A run: mostly a fork of a loaded process, sometimes the very command."""
    return store.start_real("dispose", store.facts["number"]) if roll.random() < 0.1 else store.dispose()


def wait_for_a_moment(store: Played, pid: int, roll: Random) -> None:
    """Any moment of the run, or the moment right after a step of the journal changed its state."""
    if roll.random() < 0.4:
        store.ends_within(pid, roll.uniform(0, store.seconds))
        return
    done = {name for name, state in store.stands() if state == "done"}
    step = roll.choice([name for name in WALKS[store.kind] if name not in done] or ["verify"])
    store.wait_until(step, roll.choice(["running", "done"]), pid)
    time.sleep(roll.choice([0, roll.uniform(0, 0.02), roll.uniform(0, 0.3)]))


def test_killed_again_and_again(store: Played, seed: int) -> None:
    roll = dice(seed, f"killed {store.kind}")
    for _kill in range(roll.randint(1, 4)):
        pid = begin(store, roll)
        wait_for_a_moment(store, pid, roll)
        code = store.kill(pid, children=roll.random() < 0.5)
        assert code in ENDS, store.log()
        store.lease_runs_out()
    store.run_to_the_end()
    store.demand_truth()


def test_several_workers_at_once(store: Played, seed: int) -> None:
    roll = dice(seed, f"several {store.kind}")
    runs = [store.dispose(until_done=True) for _run in range(roll.choice([2, 3]))]
    victim = runs.pop() if roll.random() < 0.6 else 0
    if victim:
        wait_for_a_moment(store, victim, roll)
        assert store.kill(victim) in ENDS, store.log()
        store.lease_runs_out()  # of the dead one, or of a living one that is slow
    assert [store.wait(run) for run in runs] == [0] * len(runs), store.log()
    store.demand_truth()


def test_one_that_was_frozen_comes_back_late(store: Played, seed: int) -> None:
    roll = dice(seed, f"frozen {store.kind}")
    late = store.dispose()
    wait_for_a_moment(store, late, roll)
    os.kill(late, signal.SIGSTOP)
    store_is_free = roll.random() < 0.7
    other = store.dispose(until_done=True) if _free(store) else 0
    if not store_is_free or not other or not store.ends_within(other, 12):  # it may hold SQLite's write lock
        os.kill(late, signal.SIGCONT)
    if other:
        assert store.wait(other) == 0, store.log()
    os.kill(late, signal.SIGCONT)
    assert store.wait(late) in ENDS, store.log()
    store.run_to_the_end()
    store.demand_truth()


def _free(store: Played) -> bool:
    """Let the lease run out; False where the frozen process holds the write lock."""
    with store.data() as connection:
        connection.execute("PRAGMA busy_timeout = 300")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except Exception:
            return False
        connection.execute("ROLLBACK")
    store.lease_runs_out()
    return True


def test_a_full_disk_loses_nothing(store: Played, seed: int) -> None:
    roll = dice(seed, f"full {store.kind}")
    most = 4096 * roll.choice([1, 2, 8, roll.randint(8, 80), roll.randint(80, 300)])
    code = store.wait(store.dispose(file_bytes=most))
    reached = dict(store.stands()).get("verify") == "done"
    assert code != 0 or reached, "a full disk must not look like an end"
    assert code == 0 or store.log().strip(), "it must fail loudly"
    store.run_to_the_end()
    store.demand_truth()


def test_a_clock_that_is_set_stops_everything_until_two_signed(store: Played, seed: int) -> None:
    roll = dice(seed, f"clock {store.kind}")
    if roll.random() < 0.5:
        pid = store.dispose()
        wait_for_a_moment(store, pid, roll)
        store.kill(pid)
        store.lease_runs_out()
    before = store.stands()
    assert store.wait(store.dispose(jump=roll.choice([-3600, -60, 3600, 86400]))) == 1, store.log()
    for signed in range(2):
        assert store.wait(store.dispose()) == 1, store.log()
        assert "clock_jumped" in store.log()
        assert store.stands() == before
        assert store.wait(store.start("sign", sign=f"S000{signed}")) == 0, store.log()
    store.run_to_the_end()
    store.demand_truth()
