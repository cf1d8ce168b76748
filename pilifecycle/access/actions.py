"""Accounts, roles of people, codes of shifts, and the clock's acknowledgement. Each act leaves its ledger entry.

Two people stay two (law 5): from the third account on a role counts only when somebody else confirmed it, who is
neither its proposer nor the one who gets it. Times are business time.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from pilifecycle.audit import ledger
from pilifecycle.errors import Forbidden, Gone, Invalid, NotFound
from pilifecycle.store import clock, watch
from pilifecycle.store.models import ClockJump

from . import granting, guards, shifts
from .guards import Shift
from .models import Grant, ShiftCode, User
from .roles import Role

SHIFT = timedelta(hours=12)
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", re.ASCII)
RESERVED = {"clock", "person", "system"}


# -- accounts
def make_account(
    username: str,
    *,
    staff_number: str,
    actor: Any,
    password: str = "",
    name: str = "",
    office: str = "",
    body: UUID | None = None,
) -> User:
    """A new account without any role. `actor` is an operator, or "system" for the command on the machine itself.

    Without a password nobody can enter until the operator's `changepassword` gave one. Raises Invalid, Forbidden.
    """
    if actor != "system":
        guards.require(actor, "accounts.manage")
    if not NUMBER.fullmatch(staff_number) or staff_number in RESERVED:
        raise Invalid(fields={"staff_number": _("A staff number has letters, digits, dots and dashes only.")})
    user = User(username=username, staff_number=staff_number, first_name=name, office=office, body=body)
    user.set_password(_good(password, user) or None)
    try:
        with transaction.atomic(using="default"):
            user.full_clean(exclude=["password"])
            user.save(force_insert=True)
            ledger.write("accounts.make", actor=actor, account=user)
    except (ValidationError, IntegrityError) as error:
        raise Invalid(_("This account cannot be made."), fields=_faults(error)) from None
    return user


def close_account(user: User, *, actor: User) -> None:
    """End an account for good: nobody enters with it, and its roles count no more."""
    guards.require(actor, "accounts.manage")
    with transaction.atomic(using="default"):
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            ledger.write("accounts.close", actor=actor, account=user)


def _good(password: str, user: User) -> str:
    try:
        if password:
            validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(error.messages)}) from None
    return password


def _faults(error: Exception) -> dict[str, Any]:
    """Our own sentences: Django's repeat what was typed."""
    names = getattr(error, "error_dict", {"staff_number": None})
    return {field: _("This is malformed, or another account has it already.") for field in names}


# -- roles of people
def propose_grant(
    user: User,
    role: str,
    *,
    actor: Any,
    body: UUID | None = None,
    emergency: UUID | None = None,
    ends_at: datetime | None = None,
) -> Grant:
    """Propose a role in a scope (empty: everywhere). It counts from its confirmation by somebody else.

    `actor` "system" is the operator's command: in a store of at most two accounts its grants count at once.
    """
    if actor != "system" and not guards.covers(actor, "grants.propose", body=body, emergency=emergency):
        raise Forbidden(_("Your role does not allow this here."), permission="grants.propose")
    if role not in Role.values:
        raise Invalid(fields={"role": _("There is no such role.")})
    now = clock.now()
    with transaction.atomic(using="default"):
        alone = actor == "system" and granting.bootstrap()
        grant = Grant.objects.create(
            user=user,
            role=role,
            body=body,
            emergency=emergency,
            ends_at=ends_at,
            proposed_by=None if actor == "system" else actor,
            proposed_at=now,
            confirmed_at=now if alone else None,
        )
        _wrote("propose", grant, actor, bootstrap=alone)
    return grant


def confirm_grant(grant: Grant, *, actor: User) -> Grant:
    """The second person's word: from now on the role counts. Raises Forbidden, WrongState."""
    with transaction.atomic(using="default"):
        row = _locked(grant)
        granting.demand_open(row)
        granting.demand_second(row, actor)
        row.confirmed_by, row.confirmed_at = actor, clock.now()
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        _wrote("confirm", row, actor)
    return row


