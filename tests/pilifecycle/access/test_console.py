from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from pilifecycle.access import actions, guards, scopes
from pilifecycle.access.models import Grant, ShiftCode, User
from pilifecycle.audit import ledger, sequencer
from pilifecycle.store import clock
from pilifecycle.store.models import ClockJump

from .people import a_user, somebody

pytestmark = pytest.mark.django_db
CONSOLE = "/console/pilifecycle"


@pytest.fixture
def enter(client, settings, monkeypatch):
    settings.PIL_MFA_REQUIRED = False
    monkeypatch.setattr("pilifecycle.acts.did_recently_reauthenticate", lambda request: True)

    def as_(user: User):
        client.force_login(user)
        return client

    return as_


def test_an_operator_makes_an_account_and_proposes_a_role_that_an_officer_confirms(enter):
    operator, officer = somebody("operator"), somebody("protection_officer")
    made = {"username": "li", "staff_number": "A-7", "password": "a long enough one", "name": "李"}
    assert enter(operator).post(f"{CONSOLE}/user/act/make/", made).status_code == 302
    user = User.objects.get(staff_number="A-7")
    assert (
        enter(operator).post(f"{CONSOLE}/grant/act/propose/", {"user": user.pk, "role": "approver"}).status_code == 302
    )
    grant = Grant.objects.get(user=user)
    assert enter(operator).post(f"{CONSOLE}/grant/{grant.pk}/act/confirm/").status_code == 403
    assert "A-7" in enter(officer).get("/console/").content.decode()
    assert enter(officer).post(f"{CONSOLE}/grant/{grant.pk}/act/confirm/").status_code == 302
    assert guards.may(user, "batches.review")
    assert enter(operator).post(f"{CONSOLE}/grant/{grant.pk}/act/revoke/").status_code == 302
    assert not guards.may(user, "batches.review")


@pytest.mark.parametrize("page", ["user/", "grant/", "shiftcode/", "clockjump/", "leaf/", "checkpoint/"])
def test_a_collector_sees_none_of_these(enter, page):
    assert enter(somebody("collector")).get(f"{CONSOLE}/{page}").status_code == 403


def test_pages_open_for_those_who_may(enter):
    operator, officer, head = somebody("operator"), somebody("protection_officer"), somebody("head_of_body")
    grant = actions.propose_grant(a_user(), "approver", actor=operator)
    jump = ClockJump.objects.create(noticed_at=clock.now(), seconds=900)
    sequencer.integrate()
    pages = {
        operator: ["user/", f"user/{officer.pk}/change/", "grant/", "grant/act/propose/", f"grant/{grant.pk}/change/"],
        officer: [
            *("leaf/", "leaf/0/change/", "leaf/?room=grants", "checkpoint/", "clockjump/"),
            *(f"clockjump/{jump.pk}/change/", f"clockjump/{jump.pk}/act/acknowledge/"),
        ],
        head: ["shiftcode/"],
    }
    for user, places in pages.items():
        for place in places:
            assert enter(user).get(f"{CONSOLE}/{place}").status_code == 200, place


def test_the_audit_log_is_read_in_words_and_changed_by_nobody(enter):
    auditor = somebody("auditor")
    ledger.write("records.reveal", actor=auditor, field="mobile", purpose="contact")
    sequencer.integrate()
    auditor.refresh_from_db()
    shown = enter(auditor).get(f"{CONSOLE}/leaf/", headers={"accept-language": "en"}).content.decode()
    assert "Field revealed" in shown
    assert "item mobile number" in shown
    for page in ("leaf/add/", "leaf/0/delete/"):
        assert enter(auditor).get(f"{CONSOLE}/{page}").status_code in (403, 404)
    assert enter(auditor).post(f"{CONSOLE}/leaf/0/change/", {}).status_code == 403


def test_a_head_of_body_sees_and_ends_the_shifts_of_the_own_body_only(enter):
    body, flood = uuid4(), uuid4()
    head, other = somebody("head_of_body", body=body), somebody("head_of_body", "h-2", body=uuid4())
    actions.issue_shift(uuid4(), body, flood, label="night watch", actor=head)
    row = ShiftCode.objects.get()
    assert "night watch" not in enter(other).get(f"{CONSOLE}/shiftcode/").content.decode()
    assert enter(other).post(f"{CONSOLE}/shiftcode/{row.pk}/act/end/").status_code in (403, 404)
    assert "night watch" in enter(head).get(f"{CONSOLE}/shiftcode/").content.decode()
    assert enter(head).post(f"{CONSOLE}/shiftcode/{row.pk}/act/end/").status_code == 302
    row.refresh_from_db()
    assert row.ended_at


def test_a_form_offers_the_bodies_that_the_rooms_above_know(enter, monkeypatch):
    body = UUID(int=5)
    monkeypatch.setitem(scopes._choices, "body", lambda: [(body, "Jiangbei street office")])
    operator, user = somebody("operator"), a_user()
    assert "Jiangbei" in enter(operator).get(f"{CONSOLE}/grant/act/propose/").content.decode()
    asked = {"user": user.pk, "role": "approver", "body": str(body), "last_day": "2030-01-31"}
    assert enter(operator).post(f"{CONSOLE}/grant/act/propose/", asked).status_code == 302
    grant = Grant.objects.get(user=user)
    assert grant.body == body
    assert grant.ends_at.isoformat() == "2030-01-31T16:00:00+00:00"


# -- the operator's command
def made(*words: str, **more: str) -> str:
    out = StringIO()
    call_command("make_account", *words, stdout=out, **more)
    return out.getvalue()


@pytest.fixture(autouse=True)
def nobody_types(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())


def test_the_command_makes_the_first_two_with_roles_and_lets_the_third_wait():
    said = made("wang", "--staff-number", "A-1", "--role", "operator", "--role", "collector")
    assert "shown once" in said
    assert "wait" not in said
    made("li", "--staff-number", "A-2", "--role", "protection_officer")
    assert "1 role(s) wait" in made("zhao", "--staff-number", "A-3", "--role", "approver")
    first, second, third = User.objects.order_by("pk")
    assert guards.may(first, "grants.propose")
    assert guards.may(second, "grants.confirm")
    actions.confirm_grant(third.grants.get(), actor=second)
    assert guards.may(third, "batches.review")


def test_the_command_refuses_in_a_sentence_and_makes_nothing():
    made("wang", "--staff-number", "A-1")
    with pytest.raises(CommandError, match="staff_number"):
        made("wang2", "--staff-number", "has space", "--role", "operator")
    with pytest.raises(CommandError):
        made("wang", "--staff-number", "A-9", "--role", "operator")
    assert User.objects.count() == 1
    assert Grant.objects.count() == 0
