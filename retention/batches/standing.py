"""Standing approvals (常态处置授权): two signatures once, for one campaign's rolling rule, with a ceiling, for 30 days
at most.

Never for an emergency's or a category's end. Either signatory stops it; what was already approved by it and not begun
stops with it.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.points.models import Campaign
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock

from .models import DisposalBatch, StandingApproval

MOST_DAYS = 30
COOLING = timedelta(hours=24)


def propose(campaign: Campaign, *, ceiling: int, days: int, actor: Any) -> StandingApproval:
    """The first signature."""
    guards.require(actor, "batches.review", body=campaign.body_id, emergency=campaign.emergency_id)
    if not 1 <= days <= MOST_DAYS or ceiling < 1:
        raise Invalid(_("A standing approval has a ceiling, and lasts 30 days at most."), code="standing_limits")
    with transaction.atomic():
        ledger.write(
            "batches.standing_propose", actor=actor, emergency=campaign.emergency_id, ceiling=ceiling, days=days
        )
        return StandingApproval.objects.create(
            emergency=campaign.emergency_id,
            campaign=campaign.pk,
            ceiling=ceiling,
            starts_at=clock.now(),
            ends_on=clock.today() + timedelta(days=days),
            first_by=actor,
        )


def sign(approval: StandingApproval, *, actor: Any) -> StandingApproval:
    """The second signature, by another person."""
    campaign = Campaign.objects.get(pk=approval.campaign)
    guards.require(actor, "batches.review", body=campaign.body_id, emergency=approval.emergency)
    if actor.pk == approval.first_by_id:
        raise Forbidden(_("The second signature must be another person's."), code="same_person")
    with transaction.atomic():
        mine = StandingApproval.objects.filter(pk=approval.pk, second_by=None, stopped_at=None)
        if mine.update(second_by=actor, second_at=clock.now()) != 1:
            raise WrongState(_("This was already decided."), code="decided")
        ledger.write("batches.standing_sign", actor=actor, emergency=approval.emergency)
    approval.refresh_from_db()
    return approval


def stop(approval: StandingApproval, *, actor: Any) -> None:
    """Either signatory, or anybody who may stop a batch, ends it at once."""
    if actor.pk not in (approval.first_by_id, approval.second_by_id):
        campaign = Campaign.objects.get(pk=approval.campaign)
        guards.require(actor, "batches.stop", body=campaign.body_id, emergency=approval.emergency)
    with transaction.atomic():
        StandingApproval.objects.filter(pk=approval.pk, stopped_at=None).update(
            stopped_at=clock.now(), stopped_by=actor
        )
        begun = DisposalBatch.objects.filter(standing=approval, state=DisposalBatch.State.APPROVED)
        begun.update(state=DisposalBatch.State.STOPPED, stopped_by=actor, ended_at=clock.now())
        ledger.write("batches.standing_stop", actor=actor, emergency=approval.emergency)


def sign_if_covered(batch: DisposalBatch) -> bool:
    """Approve a rolling batch by a live standing approval of its campaign, within the ceiling.

    Else it waits for two fresh signatures.
    """
    if batch.rule != DisposalBatch.Rule.ROLLING or batch.campaign is None:
        return False
    live = StandingApproval.objects.filter(
        campaign=batch.campaign,
        second_by__isnull=False,
        stopped_at=None,
        ends_on__gte=clock.today(),
        ceiling__gte=batch.manifest["persons"],
    ).first()
    if live is None:
        return False
    now = clock.now()
    batch.standing, batch.state, batch.approved_at, batch.cooling_until = (
        live,
        DisposalBatch.State.APPROVED,
        now,
        now + COOLING,
    )
    batch.save(update_fields=["standing", "state", "approved_at", "cooling_until"])
    ledger.write(
        "batches.standing_use",
        actor="clock",
        emergency=batch.emergency,
        batch=batch.number,
        persons=batch.manifest["persons"],
    )
    return True
