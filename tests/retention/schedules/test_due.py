"""The clock's arithmetic, in tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from collection.catalogue.ages import full_years
from retention.schedules.due import (
    Due,
    Rule,
    Why,
    closed_by_drop,
    emergency_due,
    grown_on,
    is_due,
    is_overdue,
    item_due,
    propose_on,
    record_due,
    shorter,
)


def a_rule(kind="name", levels=(1, 2, 3, 4), after_end=0, after_collection=None):
    return Rule(kind, frozenset(levels), after_end, after_collection)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([14, 14], date(2026, 3, 1)),
        ([3, 14], date(2026, 3, 1)),
        ([14, None], None),
        ([], None),
        ([0], date(2026, 2, 15)),
    ],
)
def test_a_whole_record_falls_due_with_its_longest_item_and_only_if_every_item_has_a_limit(days, expected):
    due = record_due([a_rule(after_collection=each) for each in days], date(2026, 2, 15))
    assert (due and due.on) == expected


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2027, 2, 28), 1, date(2027, 3, 1)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2028, 2, 29), 365, date(2029, 2, 28)),
    ],
)
def test_days_run_over_29_february_and_new_year(received, days, expected):
    assert record_due([a_rule(after_collection=days)], received).on == expected


def test_an_emergency_falls_due_with_its_longest_item_after_its_work_ended():
    rules = [a_rule(after_end=0), a_rule(after_end=30)]
    assert emergency_due(rules, date(2026, 8, 1)) == Due(date(2026, 8, 31), Why.END)
    assert emergency_due(rules, None) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"ended_on": date(2026, 8, 10)}, Due(date(2026, 8, 12), Why.END)),
        ({"closed_on": date(2026, 8, 5)}, Due(date(2026, 8, 5), Why.LEVEL)),
        ({"closed_on": date(2026, 7, 1)}, Due(date(2026, 8, 1), Why.LEVEL)),
        ({"withdrawn_on": date(2026, 8, 3), "ended_on": date(2026, 8, 10)}, Due(date(2026, 8, 3), Why.ITEM)),
    ],
)
def test_an_item_falls_due_for_the_earliest_of_its_reasons(facts, expected):
    assert item_due(a_rule(after_end=2), received_on=date(2026, 8, 1), **facts) == expected


def test_an_items_own_limit_comes_before_the_emergencys_end():
    rule = a_rule(after_end=30, after_collection=3)
    assert item_due(rule, received_on=date(2026, 8, 1), ended_on=date(2026, 8, 20)) == Due(date(2026, 8, 4), Why.ITEM)


@pytest.mark.parametrize(
    ("before", "after", "closed"), [(2, 3, ["id"]), (1, 4, ["id"]), (3, 2, []), (2, 2, []), (3, 4, [])]
)
def test_a_level_drop_closes_what_the_lower_level_does_not_ask(before, after, closed):
    rules = [a_rule("name"), a_rule("id", levels=(1, 2))]
    assert [rule.kind for rule in closed_by_drop(rules, before, after)] == closed


@pytest.mark.parametrize(
    ("now", "due", "overdue"),
    [
        (datetime(2026, 8, 31, 15, 59, 59, tzinfo=UTC), False, False),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), True, False),
        (datetime(2026, 9, 1, 16, 0, tzinfo=UTC), True, True),
    ],
)
def test_a_day_is_due_at_its_end_in_shanghai(now, due, overdue):
    answer = Due(date(2026, 8, 31), Why.END)
    assert is_due(answer, now) is due
    assert is_overdue(answer, now) is overdue


def test_the_clock_proposes_a_week_ahead():
    assert propose_on(Due(date(2026, 3, 3), Why.END)) == date(2026, 2, 24)


def test_of_two_limits_the_earlier_one_holds():
    assert shorter(date(2026, 1, 2), date(2026, 1, 1)) == date(2026, 1, 1)
    assert shorter(None, date(2026, 1, 1)) == date(2026, 1, 1)
    assert shorter(None, None) is None


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2012, 2, 29), date(2026, 3, 1)),
        (date(2014, 2, 28), date(2028, 2, 29)),
        (date(2012, 12, 31), date(2027, 1, 1)),
    ],
)
def test_a_child_is_grown_on_the_day_after_the_fourteenth_birthday(born, expected):
    assert grown_on(born) == expected
    assert full_years(born, expected) == 14
    assert full_years(born, expected - timedelta(days=1)) == 13
