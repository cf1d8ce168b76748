"""Entries of grown-ups and of children, and clients at the console."""

import secrets
from typing import Any

from django.test import Client

from collection.notices.actions import current_notice
from collection.points.models import Point
from collection.records import actions
from collection.records.answers import Submission
from collection.records.models import Record
from pilifecycle.access.models import User
from pilifecycle.store import clock
from tests.builders import an_open_point

GUARDIAN = {"name": "欧阳母亲", "relationship": "mother", "phone": "13800005678"}


def a_record(point: Point | None = None, *, author: str = "", child: bool = False, **answers: Any) -> Record:
    """One entry at a shelter, under the actor's staff number if it was entered for the person."""
    point = point or an_open_point()
    usual = {
        "name": "欧阳测试",
        "mobile": "13800001234",
        "sex": "female",
        "birth_date": "1980-05-06",
        "address": "1·1·101",
    }
    if child:
        answers |= {"birth_date": str(clock.today().replace(year=clock.today().year - 9, day=1)), "guardian": GUARDIAN}
    items = {item.kind for item in point.campaign.standard.items.all()}
    given = {code: value for code, value in (usual | answers).items() if code in items}
    submission = Submission(
        secrets.token_bytes(16),
        answers=given,
        consents=dict.fromkeys(given, True),
        notice=current_notice(point.campaign),
        author=author,
        **({"guardian_agrees": True} if child else {}),
    )
    return Record.objects.get(pk=actions.submit(point, submission).record)


def at(user: User) -> Client:
    """A browser of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    return client


def page(record: Record, act: str = "") -> str:
    """The address of an entry's page, or of one of its buttons."""
    return f"/console/collection/record/{record.pk}/" + (f"act/{act}/" if act else "change/")
