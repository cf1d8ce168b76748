"""Review, approve, send back, stop, claim. Nobody destroys alone (law 5), and never more than was approved (law 6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies import gate
from collection.emergencies.models import Emergency
from collection.points.models import Campaign
from pilifecycle import guards as table_guards
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock, watch

from . import journal
from .models import Approval, DisposalBatch, Witness
from .proposals import propose_due
from .voiding import grown, lapsed, void

__all__ = ["approve", "claim", "finalise", "may", "propose_due", "run", "send_back", "stop", "waiting_for", "witness"]

COOLING = timedelta(hours=24)


def may(actor: Any, permission: str, batch: DisposalBatch) -> bool:
    """Whether `actor` holds `permission` for this batch: for its emergency, or for a body that collected in it."""
    return _grant(actor, permission, batch) is not None


def _grant(actor: Any, permission: str, batch: DisposalBatch) -> Any:
    """The oldest grant that carries it.

    A batch of one campaign is that body's business, another one any body's of the emergency.
    """
    campaigns = (
        Campaign.objects.filter(pk=batch.campaign)
        if batch.campaign
        else Campaign.objects.filter(emergency=batch.emergency)
    )
    bodies = list(campaigns.order_by().values_list("body", flat=True).distinct())
    found = [guards.role_for(actor, permission, body=body, emergency=batch.emergency) for body in bodies or (None,)]
    return min((grant for grant in found if grant), key=lambda grant: str(grant.confirmed_at), default=None)


def approve(batch: DisposalBatch, *, manifest_hash: str, persons_typed: int, actor: Any) -> DisposalBatch:
    """One person's signature under the manifest shown. The second one starts the cooling-off.

    Raises Forbidden for the proposer, a second signature of the same person, no role, or a role younger than the
    proposal; WrongState when the manifest is not the one that was looked at; Invalid when the number of people is
    wrong.
    """
    try:
        with transaction.atomic():
            fresh, grant = _reviewable(batch, manifest_hash, actor)
            if persons_typed != fresh.manifest["persons"]:
                raise Invalid(_("This is not the number of people in the manifest."), code="persons_typed")
            _sign(fresh, Approval.Decision.APPROVE, persons_typed, actor, grant)
            signed = fresh.approvals.filter(manifest_hash=fresh.manifest_hash, decision=Approval.Decision.APPROVE)
            ledger.write(
                "batches.approve",
                actor=actor,
                emergency=fresh.emergency,
                batch=fresh.number,
                manifest=fresh.manifest_hash,
            )
            if signed.values("reviewer").distinct().count() >= 2:
                now = clock.now()
                fresh.state, fresh.approved_at, fresh.cooling_until = DisposalBatch.State.APPROVED, now, now + COOLING
                fresh.save(update_fields=["state", "approved_at", "cooling_until"])
    except IntegrityError:
        raise Forbidden(_("You have already signed this. Two different people must."), code="already_signed") from None
    return fresh


def _reviewable(batch: DisposalBatch, manifest_hash: str, actor: Any) -> tuple[DisposalBatch, Any]:
    """The batch, locked first: two reviewers at one moment must see each other."""
    fresh = DisposalBatch.objects.select_for_update().get(pk=batch.pk)
    if fresh.state != DisposalBatch.State.PROPOSED:
        raise WrongState(_("This batch is not up for review."), code="not_in_review")
    if fresh.manifest_hash != manifest_hash:
        raise WrongState(_("The manifest is not the one you looked at. Please look again."), code="manifest_changed")
    if fresh.proposer_id is not None and fresh.proposer_id == actor.pk:
        raise Forbidden(_("Who proposed a batch cannot approve it."), code="own_proposal")
    grant = _grant(actor, "batches.review", fresh)
    if grant is None:
        raise Forbidden(_("You may not review this batch."), code="forbidden")
    if grant.confirmed_at is None or grant.confirmed_at >= fresh.proposed_at:
        raise Forbidden(
            _("Your role is younger than the proposal: somebody else must review it."), code="role_too_young"
        )
    return fresh, grant


def _sign(batch: DisposalBatch, decision: str, persons: int, actor: Any, grant: Any) -> None:
    Approval.objects.create(
        batch=batch,
        manifest_hash=batch.manifest_hash,
        reviewer=actor,
        proposer=batch.proposer,
        decision=decision,
        role=grant.role,
        role_since=grant.confirmed_at,
        persons_typed=persons,
        at=clock.now(),
    )


def send_back(batch: DisposalBatch, *, manifest_hash: str, actor: Any) -> DisposalBatch:
    """One person sends it back; the clock proposes it again on its next turn, over what is then due."""
    try:
        with transaction.atomic():
            fresh, grant = _reviewable(batch, manifest_hash, actor)
            _sign(fresh, Approval.Decision.SEND_BACK, 0, actor, grant)
            fresh.state, fresh.ended_at = DisposalBatch.State.SENT_BACK, clock.now()
            fresh.save(update_fields=["state", "ended_at"])
            ledger.write("batches.send_back", actor=actor, emergency=fresh.emergency, batch=fresh.number)
    except IntegrityError:
        raise Forbidden(_("You have already signed this. Two different people must."), code="already_signed") from None
    return fresh


def stop(batch: DisposalBatch, *, actor: Any) -> DisposalBatch:
    """Stop what has not begun. Once keys die there is nothing to stop: rows whose keys are dead always go."""
    with transaction.atomic():
        fresh = DisposalBatch.objects.select_for_update().get(pk=batch.pk)
        if not may(actor, "batches.stop", fresh):
            raise Forbidden(_("You may not stop this batch."), code="forbidden")
        if fresh.state not in (DisposalBatch.State.PROPOSED, DisposalBatch.State.APPROVED):
            raise WrongState(_("It has begun and cannot be stopped any more."), code="begun")
        fresh.state, fresh.stopped_by, fresh.ended_at = DisposalBatch.State.STOPPED, actor, clock.now()
        fresh.save(update_fields=["state", "stopped_by", "ended_at"])
        ledger.write("batches.stop", actor=actor, emergency=fresh.emergency, batch=fresh.number)
    return fresh


def witness(batch: DisposalBatch, *, office: str, capacity: str, opinion: str, actor: Any) -> Witness:
    """An outside witness's opinion, printed on the certificate."""
    if opinion not in Witness.Opinion.values or not office.strip() or not capacity.strip():
        raise Invalid(_("A witness has an office, a capacity and an opinion."), code="witness")
    if not may(actor, "batches.witness", batch) and not may(actor, "batches.review", batch):
        raise Forbidden(code="forbidden")
    with transaction.atomic():
        ledger.write("batches.witness", actor=actor, emergency=batch.emergency, batch=batch.number, opinion=opinion)
        return Witness.objects.create(batch=batch, office=office, capacity=capacity, opinion=opinion, at=clock.now())


