"""A page that is only shown reads the grants once; nothing outlives it."""

from uuid import uuid4

import pytest

from pilifecycle.access import guards
from pilifecycle.access.models import Grant
from pilifecycle.access.moment import at_one_moment
from tests.builders import an_officer

pytestmark = pytest.mark.django_db


def test_a_page_asks_the_database_once(django_assert_num_queries):
    officer = an_officer("approver")
    with at_one_moment(), django_assert_num_queries(1):
        assert guards.may(officer, "batches.review")
        assert guards.may(officer, "batches.review", emergency=uuid4())
        assert not guards.may(officer, "records.reveal")


@pytest.mark.parametrize("place", ["body", "emergency"])
def test_the_answers_are_the_databases_own(place):
    here, there = uuid4(), uuid4()
    officer = an_officer()
    Grant.objects.filter(user=officer).update(**{place: here})
    for asked in ({}, {place: here}, {place: there}, {"body": here, "emergency": here}):
        outside = guards.role_for(officer, "emergencies.declare", **asked)
        with at_one_moment():
            assert guards.role_for(officer, "emergencies.declare", **asked) == outside


def test_what_was_taken_back_counts_no_more_on_the_next_page():
    officer = an_officer("approver")
    with at_one_moment():
        assert guards.may(officer, "batches.review")
    Grant.objects.filter(user=officer).delete()
    assert not guards.may(officer, "batches.review")
    with at_one_moment():
        assert not guards.may(officer, "batches.review")
