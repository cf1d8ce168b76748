"""The receipt page: from the day of registration until after the destruction."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from collection.consents.actions import consent_items
from collection.emergencies import actions as emergencies
from collection.intake import destroyed
from collection.points.models import Point
from collection.records.models import Errand, Record, Tombstone
from collection.records.receipts import receipt_hash
from collection.rights.models import RightsRequest
from tests import builders

from .scene import PHONE, a_shelter, database, hidden_all, one_person, receipt_of, send

pytestmark = database


def registered(client: Client, point: Point | None = None) -> str:
    """The receipt of somebody who agreed to say what help is needed."""
    person = one_person(special_needs=["wheelchair"], **{"consent.special_needs": "yes"})
    return receipt_of(send(client, point or a_shelter(), person))


def opened(client: Client, code: str) -> dict[str, str]:
    """What the receipt page carries for itself after code and digits."""
    answer = client.post("/r/", {"code": code, "digits": PHONE[-4:]})
    assert answer.status_code == 200, answer.content.decode()
    found = hidden_all(answer.content.decode())
    return {"code": found["code"], "pass": found["pass"]}


def do(client: Client, code: str, what: str, **more: Any) -> Any:
    return client.post("/r/", {**opened(client, code), "do": what, **more})


def test_it_shows_kinds_and_dates_and_no_value(client: Client) -> None:
    code = registered(client)
    text = client.post("/r/", {"code": code.lower().replace("-", " "), "digits": PHONE[-4:]}).content.decode()
    assert "手机号码" in text
    assert "特殊需求" in text
    for value in (PHONE, "欧阳小明", "1980", "轮椅"):
        assert value not in text


def test_the_code_alone_shows_nothing_where_a_phone_was_given(client: Client) -> None:
    code = registered(client)
    first = client.post("/r/", {"code": code})
    assert "特殊需求" not in first.content.decode()
    assert 'name="digits"' in first.content.decode()
    wrong = client.post("/r/", {"code": code, "digits": "9999"})
    assert wrong.status_code == 403
    assert "特殊需求" not in wrong.content.decode()


def test_nothing_is_done_without_the_second_fact(client: Client) -> None:
    code = registered(client)
    client.post("/r/", {"code": code, "do": "withdraw", "kind": "special_needs"})
    client.post("/r/", {"code": code, "pass": "x:y:z", "do": "ask", "request": "delete"})
    assert not Errand.objects.exists()
    assert not RightsRequest.objects.exists()


def test_a_wrong_code_says_so_and_is_limited(client: Client) -> None:
    point = a_shelter()
    wrong = f"{point.code}-2222-2222-2222"
    assert client.post("/r/", {"code": wrong}).status_code == 404
    assert client.post("/r/", {"code": "<b>"}).status_code == 404
    for _attempt in range(8):
        answer = client.post("/r/", {"code": wrong})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/r/", {"code": registered(client, point)}).status_code == 200


def test_consent_is_withdrawn_and_can_be_restored(client: Client) -> None:
    code = registered(client)
    assert do(client, code, "withdraw", kind=["special_needs"]).status_code == 200
    row = Record.objects.get()
    assert consent_items(row) == []
    errand = Errand.objects.get()
    assert errand.items == ["special_needs"]
    assert do(client, code, "stop_errand", errand=str(errand.pk)).status_code == 200
    assert consent_items(row) == ["special_needs"]
    assert do(client, code, "stop_errand", errand="x").status_code == 409


def test_what_does_not_rest_on_consent_cannot_be_withdrawn(client: Client) -> None:
    code = registered(client)
    assert do(client, code, "withdraw", kind=["name"]).status_code == 409
    assert do(client, code, "withdraw").status_code == 409
    assert not Errand.objects.exists()


def test_deletion_is_asked_for_once_and_taken_back(client: Client) -> None:
    code = registered(client)
    assert do(client, code, "ask", request="delete").status_code == 200
    assert do(client, code, "ask", request="delete").status_code == 409
    assert do(client, code, "ask", request="everything").status_code == 400
    asked = RightsRequest.objects.get()
    assert do(client, code, "stop_request", request=str(asked.pk)).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "stopped"


def test_another_persons_errand_cannot_be_stopped(client: Client) -> None:
    point = a_shelter()
    mine, other = registered(client, point), receipt_of(send(client, point, one_person(name="司马小红")))
    do(client, mine, "withdraw", kind=["special_needs"])
    assert do(client, other, "stop_errand", errand=str(Errand.objects.get().pk)).status_code == 409


def a_shelter_that_asks_again() -> Point:
    """A shelter whose standard asks for special needs every day."""
    first, second = builders.two_people()
    draft = emergencies.draft_standard("flood_shelter", actor=first)
    draft.items.filter(kind="special_needs").update(options={"follow_up": True})
    return a_shelter(standard=emergencies.approve_standard(draft, actor=second))


def test_a_follow_up_takes_two_taps(client: Client) -> None:
    code = registered(client, a_shelter_that_asks_again())
    page = client.post("/r/", {"code": code, "digits": PHONE[-4:]}).content.decode()
    again = {**opened(client, code), "do": "follow_up", "_id": hidden_all(page)["_id"]}
    assert client.post("/r/", {**again, "well": "yes"}).status_code == 200
    assert client.post("/r/", {**again, "well": "yes"}).status_code == 200
    changed = client.post("/r/", {**again, "_id": "7a" * 16, "well": "no", "special_needs": ["walking_help"]})
    assert changed.status_code == 200, changed.content.decode()
    strange = client.post("/r/", {**again, "_id": "7b" * 16, "well": "no", "plate": "京A12345"})
    assert strange.status_code == 400
    assert Record.objects.filter(entry="follow_up").count() == 2


def test_after_the_destruction_the_code_shows_the_certificates_number(client: Client, monkeypatch: Any) -> None:
    point = a_shelter()
    batch = uuid4()
    stone = {"emergency": point.campaign.emergency_id, "point": point.pk, "reason": "batch", "batch": batch}
    Tombstone.objects.create(**stone, destroyed_at=timezone.now())
    monkeypatch.setattr(destroyed, "_certificates", [])
    certificate = destroyed.Certificate("XH-2026-0007", date(2026, 9, 30))
    destroyed.register(lambda asked: certificate if asked == batch else None)
    text = client.post("/r/", {"code": f"{point.code}-2345-6789-ABCD"}).content.decode()
    assert "XH-2026-0007" in text
    assert "2026年9月30日" in text
    assert client.get(f"/p/{point.code}/").status_code == 410


def test_what_was_erased_on_request_says_so(client: Client) -> None:
    point = a_shelter()
    code = f"{point.code}-2345-6789-ABCD"
    erased = timezone.now() - timedelta(days=1)
    Tombstone.objects.create(
        emergency=point.campaign.emergency_id, reason="request", receipt_hash=receipt_hash(code), destroyed_at=erased
    )
    answer = client.post("/r/", {"code": code})
    assert answer.status_code == 200
    assert 'name="digits"' not in answer.content.decode()


def test_a_held_record_says_so(client: Client, monkeypatch: Any) -> None:
    point = a_shelter()
    code = f"{point.code}-2345-6789-ABCD"
    monkeypatch.setattr(destroyed, "_holds", [])
    destroyed.register_held(lambda digest: destroyed.Held(date(2026, 8, 1), "作为证据使用", date(2027, 1, 1)))
    assert "作为证据使用" in client.post("/r/", {"code": code}).content.decode()
