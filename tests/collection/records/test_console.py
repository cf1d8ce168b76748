"""Entries in the console: masked lists by point, one field at a time, a second person for a child."""

import json
from datetime import timedelta

import pytest
import time_machine

from collection.copies.models import Copy
from collection.records import backlog, shiftwork
from collection.records.models import Errand, SecondLook
from pilifecycle.access import actions as accounts
from pilifecycle.access.roles import Role
from pilifecycle.audit.models import Pending
from pilifecycle.errors import Forbidden, NotFound
from pilifecycle.store import clock
from tests.builders import a_body, an_officer, an_open_campaign, an_open_point

from .scenes import a_record, at, page

pytestmark = pytest.mark.django_db


def traces(action: str) -> int:
    return Pending.objects.filter(action=action).count()


def a_head():
    return an_officer(Role.HEAD_OF_BODY)


# -- lists
def test_the_way_leads_from_the_emergency_over_its_points_to_masked_entries():
    record, head = a_record(name="欧阳测试"), a_head()
    point = record.point
    first = at(head).get("/console/collection/record/").content.decode()
    assert f"/points/{point.code}/" in first
    shown = at(head).get(f"/console/collection/record/points/{point.code}/").content.decode()
    assert page(record) in shown
    assert "欧阳测试" not in shown
    assert "13800001234" not in shown


def test_pages_of_a_point_follow_each_other_without_a_count(monkeypatch):
    monkeypatch.setattr("collection.records.listing.PAGE", 2)
    point, head = an_open_point(), a_head()
    rows = [a_record(point) for _ in range(5)]
    where, seen = f"/console/collection/record/points/{point.code}/", []
    while where:
        response = at(head).get(where)
        seen += [line["record"].pk for line in response.context["lines"]]
        older = response.context["page"].older
        where = f"/console/collection/record/points/{point.code}/?after={older}" if older else ""
    assert seen == [row.pk for row in reversed(rows)]


def test_a_broken_cursor_is_no_page():
    point = an_open_point()
    assert at(a_head()).get(f"/console/collection/record/points/{point.code}/?after=x.y").status_code == 404


def test_a_collector_of_another_body_finds_neither_point_nor_entry():
    record = a_record()
    stranger = an_officer(Role.COLLECTOR, body=a_body(name="别处居民委员会"))
    assert at(stranger).get(page(record)).status_code == 404
    assert at(stranger).get(f"/console/collection/record/points/{record.point.code}/").status_code == 403
    assert record.point.code not in at(stranger).get("/console/collection/record/").content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.APPROVER])
def test_who_does_not_work_with_entries_sees_none_and_reveals_nothing(role):
    record, client = a_record(), at(an_officer(role))
    assert client.get("/console/collection/record/").status_code == 403
    assert client.post(page(record), {"kind": "name", "purpose": "contact"}).status_code == 404
    sent = client.post(
        f"/api/v1/records/{record.pk}/reveal/", {"kind": "name", "purpose": "contact"}, "application/json"
    )
    assert sent.status_code == 404
    assert not traces("records.reveal")


# -- one field
def test_a_reveal_shows_one_field_and_nothing_of_it_stays():
    record, head = a_record(name="欧阳测试", mobile="13800001234"), a_head()
    shown = at(head).post(page(record), {"kind": "name", "purpose": "contact"})
    text = shown.content.decode()
    assert "欧阳测试" in text
    assert "13800001234" not in text
    assert 'data-seconds="60"' in text
    assert shown["Cache-Control"] == "no-store"
    assert traces("records.reveal") == 1
    assert "欧阳测试" not in at(head).get(page(record)).content.decode()


def test_without_a_purpose_of_the_list_nothing_is_shown():
    record, head = a_record(name="欧阳测试"), a_head()
    for purpose in ("", "curiosity"):
        shown = at(head).post(page(record), {"kind": "name", "purpose": purpose})
        assert shown.status_code == 400
        assert "欧阳测试" not in shown.content.decode()
    assert not traces("records.reveal")


def test_a_collector_looks_at_the_list_and_not_at_values():
    record, collector = a_record(name="欧阳测试"), an_officer(Role.COLLECTOR)
    assert 'name="kind"' not in at(collector).get(page(record)).content.decode()
    assert at(collector).post(page(record), {"kind": "name", "purpose": "contact"}).status_code == 404
    assert not traces("records.reveal")


# -- a child
def test_a_childs_field_is_opened_once_after_a_second_person_allowed_it():
    record, asker, second = a_record(child=True, name="欧阳幼童"), a_head(), an_officer(Role.APPROVER)
    assert 'name="kind"' not in at(asker).get(page(record)).content.decode()
    assert at(asker).post(page(record), {"kind": "name", "purpose": "reunite"}).status_code == 403
    assert at(asker).post(page(record, "second"), {"kind": "name", "purpose": "reunite"}).status_code == 302
    look = SecondLook.objects.get()
    link = f"/console/collection/secondlook/{look.pk}/"
    assert link in at(second).get("/console/").content.decode()
    assert at(asker).get(f"{link}act/allow/").status_code == 409
    assert at(second).post(f"{link}act/allow/").status_code == 302
    assert page(record) in at(asker).get("/console/").content.decode()
    assert str(look.pk) in at(asker).get(page(record)).content.decode()
    assert "欧阳幼童" in at(asker).post(page(record), {"look": look.pk}).content.decode()
    assert "欧阳幼童" not in at(asker).post(page(record), {"look": look.pk}).content.decode()


