"""The form behind a point, as a phone meets it."""

from django.test import Client

from collection.records.models import Record

from .scene import a_shelter, database, receipt_of, send, shown

pytestmark = database


def test_a_person_registers_without_script_and_gets_a_receipt(client: Client) -> None:
    point = a_shelter()
    answer = send(client, point)
    assert answer.status_code == 200, answer.content.decode()
    assert receipt_of(answer).startswith(point.code)
    assert Record.objects.get().language == "zh-hans"


def test_no_page_sets_a_cookie(client: Client) -> None:
    point = a_shelter()
    answer = client.get(f"/p/{point.code}/")
    assert not answer.cookies
    assert not send(client, point).cookies
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert shown(client, point)
