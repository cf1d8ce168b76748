"""Disposal batches and standing approvals in the console (处置批次、常态处置授权)."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies.models import Emergency
from pilifecycle.access.roles import Role
from pilifecycle.console import ActionPage, RoomAdmin, RoomInline, console
from pilifecycle.lists import listed
from pilifecycle.store import clock
from retention.schedules.due import Due, Why, is_overdue

from . import actions, forms, standing, words
from .models import Approval, DisposalBatch, JournalStep, StandingApproval

Facts = Iterable[tuple[Any, Any]]
State = DisposalBatch.State
BADGES = {"proposed": "info", "approved": "warning", "running": "warning", "keys_destroyed": "warning"}  # others: quiet
LAWS = {
    "ER-85B": _("Emergency Response Law, art. 85: destroy after the response work ends"),
    "ER-85C": _("Emergency Response Law, art. 85: the ground for keeping has ended"),
    "PIPL-47A": _("Personal Information Protection Law, art. 47: delete when the purpose is met or the period is over"),
    "PIPL-19": _("Personal Information Protection Law, art. 19: no longer than necessary"),
    "PH-49": _("Public Health Emergency Response Law, art. 49: measures follow the level"),
}


class OnBatch(ActionPage):
    """What the buttons of a batch have in common."""

    def permitted(self, request: HttpRequest, target: DisposalBatch) -> bool:
        return actions.may(request.user, self.permission, target)

    def facts(self, request: HttpRequest, target: DisposalBatch) -> Facts:
        return facts_of(target)


def facts_of(batch: DisposalBatch) -> list[tuple[Any, Any]]:
    """Why, what, how much, what stays: in the order in which an officer asks."""
    told = batch.manifest
    emergency = Emergency.objects.filter(pk=batch.emergency).first()
    language = get_language() or "zh-hans"
    items = listed(KINDS[code].label.in_(language) for code in batch.items) if batch.items else _("all items")
    return [
        (_("emergency"), emergency),
        (_("why"), batch.get_rule_display()),
        (_("law"), "; ".join(str(LAWS.get(code, code)) for code in told["laws"])),
        (_("items to be taken out") if batch.items else _("items"), items),
        (_("how much"), _("%(entries)s entries, %(persons)s people") % told),
        (_("received before"), clock.local_date(batch.received_before)),
        (_("due on"), batch.due_on),
        (_("what happens"), batch.get_action_display()),
        (_("kept under a hold, not in this batch"), _("%(count)s entries") % {"count": told["holds"]}),
        (_("check value of the manifest"), batch.manifest_hash[:16]),
    ]


class Approve(OnBatch):
    slug, title, icon = "approve", _("Review and approve"), "approval"
    button = _("Approve")
    permission = "batches.review"
    tone = "danger"
    fresh_login = True
    form_class = forms.ApproveForm
    explanation = _(
        "Two different people must approve. After that it cools off for 24 hours "
        "and can be stopped; then it is destroyed and cannot be brought back."
    )

    def offered(self, request: HttpRequest, target: DisposalBatch) -> bool:
        return target.state == State.PROPOSED and target.proposer_id != request.user.pk

    def get_initial(self) -> dict[str, Any]:
        return {"manifest_hash": self.target.manifest_hash}

    def perform(self, request: HttpRequest, target: DisposalBatch, cleaned_data: dict[str, Any]) -> Any:
        fresh = actions.approve(target, actor=request.user, **cleaned_data)
        return (
            _("Approved by two people. The cooling-off has begun.")
            if fresh.state == State.APPROVED
            else _("Your approval is noted. One more person must approve.")
        )


class SendBack(OnBatch):
    slug, title, icon, tone = "send_back", _("Send back"), "undo", "plain"
    permission = "batches.review"
    form_class = forms.SendBackForm

    def offered(self, request: HttpRequest, target: DisposalBatch) -> bool:
        return target.state == State.PROPOSED

    def get_initial(self) -> dict[str, Any]:
        return {"manifest_hash": self.target.manifest_hash}

    def perform(self, request: HttpRequest, target: DisposalBatch, cleaned_data: dict[str, Any]) -> None:
        actions.send_back(target, actor=request.user, **cleaned_data)


class Stop(OnBatch):
    slug, title, icon, tone = "stop", _("Stop"), "front_hand", "plain"
    permission = "batches.stop"

    def offered(self, request: HttpRequest, target: DisposalBatch) -> bool:
        return target.state in (State.PROPOSED, State.APPROVED)

    def perform(self, request: HttpRequest, target: DisposalBatch, cleaned_data: dict[str, Any]) -> None:
        actions.stop(target, actor=request.user)


class AddWitness(OnBatch):
    slug, title, icon, tone = "witness", _("Enter an outside witness's opinion"), "visibility", "plain"
    permission = "batches.witness"
    form_class = forms.WitnessForm

    def perform(self, request: HttpRequest, target: DisposalBatch, cleaned_data: dict[str, Any]) -> None:
        actions.witness(target, actor=request.user, **cleaned_data)


class ApprovalInline(RoomInline):
    model = Approval
    verbose_name_plural = _("signatures")
    fields = readonly_fields = ("reviewer", "decision", "in_the_role", "role_since", "at")

    @admin.display(description=_("role"))
    def in_the_role(self, approval: Approval) -> Any:
        return Role(approval.role).label if approval.role in Role.values else approval.role


class StepInline(RoomInline):
    model = JournalStep
    verbose_name_plural = _("journal of the execution")
    fields = readonly_fields = ("step", "state", "attempt", "failure", "done_at")

    @admin.display(description=_("step"))
    def step(self, row: JournalStep) -> Any:
        return words.step(row.name)


@console.register(DisposalBatch)
class DisposalBatchAdmin(RoomAdmin):
    view_permission = "batches.view"
    room_group, room_icon, room_order = "dispose", "delete_sweep", 10
    list_display = ("number", "emergency_title", "rule", "due_on", "persons", "state_shown")
    list_filter = ("state", "rule")
    ordering = ("-proposed_at",)
    acts = (Approve, SendBack, Stop, AddWitness)
    inlines = (ApprovalInline, StepInline)
    fields = readonly_fields = (
        "number",
        "state_shown",
        "summary",
        "papers",
        "proposed_at",
        "cooling_until",
        "started_at",
        "ended_at",
    )

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        return (
            actions.may(request.user, permission, target)
            if isinstance(target, DisposalBatch)
            else super().may(request, permission)
        )

    def emergency_title(self, batch: DisposalBatch) -> Any:
        return Emergency.objects.filter(pk=batch.emergency).first()

    emergency_title.short_description = _("emergency")  # type: ignore[attr-defined]

    def persons(self, batch: DisposalBatch) -> int:
        return int(batch.manifest["persons"])

    persons.short_description = _("people")  # type: ignore[attr-defined]

    def state_shown(self, batch: DisposalBatch) -> SafeString:
        waits = batch.state in (State.PROPOSED, State.APPROVED, State.RUNNING)
        overdue = waits and is_overdue(Due(batch.due_on, Why(batch.rule)), clock.now())
        return render_to_string(
            "batches/state.html", {"batch": batch, "overdue": overdue, "tone": BADGES.get(batch.state, "quiet")}
        )

    state_shown.short_description = _("state")  # type: ignore[attr-defined]

    def summary(self, batch: DisposalBatch) -> SafeString:
        return render_to_string("batches/summary.html", {"facts": facts_of(batch), "batch": batch})

    summary.short_description = _("manifest")  # type: ignore[attr-defined]

    def papers(self, batch: DisposalBatch) -> SafeString:
        """Sheets to print before and at the destruction. By name: the papers' room stands above this one."""
        sheets = (
            ("console:certificate-register", _("Print the register of what is destroyed")),
            ("console:certificate-scene", _("Print the record of the destruction")),
        )
        rows = ((reverse(name, args=[batch.pk]), title) for name, title in sheets)
        return format_html_join("", '<p><a class="pil-link" href="{}">{}</a></p>', rows)

    papers.short_description = _("papers")  # type: ignore[attr-defined]


