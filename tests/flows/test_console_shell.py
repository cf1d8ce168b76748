"""The console in a browser, under the strict policy: nothing is reported, and everything that clicks works."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.flows.console_room"),
]
WATCH = """
window.reported = JSON.parse(sessionStorage.getItem("reported") || "[]");
document.addEventListener("securitypolicyviolation", (event) => {
  reported.push(event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile);
  sessionStorage.setItem("reported", JSON.stringify(reported));
});
"""
MENU = "nav:has(> div > #logout-form)"
LIST = "/console/pilifecycle/heartbeat/"


@pytest.fixture
def enter(live_server: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[[Any], Any]:
    """``enter(page)``: sign in as somebody who may do everything; answers a function that goes to a path."""
    from pilifecycle.access.models import User
    from pilifecycle.store.models import Heartbeat

    settings.PIL_MFA_REQUIRED = False
    monkeypatch.setattr("pilifecycle.access.guards.may", lambda *args, **kwargs: True)
    User.objects.create_user("wang", password="correct horse", staff_number="QS-001", first_name="王")
    for job in ("sweep", "index"):
        Heartbeat.objects.create(job=job, at=datetime(2026, 11, 1, tzinfo=UTC))

    def sign_in(page: Any) -> Callable[[str], Any]:
        page.add_init_script(WATCH)
        page.goto(f"{live_server.url}/console/")
        page.fill("input[name=login]", "wang")
        page.fill("input[name=password]", "correct horse")
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/console/")
        return lambda path: page.goto(f"{live_server.url}{path}")

    return sign_in


def html_classes(page: Any) -> str:
    return str(page.locator("html").get_attribute("class") or "")


def test_no_page_breaks_the_policy(page: Any, enter: Any) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    go = enter(page)
    for path in ("/console/", LIST, f"{LIST}sweep/change/", f"{LIST}sweep/act/approve/", "/accounts/2fa/"):
        answer = go(path)
        assert answer.status == 200, path
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
        page.wait_for_function("window.Alpine !== undefined")
        assert page.evaluate("window.reported") == []
    assert said == []


def test_the_first_screen_shows_what_waits_and_only_overdue_is_red(page: Any, enter: Any) -> None:
    enter(page)
    page.get_by_role("link", name="处置批次 1").wait_for()
    cards = page.locator(".pil-card")
    assert cards.count() == 3  # who has nothing to see gets no panel
    assert cards.nth(1).get_attribute("class") == "pil-card pil-overdue"
    assert "pil-overdue" not in cards.nth(0).get_attribute("class")
    assert "密钥保管打不开。" in cards.nth(2).inner_text()


def test_the_user_menu_opens_and_the_theme_stays(page: Any, enter: Any) -> None:
    go = enter(page)
    menu = page.locator(MENU)
    assert not menu.is_visible()
    page.locator("#nav-sidebar").get_by_text("王", exact=True).last.click()
    menu.wait_for(state="visible")
    menu.locator("a:has(span:text-is('dark_mode'))").click()
    page.wait_for_function("document.documentElement.classList.contains('dark')")
    go("/console/")
    page.wait_for_function("document.documentElement.classList.contains('dark')")
    page.locator("#nav-sidebar").get_by_text("王", exact=True).last.click()
    menu.locator("a:has(span:text-is('light_mode'))").click()
    page.wait_for_function("!document.documentElement.classList.contains('dark')")
    assert page.evaluate("window.reported") == []


def test_the_language_can_be_switched(page: Any, enter: Any) -> None:
    enter(page)
    page.locator("#nav-sidebar").get_by_text("王", exact=True).last.click()
    page.get_by_role("button", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")


def test_the_filter_drawer_opens_and_filters(page: Any, enter: Any) -> None:
    enter(page)(LIST)
    drawer = page.locator("#changelist-filter")
    assert not drawer.is_visible()
    page.locator("a:has(span:text-is('filter_list'))").first.click()
    drawer.wait_for(state="visible")
    drawer.locator("a").nth(1).click()
    page.wait_for_url("**/heartbeat/?found=*")
    assert page.evaluate("window.reported") == []


def test_the_side_bar_folds_and_stays_folded(page: Any, enter: Any) -> None:
    go = enter(page)
    bar = page.locator("#nav-sidebar")
    page.locator("button:has(span:text-is('dock_to_right')):visible").click()
    bar.wait_for(state="hidden")
    go(LIST)
    bar.wait_for(state="hidden")


def test_the_phone_has_the_side_bar_behind_a_button(phone_page: Any, enter: Any) -> None:
    enter(phone_page)
    bar = phone_page.locator("#nav-sidebar")
    assert not bar.is_visible()
    phone_page.locator("button:has(span:text-is('dock_to_right')):visible").tap()
    bar.wait_for(state="visible")
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_refusal_is_said_on_the_page_and_nothing_typed_is_lost(page: Any, enter: Any) -> None:
    enter(page)(f"{LIST}sweep/change/")
    page.get_by_role("link", name="审批").click()
    page.get_by_text("两人签字后进入冷静期。").wait_for()
    page.fill("[name=document]", "own")
    page.fill("[name=reason]", "已核对")
    page.get_by_role("button", name="审批").click()
    page.get_by_text("不能由您审批").wait_for()
    assert page.input_value("[name=reason]") == "已核对"
    page.fill("[name=document]", "青政发12号")
    page.get_by_role("button", name="审批").click()
    page.wait_for_url("**/sweep/change/")
    page.get_by_text("已审批。").wait_for()
    assert page.evaluate("window.reported") == []


def test_the_console_has_no_grave_barrier(page: Any, enter: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    go = enter(page)
    for path in ("/console/", f"{LIST}sweep/act/approve/"):
        go(path)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
        assert [one["id"] for one in found.response["violations"]] == [], path
