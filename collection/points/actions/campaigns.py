"""Campaigns: drafted, given a notice, opened by two people, closed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies import gate, standards
from collection.emergencies import second as two
from collection.emergencies.models import CollectionStandard, Emergency
from collection.points import opening
from collection.points.models import Body, Campaign, Point
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock

State = Campaign.State
UNMET = {
    "no_notice": _("The campaign has no published notice. Nothing is collected without one."),
    "notice_stale": _("The published notice is for another response level. Please publish a new version."),
}


def draft_campaign(
    *,
    actor: Any,
    emergency: Emergency,
    body: Body,
    standard: CollectionStandard,
    title: str,
    area: str,
    target_group: str,
    task_document: str,
    starts_on: date,
    ends_on: date,
    assessment: str = "",
    public_affairs: bool = False,
    capacity_reason: str = "",
) -> Campaign:
    """Prepare a campaign; it collects nothing before it is opened. Raises Invalid, Forbidden, WrongState."""
    guards.require(actor, "points.manage", body=body.pk, emergency=emergency.pk)
    texts = {"title": title, "area": area, "target_group": target_group, "task_document": task_document}
    wrong: dict[str, Any] = {field: _("Please fill this in.") for field, text in texts.items() if not text.strip()}
    if standard.category != emergency.category:
        wrong["standard"] = _("This standard is for another category of emergency.")
    if ends_on < starts_on:
        wrong["ends_on"] = _("The end lies before the beginning.")
    if public_affairs and not capacity_reason.strip():
        wrong["capacity_reason"] = _("Please say which law or authority makes the body manage public affairs.")
    if wrong:
        raise Invalid(_("The campaign cannot be drafted like this."), fields=wrong, code="campaign_incomplete")
    with gate.shared(emergency.pk) as fresh:
        _response_in_force(fresh)
        campaign = Campaign.objects.create(
            emergency=fresh, body=body, standard=standard, starts_on=starts_on, ends_on=ends_on,
            assessment=assessment.strip(), public_affairs=public_affairs, capacity_reason=capacity_reason.strip(),
            **{field: text.strip() for field, text in texts.items()},
        )  # fmt: skip
        ledger.write(
            "points.draft_campaign",
            actor=actor, emergency=fresh.pk, subject=campaign.pk, body=body.pk, standard=standard.pk,
        )  # fmt: skip
    return campaign


def propose_opening(campaign: Campaign, *, actor: Any) -> Campaign:
    """The first of two: everything that can be checked is checked now. Raises Forbidden, Invalid, WrongState."""
    guards.require(actor, "campaigns.open", body=campaign.body_id, emergency=campaign.emergency_id)
    with gate.shared(campaign.emergency_id) as fresh:
        _may_open(campaign, fresh)
        changed = Campaign.objects.filter(pk=campaign.pk, state=State.DRAFT, opened_by=None)
        if changed.update(opened_by=actor, opened_at=clock.now()) != 1:
            raise WrongState(_("This is already proposed and waits for another person."), code="already_proposed")
        ledger.write("points.propose_opening", actor=actor, emergency=fresh.pk, subject=campaign.pk)
    campaign.refresh_from_db()
    return campaign


def open_campaign(campaign: Campaign, *, actor: Any, second: Any) -> Campaign:
    """Open it: `actor` proposed (or proposes now), `second` confirms. Raises Forbidden, Invalid, WrongState."""
    scope = {"body": campaign.body_id, "emergency": campaign.emergency_id}
    guards.require(actor, "campaigns.open", **scope)
    if campaign.opened_by_id not in (None, actor.pk):
        raise Forbidden(_("Somebody else proposed this opening."), code="other_proposer")
    since = campaign.opened_at or clock.now()
    two.demand(second, "campaigns.open", first=actor.pk, since=since, **scope)
    custody.open_compartments(campaign.emergency_id, categories=standards.categories(campaign.standard))
    with gate.shared(campaign.emergency_id) as fresh:
        _may_open(campaign, fresh)
        changed = Campaign.objects.filter(pk=campaign.pk, state=State.DRAFT).update(
            state=State.OPEN, opened_by=actor, second_by=second, opened_at=clock.now()
        )
        if changed != 1:
            raise WrongState(_("This was already decided."), code="decided")
        ledger.write("points.open_campaign", actor=actor, emergency=fresh.pk, subject=campaign.pk, second=second)
    campaign.refresh_from_db()
    return campaign


def pause_campaign(campaign: Campaign, *, actor: Any) -> Campaign:
    """Stop collecting for now, at all points."""
    return _move(campaign, State.OPEN, State.PAUSED, actor)


def resume_campaign(campaign: Campaign, *, actor: Any) -> Campaign:
    """Collect again after a pause."""
    with gate.shared(campaign.emergency_id) as fresh:
        _may_open(campaign, fresh)
        return _move(campaign, State.PAUSED, State.OPEN, actor)


def close_campaign(campaign: Campaign, *, actor: Any) -> Campaign:
    """Stop collecting for good; all points close."""
    with gate.shared(campaign.emergency_id):
        Point.objects.filter(campaign=campaign, state=Point.State.OPEN).update(
            state=Point.State.CLOSED, closed_at=clock.now()
        )
        Campaign.objects.filter(pk=campaign.pk).update(closed_at=clock.now())
        return _move(campaign, campaign.state, State.CLOSED, actor)


def _move(campaign: Campaign, before: str, after: str, actor: Any) -> Campaign:
    guards.require(actor, "campaigns.open", body=campaign.body_id, emergency=campaign.emergency_id)
    with transaction.atomic():
        changed = Campaign.objects.filter(pk=campaign.pk, state=before).exclude(state=after).update(state=after)
        if changed != 1:
            raise WrongState(_("This cannot be done now."), code="wrong_state")
        ledger.write(
            "points.campaign_state", actor=actor, emergency=campaign.emergency_id, subject=campaign.pk, state=after
        )
    campaign.refresh_from_db()
    return campaign


def _response_in_force(emergency: Emergency) -> None:
    if emergency.state != Emergency.State.OPEN:
        raise WrongState(_("The response is not in force any more."), code="response_lifted")


def _may_open(campaign: Campaign, fresh: Emergency) -> None:
    """Raise for the first thing that is missing: response, standard, task, assessment, notice (ER-22, PIPL-55)."""
    _response_in_force(fresh)
    standard = campaign.standard
    if standard.state == CollectionStandard.State.DRAFT or standard.category != fresh.category:
        raise WrongState(_("The collection standard is not approved."), code="standard_not_approved")
    if not standards.items_in_force(standard, fresh.level):
        raise WrongState(_("The standard asks nothing at this response level."), code="nothing_in_force")
    if campaign.ends_on < clock.today():
        raise WrongState(_("The campaign's period is over."), code="campaign_over")
    if not campaign.task_document.strip():
        sentence = _("Please name the document that assigns the task.")
        raise Invalid(sentence, fields={"task_document": sentence}, code="task_missing")
    if standards.sensitive(standard) and not campaign.assessment.strip():
        sentence = _("The standard asks for sensitive personal information: an impact assessment is needed first.")
        raise Invalid(sentence, fields={"assessment": sentence}, code="assessment_missing")
    for code in opening.unmet(campaign):
        raise WrongState(UNMET.get(code, _("This cannot be done now.")), code=code)
