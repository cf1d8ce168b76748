"""An approval that the facts have overtaken (law 6)."""

from collection.emergencies.models import Emergency
from pilifecycle.audit import ledger
from pilifecycle.store import clock

from .models import DisposalBatch, StandingApproval

PARTS = (DisposalBatch.Rule.ROLLING, DisposalBatch.Rule.LEVEL, DisposalBatch.Rule.ITEM)


def grown(batch: DisposalBatch, emergency: Emergency) -> bool:
    """Whether something could have been added to the set, or its reason weakened, since the manifest was frozen."""
    return emergency.growth > batch.growth


def lapsed(batch: DisposalBatch) -> bool:
    """Whether the standing approval that signed it was stopped, or is over, before it was begun."""
    if batch.standing_id is None:
        return False
    standing = StandingApproval.objects.get(pk=batch.standing_id)
    begun_on = clock.local_date(batch.started_at) if batch.started_at else clock.today()
    return standing.stopped_at is not None or standing.ends_on < begun_on


def supersede(emergency: Emergency) -> None:
    """The end of an emergency takes everything: what was proposed for parts of it, and not begun, has nothing to do."""
    parts = DisposalBatch.objects.filter(emergency=emergency.pk, rule__in=PARTS)
    for batch in parts.filter(state__in=[DisposalBatch.State.PROPOSED, DisposalBatch.State.APPROVED]):
        void(batch)


def void(batch: DisposalBatch) -> bool:
    """The approval is void: the set grew. The clock proposes anew. Returns False: nothing goes on."""
    batch.state, batch.ended_at = DisposalBatch.State.VOID, clock.now()
    batch.save(update_fields=["state", "ended_at"])
    ledger.write("batches.void", actor="clock", emergency=batch.emergency, batch=batch.number)
    return False
