from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from pilifecycle.access import actions, guards
from pilifecycle.access.models import ShiftCode, User
from pilifecycle.audit.models import Pending
from pilifecycle.errors import Forbidden, Gone, Invalid, NotFound, TooMany, WrongState
from pilifecycle.store import clock, watch
from pilifecycle.store.models import ClockJump

from .people import a_user, somebody

pytestmark = pytest.mark.django_db
POINT, BODY, FLOOD = uuid4(), uuid4(), uuid4()


def written() -> list[str]:
    return list(Pending.objects.order_by("id").values_list("action", flat=True))


# -- accounts
def test_an_account_is_made_without_any_role_and_logged_by_staff_number():
    operator = somebody("operator")
    user = actions.make_account("li", staff_number="A-7", actor=operator, password="a long enough one")
    assert user.check_password("a long enough one")
    assert not guards.may(user, "console.open")
    entry = Pending.objects.get(action="accounts.make")
    assert (entry.actor, entry.facts) == ("operator-1", {"account": "A-7"})


@pytest.mark.parametrize("number", ["", "clock", "has space", "shift:1234abcd", "王"])
def test_a_staff_number_that_the_ledger_could_not_name_is_refused(number):
    with pytest.raises(Invalid) as refusal:
        actions.make_account("li", staff_number=number, actor="system")
    assert "staff_number" in refusal.value.fields


def test_a_taken_name_is_refused_without_being_repeated():
    a_user("a-1")
    with pytest.raises(Invalid) as refusal:
        actions.make_account("user-a-1", staff_number="b-1", actor="system")
    assert "user-a-1" not in str(refusal.value.fields)
    assert "username" in refusal.value.fields
    assert User.objects.count() == 1
    assert written() == []


def test_a_closed_account_loses_its_roles():
    operator, approver = somebody("operator"), somebody("approver")
    actions.close_account(approver, actor=operator)
    assert guards.eligible("batches.review") == []
    assert written() == ["accounts.close"]


def test_only_an_operator_makes_accounts():
    with pytest.raises(Forbidden):
        actions.make_account("li", staff_number="A-7", actor=somebody("approver"))


# -- roles
def test_the_first_two_accounts_are_granted_by_the_command_and_the_third_is_not():
    made = [actions.make_account(f"u{n}", staff_number=f"s-{n}", actor="system") for n in range(2)]
    for user, role in zip(made, ("operator", "protection_officer"), strict=True):
        assert actions.propose_grant(user, role, actor="system").confirmed_at
    third = actions.make_account("u3", staff_number="s-3", actor="system")
    assert actions.propose_grant(third, "approver", actor="system").confirmed_at is None
    assert actions.propose_grant(made[0], "approver", actor="system").confirmed_at is None
    assert not guards.may(third, "batches.review")


def test_a_role_counts_from_the_second_persons_word():
    operator, officer, user = somebody("operator"), somebody("protection_officer"), a_user("n")
    grant = actions.propose_grant(user, "approver", actor=operator)
    assert not guards.may(user, "batches.review")
    confirmed = actions.confirm_grant(grant, actor=officer)
    assert guards.role_for(user, "batches.review") == confirmed
    assert confirmed.confirmed_at > grant.proposed_at
    assert written() == ["grants.propose", "grants.confirm"]
    assert Pending.objects.get(action="grants.confirm").facts["account"] == "n"


def test_nobody_confirms_what_he_proposed_nor_his_own_role():
    operator, user = somebody("operator"), a_user("n")
    from .people import a_grant

    a_grant(operator, "protection_officer")
    grant = actions.propose_grant(user, "approver", actor=operator)
    with pytest.raises(Forbidden) as refusal:
        actions.confirm_grant(grant, actor=operator)
    assert refusal.value.code == "same_person"
    officer = somebody("protection_officer")
    own = actions.propose_grant(officer, "approver", actor=operator)
    with pytest.raises(Forbidden) as refusal:
        actions.confirm_grant(own, actor=officer)
    assert refusal.value.code == "own_grant"


