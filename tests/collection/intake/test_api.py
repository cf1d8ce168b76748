"""REST intake as a program meets it."""

import json
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.test import Client

from collection.notices.access import current_notice
from collection.points.models import Point
from collection.records.models import Record
from tests import builders

from .scene import ID, PHONE, a_shelter, database

pytestmark = database
SECRET = "欧阳绝密"


def sent(point: Point, **more: Any) -> dict[str, Any]:
    """A whole submission of one person."""
    notice = current_notice(point.campaign)
    answers = {"name": "欧阳小明", "birth_date": "1980-02-09", "address": "1·1·102", "mobile": PHONE}
    return {"submission_id": ID, "notice": str(notice and notice.pk), "language": "zh-hans", "answers": answers, **more}


def post(client: Client, point: Point | str, body: Any, **more: Any) -> Any:
    code = point if isinstance(point, str) else point.code
    return client.post(f"/api/v1/points/{code}/records/", body, content_type="application/json", **more)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, and repeats nothing."""
    text = answer.content.decode()
    assert (answer.status_code, json.loads(text)["code"]) == (status, code), text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert SECRET not in text
    assert PHONE not in text
    assert not answer.cookies
    return dict(json.loads(text))


def test_a_submission_gets_a_receipt_and_the_same_one_again(client: Client) -> None:
    point = a_shelter()
    first, second = post(client, point, sent(point)), post(client, point, sent(point))
    assert (first.status_code, second.status_code) == (201, 200), first.content
    assert first.json() == {"receipt": second.json()["receipt"], "again": False}
    assert second.json()["again"] is True
    assert Record.objects.count() == 1


def test_the_definition_says_what_is_asked(client: Client) -> None:
    point = a_shelter()
    found = client.get(f"/api/v1/points/{point.code}/").json()
    assert {"name", "birth_date", "address"} <= {item["kind"] for item in found["items"]}
    assert found["point"]["check_word"] == point.check_word
    assert found["notice"]["id"] == sent(point)["notice"]


def test_a_forbidden_field_is_refused_and_not_dropped(client: Client) -> None:
    point = a_shelter()
    answers = {**sent(point)["answers"], "plate": SECRET}
    refused(post(client, point, sent(point, answers=answers)), 400, "field_not_permitted")
    assert not Record.objects.exists()


def test_a_name_of_a_field_that_nobody_knows_is_not_repeated(client: Client) -> None:
    point = a_shelter()
    refused(post(client, point, sent(point, answers={SECRET: "1"})), 400, "field_not_permitted")
    refused(post(client, point, sent(point, **{SECRET: "1"})), 400, "invalid")


def test_a_malformed_answer_names_its_field_only(client: Client) -> None:
    point = a_shelter()
    answers = {**sent(point)["answers"], "mobile": f"12345{SECRET}"}
    problem = refused(post(client, point, sent(point, answers=answers)), 400, "invalid")
    assert set(problem["fields"]) == {"mobile"}


def test_the_same_id_with_other_answers_is_another_person(client: Client) -> None:
    point = a_shelter()
    post(client, point, sent(point))
    answers = {**sent(point)["answers"], "name": SECRET}
    refused(post(client, point, sent(point, answers=answers)), 409, "another_person")
    assert Record.objects.count() == 1


def test_a_stale_notice_is_refused(client: Client) -> None:
    point = a_shelter()
    before = sent(point)
    builders.a_published_notice(point.campaign)
    refused(post(client, point, before), 409, "notice_stale")
    refused(post(client, point, sent(point, notice=str(uuid4()))), 409, "notice_stale")


def test_closed_and_unknown_points_say_so(client: Client) -> None:
    point = a_shelter()
    refused(post(client, "NNNNNNNN", sent(point)), 404, "unknown_point")
    builders.lifted(point.campaign.emergency)
    refused(post(client, point, sent(point)), 410, "response_lifted")
    refused(client.get(f"/api/v1/points/{point.code}/"), 410, "response_lifted")


def test_a_body_that_is_no_json_or_too_large_is_refused(client: Client) -> None:
    point = a_shelter()
    url = f"/api/v1/points/{point.code}/records/"
    refused(client.post(url, f'{{"answers": "{SECRET}', content_type="application/json"), 400, "parse_error")
    refused(client.post(url, "[" * 100_000, content_type="application/json"), 400, "parse_error")
    refused(client.post(url, {"name": SECRET}), 415, "unsupported_media_type")
    refused(post(client, point, sent(point, answers={"name": SECRET * 70_000})), 413, "too_large")
    refused(post(client, point, '{"answers": NaN}'), 400, "parse_error")


def test_odd_shapes_are_refused(client: Client) -> None:
    point = a_shelter()
    for answers in ({"name": "\ud800"}, {"name": [[[["x"]]]]}, {"name": 2**70}, {"name": {"a": {"b": {"c": "d"}}}}):
        refused(post(client, point, json.dumps(sent(point, answers=answers))), 400, "invalid")
    refused(post(client, point, json.dumps([sent(point)])), 400, "invalid")


def test_an_idempotency_key_is_the_submission_id(client: Client) -> None:
    point = a_shelter()
    body = sent(point)
    del body["submission_id"]
    refused(post(client, point, body), 400, "submission_id")
    refused(post(client, point, body, headers={"Idempotency-Key": "abc"}), 400, "submission_id")
    assert post(client, point, body, headers={"Idempotency-Key": ID}).status_code == 201
    assert post(client, point, sent(point)).status_code == 200
    refused(post(client, point, sent(point), headers={"Idempotency-Key": "a" * 32}), 400, "submission_id")


def test_a_slip_of_another_point_is_refused(client: Client) -> None:
    point = a_shelter()
    refused(post(client, point, sent(point, slip="NNNNNNNN-2345-2345-2345")), 400, "unknown_slip")
    code = f"{point.code}-2345-2345-2345"
    assert post(client, point, sent(point, slip=code)).json()["receipt"] == code
    assert Record.objects.get().entry == "late_entry"


def test_absurd_rates_are_slowed_down(client: Client, monkeypatch: Any) -> None:
    point = a_shelter()
    monkeypatch.setattr("collection.intake.limits.MOST_A_SECOND", 0)
    answer = post(client, point, sent(point))
    refused(answer, 429, "throttled")
    assert int(answer.headers["Retry-After"]) > 0
    cache.clear()
