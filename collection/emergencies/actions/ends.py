"""Lifting the response, the end of response work, re-opening: two people, or the clock by the standard's default.

Lifted: nothing new is collected, and the open key batches may be closed.
Ended: the destruction clocks run (ER-85B, ER-86).
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies import closing, gate, periods, second
from collection.emergencies.models import Emergency, EndProposal
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Gone, Invalid, WrongState
from pilifecycle.store import clock

from .levels import grow

Kind, Source, State = EndProposal.Kind, Emergency.Source, Emergency.State
FROM: dict[str, tuple[str, ...]] = {
    Kind.LIFT: (State.OPEN,),
    Kind.END: (State.LIFTED,),
    Kind.REOPEN: (State.LIFTED, State.ENDED),
}
DOCUMENT = _("Please name the document.")
NO_DOCUMENT = _("Either there is a document, or the standard's default applies: not both.")
_CHANGED = [
    "state", "lifted_at", "lifted_source", "lifted_document", "ended_on", "ended_source", "ended_document",
]  # fmt: skip
BEFORE = _("Response work cannot end before the response was lifted.")
AFTER_DEFAULT = _("A later day than the default needs a document.")
BLOCKED = _("Response work cannot end yet. People who could not be told are still to be told, or another duty is open.")
DESTROYED = _("What was collected is destroyed, at least in part: declare a successor instead.")


def propose_end(
    emergency: Emergency, kind: str, *, source: str, on: date, document: str = "", actor: Any
) -> EndProposal:
    """Ask for lifting, end or re-opening on a local day. Raises Forbidden, Invalid, WrongState."""
    closing.demand_whole(actor, "emergencies.close", emergency)
    with gate.exclusive(emergency.pk) as fresh:
        _check(fresh, kind, source, on, document.strip())
        if waiting(fresh).filter(kind=kind).exists():
            raise WrongState(_("This is already proposed and waits for another person."), code="already_proposed")
        proposal = EndProposal.objects.create(
            emergency=fresh, kind=kind, source=source, on=on, document=document.strip(), proposed_by=actor,
            proposed_at=clock.now(),
        )  # fmt: skip
        ledger.write("emergencies.propose_end", actor=actor, emergency=fresh.pk, kind=kind, source=source, on=on)
        return proposal


def confirm_end(proposal: EndProposal, *, actor: Any) -> Emergency:
    """Do what another person proposed, alone at the gate. Raises Forbidden, WrongState."""
    pk = proposal.emergency_id
    closing.demand_whole(actor, "emergencies.close", proposal.emergency)
    second.demand(actor, "emergencies.close", first=proposal.proposed_by_id, since=proposal.proposed_at, emergency=pk)
    if proposal.kind == Kind.REOPEN:
        _keys_live(proposal.emergency)
    with gate.exclusive(pk) as fresh:
        claimed = EndProposal.objects.filter(pk=proposal.pk, confirmed_at=None).update(
            confirmed_by=actor, confirmed_at=clock.now()
        )
        if claimed != 1 or proposal.proposed_at < _last_decision(fresh, but=proposal.pk):
            raise WrongState(_("This was already decided."), code="decided")
        _check(fresh, proposal.kind, proposal.source, proposal.on, proposal.document)
        _DEEDS[proposal.kind](fresh, proposal, actor)
        fresh.save(update_fields=_CHANGED)
    fresh.refresh_from_db()
    proposal.refresh_from_db()
    return fresh


def waiting(emergency: Emergency) -> QuerySet[EndProposal]:
    """Proposals that wait for the second person; what was proposed before the last decision is void."""
    return emergency.end_proposals.filter(confirmed_at=None, proposed_at__gt=_last_decision(emergency))


def default_end(emergency: Emergency) -> date | None:
    """The day on which response work ends where no document says otherwise; None before lifting."""
    if emergency.lifted_at is None:
        return None
    agreed = [standard.default_days_to_end for standard in closing.standards_of(emergency)]
    days = periods.days_to_end(emergency.category, agreed)
    return periods.default_end(periods.day_of(emergency.lifted_at), days)


def apply_default_ends() -> list[Emergency]:
    """The clock: end the work of every lifted emergency whose day has come. What is blocked waits for the next turn."""
    lifted = Emergency.objects.filter(state=State.LIFTED).values_list("pk", flat=True)
    return [ended for pk in list(lifted) if (ended := _apply_default(pk))]


def mark_destroyed(emergency: Emergency, *, actor: Any = "clock") -> Emergency:
    """Everything of the emergency is destroyed: the last state, for ever. Repeating it changes nothing."""
    with gate.exclusive(emergency.pk) as fresh:
        if fresh.state == State.DESTROYED:
            return fresh
        if fresh.state != State.ENDED:
            raise WrongState(_("Response work has not ended."), code="not_ended")
        fresh.state = State.DESTROYED
        fresh.save(update_fields=["state"])
        ledger.write("emergencies.destroyed", actor=actor, emergency=fresh.pk)
    emergency.refresh_from_db()
    return fresh


def _last_decision(emergency: Emergency, but: int = 0) -> datetime:
    decided = emergency.end_proposals.exclude(confirmed_at=None).exclude(pk=but).order_by("-confirmed_at").first()
    return decided.confirmed_at if decided and decided.confirmed_at else emergency.declared_at


def _check(fresh: Emergency, kind: str, source: str, on: date, document: str) -> None:
    """Raise unless this can be done to the emergency as it is now."""
    if kind not in FROM or source not in Source.values:
        raise Invalid(_("There is no such proposal."), code="unknown_kind")
    if fresh.state not in FROM[kind]:
        raise WrongState(_("This cannot be done now."), code="wrong_state")
    if (source == Source.DOCUMENT or kind == Kind.REOPEN) and not document:
        raise Invalid(DOCUMENT, fields={"document": DOCUMENT}, code="document_missing")
    if source == Source.DEFAULT and document:
        raise Invalid(NO_DOCUMENT, fields={"document": NO_DOCUMENT}, code="document_and_default")
    if kind != Kind.END:
        _not_ahead(on)
    if kind == Kind.END:
        _check_end(fresh, source, on)
    if kind == Kind.REOPEN and (fresh.keys_claimed_at or closing.reopening_blockers(fresh)):
        raise WrongState(DESTROYED, code="compartment_destroyed")


def _keys_live(emergency: Emergency) -> None:
    """Raise once any compartment is destroyed: what it held cannot come back, and its name is never used again."""
    try:
        custody.open_compartments(emergency.pk, categories=sorted({kind.category for kind in KINDS.values()}))
    except Gone:
        raise WrongState(DESTROYED, code="compartment_destroyed") from None


def _not_ahead(on: date) -> None:
    if on > clock.today():
        sentence = _("This day has not come yet.")
        raise Invalid(sentence, fields={"on": sentence}, code="day_ahead")


def _check_end(fresh: Emergency, source: str, on: date) -> None:
    if fresh.lifted_at is None or on < periods.day_of(fresh.lifted_at):
        raise Invalid(BEFORE, fields={"on": BEFORE}, code="before_lifting")
    latest = default_end(fresh)
    if source == Source.DEFAULT and latest is not None and on > latest:
        raise Invalid(AFTER_DEFAULT, fields={"on": AFTER_DEFAULT}, code="later_than_default")
    if on <= clock.today() and (open_duties := closing.blockers(fresh)):
        raise WrongState(BLOCKED, code=open_duties[0])


def _lift(fresh: Emergency, proposal: EndProposal, actor: Any) -> None:
    fresh.state = State.LIFTED
    fresh.lifted_at = max(periods.moment_of(proposal.on, clock.now()), fresh.declared_at)
    fresh.lifted_source, fresh.lifted_document = proposal.source, proposal.document
    ledger.write("emergencies.lift", actor=actor, emergency=fresh.pk, source=proposal.source, on=proposal.on)


def _end(fresh: Emergency, proposal: EndProposal, actor: Any) -> None:
    """Set the day of the end; if it lies ahead, the clock turns the state when it has come."""
    fresh.ended_on, fresh.ended_source, fresh.ended_document = proposal.on, proposal.source, proposal.document
    fresh.state = State.ENDED if proposal.on <= clock.today() else State.LIFTED
    ledger.write("emergencies.end", actor=actor, emergency=fresh.pk, source=proposal.source, on=proposal.on)
    grow(fresh, "end_date", actor=actor)


def _reopen(fresh: Emergency, proposal: EndProposal, actor: Any) -> None:
    """Back to a response in force: every clock that hung on the two dates stops."""
    fresh.state, fresh.lifted_at, fresh.ended_on = State.OPEN, None, None
    fresh.lifted_source = fresh.lifted_document = fresh.ended_source = fresh.ended_document = ""
    ledger.write("emergencies.reopen", actor=actor, emergency=fresh.pk, on=proposal.on)
    grow(fresh, "reopened", actor=actor)


def _apply_default(pk: UUID) -> Emergency | None:
    with gate.exclusive(pk) as fresh:
        day = fresh.ended_on or default_end(fresh)
        if fresh.state != State.LIFTED or day is None or day > clock.today() or closing.blockers(fresh):
            return None
        if fresh.ended_on is None:
            fresh.ended_on, fresh.ended_source = day, Source.DEFAULT
        fresh.state = State.ENDED
        fresh.save(update_fields=["state", "ended_on", "ended_source"])
        ledger.write("emergencies.end", actor="clock", emergency=fresh.pk, source=fresh.ended_source, on=fresh.ended_on)
        return fresh


_DEEDS: dict[str, Callable[[Emergency, EndProposal, Any], None]] = {
    Kind.LIFT: _lift,
    Kind.END: _end,
    Kind.REOPEN: _reopen,
}
