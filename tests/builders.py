"""Small functions with defaults that set a scene: everything in them goes through the rooms' own actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import Any

import time_machine

from collection.emergencies import actions as emergencies
from collection.emergencies.models import CollectionStandard, Emergency
from collection.notices import actions as notices
from collection.notices.models import Notice
from collection.points import actions as points
from collection.points.models import Body, Campaign, Door, Point
from pilifecycle.access.models import Grant, User
from pilifecycle.access.roles import Role
from pilifecycle.store import clock, watch

_number = count(1)


def an_officer(*roles: str, body: Body | None = None, since: timedelta = timedelta(days=2), **more: Any) -> User:
    """An account with roles (emergency officer without any) that it has had for two days."""
    number = next(_number)
    user = User.objects.create(
        username=more.pop("username", f"person{number}"), staff_number=more.pop("staff_number", f"S{number:04}"), **more
    )
    for role in roles or (Role.EMERGENCY_OFFICER,):
        then = clock.now() - since
        Grant.objects.create(user=user, role=role, body=body.pk if body else None, proposed_at=then, confirmed_at=then)
    return user


def two_people(*roles: str) -> tuple[User, User]:
    """Two people with the same roles: by default those that declare, open and close, and sign standards."""
    wanted = roles or (Role.EMERGENCY_OFFICER, Role.PROTECTION_OFFICER, Role.HEAD_OF_BODY)
    return an_officer(*wanted), an_officer(*wanted)


def a_body(*, actor: User | None = None, superior: Body | None = None, **more: Any) -> Body:
    """A residents' committee."""
    said = {
        "name": "清河苑居民委员会",
        "capacity": "residents_committee",
        "address": "青州市清河路 1 号",
        "phone": "0536-5550100",
        "officer": "街道办事处 个人信息保护负责人 0536-5550101",
        "complaints": "清河街道办事处 0536-5550102",
    }
    return points.make_body(actor=actor or an_officer(), superior=superior, **{**said, **more})


def some_doors(body: Body, *, actor: User | None = None) -> list[Door]:
    """Two buildings of two doors."""
    points.add_doors(
        body, [("1", "1", "101"), ("1", "1", "102"), ("2", "", "201"), ("2", "", "202")], actor=actor or an_officer()
    )
    return list(body.doors.order_by("building", "unit", "number"))


def a_standard(code: str = "flood_shelter", *, people: tuple[User, User] | None = None) -> CollectionStandard:
    """A template, drafted by one and approved by another."""
    first, second = people or two_people()
    return emergencies.approve_standard(emergencies.draft_standard(code, actor=first), actor=second)


def an_emergency(*, actor: User | None = None, **more: Any) -> Emergency:
    """A flood at level II."""
    said: dict[str, Any] = {
        "title": "青州市暴雨洪涝灾害",
        "category": "natural_disaster",
        "grade": 2,
        "level": 2,
        "area": "青州市清河街道",
        "authority": "青州市人民政府",
        "document": "青政发〔2026〕12 号",
        "matters": "转移安置受洪水威胁的群众",
        "measures": "开放安置点，转移低洼地区住户",
        "expected_end": clock.today() + timedelta(days=20),
    }
    return emergencies.declare(actor=actor or an_officer(), **{**said, **more})


def an_epidemic(**more: Any) -> Emergency:
    """A public health event at level II."""
    said = {
        "title": "青州市呼吸道传染病疫情",
        "category": "public_health",
        "document": "青疫防〔2026〕3 号",
        "matters": "控制疫情传播",
        "measures": "小区出入口登记",
    }
    return an_emergency(**{**said, **more})


def a_draft_campaign(
    emergency: Emergency | None = None,
    *,
    actor: User | None = None,
    body: Body | None = None,
    standard: CollectionStandard | None = None,
    **more: Any,
) -> Campaign:
    """A campaign that has no notice yet."""
    actor = actor or an_officer()
    said: dict[str, Any] = {
        "title": "清河苑登记",
        "area": "清河苑小区",
        "target_group": "已转移到安置点的居民",
        "task_document": "清河街道办事处通知〔2026〕7 号",
        "assessment": "PIA-2026-004",
        "starts_on": clock.today(),
        "ends_on": clock.today() + timedelta(days=60),
    }
    return points.draft_campaign(
        actor=actor,
        emergency=emergency or an_emergency(actor=actor),
        body=body or a_body(actor=actor),
        standard=standard or a_standard(),
        **{**said, **more},
    )


def a_published_notice(campaign: Campaign | None = None, *, actor: User | None = None) -> Notice:
    """The campaign's notice for the level in force, in force."""
    actor = actor or an_officer()
    return notices.publish_notice(notices.draft_notice(campaign or a_draft_campaign(), actor=actor), actor=actor)


def an_open_campaign(
    emergency: Emergency | None = None, *, people: tuple[User, User] | None = None, **more: Any
) -> Campaign:
    """A campaign with its notice, opened by two people."""
    first, second = people or two_people()
    campaign = a_draft_campaign(emergency, actor=first, **more)
    a_published_notice(campaign, actor=first)
    return points.open_campaign(campaign, actor=first, second=second)


def an_open_point(
    campaign: Campaign | None = None,
    *,
    kind: str = "shelter",
    name: str = "实验小学安置点",
    place: str = "实验小学体育馆",
    actor: User | None = None,
    **more: Any,
) -> Point:
    """A shelter that collects. `more` goes to the campaign that is made where none is given."""
    return points.open_point(
        campaign or an_open_campaign(**more), name=name, kind=kind, place=place, actor=actor or an_officer()
    )


@contextmanager
def later(**wait: float) -> Iterator[None]:
    """So much time later, in a process that started then: a clock that jumps under a running one stops execution."""
    with time_machine.travel(clock.now() + timedelta(**wait), tick=True):
        watch._mark = None
        yield
    watch._mark = None


def lifted(emergency: Emergency, *, people: tuple[User, User] | None = None, on: date | None = None) -> Emergency:
    """The response lifted by two people, today unless said otherwise."""
    return _closed(emergency, "lift", people, on)


def ended(emergency: Emergency, *, people: tuple[User, User] | None = None, on: date | None = None) -> Emergency:
    """Response work ended by a document, the lifting included."""
    emergency.refresh_from_db()
    if emergency.state == Emergency.State.OPEN:
        lifted(emergency, people=people, on=on)
    return _closed(emergency, "end", people, on)


def _closed(emergency: Emergency, kind: str, people: tuple[User, User] | None, on: date | None) -> Emergency:
    first, second = people or two_people()
    proposal = emergencies.propose_end(
        emergency, kind, source="document", on=on or clock.today(), document="青政发〔2026〕20 号", actor=first
    )
    emergencies.confirm_end(proposal, actor=second)
    emergency.refresh_from_db()
    return emergency
