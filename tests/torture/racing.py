"""Several acts at one moment, each in a thread with connections of its own."""

import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

from django.db import DatabaseError, connections

from pilifecycle.errors import LifecycleError

Act = Callable[[], Any]
SECONDS = 60


def together(roll: Random, *acts: Act) -> list[Any]:
    """What each act returned, or the exception that it raised, in their order. They start within some milliseconds."""
    told: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, wait: float) -> None:
        try:
            start.wait(SECONDS)
            time.sleep(wait)
            told[place] = acts[place]()
        except Exception as refusal:
            told[place] = refusal
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(place, roll.choice([0, 0, roll.uniform(0, 0.03)])))
        for place in range(len(acts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "they wait for each other"
    return told


def refused(told: list[Any], *, guard: str = "-") -> list[str]:
    """The codes of the refusals; `guard` for a word of the database's own guard. Whatever is no refusal is raised."""
    codes = []
    for each in told:
        if isinstance(each, LifecycleError):
            codes.append(each.code)
        elif isinstance(each, DatabaseError) and guard in str(each):
            codes.append("guard")
        elif isinstance(each, Exception):
            raise each
    return codes
