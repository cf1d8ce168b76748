"""Bodies, campaigns and points: nothing collects that two people did not open, with a notice and an assessment."""

from datetime import timedelta

import pytest

from collection.emergencies import actions as emergencies
from collection.points import access, actions, codes, qr
from collection.points.models import Body, Campaign, Point
from pilifecycle.access import guards
from pilifecycle.access.roles import Role
from pilifecycle.errors import Forbidden, Invalid, NotFound, WrongState
from pilifecycle.store import clock
from tests.builders import (
    a_body,
    a_draft_campaign,
    a_published_notice,
    a_standard,
    an_emergency,
    an_officer,
    an_open_campaign,
    an_open_point,
    ended,
    lifted,
    some_doors,
    two_people,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["name", "address", "phone", "officer", "complaints"])
def test_a_body_says_everything_that_a_notice_must_print(field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_body(**{field: " "})
    assert list(refusal.value.fields) == [field]
    assert not Body.objects.exists()


def test_a_superior_offices_people_act_for_its_bodies_and_not_the_other_way_round() -> None:
    office = a_body(name="清河街道办事处", capacity="street_office")
    body = a_body(superior=office)
    from_office, from_body = an_officer(body=office), an_officer(body=body)
    assert guards.may(from_office, "points.manage", body=body.pk)
    assert not guards.may(from_body, "points.manage", body=office.pk)


def test_doors_are_added_once() -> None:
    body, officer = a_body(), an_officer()
    assert actions.add_doors(body, [("1", "1", "101"), ("1", "1", "102")], actor=officer) == 2
    assert actions.add_doors(body, [("1", "1", "102"), ("1", "1", "103")], actor=officer) == 1
    assert body.doors.count() == 3


def test_a_door_without_a_number_adds_nothing_at_all() -> None:
    body = a_body()
    with pytest.raises(Invalid) as refusal:
        actions.add_doors(body, [("1", "1", "101"), ("1", "1", "")], actor=an_officer())
    assert list(refusal.value.fields) == ["row_2"]
    assert not body.doors.exists()


def test_coverage_counts_doors_and_names_the_missing_ones() -> None:
    campaign = a_draft_campaign()
    doors = some_doors(campaign.body)
    found = actions.coverage(campaign, {doors[0].pk, str(doors[2].pk)})
    assert (found.registered, found.total) == (2, 4)
    assert found.missing == [doors[1], doors[3]]


def test_a_campaign_is_drafted_under_a_standard_of_its_emergencys_category() -> None:
    with pytest.raises(Invalid) as refusal:
        a_draft_campaign(standard=a_standard("epidemic_gate_visitors"))
    assert list(refusal.value.fields) == ["standard"]


@pytest.mark.parametrize("field", ["title", "area", "target_group", "task_document"])
def test_a_campaign_names_its_area_its_people_and_its_task(field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_draft_campaign(**{field: ""})
    assert list(refusal.value.fields) == [field]


def test_a_campaign_opens_only_with_a_published_notice() -> None:
    first, second = two_people()
    campaign = a_draft_campaign()
    with pytest.raises(WrongState) as refusal:
        actions.open_campaign(campaign, actor=first, second=second)
    assert refusal.value.code == "no_notice"
    a_published_notice(campaign)
    assert actions.open_campaign(campaign, actor=first, second=second).state == Campaign.State.OPEN


def test_sensitive_items_need_an_impact_assessment_first() -> None:
    campaign = a_draft_campaign(assessment="")
    a_published_notice(campaign)
    with pytest.raises(Invalid) as refusal:
        actions.propose_opening(campaign, actor=an_officer())
    assert refusal.value.code == "assessment_missing"


def test_an_unsigned_standard_opens_nothing() -> None:
    campaign = a_draft_campaign(standard=emergencies.draft_standard("flood_shelter", actor=an_officer()))
    a_published_notice(campaign)
    with pytest.raises(WrongState) as refusal:
        actions.propose_opening(campaign, actor=an_officer())
    assert refusal.value.code == "standard_not_approved"


def test_one_person_cannot_open_a_campaign_alone() -> None:
    officer, campaign = an_officer(), a_draft_campaign()
    a_published_notice(campaign)
    with pytest.raises(Forbidden) as refusal:
        actions.open_campaign(campaign, actor=officer, second=officer)
    assert refusal.value.code == "same_person"


def test_who_confirms_had_the_role_before_the_opening_was_proposed() -> None:
    officer, campaign = an_officer(), a_draft_campaign()
    a_published_notice(campaign)
    actions.propose_opening(campaign, actor=officer)
    with pytest.raises(Forbidden) as refusal:
        actions.open_campaign(campaign, actor=officer, second=an_officer(since=timedelta(0)))
    assert refusal.value.code == "role_younger"
    assert actions.open_campaign(campaign, actor=officer, second=an_officer()).second_by is not None


def test_a_level_change_between_notice_and_opening_asks_for_a_new_notice() -> None:
    first, second = two_people()
    campaign = a_draft_campaign()
    a_published_notice(campaign)
    emergencies.change_level(campaign.emergency, 3, document="青政发〔2026〕15 号", actor=first)
    with pytest.raises(WrongState) as refusal:
        actions.open_campaign(campaign, actor=first, second=second)
    assert refusal.value.code == "notice_stale"


def test_points_have_a_code_of_eight_without_lookalikes_and_a_check_word() -> None:
    point = an_open_point()
    assert len(point.code) == 8
    assert set(point.code) <= set(codes.ALPHABET)
    assert not set("0O1IL2Z5S8B") & set(codes.ALPHABET)
    assert point.check_word in codes.CHECK_WORDS
    assert all(len(word) == 2 for word in codes.CHECK_WORDS)


def test_neighbouring_points_have_different_check_words() -> None:
    campaign = an_open_campaign()
    words = {an_open_point(campaign).check_word for _ in range(8)}
    assert len(words) == 8


def test_a_code_that_was_used_is_never_used_again(monkeypatch) -> None:
    letters = iter("A" * 8 + "C" * 8)
    monkeypatch.setattr(codes.secrets, "choice", lambda alphabet: next(letters))
    assert codes.point_code({"A" * 8}) == "C" * 8


def test_a_point_is_found_however_its_code_is_typed() -> None:
    point = an_open_point()
    typed = f" {point.code[:4].lower()} {point.code[4:]} "
    assert access.point_by_code(typed) == point
    with pytest.raises(NotFound):
        access.point_by_code("A" * 8 if point.code != "A" * 8 else "C" * 8)


def test_points_open_only_under_an_open_campaign() -> None:
    with pytest.raises(WrongState):
        an_open_point(a_draft_campaign())


def test_a_point_collects_until_it_its_campaign_or_its_emergency_stops() -> None:
    officer, point = an_officer(), an_open_point()
    campaign, emergency = point.campaign, point.campaign.emergency
    assert access.is_collecting(point) is None
    assert code(actions.close_point(an_open_point(campaign), actor=officer)) == "point_closed"
    actions.pause_campaign(campaign, actor=officer)
    assert code(point) == "campaign_paused"
    actions.resume_campaign(campaign, actor=officer)
    assert code(point) is None
    lifted(emergency)
    assert code(point) == "response_lifted"
    ended(emergency)
    assert code(point) == "response_ended"


def test_a_campaign_ends_by_itself_after_its_last_day(monkeypatch) -> None:
    point = an_open_point(ends_on=clock.today())
    assert code(point) is None
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert code(point) == "campaign_over"


def test_closing_a_campaign_closes_its_points() -> None:
    point = an_open_point()
    actions.close_campaign(point.campaign, actor=an_officer())
    point.refresh_from_db()
    assert point.state == Point.State.CLOSED
    assert code(point) == "campaign_closed"


def test_the_other_roles_neither_open_points_nor_campaigns() -> None:
    collector, campaign = an_officer(Role.COLLECTOR), an_open_campaign()
    with pytest.raises(Forbidden):
        actions.open_point(campaign, name="门", kind="gate", place="东门", actor=collector)
    with pytest.raises(Forbidden):
        actions.close_campaign(campaign, actor=collector)


def test_the_poster_carries_the_address_as_a_code_and_in_letters(settings) -> None:
    settings.PIL_BASE_URL = "https://yj.example.invalid"
    point = an_open_point()
    assert qr.url(point) == f"https://yj.example.invalid/p/{point.code}/"
    assert qr.in_letters(point) == f"yj.example.invalid/p/{point.code}"
    assert qr.svg(point).startswith("<svg")


def test_the_emergency_stays_what_it_was_if_nobody_may_open() -> None:
    emergency = an_emergency()
    campaign = a_draft_campaign(emergency)
    a_published_notice(campaign)
    with pytest.raises(Forbidden):
        actions.open_campaign(campaign, actor=an_officer(Role.AUDITOR), second=an_officer())
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT


def code(point: Point) -> str | None:
    """Why the point, looked up anew, does not collect."""
    reason = access.is_collecting(access.point_by_code(point.code))
    return reason.code if reason else None
