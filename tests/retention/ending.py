"""A shelter that collected, its end, and a walk of its disposal batch as the worker does it."""

import secrets
from datetime import timedelta
from typing import Any

import time_machine

from collection.notices.actions import current_notice
from collection.points.models import Point
from collection.records import actions as records
from collection.records import closing
from collection.records.answers import Submission
from pilifecycle.access.models import User
from pilifecycle.custody import actions as custody
from pilifecycle.store import clock
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from tests.builders import an_officer, an_open_point, ended

NAMES = ("欧阳测试", "上官试验", "司马样本")


def a_submission(point: Point, **answers: Any) -> Submission:
    """A grown-up at a shelter."""
    usual = {"name": "欧阳测试", "mobile": "13800001234", "sex": "female", "birth_date": "1980-05-06"}
    asked = {item.kind for item in point.campaign.standard.items.all()}
    given = {code: value for code, value in ({**usual, "address": "1·1·101"} | answers).items() if code in asked}
    agreed = dict.fromkeys(given, True)
    return Submission(secrets.token_bytes(16), answers=given, consents=agreed, notice=current_notice(point.campaign))


def a_point_with_people(many: int = 3, **more: Any) -> Point:
    """A shelter in which people have registered."""
    point = an_open_point(**more)
    for place in range(many):
        records.submit(point, a_submission(point, name=NAMES[place % 3], mobile=f"1380000{1000 + place}"))
    return point


def two_approvers() -> tuple[User, User]:
    """Two people of two offices who may review."""
    return an_officer("approver", office="清河街道办事处"), an_officer("protection_officer", office="青州市网信办")


def an_approved_end(point: Point, *, people: tuple[User, User] | None = None) -> DisposalBatch:
    """The work ended, the clock proposed, two signed. Call it inside `later`."""
    emergency = point.campaign.emergency
    ended(emergency)
    custody.close_key_batches(closing.count, emergency=emergency.pk)
    with later(days=4):
        custody.close_key_batches(closing.count, emergency=emergency.pk)
        (batch,) = batches.propose_due()
        for person in people or two_approvers():
            batch = batches.approve(
                batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person
            )
    return batch


def later(*, days: int) -> Any:
    """Some days from now."""
    return time_machine.travel(clock.now() + timedelta(days=days))


def walked(batch: DisposalBatch, turns: int = 10) -> DisposalBatch:
    """The batch as far as the worker comes."""
    for _turn in range(turns):
        if batches.run(batch):
            break
    batch.refresh_from_db()
    return batch


def a_destroyed_emergency(many: int = 3) -> DisposalBatch:
    """A whole emergency, physically deleted; inside a time that has travelled. Use it in a transactional test."""
    people = two_approvers()
    return walked(an_approved_end(a_point_with_people(many), people=people))
