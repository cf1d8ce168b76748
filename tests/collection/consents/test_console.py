"""Changes of consent in the console: codes only, to look at."""

import pytest

from collection.consents import actions
from collection.consents.models import ConsentChange
from pilifecycle.access.roles import Role
from tests.builders import an_emergency, an_officer
from tests.collection.records.scenes import a_record, at

pytestmark = pytest.mark.django_db
LIST = "/console/collection/consentchange/"


def test_a_withdrawal_stands_there_without_the_person():
    record = a_record(special_needs=["wheelchair"], name="欧阳测试")
    actions.withdraw(record, ["special_needs"])
    client = at(an_officer(Role.AUDITOR))
    shown = client.get(LIST).content.decode()
    assert "欧阳测试" not in shown
    assert str(record.pk) not in shown
    change = ConsentChange.objects.get()
    assert client.get(f"{LIST}{change.pk}/change/").status_code == 200
    assert "/act/" not in shown


def test_it_is_filtered_by_emergency():
    record, other = a_record(special_needs=["wheelchair"]), an_emergency(title="别处")
    actions.withdraw(record, ["special_needs"])
    client = at(an_officer(Role.AUDITOR))
    assert len(client.get(f"{LIST}?emergency={record.emergency_id}").context["cl"].result_list) == 1
    assert not client.get(f"{LIST}?emergency={other.pk}").context["cl"].result_list


def test_who_does_not_oversee_does_not_see_it():
    assert at(an_officer(Role.COLLECTOR)).get(LIST).status_code == 403
