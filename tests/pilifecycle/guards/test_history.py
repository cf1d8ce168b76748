"""What was signed, told or written into the ledger stays as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from collection.emergencies.models import LevelChange, StandardItem
from collection.notices.models import Notice
from collection.points.models import Body, Campaign
from pilifecycle.audit.models import Checkpoint, Head, Leaf, Pending
from tests.pilifecycle.guards import rows

pytestmark = pytest.mark.django_db


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError), transaction.atomic():
        yield


def of(row: Any) -> Any:
    return type(row).objects.filter(pk=row.pk)


def an_item(standard: Any, kind: str = "name") -> StandardItem:
    given = {"order": 1, "levels": [1], "reason": {}, "alternative": {}, "basis": "consent"}
    return StandardItem.objects.create(standard=standard, kind=kind, **given)


def a_notice(**more: Any) -> Notice:
    emergency, day = rows.an_emergency(), rows.NOW.date()
    body = Body.objects.create(name="b", capacity="street_office", address="a", phone="p", officer="o", complaints="c")
    campaign = Campaign.objects.create(
        emergency=emergency, body=body, standard=rows.a_standard(), title="t", starts_on=day, ends_on=day
    )
    return Notice.objects.create(campaign=campaign, version=1, level=2, blocks={"who": {"zh": "-"}}, **more)


def test_an_approved_standard_is_immutable() -> None:
    standard = rows.a_standard()
    item = an_item(standard)
    of(standard).update(state="approved", content_hash="h", approved_at=rows.NOW)
    for change in ({"purpose": {}}, {"default_days_to_end": 3000}, {"content_hash": ""}, {"state": "draft"}):
        with refused():
            of(standard).update(**change)
    with refused():
        of(item).update(days_after_end=3000)
    with refused():
        of(item).delete()
    with refused():
        an_item(standard, "mobile")
    of(standard).update(state="retired")
    with refused():
        of(standard).update(state="approved")


def test_an_item_does_not_move_into_an_approved_standard() -> None:
    draft, approved = rows.a_standard(), rows.a_standard(state="approved")
    with refused():
        of(an_item(draft)).update(standard=approved)


def test_a_draft_may_change() -> None:
    standard = rows.a_standard()
    of(an_item(standard)).update(days_after_end=3)
    StandardItem.objects.all().delete()
    standard.delete()


def test_a_published_notice_is_immutable() -> None:
    notice = a_notice()
    of(notice).update(blocks={}, state="published", published_at=rows.NOW)
    for change in ({"blocks": {"who": {}}}, {"children": {"x": 1}}, {"level": 1}, {"version": 7}, {"state": "draft"}):
        with refused():
            of(notice).update(**change)
    with refused():
        of(notice).delete()
    of(notice).update(state="superseded")


def test_the_history_of_levels_is_only_added_to() -> None:
    emergency = rows.an_emergency()
    level = LevelChange.objects.create(
        emergency=emergency, level=2, at=rows.NOW, document="d", by=emergency.declared_by
    )
    with refused():
        of(level).update(level=1)
    with refused():
        of(level).delete()


def test_the_ledger_only_grows() -> None:
    given = {"at": rows.NOW, "action": "a", "actor": "clock"}
    leaf = Leaf.objects.create(seq=0, uid=uuid4(), body=b"b", hash=b"h", **given)
    sign = Checkpoint.objects.create(size=1, root=b"r", text="t", signed_at=rows.NOW)
    waiting, head = Pending.objects.create(**given), Head.objects.create(size=4)
    changes = [(leaf, {"action": "x"}), (leaf, {"seq": 5}), (sign, {"root": b"x"}), (waiting, {"actor": "x"})]
    for row, change in [*changes, (head, {"size": 3})]:
        with refused():
            of(row).update(**change)
    for row in (leaf, sign, head):
        with refused():
            of(row).delete()
    of(head).update(size=5)
    of(waiting).delete()
