"""One turn of each duty, without Celery: what the bell, the loop process and the commands call."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError

from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.records import backlog, closing, erasure
from collection.records.models import Errand
from pilifecycle.audit import sequencer
from pilifecycle.custody import actions as custody
from pilifecycle.custody import selection
from pilifecycle.errors import LifecycleError
from pilifecycle.store import clock
from retention.batches import actions as batches
from retention.certificates import actions as certificates
from retention.holds import actions as holds


def each(rows: Iterable[Any], deed: Callable[[Any], int]) -> int:
    """Do `deed` for every row. One that is refused holds up none of the others; it is raised after the last."""
    done, refused = 0, None
    for row in rows:
        try:
            done += deed(row)
        except (LifecycleError, DatabaseError) as refusal:
            refused = refused or refusal
    if refused:
        raise refused
    return done


def errand_turn() -> int:
    """Small ways out whose time has come, holds to be moved, blind tokens. Returns how much was done."""
    parts = (close_key_batches, lambda: each(holds.to_move(), holds.move), _carry_out, backlog.index)
    return each(parts, lambda part: part())


def _carry_out() -> int:
    due = Errand.objects.filter(state=Errand.State.WAITING, run_after__lte=clock.now()).order_by("run_after")
    return each(due[:500], lambda errand: erasure.carry_out(errand, held=holds.is_held(errand.audit_ref)))


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
    parts = (lambda: each(batches.due_to_run(), batches.run), lambda: len(certificates.issue_missing()))
    return each(parts, lambda part: part())


def ledger_turn() -> int:
    """Carry the vault's outbox, number the events, sign a checkpoint."""
    carried = custody.carry_outbox(1000)
    numbered = sequencer.integrate()
    sequencer.checkpoint(custody.sign_checkpoint)
    return carried + numbered
