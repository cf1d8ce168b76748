"""A person with a phone in front of a point: reads the page, fills it in, sends it."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from collection.points.models import Point
from pilifecycle.custody import actions as custody
from tests import builders

PHONE = "13800001234"
ID = "6f" * 16


def a_shelter(**more: Any) -> Point:
    """An open shelter with two buildings of two doors."""
    cache.clear()
    custody.prepare()
    point = builders.an_open_point(**more)
    builders.some_doors(point.campaign.body)
    return point


def a_gate(code: str = "epidemic_gate_residents", **more: Any) -> Point:
    """An open gate in an epidemic."""
    cache.clear()
    custody.prepare()
    campaign = builders.an_open_campaign(builders.an_epidemic(), standard=builders.a_standard(code), **more)
    point = builders.an_open_point(campaign, kind="gate", name="清河苑东门", place="清河路 1 号")
    builders.some_doors(campaign.body)
    return point


def shown(client: Client, point: Point, query: str = "", **more: Any) -> str:
    """The page as the phone shows it."""
    answer = client.get(f"/p/{point.code}/{query}", **more)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def hidden(page: str) -> dict[str, str]:
    """What the form carries for itself."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def one_person(**more: Any) -> dict[str, Any]:
    """What one grown-up fills in at a shelter."""
    return {
        "name": "欧阳小明",
        "birth_date.year": "1980",
        "birth_date.month": "2",
        "birth_date.day": "9",
        "mobile": PHONE,
        "address.building": "1",
        "address.unit": "1",
        "address.number": "102",
        **more,
    }


def send(client: Client, point: Point, given: dict[str, Any] | None = None, query: str = "", **more: Any) -> Any:
    """Open the form and send it filled in; `more` replaces what the form carries for itself."""
    page = shown(client, point, query)
    return client.post(f"/p/{point.code}/{query}", {**hidden(page), **(given or one_person()), **more})


def receipt_of(answer: Any) -> str:
    """The code on a receipt."""
    found = re.search(r'<p class="code">([^<]+)</p>', answer.content.decode())
    assert found, answer.content.decode()
    return found.group(1)


database = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


def hidden_all(page: str) -> dict[str, str]:
    """Every hidden input of a page, the first of each name."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in reversed(found)}