def due_to_run() -> list[DisposalBatch]:
    """Approved batches whose cooling-off and due day are over, and those that were begun and not finished."""
    now = clock.now()
    begun = [DisposalBatch.State.RUNNING, DisposalBatch.State.KEYS_DESTROYED]
    ripe = DisposalBatch.objects.filter(state=DisposalBatch.State.APPROVED, cooling_until__lte=now).order_by(
        "due_on", "number"
    )
    return [
        *DisposalBatch.objects.filter(state__in=begun).order_by("started_at"),
        *(b for b in ripe if clock.end_of(b.due_on) <= now),
    ]


def run(batch: DisposalBatch, *, told: Callable[[str], object] = lambda step: None) -> bool:
    """Claim an approved batch, or take up a begun one, and walk its journal. Returns whether its end is reached.

    `told` is called with the name of each finished step.
    """
    table_guards.demand()
    watch.may_execute()
    batch.refresh_from_db()
    if batch.state == DisposalBatch.State.APPROVED and not claim(batch):
        return False
    return journal.walk(batch, told)


def claim(batch: DisposalBatch) -> bool:
    """In the emergency's gate: still approved, cooled off, due, and nothing was added since.

    False where the approval is void.
    """
    with gate.exclusive(batch.emergency) as emergency:
        fresh = DisposalBatch.objects.select_for_update().get(pk=batch.pk)
        now = clock.now()
        if fresh.state != DisposalBatch.State.APPROVED:
            raise WrongState(_("This batch is not approved."), code="not_approved")
        if fresh.cooling_until is None or now < fresh.cooling_until or now < clock.end_of(fresh.due_on):
            raise WrongState(_("The cooling-off or the due day is not over yet."), code="cooling_off")
        if fresh.rule == DisposalBatch.Rule.END and emergency.state != Emergency.State.ENDED:
            raise WrongState(_("Response work has not ended: a duty is still open."), code="not_ended")
        if grown(fresh, emergency) or lapsed(fresh):
            return void(fresh)
        fresh.state, fresh.started_at = DisposalBatch.State.RUNNING, now
        fresh.save(update_fields=["state", "started_at"])
        journal.lay_out(fresh)
        ledger.write(
            "batches.claim", actor="clock", emergency=fresh.emergency, batch=fresh.number, manifest=fresh.manifest_hash
        )
    batch.refresh_from_db()
    return True


def finalise(batch: DisposalBatch) -> bool:
    """From physically deleted to final: no listed copy lives any more."""
    with transaction.atomic():
        ripe = DisposalBatch.objects.filter(pk=batch.pk, state=DisposalBatch.State.PHYSICALLY_DELETED)
        if ripe.update(state=DisposalBatch.State.FINAL) != 1:
            return False
        ledger.write("batches.final", actor="clock", emergency=batch.emergency, batch=batch.number)
    batch.refresh_from_db()
    return True


def waiting_for(actor: Any) -> list[DisposalBatch]:
    """Batches up for review that this person may sign and has not."""
    waiting = DisposalBatch.objects.filter(state=DisposalBatch.State.PROPOSED).order_by("due_on")
    mine = [batch for batch in waiting if may(actor, "batches.review", batch) and batch.proposer_id != actor.pk]
    return [
        batch
        for batch in mine
        if not batch.approvals.filter(reviewer=actor, manifest_hash=batch.manifest_hash).exists()
    ]
