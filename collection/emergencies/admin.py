"""Emergencies and collection standards in the console: to look at, with a button for everything that is done."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies import actions, closing, forms, standards
from collection.emergencies.models import CollectionStandard, Emergency, EndProposal, Level, LevelChange
from collection.emergencies.words import in_language
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, RoomInline, console
from pilifecycle.store import clock

State = Emergency.State
Facts = Iterable[tuple[Any, Any]]


class Declare(ActionPage):
    slug, title, icon, on_list = "declare", _("Declare an emergency"), "emergency_home", True
    button = _("Declare")
    permission = "emergencies.declare"
    explanation = _("Copy from the authority's document. Without all of its statements nothing can be collected.")
    form_class = forms.DeclareForm

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Emergency:
        return actions.declare(actor=request.user, **cleaned_data)


class ChangeLevel(ActionPage):
    slug, title, icon = "level", _("Change the response level"), "stairs"
    permission = "emergencies.level"
    explanation = _(
        "Items that the new level does not ask are closed at once, and what was collected under them falls due."
    )
    form_class = forms.LevelForm

    def offered(self, request: HttpRequest, target: Emergency) -> bool:
        return target.state == State.OPEN

    def facts(self, request: HttpRequest, target: Emergency) -> Facts:
        return [(_("response level"), target.get_level_display())]

    def perform(self, request: HttpRequest, target: Emergency, cleaned_data: dict[str, Any]) -> Any:
        actions.change_level(target, actor=request.user, **cleaned_data)
        return _("The level was changed. Please publish new notices.")


class Propose(ActionPage):
    """What the three proposals have in common; another person confirms."""

    permission = "emergencies.close"
    form_class: type[BaseForm] = forms.EndForm
    kind = ""
    states: tuple[str, ...] = ()
    done = _("Proposed. Another person must confirm it.")

    def offered(self, request: HttpRequest, target: Emergency) -> bool:
        return target.state in self.states and not actions.waiting(target).filter(kind=self.kind).exists()

    def get_initial(self) -> dict[str, Any]:
        return {"on": clock.today(), "source": Emergency.Source.DOCUMENT}

    def perform(self, request: HttpRequest, target: Emergency, cleaned_data: dict[str, Any]) -> None:
        said = {"source": Emergency.Source.DOCUMENT, **cleaned_data}
        actions.propose_end(target, self.kind, actor=request.user, **said)


class ProposeLift(Propose):
    slug, title, icon, kind, states = (
        "lift",
        _("Propose to lift the response"),
        "flag",
        EndProposal.Kind.LIFT,
        (State.OPEN,),
    )
    explanation = _("Once it is lifted nothing new is collected. Forms sent offline before are accepted for 48 hours.")


class ProposeEnd(Propose):
    slug, title, icon, kind, states = (
        "end",
        _("Propose that response work has ended"),
        "sports_score",
        EndProposal.Kind.END,
        (State.LIFTED,),
    )
    explanation = _("The end of the work starts the destruction of everything that was collected.")

    def facts(self, request: HttpRequest, target: Emergency) -> Facts:
        yield _("ends by itself on"), actions.default_end(target)
        yield _("stands against it"), ", ".join(closing.blockers(target)) or "—"


class ProposeReopen(Propose):
    slug, title, icon, kind, states = (
        "reopen",
        _("Propose to re-open"),
        "restart_alt",
        EndProposal.Kind.REOPEN,
        (State.LIFTED, State.ENDED),
    )
    form_class, tone = forms.ReopenForm, "danger"
    explanation = _("All clocks stop. It is impossible once anything was destroyed.")


class ConfirmEnd(ActionPage):
    slug, title, icon = "confirm", _("Confirm the proposal"), "how_to_reg"
    button = _("Confirm")
    permission = "emergencies.close"
    fresh_login = True

    def offered(self, request: HttpRequest, target: Emergency) -> bool:
        return actions.waiting(target).exclude(proposed_by=request.user).exists()  # type: ignore[misc]

    def facts(self, request: HttpRequest, target: Emergency) -> Facts:
        if proposal := self._proposal(target):
            yield _("proposal"), proposal.get_kind_display()
            yield _("day"), proposal.on
            yield _("source"), proposal.document or proposal.get_source_display()
            yield _("proposed by"), proposal.proposed_by

    def perform(self, request: HttpRequest, target: Emergency, cleaned_data: dict[str, Any]) -> Any:
        if proposal := self._proposal(target):
            actions.confirm_end(proposal, actor=request.user)
        return _("Done.")

    def _proposal(self, target: Emergency) -> EndProposal | None:
        return actions.waiting(target).order_by("proposed_at").first()


class LevelInline(RoomInline):
    model, fk_name = LevelChange, "emergency"
    fields = readonly_fields = ("level", "at", "document", "by")
    verbose_name_plural = _("history of levels")


class EndInline(RoomInline):
    model, fk_name = EndProposal, "emergency"
    fields = readonly_fields = ("kind", "on", "source", "document", "proposed_by", "confirmed_by")
    verbose_name_plural = _("lifting, end, re-opening")


@console.register(Emergency)
class EmergencyAdmin(RoomAdmin):
    view_permission = "emergencies.view"
    room_group, room_icon, room_order = "collect", "emergency_home", 10
    list_display = ("title", "category", "level", "state", "area", "declared_at", "lifted_at", "ended_on")
    list_filter = ("state", "category")
    ordering = ("-declared_at",)
    inlines = (LevelInline, EndInline)
    acts = (Declare, ChangeLevel, ProposeLift, ProposeEnd, ProposeReopen, ConfirmEnd)
    fields = readonly_fields = (
        "title", "category", "grade", "level", "state", "area", "authority", "document", "matters", "measures",
        "expected_end", "declared_at", "declared_by", "lifted_at", "ended_on", "default_end", "an_exercise",
        "successor_of",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        emergency = target.pk if isinstance(target, Emergency) else None
        return guards.may(request.user, permission, emergency=emergency)

    def default_end(self, emergency: Emergency) -> Any:
        return actions.default_end(emergency) or "—"

    def an_exercise(self, emergency: Emergency) -> Any:
        return _("Yes") if emergency.exercise else _("No")

    an_exercise.short_description = _("exercise")  # type: ignore[attr-defined]
    default_end.short_description = _("ends by itself on")  # type: ignore[attr-defined]


class DraftStandard(ActionPage):
    slug, title, icon, on_list = "draft", _("Draft a collection standard"), "edit_document", True
    button = _("Draft")
    permission = "standards.draft"
    form_class = forms.DraftStandardForm

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> CollectionStandard:
        return actions.draft_standard(cleaned_data["template_code"], actor=request.user)


class ApproveStandard(ActionPage):
    slug, title, icon = "approve", _("Approve the collection standard"), "approval"
    button = _("Approve")
    permission = "standards.approve"
    explanation = _("You sign every item with its reason. It is never changed afterwards; a new version may follow.")
    fresh_login = True

    def offered(self, request: HttpRequest, target: CollectionStandard) -> bool:
        return target.state == CollectionStandard.State.DRAFT and target.proposed_by_id != request.user.pk

    def facts(self, request: HttpRequest, target: CollectionStandard) -> Facts:
        yield _("items"), target.items.count()
        yield _("of them sensitive"), len(standards.sensitive(target))
        yield _("proposed by"), target.proposed_by

    def perform(self, request: HttpRequest, target: CollectionStandard, cleaned_data: dict[str, Any]) -> Any:
        actions.approve_standard(target, actor=request.user)
        return _("Approved.")


@console.register(CollectionStandard)
class StandardAdmin(RoomAdmin):
    view_permission = "standards.view"
    room_group, room_icon, room_order = "collect", "rule", 20
    list_display = ("name", "version", "category", "state", "approved_at")
    list_filter = ("state", "category")
    ordering = ("code", "-version")
    acts = (DraftStandard, ApproveStandard)
    fields = readonly_fields = (
        "name",
        "version",
        "category",
        "state",
        "proposed_by",
        "approved_by",
        "approved_at",
        "fingerprint",
        "sheet",
    )

    def name(self, standard: CollectionStandard) -> str:
        return in_language(standard.title)

    def sheet(self, standard: CollectionStandard) -> SafeString:
        """Everything that is signed, as one sheet."""
        levels = dict(Level.choices)
        items = [
            {
                "item": item,
                "label": in_language({"zh": KINDS[item.kind].label.zh, "en": KINDS[item.kind].label.en}),
                "sensitive": KINDS[item.kind].sensitive,
                "levels": [levels[level] for level in item.levels],
                "reason": in_language(item.reason),
                "alternative": in_language(item.alternative),
                "document": in_language(item.basis_document),
            }
            for item in standard.items.all()
        ]
        said = {name: in_language(getattr(standard, name)) for name in standards.TEXTS}
        return render_to_string("emergencies/standard.html", {"standard": standard, "said": said, "items": items})

    def fingerprint(self, standard: CollectionStandard) -> str:
        return standard.content_hash[:16] or "—"

    fingerprint.short_description = _("fingerprint")  # type: ignore[attr-defined]
    name.short_description = _("scenario")  # type: ignore[attr-defined]
    sheet.short_description = _("content")  # type: ignore[attr-defined]
