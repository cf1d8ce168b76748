"""Dates: where a day begins and ends, when work ends by default, how long late entries come in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from collection.emergencies import periods


@pytest.mark.parametrize(
    ("category", "agreed", "days"),
    [
        ("natural_disaster", [], 30),
        ("public_health", [], 15),
        ("natural_disaster", [30, 20], 20),
        ("public_health", [30], 15),
    ],
)
def test_the_shortest_of_category_and_standards_counts(category: str, agreed: list[int], days: int) -> None:
    assert periods.days_to_end(category, agreed) == days


@pytest.mark.parametrize(
    ("lifted", "days", "ended"),
    [
        (date(2026, 7, 1), 30, date(2026, 7, 31)),
        (date(2028, 2, 14), 15, date(2028, 2, 29)),
        (date(2027, 2, 14), 15, date(2027, 3, 1)),
        (date(2026, 12, 20), 15, date(2027, 1, 4)),
    ],
)
def test_work_ends_so_many_days_after_lifting(lifted: date, days: int, ended: date) -> None:
    assert periods.default_end(lifted, days) == ended


def test_a_day_is_a_day_in_shanghai() -> None:
    assert periods.day_of(datetime(2026, 7, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert periods.day_of(datetime(2026, 7, 1, 16, 0, tzinfo=UTC)) == date(2026, 7, 2)
    assert periods.end_of(date(2026, 7, 1)) == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert periods.start_of(date(2026, 7, 2)) == periods.end_of(date(2026, 7, 1))


def test_late_entries_come_in_for_48_hours_to_the_second() -> None:
    lifted = datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert not periods.comes_too_late(lifted, lifted + timedelta(hours=48))
    assert periods.comes_too_late(lifted, lifted + timedelta(hours=48, seconds=1))


def test_a_papers_earlier_date_stands_for_the_end_of_that_day_but_never_for_the_future() -> None:
    now = datetime(2026, 7, 2, 2, tzinfo=UTC)
    assert periods.day_of(periods.moment_of(date(2026, 7, 1), now)) == date(2026, 7, 1)
    assert periods.moment_of(date(2026, 7, 2), now) == now
