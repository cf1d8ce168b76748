"""From an empty house to an open point, as people in an office do it: with the console's buttons and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client

from collection.emergencies.models import CollectionStandard, Emergency
from collection.notices import actions as notices
from collection.notices.models import DeferredNotice, Notice
from collection.points.models import Body, Campaign, Point
from pilifecycle.access.models import User
from pilifecycle.access.roles import Role
from pilifecycle.ids import uuid7
from pilifecycle.store import clock
from tests.builders import a_draft_campaign, a_published_notice, an_emergency, an_officer, an_open_point, two_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_sign_in(settings, monkeypatch) -> None:
    settings.PIL_MFA_REQUIRED = False
    monkeypatch.setattr("pilifecycle.acts.reauthentication_required", lambda view: view)
    monkeypatch.setattr("pilifecycle.acts.did_recently_reauthenticate", lambda request: True)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(user: User, path: str, **typed):
    """Look at a button's page and send it; answers the response."""
    client, where = at(user), f"/console/collection/{path}/"
    assert client.get(where).status_code == 200, where
    return client.post(where, typed)


def done(user: User, path: str, **typed) -> None:
    response = press(user, path, **typed)
    assert response.status_code == 302, response.context and (
        response.context.get("refusal"),
        response.context["form"].errors,
    )


DECLARED = {
    "title": "青州市暴雨洪涝灾害", "category": "natural_disaster", "grade": "2", "level": "2", "area": "清河街道",
    "authority": "青州市人民政府", "document": "青政发〔2026〕12 号", "matters": "转移安置", "measures": "开放安置点",
    "expected_end": "2099-01-01",
}  # fmt: skip