def test_another_persons_look_opens_nothing():
    record, asker, other = a_record(child=True, name="欧阳幼童"), a_head(), a_head()
    at(asker).post(page(record, "second"), {"kind": "name", "purpose": "reunite"})
    look = SecondLook.objects.get()
    at(other).post(f"/console/collection/secondlook/{look.pk}/act/allow/")
    assert "欧阳幼童" not in at(other).post(page(record), {"look": look.pk}).content.decode()


def test_who_looks_alone_is_reviewed_by_somebody_else():
    record, alone, second = a_record(child=True, name="欧阳幼童"), a_head(), a_head()
    at(alone).post(page(record, "alone"), {"kind": "name", "purpose": "rescue"})
    look = SecondLook.objects.get(break_glass=True)
    assert "欧阳幼童" in at(alone).post(page(record), {"look": look.pk}).content.decode()
    link = f"/console/collection/secondlook/{look.pk}/"
    assert link in at(second).get("/console/").content.decode()
    assert at(alone).post(f"{link}act/review/").status_code == 403
    assert at(second).post(f"{link}act/review/").status_code == 302
    assert link not in at(second).get("/console/").content.decode()


def test_a_look_that_was_allowed_lapses_after_a_day():
    record, asker, second = a_record(child=True, name="欧阳幼童"), a_head(), a_head()
    at(asker).post(page(record, "second"), {"kind": "name", "purpose": "reunite"})
    look = SecondLook.objects.get()
    at(second).post(f"/console/collection/secondlook/{look.pk}/act/allow/")
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert at(asker).post(page(record), {"look": look.pk}).status_code == 403


def test_a_second_person_of_another_body_does_not_see_it():
    record, asker = a_record(child=True), a_head()
    at(asker).post(page(record, "second"), {"kind": "name", "purpose": "reunite"})
    look = SecondLook.objects.get()
    stranger = an_officer(Role.HEAD_OF_BODY, body=a_body(name="别处居民委员会"))
    link = f"/console/collection/secondlook/{look.pk}/"
    assert link not in at(stranger).get("/console/").content.decode()
    assert at(stranger).post(f"{link}act/allow/").status_code == 404


# -- an own mistake
def test_an_own_mistake_of_this_shift_is_voided_on_its_page():
    collector = an_officer(Role.COLLECTOR)
    record = a_record(author=collector.staff_number)
    assert page(record, "void") in at(collector).get(page(record)).content.decode()
    assert at(collector).post(page(record, "void"), {"reason": "typing"}).status_code == 302
    assert Errand.objects.get().kind == Errand.Kind.VOID
    assert page(record, "void") not in at(collector).get(page(record)).content.decode()
    listed = at(collector).get(f"/console/collection/record/points/{record.point.code}/")
    assert listed.context["lines"][0]["fields"] == []


def test_the_way_to_a_hold_is_shown_to_who_may_propose_one():
    record = a_record()
    link = f"act/propose/?record={record.pk}"
    assert link in at(an_officer(Role.EMERGENCY_OFFICER)).get(page(record)).content.decode()
    assert link not in at(an_officer(Role.COLLECTOR)).get(page(record)).content.decode()


# -- search
def test_search_finds_by_number_names_what_waits_and_puts_nothing_into_an_address():
    record, head = a_record(mobile="13800001234"), a_head()
    asked = {"emergency": record.emergency_id, "kind": "mobile", "text": "138 0000 1234", "purpose": "contact"}
    before = at(head).post("/console/collection/record/search/", asked)
    assert before.context["found"].waiting == 1
    backlog.index()
    after = at(head).post("/console/collection/record/search/", asked)
    assert [line["record"].pk for line in after.context["lines"]] == [record.pk]
    assert traces("records.search") == 2
    text = after.content.decode()
    assert "13800001234" not in text.replace("138 0000 1234", "")
    assert 'method="post"' in text


def test_a_number_that_is_none_is_refused_beside_its_field():
    record = a_record()
    asked = {"emergency": record.emergency_id, "kind": "mobile", "text": "12", "purpose": "contact"}
    response = at(a_head()).post("/console/collection/record/search/", asked)
    assert response.context["form"].errors["text"]
    assert not traces("records.search")


