"""Entry by staff: with an account at the console, with a shift code on a volunteer's phone, and from paper."""

from typing import Any

from django.test import Client

from collection.notices.models import DeferredNotice
from collection.points.models import Point
from collection.records.models import Record
from pilifecycle.access import actions as accounts
from pilifecycle.access.roles import Role
from tests import builders

from .scene import a_shelter, database, hidden, one_person, receipt_of

pytestmark = database


def enter(client: Client, address: str, given: dict[str, Any] | None = None, **more: Any) -> Any:
    page = client.get(address).content.decode()
    return client.post(address, {**hidden(page), **(one_person() if given is None else given), **more})


def wang(client: Client, point: Point) -> str:
    """A collector of the point's body, signed in; the address of her form."""
    client.force_login(builders.an_officer(Role.COLLECTOR, body=point.campaign.body, staff_number="W100"))
    return f"/console/points/{point.pk}/enter/"


def on_shift(client: Client, point: Point) -> str:
    """A volunteer whose phone has begun a shift."""
    campaign = point.campaign
    issuer = builders.an_officer(Role.HEAD_OF_BODY)
    code = accounts.issue_shift(point.pk, campaign.body_id, campaign.emergency_id, label="早班", actor=issuer)
    client.get("/shift/")
    assert client.post("/shift/", {"_shift": code.lower()}).status_code == 302
    return "/shift/"


def test_a_collector_enters_after_reading_the_notice_aloud(client: Client) -> None:
    point = a_shelter()
    address = wang(client, point)
    answer = enter(client, address)
    assert answer.status_code == 400
    assert not Record.objects.exists()
    assert receipt_of(enter(client, address, _read="yes"))
    assert Record.objects.get().author == "W100"


def test_next_keeps_the_building(client: Client) -> None:
    point = a_shelter()
    address = wang(client, point)
    page = client.post(address, {"_go": "next", "_building": "2"}).content.decode()
    assert '<option value="2" selected>' in page


def test_nobody_without_the_role_enters_here(client: Client) -> None:
    point = a_shelter()
    wang(client, point)
    client.force_login(builders.an_officer(Role.AUDITOR))
    assert client.get(f"/console/points/{point.pk}/enter/").status_code == 403
    client.logout()
    assert client.get(f"/console/points/{point.pk}/enter/").status_code in (302, 403)


def test_a_paper_slip_is_entered_late_under_its_own_code(client: Client) -> None:
    point = a_shelter()
    address = wang(client, point)
    code = f"{point.code}-2345-6789-ABCD"
    assert receipt_of(enter(client, address, _slip=code.lower())) == code
    assert Record.objects.get().entry == "late_entry"
    other = enter(client, address, one_person(name="司马小红"), _slip=code)
    assert other.status_code == 409
    assert enter(client, address, _slip="NNNNNNNN-2345-6789-ABCD").status_code == 400
    assert Record.objects.count() == 1


def test_a_lost_child_is_registered_first_and_told_of_afterwards(client: Client) -> None:
    point = a_shelter()
    answer = enter(client, wang(client, point), {"name": "小宝", "sex": "male"}, _deferred="lost_child")
    assert receipt_of(answer)
    assert Record.objects.get().notice is None
    assert DeferredNotice.objects.get().reason == "lost_child"


def test_a_volunteer_enters_with_a_shift_code(client: Client) -> None:
    point = a_shelter()
    address = on_shift(client, point)
    assert receipt_of(enter(client, address, _read="yes"))
    assert Record.objects.get().author.startswith("shift:")
    assert client.post(address, {"_go": "end"}).status_code == 302
    assert "_shift" in client.get(address).content.decode()


def test_a_wrong_shift_code_opens_nothing(client: Client) -> None:
    a_shelter()
    client.get("/shift/")
    answer = client.post("/shift/", {"_shift": "ABCDE-FGHJK"})
    assert answer.status_code == 404
    assert "ABCDE" not in answer.content.decode()


def test_staff_pages_want_a_csrf_token() -> None:
    point = a_shelter()
    client = Client(enforce_csrf_checks=True)
    address = wang(client, point)
    assert client.post(address, one_person()).status_code == 403