def revoke_grant(grant: Grant, *, actor: User) -> Grant:
    """Take a role, or its proposal, back at once. Either hand may; who holds a role may lay it down."""
    with transaction.atomic(using="default"):
        row = _locked(grant)
        scope = {"body": row.body, "emergency": row.emergency}
        if actor.pk != row.user_id and not any(guards.covers(actor, word, **scope) for word in GRANTING):
            raise Forbidden(_("Your role does not allow this here."), permission="grants.propose")
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            _wrote("revoke", row, actor)
    return row


GRANTING = ("grants.propose", "grants.confirm")


def _locked(grant: Grant) -> Grant:
    return Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)


def _wrote(verb: str, grant: Grant, actor: Any, **more: Any) -> None:
    ledger.write(
        f"grants.{verb}",
        actor=actor,
        emergency=grant.emergency,
        account=grant.user,
        role=grant.role,
        body=grant.body,
        grant=grant.pk,
        **more,
    )


# -- shifts
def issue_shift(point: UUID, body: UUID, emergency: UUID, *, label: str, actor: Any) -> str:
    """A code for one point, one phone, twelve hours. It is returned once and kept nowhere."""
    guards.require(actor, "shifts.issue", body=body, emergency=emergency)
    code, now = shifts.new_code(), clock.now()
    with transaction.atomic(using="default"):
        shift = ShiftCode.objects.create(
            point=point,
            body=body,
            emergency=emergency,
            code_hash=shifts.hash_code(code),
            label=label[:40],
            issued_by=actor,
            issued_at=now,
            expires_at=now + SHIFT,
        )
        ledger.write("shifts.issue", actor=actor, emergency=emergency, point=point, shift=_shift(shift).staff_number)
    return code


def start_shift(code: str, device: str) -> Shift:
    """Begin, or go on with, the shift of a code on the phone with this random mark: the first phone keeps it.

    Raises NotFound for a wrong code, TooMany after ten of them, Gone when the shift is over, Forbidden elsewhere.
    """
    if not device:
        raise Invalid(_("This phone has no mark of its own."), code="no_device")
    shifts.limit(device)
    row = ShiftCode.objects.filter(code_hash=shifts.hash_code(code)).first()
    if row is None:
        shifts.count_failure(device)
        raise NotFound(_("There is no shift with this code."), code="no_such_shift")
    return resume_shift(row.pk, device)


def resume_shift(shift: UUID, device: str) -> Shift:
    """The living shift on its own phone, asked anew for each request; the first phone is bound here."""
    row = ShiftCode.objects.filter(pk=shift).first()
    if row is None or row.ended_at is not None or clock.now() >= row.expires_at:
        raise Gone(_("This shift is over."), code="shift_over")
    mark = shifts.hash_device(device)
    if row.device_hash is None:
        _bind(row, mark)
    elif bytes(row.device_hash) != mark:
        raise Forbidden(_("This shift runs on another phone."), code="other_device")
    return _shift(row)


def _bind(row: ShiftCode, mark: bytes) -> None:
    with transaction.atomic(using="default"):
        if not ShiftCode.objects.filter(pk=row.pk, device_hash=None).update(device_hash=mark):
            raise Forbidden(_("This shift runs on another phone."), code="other_device")
        ledger.write("shifts.start", actor=_shift(row), emergency=row.emergency, point=row.point)


def end_shift(shift: Shift | ShiftCode, *, actor: Any) -> None:
    """End a shift early: by the one who works it, or by who may issue it."""
    row = ShiftCode.objects.get(pk=shift.pk)
    if not (isinstance(actor, Shift) and actor.id == row.pk):
        guards.require(actor, "shifts.issue", body=row.body, emergency=row.emergency)
    with transaction.atomic(using="default"):
        if ShiftCode.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
            ledger.write("shifts.end", actor=actor, emergency=row.emergency, shift=_shift(row).staff_number)


def _shift(row: ShiftCode) -> Shift:
    return Shift(row.pk, row.point, row.body, row.emergency, row.label, row.expires_at)


# -- the clock
def acknowledge_jump(jump: ClockJump, *, actor: User) -> ClockJump:
    """One of the two signatures that let execution go on after the machine's clock jumped (law 10)."""
    guards.require(actor, "clock.acknowledge")
    with transaction.atomic(using="default"):
        row = watch.acknowledge(jump, staff_number=actor.staff_number)
        ledger.write("clock.acknowledge", actor=actor, seconds=row.seconds, people=2 if row.second_by else 1)
    return row
