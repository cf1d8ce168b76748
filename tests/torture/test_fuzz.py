"""Whatever is sent to the public addresses: never a 500, no echo of what was refused, nothing kept but on success."""

import secrets
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.core.cache import cache
from django.test import Client

from collection.notices.actions import current_notice
from collection.points.models import Point
from collection.records.models import Errand, Record
from tests.collection.intake.scene import a_shelter, hidden, one_person, receipt_of, send, shown
from tests.torture import nasty
from tests.torture.seeds import dice, played

pytestmark = [
    pytest.mark.django_db(databases=["default", "vault"], transaction=True),
]
MANY = 40  # requests a round


@pytest.fixture
def client() -> Client:
    """A 500 is an answer here, and no exception."""
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _nothing_in_the_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log repeats what was sent (law 1)."""
    yield
    assert nasty.MARK not in caplog.text


def ask(client: Client, roll: Random, address: str, data: bytes, kind: str) -> Any:
    """One request, and what must be true of every answer."""
    cache.clear()
    kept = Record.objects.count()
    method = "POST" if roll.random() < 0.9 else roll.choice(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
    answer = client.generic(method, address, data, content_type=kind, **nasty.headers(roll))
    told = f"{method} {address} {kind} {data[:3000]!r}"
    assert answer.status_code < 500, f"{answer.status_code}: {told}"
    more = Record.objects.count() - kept
    assert more in (0, 1), told
    assert more == 0 or answer.status_code in (200, 201), f"{answer.status_code} and kept: {told}"
    return answer


def echoes(answer: Any) -> bool:
    return nasty.MARK in answer.content.decode(errors="replace") or nasty.MARK in str(answer.headers)


def harmless(answer: Any) -> bool:
    """What was typed is shown again in its field at most, never as markup; a page without fields repeats nothing."""
    page = answer.content.decode(errors="replace")
    if f"<svg/onload={nasty.MARK}>" in page or nasty.MARK in str(answer.headers):
        return False
    return "<input" in page or nasty.MARK not in page


@played()
def test_the_form(client: Client, seed: int) -> None:
    roll, point = dice(seed, "form"), a_shelter()
    good = {**hidden(shown(client, point)), **one_person()}
    for _one in range(MANY):
        given = nasty.form(roll, {**good, "_id": secrets.token_hex(16)})
        kind = "application/x-www-form-urlencoded" if roll.random() < 0.8 else roll.choice(nasty.KINDS)
        answer = ask(
            client, roll, f"/p/{point.code}/{roll.choice(['', '', '?who=family&people=3'])}", nasty.encoded(given), kind
        )
        assert harmless(answer), given


@played()
def test_the_receipt_page(client: Client, seed: int) -> None:
    roll, point = dice(seed, "receipt"), a_shelter()
    code = receipt_of(send(client, point))
    for _one in range(MANY):
        good = {
            "code": roll.choice([code, code[:-1], code.lower(), "", point.code]),
            "digits": "1234",
            "do": "withdraw",
        }
        answer = ask(client, roll, "/r/", nasty.encoded(nasty.form(roll, good)), "application/x-www-form-urlencoded")
        assert harmless(answer)
    assert Errand.objects.count() == 0, "nobody without the second fact withdraws anything"


def sent_by_a_program(point: Point) -> dict[str, Any]:
    """What the interface takes."""
    answers = {"name": "欧阳小明", "birth_date": "1980-02-09", "mobile": "13800001234", "address": "1·1·102"}
    notice = current_notice(point.campaign)
    return {
        "submission_id": secrets.token_hex(16),
        "notice": str(notice.pk) if notice else "",
        "language": "zh-hans",
        "answers": answers,
        "consents": {},
        "members": [],
    }


@played()
def test_the_programs_door(client: Client, seed: int) -> None:
    roll, point = dice(seed, "api"), a_shelter()
    for _one in range(MANY):
        data = nasty.body(roll, sent_by_a_program(point))
        kind = "application/json" if roll.random() < 0.85 else roll.choice(nasty.KINDS)
        answer = ask(client, roll, f"/api/v1/points/{point.code}/records/", data, kind)
        assert not echoes(answer), data
        assert answer.status_code < 300 or "json" in answer.headers.get("Content-Type", ""), answer.content


@played()
def test_addresses(client: Client, seed: int) -> None:
    roll, point = dice(seed, "addresses"), a_shelter()
    for _one in range(MANY):
        word = roll.choice([nasty.text(roll), point.code + nasty.text(roll), point.code.lower(), point.code[:-1]])
        part = quote_from_bytes(word.encode("utf-8", "surrogatepass"), safe="")[:4000]
        form = roll.choice(
            ["/p/{}/", "/p/{}/notice/", "/api/v1/points/{}/", "/api/v1/points/{}/records/", "/r/{}", "/r/?{}", "/p/?{}"]
        )
        answer = client.generic("GET", form.format(part), **nasty.headers(roll))
        assert answer.status_code < 500, f"{answer.status_code} {form} {word!r}"
        assert harmless(answer), word


@played(every=5)
def test_what_is_right_is_still_taken(client: Client, seed: int) -> None:
    """Or the loops above would prove nothing."""
    point = a_shelter()
    assert send(client, point).status_code == 200
    answer = client.post(
        f"/api/v1/points/{point.code}/records/", sent_by_a_program(point), content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    assert Record.objects.count() == 2