class ProposeStanding(ActionPage):
    slug, title, icon, on_list = "propose", _("Sign a standing approval"), "event_repeat", True
    permission = "batches.review"
    form_class = forms.StandingForm
    explanation = _(
        "For what falls due by age in one campaign. A second person "
        "signs; either may stop it. Never for the end of an emergency."
    )

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> StandingApproval:
        return standing.propose(actor=request.user, **cleaned_data)


class SignStanding(ActionPage):
    slug, title, icon = "sign", _("Give the second signature"), "approval"
    permission = "batches.review"
    fresh_login = True

    def offered(self, request: HttpRequest, target: StandingApproval) -> bool:
        return target.second_by_id is None and target.stopped_at is None and target.first_by_id != request.user.pk

    def perform(self, request: HttpRequest, target: StandingApproval, cleaned_data: dict[str, Any]) -> None:
        standing.sign(target, actor=request.user)


class StopStanding(ActionPage):
    slug, title, icon, tone = "stop", _("Stop"), "front_hand", "plain"
    permission = "batches.stop"

    def offered(self, request: HttpRequest, target: StandingApproval) -> bool:
        return target.stopped_at is None

    def perform(self, request: HttpRequest, target: StandingApproval, cleaned_data: dict[str, Any]) -> None:
        standing.stop(target, actor=request.user)


@console.register(StandingApproval)
class StandingApprovalAdmin(RoomAdmin):
    view_permission = "batches.view"
    room_group, room_icon, room_order = "dispose", "event_repeat", 20
    list_display = ("rule", "ceiling", "ends_on", "first_by", "second_by", "stopped_at")
    ordering = ("-starts_at",)
    acts = (ProposeStanding, SignStanding, StopStanding)
    fields = readonly_fields = (
        "rule",
        "ceiling",
        "starts_at",
        "ends_on",
        "first_by",
        "second_by",
        "second_at",
        "stopped_at",
        "stopped_by",
    )
