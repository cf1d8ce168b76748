"""What is done to a whole emergency is nobody's who answers for one of its bodies only."""

import pytest

from collection.emergencies import actions
from pilifecycle.access.roles import Role
from pilifecycle.errors import Forbidden
from pilifecycle.store import clock
from tests.builders import a_body, a_draft_campaign, an_emergency, an_officer

pytestmark = pytest.mark.django_db


def test_one_of_two_bodies_neither_lifts_the_response_nor_changes_its_level():
    emergency, other = an_emergency(), a_body(name="兰亭苑居民委员会")
    own = a_draft_campaign(emergency).body
    head = an_officer(Role.HEAD_OF_BODY, Role.EMERGENCY_OFFICER, body=own)
    lift = {"source": "document", "on": clock.today(), "document": "青政发〔2026〕20 号"}
    actions.change_level(emergency, 3, document="青政发〔2026〕15 号", actor=head)
    a_draft_campaign(emergency, body=other)
    with pytest.raises(Forbidden):
        actions.propose_end(emergency, "lift", actor=head, **lift)
    with pytest.raises(Forbidden):
        actions.change_level(emergency, 2, document="青政发〔2026〕16 号", actor=head)
    proposal = actions.propose_end(emergency, "lift", actor=an_officer(), **lift)
    with pytest.raises(Forbidden):
        actions.confirm_end(proposal, actor=head)


def test_the_office_above_all_bodies_acts_for_the_whole():
    office = a_body(name="清河街道办事处")
    own = a_body(name="兰亭苑居民委员会", superior=office)
    emergency = an_emergency()
    a_draft_campaign(emergency, body=own)
    officer = an_officer(Role.EMERGENCY_OFFICER, body=office)
    assert actions.change_level(emergency, 3, document="青政发〔2026〕15 号", actor=officer).level == 3