def test_two_people_bring_a_shelter_from_nothing_to_a_poster_and_back() -> None:
    first, second = two_people()
    done(first, "emergency/act/declare", **DECLARED)
    emergency = Emergency.objects.get()
    done(first, "collectionstandard/act/draft", template_code="flood_shelter")
    standard = CollectionStandard.objects.get()
    done(second, f"collectionstandard/{standard.pk}/act/approve")
    done(
        first, "body/act/make", name="清河苑居民委员会", capacity="residents_committee", address="清河路 1 号",
        phone="0536-5550100", officer="0536-5550101", complaints="0536-5550102",
    )  # fmt: skip
    body = Body.objects.get()
    done(first, f"body/{body.pk}/act/doors", text="1 1 101-104\n2 1 101")
    done(first, f"body/{body.pk}/act/floors", buildings="3", units="1-2", floors="1-6", doors="2")
    assert body.doors.count() == 29
    done(
        first, "campaign/act/draft", emergency=emergency.pk, body=body.pk, standard=standard.pk, title="安置点登记",
        area="清河苑", target_group="转移居民", task_document="街道〔2026〕7 号", assessment="PIA-4",
        starts_on=clock.today(), ends_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    campaign = Campaign.objects.get()
    done(first, "notice/act/draft", campaign=campaign.pk)
    notice = Notice.objects.get()
    done(first, f"notice/{notice.pk}/act/edit", code="purpose", zh="安排食宿", en="Beds and food")
    done(first, f"notice/{notice.pk}/act/publish")
    done(first, f"campaign/{campaign.pk}/act/propose")
    done(second, f"campaign/{campaign.pk}/act/open")
    done(first, f"campaign/{campaign.pk}/act/point", name="实验小学", kind="shelter", place="体育馆")
    point = Point.objects.get()
    poster = at(first).get(f"/console/points/{point.pk}/poster/").content.decode()
    assert point.check_word in poster
    assert "无码通道" in poster
    assert "<svg" in poster
    assert "style=" not in poster
    done(first, f"campaign/{campaign.pk}/act/pause")
    done(first, f"campaign/{campaign.pk}/act/resume")
    done(first, f"emergency/{emergency.pk}/act/level", level="3", document="青政发〔2026〕15 号")
    done(
        first, f"emergency/{emergency.pk}/act/lift", on=clock.today(), source="document", document="青政发〔2026〕20 号"
    )
    done(second, f"emergency/{emergency.pk}/act/confirm")
    done(
        first, f"emergency/{emergency.pk}/act/end", on=clock.today(), source="document", document="青政发〔2026〕21 号"
    )
    done(second, f"emergency/{emergency.pk}/act/confirm")
    emergency.refresh_from_db()
    assert emergency.state == Emergency.State.ENDED


def test_a_refusal_stands_on_the_same_page_and_keeps_what_was_typed() -> None:
    response = press(an_officer(), "emergency/act/declare", **{**DECLARED, "grade": ""})
    assert response.status_code == 400
    assert "青州市暴雨洪涝灾害" in response.content.decode()
    assert list(response.context["form"].errors) == ["grade"]


def test_rows_that_cannot_be_doors_are_named_by_line() -> None:
    campaign = a_draft_campaign()
    response = press(an_officer(), f"body/{campaign.body_id}/act/doors", text="1 1 101\n1 1 101 王某")
    assert response.status_code == 400
    assert "2" in str(response.context["form"].errors["text"])
    assert not campaign.body.doors.exists()


def test_the_proposer_is_not_offered_the_confirmation() -> None:
    first, second = two_people()
    campaign = a_draft_campaign()
    a_published_notice(campaign)
    done(first, f"campaign/{campaign.pk}/act/propose")
    assert at(first).get(f"/console/collection/campaign/{campaign.pk}/act/open/").status_code == 409
    assert str(campaign.title) in at(second).get("/console/").content.decode()


def test_a_shift_code_is_shown_once_and_not_in_a_message() -> None:
    head, point = an_officer(Role.HEAD_OF_BODY), an_open_point()
    response = press(head, f"point/{point.pk}/act/shift", label="夜班")
    assert response.status_code == 200
    assert not list(response.wsgi_request._messages)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "page", ["emergency", "collectionstandard", "body", "campaign", "point", "notice", "deferrednotice"]
)
def test_every_list_and_every_row_can_be_looked_at(page: str, language: str) -> None:
    officer, point = an_officer(), an_open_point()
    campaign = point.campaign
    told = notices.defer(
        uuid7(), emergency=campaign.emergency, body=campaign.body_id, reason="lost_child", author="S9001"
    )
    rows = {
        "emergency": campaign.emergency, "collectionstandard": campaign.standard, "body": campaign.body,
        "campaign": campaign, "point": point, "notice": notices.current_notice(campaign), "deferrednotice": told,
    }  # fmt: skip
    client = at(officer)
    client.cookies["django_language"] = language
    assert client.get(f"/console/collection/{page}/").status_code == 200
    assert client.get(f"/console/collection/{page}/{rows[page].pk}/change/").status_code == 200
    assert client.get("/console/").status_code == 200


def test_a_deferred_notice_is_on_the_first_screen_until_it_was_given() -> None:
    officer, point = an_officer(), an_open_point()
    campaign = point.campaign
    told = notices.defer(uuid7(), emergency=campaign.emergency, body=campaign.body_id, reason="lost_child", author="S9")
    link = f"/console/collection/deferrednotice/{told.pk}/change/"
    assert link in at(officer).get("/console/").content.decode()
    done(officer, f"deferrednotice/{told.pk}/act/settle", settled=DeferredNotice.Settled.GUARDIAN)
    assert link not in at(officer).get("/console/").content.decode()


def test_who_only_watches_sees_no_buttons() -> None:
    emergency = an_emergency()
    page = at(an_officer(Role.AUDITOR)).get(f"/console/collection/emergency/{emergency.pk}/change/")
    assert page.status_code == 200
    assert "/act/" not in page.content.decode()
    assert at(an_officer(Role.AUDITOR)).post("/console/collection/emergency/act/declare/", DECLARED).status_code == 403
