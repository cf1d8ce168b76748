"""One turn of each duty, without Celery: what the bell, the loop process and the commands call."""

from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.records import backlog, closing, erasure
from collection.records.models import Errand
from pilifecycle.audit import sequencer
from pilifecycle.custody import actions as custody
from pilifecycle.custody import selection
from pilifecycle.store import clock
from retention.batches import actions as batches
from retention.certificates import actions as certificates
from retention.holds import actions as holds


def errand_turn() -> int:
    """Small ways out whose time has come, holds to be moved, blind tokens. Returns how much was done."""
    done = close_key_batches() + holds.move_approved()
    due = Errand.objects.filter(state=Errand.State.WAITING, run_after__lte=clock.now()).order_by("run_after")
    for errand in due[:500]:
        done += erasure.carry_out(errand, held=holds.is_held(errand.audit_ref))
    return done + backlog.index()


def close_key_batches() -> int:
    """Close and count key batches: over or orphaned ones, all of a lifted emergency, and those begun before a change
    of level.
    """
    closed = len(custody.close_key_batches(closing.count, dead_only=True))
    for emergency in Emergency.objects.exclude(state=Emergency.State.DESTROYED):
        changed = emergency.levels.order_by("-at").first()
        moment = None if emergency.state != Emergency.State.OPEN or changed is None else changed.at
        waiting = selection.totals(selection.key_batches(emergency.pk, opened_before=moment)).still_open
        if waiting and (moment is None or emergency.levels.count() > 1):
            closed += len(custody.close_key_batches(closing.count, emergency=emergency.pk))
    return closed


def clock_turn() -> int:
    """Default ends, then proposals."""
    close_key_batches()
    return len(emergencies.apply_default_ends()) + len(batches.propose_due())


def disposal_turn() -> int:
    """Run what is approved and due, then issue the certificate editions that are missing."""
    walked = sum(batches.run(batch) for batch in batches.due_to_run())
    return walked + len(certificates.issue_missing())


def ledger_turn() -> int:
    """Carry the vault's outbox, number the events, sign a checkpoint."""
    carried = custody.carry_outbox(1000)
    numbered = sequencer.integrate()
    sequencer.checkpoint(custody.sign_checkpoint)
    return carried + numbered