def test_a_role_is_not_given_wider_than_the_giver_holds():
    local, officer = somebody("operator", body=BODY), somebody("protection_officer", body=BODY)
    with pytest.raises(Forbidden):
        actions.propose_grant(a_user("n"), "approver", actor=local)
    wide = actions.propose_grant(a_user("m"), "approver", actor=somebody("operator", "op-2"))
    with pytest.raises(Forbidden):
        actions.confirm_grant(wide, actor=officer)


def test_a_revoked_role_ends_at_once_and_cannot_be_confirmed():
    operator, officer, approver = somebody("operator"), somebody("protection_officer"), somebody("approver")
    actions.revoke_grant(approver.grants.get(), actor=operator)
    assert not guards.may(approver, "batches.review")
    grant = actions.revoke_grant(actions.propose_grant(approver, "approver", actor=operator), actor=officer)
    with pytest.raises(WrongState):
        actions.confirm_grant(grant, actor=officer)


def test_who_holds_a_role_may_lay_it_down_and_others_may_not_take_it():
    approver, collector = somebody("approver"), somebody("collector")
    with pytest.raises(Forbidden):
        actions.revoke_grant(approver.grants.get(), actor=collector)
    actions.revoke_grant(approver.grants.get(), actor=approver)
    assert not guards.may(approver, "batches.review")


# -- shifts
def a_code() -> str:
    head = somebody("head_of_body", body=BODY)
    return actions.issue_shift(POINT, BODY, FLOOD, label="night", actor=head)


def test_a_shift_starts_with_its_code_and_stays_on_the_first_phone():
    code = a_code()
    shift = actions.start_shift(code.lower().replace("-", " "), "phone one")
    assert guards.may(shift, "records.register", body=BODY, emergency=FLOOD)
    assert actions.start_shift(code, "phone one") == shift
    assert actions.resume_shift(shift.id, "phone one") == shift
    with pytest.raises(Forbidden) as refusal:
        actions.start_shift(code, "phone two")
    assert refusal.value.code == "other_device"
    assert written() == ["shifts.issue", "shifts.start"]
    assert Pending.objects.get(action="shifts.start").actor == shift.staff_number


def test_the_code_itself_is_kept_nowhere():
    code = a_code()
    kept = str(ShiftCode.objects.values().get()) + str(list(Pending.objects.values()))
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_a_shift_ends_after_twelve_hours_or_earlier():
    code = a_code()
    shift = actions.start_shift(code, "phone")
    with time_machine.travel(clock.now() + timedelta(hours=12, seconds=1)), pytest.raises(Gone):
        actions.start_shift(code, "phone")
    actions.end_shift(shift, actor=shift)
    with pytest.raises(Gone):
        actions.resume_shift(shift.id, "phone")
    assert written()[-1] == "shifts.end"


def test_wrong_codes_are_limited_by_phone_and_do_not_lock_others_out(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    code = a_code()
    for _ in range(10):
        with pytest.raises(NotFound):
            actions.start_shift("00000-00000", "guesser")
    with pytest.raises(TooMany):
        actions.start_shift(code, "guesser")
    assert actions.start_shift(code, "phone")


def test_a_head_of_another_body_issues_and_ends_no_shift_here():
    shift = actions.start_shift(a_code(), "phone")
    other = somebody("head_of_body", "h-2", body=uuid4())
    with pytest.raises(Forbidden):
        actions.issue_shift(POINT, BODY, FLOOD, label="x", actor=other)
    with pytest.raises(Forbidden):
        actions.end_shift(shift, actor=other)


# -- the clock
def test_after_a_jump_nothing_executes_until_two_people_acknowledged_it():
    jump = ClockJump.objects.create(noticed_at=clock.now(), seconds=900)
    first, second = somebody("approver"), somebody("protection_officer")
    with pytest.raises(WrongState):
        watch.may_execute()
    actions.acknowledge_jump(jump, actor=first)
    with pytest.raises(Forbidden):
        actions.acknowledge_jump(jump, actor=first)
    with pytest.raises(WrongState):
        watch.may_execute()
    actions.acknowledge_jump(jump, actor=second)
    watch.may_execute()
    assert written() == ["clock.acknowledge", "clock.acknowledge"]
    with pytest.raises(Forbidden):
        actions.acknowledge_jump(jump, actor=somebody("operator"))
