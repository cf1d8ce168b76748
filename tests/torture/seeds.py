"""Which rounds are played.

``PIL_TORTURE=10`` plays ten of each loop; without it two. Seeds differ from day to day; ``PIL_TORTURE_SEED=n`` plays
exactly that one, as its failure printed it. xdist's workers must collect the same tests, so nothing here is random.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

FEW = 2
SPREAD = 100_000  # seeds of one day, no two days alike


def rounds() -> int:
    """How many rounds of each loop are asked for."""
    return int(os.environ.get("PIL_TORTURE") or FEW)


def seeds(every: int = 1) -> list[int]:
    """The seeds of a loop. `every`: of a slow one only each n-th round is played, one at least."""
    if chosen := os.environ.get("PIL_TORTURE_SEED"):
        return [int(chosen)]
    first = datetime.now(UTC).date().toordinal() * SPREAD
    return [first + place for place in range(max(1, rounds() // every))]


def played(every: int = 1) -> Callable[[Any], Any]:
    """A decorator: the test runs once a seed, and its name tells which."""
    return pytest.mark.parametrize("seed", seeds(every), ids=lambda seed: f"seed{seed}")


def dice(seed: int, what: str) -> Random:
    """Random choices that the seed alone decides, another row of them for each loop."""
    return Random(f"{seed} {what}")
