from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from pilifecycle.access import guards, scopes
from pilifecycle.access.roles import PERMISSIONS, Role
from pilifecycle.errors import Forbidden
from pilifecycle.store import clock

from .people import a_grant, a_user, somebody

pytestmark = pytest.mark.django_db
STREET, COMMITTEE, OTHER, FLOOD, FIRE = (uuid4() for _ in range(5))


@pytest.fixture
def street_above_committee():
    def resolver(body: UUID) -> list[UUID]:
        return [STREET] if body == COMMITTEE else []

    scopes.register(resolver)
    yield
    scopes.forget(resolver)


def test_a_role_allows_what_the_table_says_and_nothing_else():
    for role in Role:
        user = somebody(role)
        allowed = {word for words in PERMISSIONS.values() for word in words if guards.may(user, word)}
        assert allowed == PERMISSIONS[role]


def test_superuser_and_staff_grant_nothing():
    mighty = a_user(is_superuser=True, is_staff=True)
    assert not guards.may(mighty, "console.open")
    with pytest.raises(Forbidden):
        guards.require(mighty, "batches.review")


def test_nobody_and_closed_accounts_may_nothing():
    closed = somebody("approver")
    closed.is_active = False
    closed.save()
    for actor in (None, AnonymousUser(), closed, "system"):
        assert not guards.may(actor, "batches.review")
    assert guards.eligible("batches.review") == []


@pytest.mark.parametrize(
    "change",
    [
        {"confirmed_at": None},
        {"revoked_at": "now"},
        {"ends_at": "now"},
        {"confirmed_at": "later"},
    ],
)
def test_unconfirmed_revoked_ended_and_later_grants_do_not_count(change):
    moments = {"now": clock.now(), "later": clock.now() + timedelta(hours=1)}
    user = a_user()
    grant = a_grant(user, "approver")
    for name, value in change.items():
        setattr(grant, name, moments.get(value))
    grant.save()
    assert not guards.may(user, "batches.review")


def test_a_grant_covers_its_body_only():
    user = somebody("head_of_body", body=COMMITTEE)
    assert guards.may(user, "records.reveal", body=COMMITTEE)
    assert guards.may(user, "records.reveal")
    assert not guards.may(user, "records.reveal", body=OTHER)


def test_a_superior_bodys_grant_covers_its_bodies_but_not_the_reverse(street_above_committee):
    above, below = somebody("approver", "s-1", body=STREET), somebody("approver", "c-1", body=COMMITTEE)
    assert guards.may(above, "batches.review", body=COMMITTEE)
    assert not guards.may(below, "batches.review", body=STREET)
    assert guards.eligible("batches.review", body=COMMITTEE) == [above, below]
    assert guards.eligible("batches.review", body=STREET) == [above]


def test_a_grant_covers_its_emergency_only():
    user = somebody("emergency_officer", emergency=FLOOD)
    assert guards.may(user, "records.search", emergency=FLOOD)
    assert not guards.may(user, "records.search", emergency=FIRE)


def test_role_for_is_the_oldest_grant_that_carries_it():
    user, now = a_user(), clock.now()
    a_grant(user, "protection_officer", since=now - timedelta(days=1))
    oldest = a_grant(user, "approver", since=now - timedelta(days=2))
    a_grant(user, "operator", since=now - timedelta(days=9))
    assert guards.role_for(user, "batches.review") == oldest
    assert guards.role_for(user, "emergencies.declare") is None


def test_eligible_people_held_the_role_before_and_are_not_those_left_out():
    now = clock.now()
    proposer, old, young = a_user("p"), a_user("o"), a_user("y")
    for user, days in ((proposer, 9), (old, 9), (young, 1)):
        a_grant(user, "approver", since=now - timedelta(days=days))
    before = now - timedelta(days=2)
    assert guards.eligible("batches.review", before=before, but=[proposer]) == [old]


def test_who_gives_a_role_everywhere_must_hold_one_everywhere():
    user = somebody("operator", body=COMMITTEE)
    assert guards.covers(user, "grants.propose", body=COMMITTEE, emergency=FLOOD)
    assert not guards.covers(user, "grants.propose", body=None, emergency=None)


def a_shift(**more):
    given = {"id": uuid4(), "point": uuid4(), "body": COMMITTEE, "emergency": FLOOD, "label": "night"}
    return guards.Shift(**{**given, "expires_at": clock.now() + timedelta(hours=1), **more})


def test_a_shift_collects_in_its_place_and_never_opens_the_console():
    shift = a_shift()
    assert guards.may(shift, "records.register", body=COMMITTEE, emergency=FLOOD)
    assert not guards.may(shift, "records.register", body=OTHER)
    assert not guards.may(shift, "records.register", emergency=FIRE)
    assert not guards.may(shift, "records.reveal", body=COMMITTEE)
    assert not guards.may(shift, "console.open")
    assert guards.role_for(shift, "records.register") is None


def test_a_shift_that_is_over_may_nothing():
    assert not guards.may(a_shift(expires_at=clock.now()), "records.register")
