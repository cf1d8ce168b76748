"""The form in a real browser, as a phone shows it: Chinese, 390 px, large letters, with and without script."""

import os
from pathlib import Path
from typing import Any

import pytest

from collection.records.models import Record
from pilifecycle.access.actions import issue_shift
from pilifecycle.access.roles import Role
from tests import builders
from tests.collection.intake.scene import a_gate, a_shelter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "vault"])]
SHOTS = os.environ.get("PIL_SCREENSHOTS", "")


def shoot(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def bigger(page: Any, percent: int = 160) -> None:
    """What a reader's own font size does in WeChat's browser."""
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")


def fill(page: Any) -> None:
    page.locator("[name='name']").fill("欧阳小明")
    page.locator("[name='birth_date.year']").fill("1980")
    page.locator("[name='birth_date.month']").fill("2")
    page.locator("[name='birth_date.day']").fill("9")
    page.locator("[name='mobile']").fill("13800001234")
    page.locator("[name='address.building']").select_option("1")
    page.locator("[name='address.number']").select_option("102")


def wide(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_a_form_is_filled_in_on_a_phone(live_server: Any, phone_page: Any) -> None:
    point = a_shelter()
    phone_page.goto(f"{live_server.url}/p/{point.code}/")
    shoot(phone_page, "form-390")
    assert not wide(phone_page)
    fill(phone_page)
    assert phone_page.locator("[name='address.unit']").input_value() == "1"  # the only one there
    phone_page.locator("button.send").click()
    phone_page.locator(".receipt .code").wait_for()
    shoot(phone_page, "receipt-390")
    assert Record.objects.count() == 1
    assert not phone_page.context.cookies()
    code = phone_page.locator(".receipt .code").inner_text()
    phone_page.goto(f"{live_server.url}/r/#{code}")
    assert phone_page.locator("#code").input_value() == code
    assert code not in phone_page.url
    shoot(phone_page, "ask-390")
    phone_page.locator("button.send").click()
    phone_page.locator("#digits").fill("1234")
    phone_page.locator("button.send").click()
    shoot(phone_page, "holder-390")
    assert "手机号码" in phone_page.locator(".held").inner_text()


def test_large_letters_break_nothing(live_server: Any, phone_page: Any) -> None:
    point = a_shelter()
    for query, name in (("?who=family&people=3", "family"), ("?view=large", "large"), ("?lang=en", "en")):
        phone_page.goto(f"{live_server.url}/p/{point.code}/{query}")
        shoot(phone_page, f"form-{name}")
        bigger(phone_page)
        assert not wide(phone_page), name
        shoot(phone_page, f"form-{name}-160")


def test_errors_are_told_and_nothing_typed_is_lost(live_server: Any, phone_page: Any) -> None:
    point = a_gate()
    phone_page.goto(f"{live_server.url}/p/{point.code}/")
    shoot(phone_page, "gate-390")
    phone_page.locator("[name='name']").fill("欧阳小明")
    phone_page.locator("[name='mobile']").fill("123")
    phone_page.locator("button.send").click()
    phone_page.locator(".trouble").wait_for()
    assert phone_page.locator("[name='name']").input_value() == "欧阳小明"
    shoot(phone_page, "errors-390")


def test_targets_are_large_enough_for_a_thumb(live_server: Any, phone_page: Any) -> None:
    point = a_shelter()
    for query, least in (("", 44), ("?view=large", 60)):
        phone_page.goto(f"{live_server.url}/p/{point.code}/{query}")
        small = phone_page.evaluate(
            """least => [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')]
            .map(e => /radio|checkbox/.test(e.type) ? e.closest('label') : e)
            .filter(e => e.offsetParent && !e.matches('.skip, .first') && e.getBoundingClientRect().height < least - .5)
            .map(e => e.outerHTML.slice(0, 80))""",
            least,
        )
        assert small == []


def test_axe_finds_nothing(live_server: Any, phone_page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    point = a_shelter()
    for query in ("", "?who=family&people=2", "?view=large&lang=en"):
        phone_page.goto(f"{live_server.url}/p/{point.code}/{query}")
        found = Axe().run(phone_page)
        assert found.violations_count == 0, found.generate_report()


def test_without_script_the_form_is_sent_too(live_server: Any, new_page: Any) -> None:
    point = a_shelter()
    page = new_page(width=390, height=844, java_script_enabled=False)
    page.goto(f"{live_server.url}/p/{point.code}/")
    fill(page)
    page.locator("[name='address.unit']").select_option("1")
    page.locator("button.send").click()
    page.locator(".receipt .code").wait_for()
    assert Record.objects.count() == 1


def test_a_volunteer_enters_on_a_phone(live_server: Any, phone_page: Any) -> None:
    point = a_shelter()
    campaign = point.campaign
    head = builders.an_officer(Role.HEAD_OF_BODY)
    code = issue_shift(point.pk, campaign.body_id, campaign.emergency_id, label="早班", actor=head)
    phone_page.goto(f"{live_server.url}/shift/")
    shoot(phone_page, "shift-390")
    phone_page.locator("#shift").fill(code)
    phone_page.locator("button.send").click()
    phone_page.locator(".staff").first.wait_for()
    fill(phone_page)
    phone_page.locator("[name='_read']").check()
    shoot(phone_page, "staff-390")
    phone_page.locator("button.send").click()
    shoot(phone_page, "staff-receipt-390")
    phone_page.locator("button[value='next']").click(timeout=5000)
    assert phone_page.locator("[name='address.building']").input_value() == "1"
    assert phone_page.locator("[name='name']").input_value() == ""


def test_closed_points_are_told_of_kindly(live_server: Any, phone_page: Any) -> None:
    point = a_shelter()
    builders.lifted(point.campaign.emergency)
    phone_page.goto(f"{live_server.url}/p/{point.code}/")
    shoot(phone_page, "lifted-390")
    assert phone_page.locator("form").count() == 0