def test_search_shows_only_entries_of_the_own_bodies():
    record = a_record(mobile="13800001234")
    backlog.index()
    elsewhere = an_open_campaign(record.emergency, standard=record.standard, body=a_body(name="别处居民委员会"))
    stranger = an_officer(Role.HEAD_OF_BODY, body=elsewhere.body)
    asked = {"emergency": record.emergency_id, "kind": "mobile", "text": "13800001234", "purpose": "contact"}
    assert at(stranger).post("/console/collection/record/search/", asked).context["lines"] == []
    assert at(an_officer(Role.COLLECTOR)).get("/console/collection/record/search/").status_code == 403


# -- the duty list
def test_the_duty_list_is_opened_with_a_purpose_and_a_print_has_a_number():
    point, collector = an_open_point(), an_officer(Role.COLLECTOR)
    a_record(point, name="欧阳甲")
    a_record(point, name="欧阳乙")
    where, asked = f"/console/points/{point.code}/duty/", {"code": "shelter_shift", "purpose": "needs"}
    assert at(collector).post(where, {**asked, "purpose": ""}).status_code == 400
    shown = at(collector).post(where, asked).content.decode()
    assert "欧阳甲" in shown
    assert "欧阳乙" in shown
    assert not Copy.objects.exists()
    printed = at(collector).post(where, {**asked, "print": ""}).content.decode()
    copy = Copy.objects.get()
    assert copy.number in printed
    assert (copy.kind, copy.sheets, copy.keeper) == ("print", 1, collector.staff_number)
    assert list(Pending.objects.filter(action="records.duty_list").values_list("facts__persons", flat=True)) == [2, 2]


def test_a_place_for_which_the_standard_grants_no_list_has_none():
    gate = an_open_point(kind="gate")
    assert at(a_head()).get(f"/console/points/{gate.code}/duty/").status_code == 403
    assert at(an_officer(Role.AUDITOR)).get(f"/console/points/{an_open_point().code}/duty/").status_code == 403


# -- a volunteer's shift
def a_shift(point):
    campaign = point.campaign
    code = accounts.issue_shift(point.pk, campaign.body_id, campaign.emergency_id, label="夜班", actor=a_head())
    return accounts.start_shift(code, "phone-1")


def test_a_volunteer_voids_own_entries_and_opens_the_list_of_the_own_point():
    point = an_open_point()
    shift = a_shift(point)
    record = a_record(point, author=shift.staff_number, name="欧阳甲")
    assert [line["record"].pk for line in shiftwork.own_entries(shift)] == [record.pk]
    assert shiftwork.duty_lists(shift) == [("shelter_shift", "安置点值班名单")]
    assert "欧阳甲" in str(shiftwork.duty_list(shift, "shelter_shift", purpose="needs")["rows"])
    shiftwork.void_own(shift, record.pk, reason="typing")
    assert shiftwork.own_entries(shift)[0]["fields"] == []


def test_a_shift_of_another_point_is_refused():
    point = an_open_point()
    other = an_open_point(point.campaign, name="第二安置点")
    shift = a_shift(other)
    record = a_record(point, author=shift.staff_number)
    with pytest.raises(NotFound):
        shiftwork.void_own(shift, record.pk, reason="typing")
    from collection.records.duty import duty_list

    with pytest.raises(Forbidden):
        duty_list(point, "shelter_shift", purpose="needs", actor=shift)


def test_a_volunteer_does_not_void_what_another_entered():
    point = an_open_point()
    record = a_record(point, author="S0001")
    with pytest.raises(Forbidden):
        shiftwork.void_own(a_shift(point), record.pk, reason="typing")


# -- programs
def test_programs_read_masked_pages_and_reveal_one_field():
    record, head = a_record(name="欧阳测试"), a_head()
    where = f"/api/v1/emergencies/{record.emergency_id}/points/{record.point.code}/records/"
    answer = at(head).get(where)
    assert answer.json()["results"][0]["id"] == str(record.pk)
    assert answer.json()["older"] == ""
    assert "欧阳测试" not in answer.content.decode()
    wish = {"kind": "name", "purpose": "contact"}
    told = at(head).post(f"/api/v1/records/{record.pk}/reveal/", json.dumps(wish), "application/json")
    assert "欧阳测试" in told.json()["text"]
    bad = at(head).post(f"/api/v1/records/{record.pk}/reveal/", {**wish, "purpose": "sale"}, "application/json")
    assert bad.status_code == 400
    assert "sale" not in bad.content.decode()


def test_a_point_of_another_emergency_is_not_found_by_programs():
    record, other = a_record(), an_open_point()
    where = f"/api/v1/emergencies/{record.emergency_id}/points/{other.code}/records/"
    assert at(a_head()).get(where).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_can_be_looked_at(language):
    record, head = a_record(child=True), a_head()
    client = at(head)
    client.cookies["django_language"] = language
    for where in (
        "/console/collection/record/", f"/console/collection/record/points/{record.point.code}/", page(record),
        page(record, "second"), page(record, "alone"), "/console/collection/record/search/",
        "/console/collection/secondlook/", f"/console/points/{record.point.code}/duty/", "/console/collection/copy/",
    ):  # fmt: skip
        assert client.get(where).status_code == 200, where
