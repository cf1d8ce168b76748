"""A whole emergency: its disposal meets every accident."""

import pytest

from tests.torture.accidents import (
    test_a_clock_that_is_set_stops_everything_until_two_signed,
    test_a_full_disk_loses_nothing,
    test_killed_again_and_again,
    test_one_that_was_frozen_comes_back_late,
    test_several_workers_at_once,
)
from tests.torture.household import test_one_of_the_household_is_killed

__all__ = [
    "test_a_clock_that_is_set_stops_everything_until_two_signed",
    "test_a_full_disk_loses_nothing",
    "test_killed_again_and_again",
    "test_one_of_the_household_is_killed",
    "test_one_that_was_frozen_comes_back_late",
    "test_several_workers_at_once",
]
pytestmark = pytest.mark.embedded
KIND = "end"
EVERY = {"test_killed_again_and_again": 1, "test_one_of_the_household_is_killed": 10}  # else each ninth round
