"""The form behind a point, as a phone without script meets it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from collection.emergencies import actions as emergencies
from collection.points import actions as points
from collection.records.models import Record
from tests import builders

from .scene import ID, PHONE, a_gate, a_shelter, database, hidden, one_person, receipt_of, send, shown

pytestmark = database
SECRET = "欧阳绝密"


def refused(answer: Any, status: int, *, kept: int = 0) -> str:
    """The page says no with this status, and nothing more than `kept` records is held."""
    text: str = answer.content.decode()
    assert answer.status_code == status, text
    assert Record.objects.count() == kept
    assert not answer.cookies
    return text


def test_a_person_registers_without_script_and_gets_a_receipt(client: Client) -> None:
    point = a_shelter()
    answer = send(client, point)
    assert answer.status_code == 200, answer.content.decode()
    assert receipt_of(answer).startswith(point.code)
    assert "data:image/png;base64," in answer.content.decode()
    assert "1980" not in answer.content.decode()
    row = Record.objects.get()
    assert (row.language, row.subject, row.author) == ("zh-hans", "person", "")


def test_no_page_sets_a_cookie_or_may_be_stored(client: Client) -> None:
    point = a_shelter()
    code = receipt_of(sent := send(client, point))
    pages = [
        client.get(f"/p/{point.code}/"),
        sent,
        client.get(f"/p/{point.code}/notice/"),
        client.get("/r/"),
        client.post("/r/", {"code": code}),
        client.get("/p/NNNNNNNN/"),
    ]
    for answer in pages:
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_first_load_stays_under_60_kilobytes(client: Client) -> None:
    point = a_shelter()
    numbers = [f"{floor}{door:02}" for floor in range(1, 19) for door in range(1, 5)]
    rows = [(str(house), str(unit), number) for house in range(1, 9) for unit in range(1, 4) for number in numbers]
    points.add_doors(point.campaign.body, rows, actor=builders.an_officer())
    files = sum(path.stat().st_size for path in (Path(settings.BASE_DIR) / "static" / "intake").iterdir())
    for query in ("", "?who=family&people=3&lang=en"):
        assert len(client.get(f"/p/{point.code}/{query}").content) + files < 60_000


def test_both_languages_by_link_and_by_the_readers_own(client: Client) -> None:
    point = a_shelter()
    assert 'lang="zh-Hans"' in shown(client, point)
    english = shown(client, point, "?lang=en")
    assert 'lang="en"' in english
    assert "Date of birth" in english
    assert "Date of birth" in shown(client, point, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "出生日期" in shown(client, point, "?lang=zh", headers={"Accept-Language": "en"})
    assert "出生日期" in shown(client, point, headers={"Accept-Language": "de"})
    send(client, point, query="?lang=en")
    assert Record.objects.get().language == "en"


def test_the_check_word_the_landline_and_the_whole_notice_are_shown(client: Client) -> None:
    point = a_shelter()
    page = shown(client, point)
    assert point.check_word in page
    assert point.campaign.body.phone in page
    assert "到期后的处理方式" in page
    assert "到期后的处理方式" in client.get(f"/p/{point.code}/notice/").content.decode()


def test_consent_is_asked_beside_its_item_and_nothing_is_ticked(client: Client) -> None:
    page = shown(client, a_shelter())
    assert page.count('name="consent.special_needs"') == 2
    assert 'name="consent.name"' not in page
    assert "checked" not in page
    assert "无需取得您的同意" in page


def test_refusing_an_optional_item_still_registers(client: Client) -> None:
    point = a_shelter()
    assert receipt_of(send(client, point, one_person(**{"consent.special_needs": "no", "consent.resident_id": "no"})))
    assert Record.objects.get().consents == {"special_needs": "refused", "resident_id": "refused"}


def test_an_answer_without_its_consent_is_asked_about(client: Client) -> None:
    point = a_shelter()
    undecided = send(client, point, one_person(special_needs=["wheelchair"]))
    text = refused(undecided, 400)
    assert 'value="wheelchair" checked' in text
    refused(send(client, point, one_person(special_needs=["wheelchair"], **{"consent.special_needs": "no"})), 400)
    assert receipt_of(send(client, point, one_person(special_needs=["wheelchair"], **{"consent.special_needs": "yes"})))


def test_who_refuses_everything_leaves_nothing(client: Client) -> None:
    point = a_gate()
    page = shown(client, point)
    kinds = {"name", "mobile", "address", "household_size"}
    said = {f"consent.{kind}": "no" for kind in kinds if f'name="consent.{kind}"' in page}
    answer = send(client, point, said)
    assert answer.status_code == 200
    assert 'class="code"' not in answer.content.decode()
    assert not Record.objects.exists()


def test_a_family_with_a_child_names_the_guardian(client: Client) -> None:
    point = a_shelter()
    family = {
        "mobile": PHONE, "address.building": "2", "address.unit": "", "address.number": "201",
        "0.name": "何秀英", "0.birth_date.year": "1985", "0.birth_date.month": "1", "0.birth_date.day": "2",
        "1.name": "何小宝", "1.birth_date.year": "2020", "1.birth_date.month": "5", "1.birth_date.day": "6",
        "1.special_needs": ["infant_food"], "consent.special_needs": "yes",
    }  # fmt: skip
    guardian = {"guardian.name": "何秀英", "guardian.relationship": "mother", "guardian.phone": PHONE}
    text = refused(send(client, point, family, "?who=family&people=2"), 400)
    assert "<details" in text
    assert "何小宝" in text
    refused(send(client, point, {**family, **guardian}, "?who=family&people=2"), 400)
    refused(send(client, point, {**family, **guardian, "_guardian": "no"}, "?who=family&people=2"), 400)
    assert receipt_of(send(client, point, {**family, **guardian, "_guardian": "yes"}, "?who=family&people=2"))
    row = Record.objects.get()
    assert (row.persons, row.subject, row.guardian_needed) == (2, "household", True)


def test_one_more_person_can_be_added_without_losing_anything(client: Client) -> None:
    point = a_shelter()
    page = send(client, point, {"0.name": "何秀英", "_go": "add"}, "?who=family&people=2").content.decode()
    assert "何秀英" in page
    assert 'name="2.name"' in page
    assert not Record.objects.exists()


def test_a_second_send_shows_the_same_receipt(client: Client) -> None:
    point = a_shelter()
    first, second = send(client, point, _id=ID), send(client, point, _id=ID)
    assert receipt_of(first) == receipt_of(second)
    assert Record.objects.count() == 1


def test_the_same_form_with_other_answers_asks_about_another_person(client: Client) -> None:
    point = a_shelter()
    send(client, point, _id=ID)
    answer = send(client, point, one_person(name="司马小红"), _id=ID)
    text = refused(answer, 409, kept=1)
    assert "司马小红" in text
    assert hidden(text)["_id"] != ID
    again = client.post(f"/p/{point.code}/", {**hidden(text), **one_person(name="司马小红")})
    assert receipt_of(again)
    assert Record.objects.count() == 2


def test_missing_and_malformed_answers_are_marked_and_kept(client: Client) -> None:
    point = a_shelter()
    text = refused(send(client, point, one_person(name="", mobile="12345", **{"birth_date.day": "31"})), 400)
    assert text.count('class="error"') == 3
    assert 'href="#q-mobile"' in text
    assert 'value="12345"' in text


def test_a_door_that_does_not_exist_is_refused(client: Client) -> None:
    point = a_shelter()
    text = refused(send(client, point, one_person(**{"address.number": "201"})), 400)
    assert text.count('class="error"') == 1


def test_what_the_standard_does_not_permit_is_refused_whole(client: Client) -> None:
    point = a_shelter()
    for name in ("plate", "nickname", "7.name", "name.part", "mobile.x", SECRET, "consent.name", "a.b.c"):
        text = refused(send(client, point, one_person(**{name: SECRET})), 400)
        assert SECRET not in text
        assert "<form" not in text


def test_a_stale_notice_shows_the_form_again_with_everything(client: Client) -> None:
    point = a_shelter()
    before = hidden(shown(client, point))
    builders.a_published_notice(point.campaign)
    text = refused(client.post(f"/p/{point.code}/", {**before, **one_person()}), 409)
    assert "欧阳小明" in text
    assert receipt_of(client.post(f"/p/{point.code}/", {**hidden(text), **one_person()}))


def test_a_level_change_closes_items_and_shows_the_form_again(client: Client) -> None:
    point = a_shelter()
    before = hidden(shown(client, point))
    emergencies.change_level(point.campaign.emergency, 3, document="青政发〔2026〕15 号", actor=builders.an_officer())
    text = refused(client.post(f"/p/{point.code}/", {**before, **one_person()}), 409)
    assert "resident_id" not in text


def test_an_old_a_broken_and_a_foreign_slip_show_the_form_again(client: Client) -> None:
    point = a_shelter()
    with time_machine.travel(timezone.now() - timedelta(hours=3), tick=True):
        old = hidden(shown(client, point))["_token"]
    assert "欧阳小明" in refused(send(client, point, _token=old), 409)
    refused(send(client, point, _token=old[:-2] + "xx"), 400)
    refused(send(client, point, _token=""), 400)
    refused(send(client, point, _id="zz"), 400)
    foreign = hidden(shown(client, a_shelter()))["_token"]
    refused(send(client, point, _token=foreign), 400)


def test_closed_unknown_and_lifted_points_have_pages_of_their_own(client: Client) -> None:
    point = a_shelter()
    before = hidden(shown(client, point))
    assert "<form" not in refused(client.get("/p/NNNNNNNN/"), 404)
    builders.lifted(point.campaign.emergency)
    assert "<form" not in refused(client.get(f"/p/{point.code}/"), 410)
    late = client.post(f"/p/{point.code}/", {**before, **one_person(name=SECRET)})
    text = refused(late, 410)
    assert SECRET not in text
    assert point.campaign.body.phone in text


def test_a_closed_point_says_so(client: Client) -> None:
    point = a_shelter()
    points.close_point(point, actor=builders.an_officer())
    assert "<form" not in refused(client.get(f"/p/{point.code}/"), 410)


def test_other_bodies_than_the_form_are_refused(client: Client) -> None:
    point = a_shelter()
    url = f"/p/{point.code}/"
    assert SECRET not in refused(client.post(url, f'{{"name": "{SECRET}"}}', content_type="application/json"), 415)
    refused(client.post(url, {"name": SECRET * 70_000}), 413)
    refused(client.delete(url), 405)


def test_absurd_rates_are_slowed_down(client: Client, monkeypatch: Any) -> None:
    point = a_shelter()
    monkeypatch.setattr("collection.intake.limits.MOST_A_SECOND", 0)
    answer = send(client, point)
    refused(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0


def test_entry_for_another_is_offered(client: Client) -> None:
    point = a_shelter()
    assert receipt_of(send(client, point, query="?who=other&view=large"))
