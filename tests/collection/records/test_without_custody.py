"""A front without custody seals what people send, and says in words that it opens nothing."""

from typing import Any

import pytest

from collection.records import actions as records
from collection.records.models import Record
from pilifecycle.access.roles import Role
from pilifecycle.audit.models import Pending
from pilifecycle.errors import Unavailable
from tests.builders import an_emergency, an_officer

from .scenes import a_record, at, page

pytestmark = pytest.mark.django_db
SAYS = "This process has no custody of keys: it can seal, and open nothing."
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def front(settings: Any) -> Record:
    """An entry that was made where custody is, looked at from where it is not."""
    record = a_record(name="欧阳测试")
    settings.PIL_CUSTODY = "none"
    return record


def test_it_goes_on_registering(front: Record) -> None:
    assert a_record(front.point).pack_core is not None


def test_masked_lists_and_single_entries_say_why_there_is_nothing_to_see(front: Record) -> None:
    head = an_officer(Role.HEAD_OF_BODY)
    for address in (f"/console/collection/record/points/{front.point.code}/", page(front)):
        answer = at(head).get(address, **ENGLISH)
        assert answer.status_code == 503
        assert SAYS in answer.content.decode()


def test_a_look_is_refused(front: Record) -> None:
    head = an_officer(Role.HEAD_OF_BODY)
    answer = at(head).post(page(front), {"kind": "name", "purpose": "contact"}, **ENGLISH)
    assert answer.status_code == 503
    assert SAYS in answer.content.decode()
    with pytest.raises(Unavailable) as refusal:
        records.reveal(front, "name", purpose="contact", actor=head)
    assert refusal.value.code == "no_custody"


def test_no_emergency_is_declared_there(front: Record) -> None:
    before = Pending.objects.count()
    with pytest.raises(Unavailable) as refusal:
        an_emergency()
    assert refusal.value.code == "no_custody"
    assert Pending.objects.count() == before
