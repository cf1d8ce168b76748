"""The buttons of accounts, roles, shifts and the clock: each asks what it needs and calls one action."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pilifecycle.acts import ActionPage
from pilifecycle.store.models import ClockJump

from . import actions, guards, scopes
from .forms import AccountForm, GrantForm
from .models import Grant, ShiftCode, User

Facts = list[tuple[Any, Any]]


def facts_of(grant: Grant) -> Facts:
    """What a person must know before signing a role."""
    everywhere = _("everywhere")
    return [
        (_("account"), f"{grant.user.staff_number} {grant.user}"),
        (_("role"), grant.get_role_display()),
        (_("body"), scopes.label("body", grant.body) or everywhere),
        (_("emergency"), scopes.label("emergency", grant.emergency) or everywhere),
        (_("proposed by"), grant.proposed_by.staff_number if grant.proposed_by else _("the operator's command")),
    ]


class MakeAccount(ActionPage):
    slug, title, icon, on_list = "make", _("Make an account"), "person_add", True
    permission = "accounts.manage"
    fresh_login = True
    form_class = AccountForm
    explanation = _("The account has no role yet. A role is proposed and then confirmed by a second person.")

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> User:
        return actions.make_account(**cleaned_data, actor=request.user)


class CloseAccount(ActionPage):
    slug, title, icon, tone = "close", _("Close the account"), "person_off", "danger"
    permission = "accounts.manage"
    explanation = _("Nobody enters with it any more, and its roles count no more. This is not taken back.")

    def offered(self, request: HttpRequest, target: User) -> bool:
        return target.is_active

    def facts(self, request: HttpRequest, target: User) -> Facts:
        return [(_("account"), f"{target.staff_number} {target}")]

    def perform(self, request: HttpRequest, target: User, cleaned_data: dict[str, Any]) -> None:
        actions.close_account(target, actor=request.user)  # type: ignore[arg-type]


class ProposeGrant(ActionPage):
    slug, title, icon, on_list = "propose", _("Propose a role"), "badge", True
    permission = "grants.propose"
    form_class = GrantForm
    explanation = _(
        "The role counts once a second person has confirmed it, who is neither you nor the one who gets it."
    )

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Grant:
        return actions.propose_grant(**cleaned_data, actor=request.user)


class ConfirmGrant(ActionPage):
    slug, title, icon = "confirm", _("Confirm the role"), "approval"
    permission = "grants.confirm"
    fresh_login = True

    def offered(self, request: HttpRequest, target: Grant) -> bool:
        own = request.user.pk in (target.user_id, target.proposed_by_id)
        return target.confirmed_at is None and target.revoked_at is None and not own

    def facts(self, request: HttpRequest, target: Grant) -> Facts:
        return facts_of(target)

    def perform(self, request: HttpRequest, target: Grant, cleaned_data: dict[str, Any]) -> Grant:
        return actions.confirm_grant(target, actor=request.user)  # type: ignore[arg-type]


class RevokeGrant(ActionPage):
    slug, title, icon, tone = "revoke", _("Take the role back"), "person_remove", "danger"

    def permitted(self, request: HttpRequest, target: Grant) -> bool:
        return any(guards.may(request.user, word) for word in actions.GRANTING)

    def offered(self, request: HttpRequest, target: Grant) -> bool:
        return target.revoked_at is None

    def facts(self, request: HttpRequest, target: Grant) -> Facts:
        return facts_of(target)

    def perform(self, request: HttpRequest, target: Grant, cleaned_data: dict[str, Any]) -> Grant:
        return actions.revoke_grant(target, actor=request.user)  # type: ignore[arg-type]


class EndShift(ActionPage):
    slug, title, icon, tone = "end", _("End the shift"), "logout", "danger"
    permission = "shifts.issue"
    explanation = _("The phone can send nothing more under this code.")

    def permitted(self, request: HttpRequest, target: ShiftCode) -> bool:
        return guards.may(request.user, self.permission, body=target.body, emergency=target.emergency)

    def offered(self, request: HttpRequest, target: ShiftCode) -> bool:
        return target.ended_at is None

    def perform(self, request: HttpRequest, target: ShiftCode, cleaned_data: dict[str, Any]) -> None:
        actions.end_shift(target, actor=request.user)


class AcknowledgeJump(ActionPage):
    slug, title, icon = "acknowledge", _("Acknowledge the jump of the clock"), "schedule"
    permission = "clock.acknowledge"
    explanation = _("Make sure that the machine's time is right now. With the second signature disposal goes on.")

    def offered(self, request: HttpRequest, target: ClockJump) -> bool:
        return not target.second_by and target.first_by != getattr(request.user, "staff_number", "")

    def facts(self, request: HttpRequest, target: ClockJump) -> Facts:
        return [
            (_("noticed at"), target.noticed_at),
            (_("seconds"), target.seconds),
            (_("first signature"), target.first_by or "–"),
        ]

    def perform(self, request: HttpRequest, target: ClockJump, cleaned_data: dict[str, Any]) -> None:
        actions.acknowledge_jump(target, actor=request.user)  # type: ignore[arg-type]
