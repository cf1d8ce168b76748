"""What every answer carries, what a refusal looks like, and how staff come in."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from pilifecycle.access.models import User
from pilifecycle.console import console
from pilifecycle.errors import Forbidden, Gone, Invalid, TooMany
from pilifecycle.health import healthz, readyz, robots_txt, security_txt
from pilifecycle.refusals import bad_request, error, forbidden, not_found

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, error
REFUSALS = {"gone": Gone, "many": TooMany, "no": Forbidden}


def refusing(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "broken":
        raise KeyError("王小明")
    if kind == "fields":
        raise Invalid(fields={"phone": "Eleven digits."})
    raise REFUSALS[kind]("A sentence.", code=f"code_{kind}")


urlpatterns = [
    path("p/<kind>/", refusing),
    path("api/v1/<kind>/", refusing),
    path("console/", console.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", healthz),
    path("readyz", readyz),
    path(".well-known/security.txt", security_txt),
    path("robots.txt", robots_txt),
]


@pytest.fixture
def staff(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who may do everything, signed in with a password."""
    settings.PIL_MFA_REQUIRED = True
    monkeypatch.setattr("pilifecycle.access.guards.may", lambda *args, **kwargs: True)
    User.objects.create_user("wang", password="correct horse", staff_number="QS-001")
    client = Client()
    answer = client.post("/accounts/login/", {"login": "wang", "password": "correct horse"})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize(("kind", "status"), [("gone", 410), ("many", 429), ("no", 403), ("fields", 400)])
def test_a_refusal_is_a_page_for_a_person_and_a_problem_for_a_program(client: Client, kind: str, status: int) -> None:
    page = client.get(f"/p/{kind}/", headers={"accept": "text/html"})
    assert (page.status_code, page["Content-Type"]) == (status, "text/html; charset=utf-8")
    if kind != "fields":
        assert "A sentence." in page.content.decode()
    for answer in (
        client.get(f"/api/v1/{kind}/"),
        client.get(f"/p/{kind}/", headers={"accept": "application/json"}),
    ):
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.content)["code"] == ("invalid" if kind == "fields" else f"code_{kind}")


def test_no_public_answer_sets_a_cookie_or_may_be_kept(client: Client) -> None:
    for place in ("/p/gone/", "/p/nowhere/else/", "/api/v1/no/", "/healthz"):
        answer = client.get(place)
        assert not answer.cookies, place
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "camera=()" in answer["Permissions-Policy"]
        assert "unsafe-eval" not in answer["Content-Security-Policy"]


def test_what_breaks_is_a_sentence_without_its_cause() -> None:
    client = Client(raise_request_exception=False)
    page, problem = client.get("/p/broken/"), client.get("/api/v1/broken/")
    assert (page.status_code, problem.status_code) == (500, 500)
    assert "王小明" not in page.content.decode() + problem.content.decode()
    assert json.loads(problem.content)["code"] == "error"


def test_nobody_signs_up(client: Client) -> None:
    answer = client.post("/accounts/signup/", {"username": "li", "password1": "correct horse 2"})
    assert answer.status_code == 200
    assert not User.objects.filter(username="li").exists()


def test_the_console_sends_strangers_to_the_one_way_in(client: Client) -> None:
    answer = client.get("/console/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"
    assert answer.context["redirect_field_value"] == "/console/"


def test_without_a_second_step_the_only_way_leads_to_setting_one_up(staff: Client) -> None:
    assert staff.get("/console/")["Location"] == "/accounts/2fa/"
    assert staff.get("/accounts/2fa/").status_code == 200
    answer = staff.get("/api/v1/no/")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "second_step_required")


def test_a_password_alone_is_worth_nothing_once_there_is_a_second_step(staff: Client) -> None:
    user = User.objects.get()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    for place in ("/console/", "/accounts/2fa/", "/accounts/2fa/totp/deactivate/"):
        assert staff.get(place)["Location"].startswith("/accounts/2fa/reauthenticate/?next="), place
    assert staff.get("/accounts/2fa/reauthenticate/").status_code == 200


def test_who_sets_a_second_step_up_goes_on(staff: Client) -> None:
    session = staff.session
    session["account_authentication_methods"] += [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()
    assert staff.get("/console/").status_code == 200


def test_a_store_born_as_a_demo_asks_for_no_second_step(staff: Client, settings: Any, monkeypatch: Any) -> None:
    settings.PIL_MFA_REQUIRED = None
    assert staff.get("/console/").status_code == 302
    monkeypatch.setattr("pilifecycle.store.clock.is_demo", lambda: True)
    assert staff.get("/console/").status_code == 200


def test_who_has_no_role_is_not_let_in(staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PIL_MFA_REQUIRED = False
    monkeypatch.setattr("pilifecycle.access.guards.may", lambda *args, **kwargs: False)
    assert staff.get("/console/", follow=True).status_code == 403


def test_the_console_has_no_palette_no_history_and_no_log_of_its_own(staff: Client, settings: Any) -> None:
    settings.PIL_MFA_REQUIRED = False
    assert staff.get("/console/search/?s=王").status_code == 404
    assert not console.actions


def test_a_session_ends_by_posting_only(staff: Client, settings: Any) -> None:
    settings.PIL_MFA_REQUIRED = False
    assert staff.get("/console/logout/").status_code == 405
    assert staff.post("/console/logout/")["Location"] == "/accounts/login/"
    assert staff.get("/console/").status_code == 302


def test_the_process_lives_and_readiness_names_what_is_missing(client: Client, monkeypatch: Any) -> None:
    assert client.get("/healthz").content == b"ok\n"
    monkeypatch.setattr("pilifecycle.health.PROBES", (list,))
    assert client.get("/readyz").json() == {"ready": True, "codes": []}

    def custody() -> list[str]:
        raise Gone("A path: /srv/keyring", code="keyring_unreadable")

    monkeypatch.setattr("pilifecycle.health.PROBES", (custody, lambda: ["guard_missing:default"]))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "codes": ["custody:keyring_unreadable", "guard_missing:default"]}


def test_security_txt_names_a_contact_or_is_not_there(client: Client, settings: Any) -> None:
    settings.PIL_SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.PIL_SECURITY_CONTACT = "tel:+86-21-0000-0000"
    assert b"Contact: tel:+86-21-0000-0000\nExpires: 2" in client.get("/.well-known/security.txt").content
    assert b"Disallow: /" in client.get("/robots.txt").content
