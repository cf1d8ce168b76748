"""An item that is stripped: its disposal meets every accident."""

import pytest

from tests.torture.accidents import (
    test_a_clock_that_is_set_stops_everything_until_two_signed,
    test_a_full_disk_loses_nothing,
    test_killed_again_and_again,
    test_one_that_was_frozen_comes_back_late,
    test_several_workers_at_once,
)

__all__ = [
    "test_a_clock_that_is_set_stops_everything_until_two_signed",
    "test_a_full_disk_loses_nothing",
    "test_killed_again_and_again",
    "test_one_that_was_frozen_comes_back_late",
    "test_several_workers_at_once",
]
pytestmark = pytest.mark.embedded
KIND = "level"
EVERY = {"test_killed_again_and_again": 3}  # else each ninth round
