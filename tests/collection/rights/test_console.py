"""Requests of people in the console: what waits comes first, with its day, and is answered once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.formats import date_format

from collection.records.models import Errand
from collection.rights import actions
from collection.rights.models import RightsRequest
from pilifecycle.access.roles import Role
from pilifecycle.audit.models import Pending
from pilifecycle.store import clock
from tests.builders import a_body, an_officer
from tests.collection.records.scenes import a_record, at, page

pytestmark = pytest.mark.django_db
LIST = "/console/collection/rightsrequest/"


def an_officer_of_protection(**more):
    return an_officer(Role.PROTECTION_OFFICER, **more)


def link(asked: RightsRequest, act: str = "") -> str:
    return f"{LIST}{asked.pk}/" + (f"act/{act}/" if act else "change/")


def test_what_waits_comes_first_and_stands_on_the_first_screen():
    record, officer = a_record(), an_officer_of_protection()
    answered = actions.answer(actions.ask(record, "explain"), grant=True, actor=officer)
    waiting = actions.ask(record, "delete")
    shown = at(officer).get(LIST).context["cl"].result_list
    assert [row.pk for row in shown] == [waiting.pk, answered.pk]
    assert date_format(waiting.due_on) in at(officer).get("/console/").content.decode()


def test_a_granted_deletion_leaves_an_errand_and_says_what_happens():
    record, officer = a_record(), an_officer_of_protection()
    asked = actions.ask(record, "delete")
    before = at(officer).get(link(asked, "answer"))
    assert before.status_code == 200
    assert "24" in before.content.decode()
    assert at(officer).post(link(asked, "answer"), {"decision": "grant", "refusal": ""}).status_code == 302
    assert Errand.objects.get().kind == Errand.Kind.REQUEST
    assert at(officer).get(link(asked, "answer")).status_code == 409
    assert Pending.objects.filter(action="rights.answer").count() == 1


def test_a_refusal_needs_a_reason_of_the_list_and_shows_it():
    asked, officer = actions.ask(a_record(), "delete"), an_officer_of_protection()
    for typed in ({"decision": "refuse"}, {"decision": "refuse", "refusal": "no time"}, {"refusal": "held"}):
        assert at(officer).post(link(asked, "answer"), typed).status_code == 400
    assert at(officer).post(link(asked, "answer"), {"decision": "refuse", "refusal": "held"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.refusal, asked.answered_by) == ("refused", "held", officer)
    assert asked.get_refusal_display() in at(officer).get(link(asked)).content.decode()
    assert not Errand.objects.exists()


def test_what_is_granted_has_no_reason_of_a_refusal():
    asked, officer = actions.ask(a_record(), "view"), an_officer_of_protection()
    assert at(officer).post(link(asked, "answer"), {"decision": "grant", "refusal": "held"}).status_code == 400


def test_the_request_leads_to_its_entry_and_the_entry_to_its_requests():
    record, officer = a_record(), an_officer_of_protection()
    asked = actions.ask(record, "correct")
    assert page(record) in at(officer).get(link(asked)).content.decode()
    back = f"{LIST}?audit_ref={record.audit_ref}"
    assert back in at(officer).get(page(record)).content.decode()
    actions.ask(a_record(), "correct")
    assert [row.pk for row in at(officer).get(back).context["cl"].result_list] == [asked.pk]


def test_an_officer_of_another_body_sees_and_answers_nothing():
    asked = actions.ask(a_record(), "delete")
    stranger = an_officer_of_protection(body=a_body(name="别处居民委员会"))
    assert not at(stranger).get(LIST).context["cl"].result_list
    assert at(stranger).post(link(asked, "answer"), {"decision": "grant"}).status_code == 404
    assert at(an_officer(Role.HEAD_OF_BODY)).get(LIST).status_code == 403


def test_only_what_is_late_is_marked():
    asked, officer = actions.ask(a_record(), "delete"), an_officer_of_protection()
    assert "pil-overdue" not in at(officer).get(LIST).content.decode()
    with time_machine.travel(clock.now() + timedelta(days=32)):
        assert "pil-overdue" in at(officer).get(LIST).content.decode()
        assert at(officer).post(link(asked, "answer"), {"decision": "grant"}).status_code == 302
        assert "pil-overdue" not in at(officer).get(LIST).content.decode()
