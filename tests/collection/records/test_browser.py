"""What only a browser shows: the value leaves the page after a minute, and when the page is left."""

import pytest

from pilifecycle.access.roles import Role
from tests.builders import an_officer

from .scenes import a_record, page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(window, live_server):
    head = an_officer(Role.HEAD_OF_BODY, username="wang")
    head.set_password("correct horse")
    head.save()
    window.goto(f"{live_server.url}/console/")
    window.fill("input[name=login]", "wang")
    window.fill("input[name=password]", "correct horse")
    window.press("input[name=password]", "Enter")
    window.wait_for_url("**/console/")


def test_a_revealed_value_leaves_the_page_after_a_minute(phone_page, live_server, settings):
    settings.PIL_MFA_REQUIRED = False
    record = a_record(name="欧阳独一")
    signed_in(phone_page, live_server)
    phone_page.clock.install()
    phone_page.goto(live_server.url + page(record))
    phone_page.select_option("#purpose", "contact")
    phone_page.click("button[name=kind][value=name]")
    phone_page.wait_for_selector(".pil-revealed")
    assert "欧阳独一" in phone_page.inner_text("main, body")
    assert "欧阳" not in phone_page.url
    phone_page.clock.run_for(61_000)
    phone_page.wait_for_selector(".pil-revealed", state="detached")
    assert "欧阳独一" not in phone_page.content()
