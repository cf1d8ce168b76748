"""Counts that may stay: persons by point, day, age band and sex; nobody can be found in them."""

from collections import Counter
from datetime import date
from uuid import uuid4

import pytest

from collection.records import actions as records
from pilifecycle.audit.models import Pending
from retention.deidentify import counts
from retention.deidentify.models import CountTable
from tests.retention.ending import a_point_with_people, a_submission

DAY = date(2026, 7, 1)


def test_a_small_cell_takes_a_second_one_with_it():
    told = Counter({("A", "d", "20-29", "male"): 40, ("A", "d", "20-29", "female"): 12, ("A", "d", "80+", "male"): 3})
    shown = {(row["age"], row["sex"]): row["persons"] for row in counts.suppress(told)}
    assert shown == {("20-29", "male"): 40, ("20-29", "female"): None, ("80+", "male"): None}


def test_two_small_cells_need_no_third():
    told = Counter({("A", "d", "a", "x"): 40, ("A", "d", "b", "x"): 2, ("A", "d", "c", "x"): 9})
    assert [row["persons"] for row in counts.suppress(told)] == [40, None, None]


def test_a_small_cell_alone_is_suppressed_and_other_days_are_untouched():
    told = Counter({("A", "d", "a", "x"): 4, ("A", "e", "a", "x"): 10})
    assert [row["persons"] for row in counts.suppress(told)] == [None, 10]


def test_members_are_counted_one_by_one_and_the_unasked_are_unknown():
    values = {counts.BIRTH.number: ["1980-05-06", None], counts.SEX.number: "female"}
    assert list(counts.people(3, values, DAY)) == [
        ("40-49", "female"),
        ("unknown", "unknown"),
        ("unknown", "unknown"),
    ]


def test_a_card_tells_age_and_sex_where_nothing_else_does():
    assert list(counts.people(1, {counts.CARD.number: "110101198005060019"}, DAY)) == [("40-49", "male")]


@pytest.mark.django_db
def test_the_table_is_written_once_and_its_reading_leaves_a_trace():
    point = a_point_with_people(11)
    emergency, batch = point.campaign.emergency_id, uuid4()
    records.submit(point, a_submission(point, sex="male", birth_date="1939-01-02"))
    told = counts.write(emergency, batch)
    assert counts.write(emergency, batch) == told
    table = CountTable.objects.get(batch=batch)
    assert table.content_hash == told["release"]
    assert sum(row["persons"] or 0 for row in table.rows) in (0, 11)
    assert told["suppressed"] >= 1
    assert Pending.objects.filter(action="deidentify.counts").count() == 1
