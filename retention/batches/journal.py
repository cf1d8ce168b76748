"""The journal: the steps of a batch as rows. The row is the queue; a message only knocks.

A step is claimed by an update that must change one row (committed first, with an attempt number as a fence), done in
turns that each save the cursor, and finished with evidence. Whoever comes back after its lease ran out finds its
attempt number gone and stops; the deed it had done is repeatable. A killed worker's step is free again when its lease
(real time, the database's clock) is over.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from collection.emergencies import gate
from pilifecycle.audit import ledger
from pilifecycle.errors import LifecycleError
from pilifecycle.store import clock
from retention.destroy import engine, sweep, verify
from retention.holds import actions as holds

from . import manifest, release, voiding
from .models import DisposalBatch, JournalStep

LEASE = timedelta(seconds=60)
STEPS = {**engine.STEPS, "release": release.release, "sweep": sweep.sweep, "verify": verify.verify}
WALKS: dict[str, tuple[str, ...]] = {
    "end": (
        "canary_opens", "release", "hand_over", "holds_stand", "keys", "canary_dead",
        "rows", "hanging", "vault_rows", "tombstones", "sweep", "verify",
    ),
    "rolling": (
        "canary_opens", "hand_over", "holds_stand", "gather", "keys", "canary_dead",
        "rows", "vault_rows", "sweep", "verify",
    ),
    "level": ("canary_opens", "hand_over", "strip", "keys", "canary_dead", "vault_rows", "sweep", "verify"),
    "item": ("canary_opens", "hand_over", "strip", "keys", "canary_dead", "vault_rows", "sweep", "verify"),
    "hold_ended": ("gather", "keys", "canary_dead", "rows", "sweep", "verify"),
}  # fmt: skip


class LeaseLost(Exception):
    """Another worker has taken this step over."""


def lay_out(batch: DisposalBatch) -> None:
    """Write the steps of a claimed batch, once."""
    JournalStep.objects.bulk_create(
        [JournalStep(batch=batch, order=place, name=name) for place, name in enumerate(WALKS[batch.rule])],
        ignore_conflicts=True,
    )


def walk(batch: DisposalBatch, told: Callable[[str], object] = lambda step: None) -> bool:
    """Do every step that is not done, in order. False where one is somebody else's, waits, or failed; the next turn
    goes on.
    """
    for step in batch.steps.exclude(state=JournalStep.State.DONE):
        try:
            if not _take(batch, step):
                return False
        except LeaseLost:
            return False
        told(step.name)
    return True


def _take(batch: DisposalBatch, step: JournalStep) -> bool:
    if not _claim(step):
        return False
    if step.name == "keys" and not _keys_may_die(batch, step):
        return False
    order = manifest.order_of(batch)
    cursor = step.cursor or _carried(step)
    try:
        while not (outcome := STEPS[step.name](order, cursor)).done:
            if outcome.waits:
                _release(step, outcome.waits)
                return False
            cursor = outcome.cursor
            _renew(step, cursor)
    except LifecycleError as refusal:
        _release(step, ":".join(filter(None, (refusal.code, str(refusal.facts.get("check", ""))))), failed=True)
        return False
    _finish(batch, step, outcome.cursor, outcome.evidence)
    return True


def _claim(step: JournalStep) -> bool:
    free = Q(state__in=[JournalStep.State.WAITING, JournalStep.State.FAILED]) | Q(
        state=JournalStep.State.RUNNING, lease_until__lt=Now()
    )
    with transaction.atomic():
        mine = JournalStep.objects.filter(free, pk=step.pk, attempt=step.attempt)
        won = mine.update(state=JournalStep.State.RUNNING, attempt=F("attempt") + 1, lease_until=Now() + LEASE) == 1
    if won:
        step.attempt += 1
        JournalStep.objects.filter(pk=step.pk, started_at=None).update(started_at=clock.now())
    return won


def _mine(step: JournalStep) -> Any:
    return JournalStep.objects.filter(pk=step.pk, attempt=step.attempt, state=JournalStep.State.RUNNING)


def _renew(step: JournalStep, cursor: dict[str, Any]) -> None:
    if _mine(step).update(cursor=cursor, lease_until=Now() + LEASE) != 1:
        raise LeaseLost


def _release(step: JournalStep, code: str, *, failed: bool = False) -> None:
    state = JournalStep.State.FAILED if failed else JournalStep.State.WAITING
    _mine(step).update(state=state, failure=code, lease_until=None)


def _finish(batch: DisposalBatch, step: JournalStep, cursor: dict[str, Any], evidence: dict[str, Any]) -> None:
    """Done, with evidence; the state of the batch moves with the last step of a stage."""
    with transaction.atomic():
        done = _mine(step).update(
            state=JournalStep.State.DONE,
            cursor=cursor,
            evidence=evidence,
            done_at=clock.now(),
            lease_until=None,
            failure="",
        )
        if done != 1:
            raise LeaseLost
        ledger.write("batches.step", actor="system", emergency=batch.emergency, batch=batch.number, step=step.name)
        if step.name == "canary_dead":
            _advance(batch, DisposalBatch.State.KEYS_DESTROYED)
        if step.name == "verify":
            _advance(batch, DisposalBatch.State.PHYSICALLY_DELETED)


def _advance(batch: DisposalBatch, state: str) -> None:
    DisposalBatch.objects.filter(pk=batch.pk).update(state=state, ended_at=clock.now())
    batch.state = state


def _carried(step: JournalStep) -> dict[str, Any]:
    """Leaves that an earlier step found outside the key batches are what `keys` must puncture."""
    if step.name != "keys":
        return {}
    found = JournalStep.objects.filter(batch=step.batch, name__in=["gather", "strip"]).first()
    return {"leaves": found.cursor.get("leaves", [])} if found else {}


def _keys_may_die(batch: DisposalBatch, step: JournalStep) -> bool:
    """Growth and holds once more, right before keys die, in the gate; from here on nothing can be held or re-opened."""
    begun = engine.keys_begun(manifest.order_of(batch))
    with gate.exclusive(batch.emergency) as emergency:
        if not begun and (voiding.grown(batch, emergency) or voiding.lapsed(batch)):
            return voiding.void(batch)
        if not begun and "holds_stand" in WALKS[batch.rule] and holds.on_the_way(batch.emergency):
            _release(step, "hold_moving")  # approved since holds_stand looked
            return False
        if batch.rule == DisposalBatch.Rule.END and emergency.keys_claimed_at is None:
            emergency.keys_claimed_at = clock.now()
            emergency.save(update_fields=["keys_claimed_at"])
            voiding.supersede(emergency)
    return True
