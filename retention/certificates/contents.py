"""What a certificate says: from the batch, its signatures, its journal and the register of copies. Nothing personal.

It says what was done and what remains. It never says that something cannot be recovered, and uses no word of a notary.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import Count

from collection.copies import actions as copies
from collection.copies.models import Copy
from collection.emergencies import standards as standard_texts
from collection.emergencies.models import CollectionStandard, Emergency, EmergencyCategory
from collection.points.models import Body
from pilifecycle.audit.models import Entry, Leaf, Pending
from pilifecycle.custody import actions as custody
from pilifecycle.custody import selection
from pilifecycle.store import clock
from retention.batches.models import Approval, DisposalBatch, JournalStep

from .laws import cited
from .models import Edition
from .offline import STATES

LAST_KEY_STEP = "canary_dead"
TAKEN_OUT = ("records.withdrawal_done", "records.request_done", "records.void_done", "holds.move")
MANY = 40  # control samples are summed up beyond that


def payload(batch: DisposalBatch, state: str, *, previous: Edition | None) -> dict[str, Any]:
    """The certificate of one state as JSON values: integers, texts, lists and maps."""
    emergency, birth = Emergency.objects.get(pk=batch.emergency), clock.birth()
    steps = _steps(batch, state)
    return plain({
        "type": "destruction-certificate", "version": 1,
        "number": batch.number, "state": state, "edition": STATES.index(state) + 1,
        "previous": previous.sha256 if previous else None,
        "issued_at": clock.now(), "store": birth.store if birth else "",
        "demo": {"factor": birth.demo_factor} if birth and birth.demo_factor else None,
        "exercise": emergency.exercise,
        "law": [cited(code) for code in _laws(batch, emergency)],
        "emergency": _emergency(emergency), "bodies": _bodies(batch),
        "batch": _batch(batch), "approvers": approvers(batch), "witnesses": _witnesses(batch),
        "counts": _counts(batch, steps), "taken_out": _taken_out(batch), "held": _held(batch, steps),
        "custody": custody.describe(), "keys": _evidence(steps, "keys"), "control_samples": _samples(steps),
        "steps": [_step(step) for step in steps],
        "residue_scan": _evidence(steps, "verify").get("residue"),
        "out_of_reach": _out_of_reach(steps),
        "declared_stores": [_copy(copy) for copy in copies.declared(batch.emergency)],
        "remaining_copies": [copy.number for copy in copies.living(batch.emergency)],
    })  # fmt: skip


def plain(value: Any) -> Any:
    """As canonical JSON has it: moments in UTC, no fractions."""
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value if value is None or isinstance(value, bool | int) else str(value)


def _laws(batch: DisposalBatch, emergency: Emergency) -> list[str]:
    """A public health emergency has an article of its own for the end (PH-8)."""
    ended = batch.rule == "end" and emergency.category == EmergencyCategory.PUBLIC_HEALTH
    return [*batch.manifest["laws"], *(["PH-8"] if ended else [])]


def _emergency(emergency: Emergency) -> dict[str, Any]:
    names = ("id", "title", "category", "area", "authority", "document")
    ends = ("lifted_at", "lifted_source", "lifted_document", "ended_on", "ended_source", "ended_document")
    return {name: getattr(emergency, name) for name in (*names, *ends)}


def _bodies(batch: DisposalBatch) -> list[str]:
    mine = {"campaigns": batch.campaign} if batch.campaign else {"campaigns__emergency": batch.emergency}
    return sorted(set(Body.objects.filter(**mine).values_list("name", flat=True)))


def _batch(batch: DisposalBatch) -> dict[str, Any]:
    moments = ("received_before", "proposed_at", "approved_at", "cooling_until", "started_at")
    return {
        "id": batch.pk,
        "rule": batch.rule,
        "action": batch.action,
        "items": batch.items,
        "due_on": batch.due_on,
        "manifest_sha256": batch.manifest_hash,
        "proposer": batch.proposer.staff_number if batch.proposer else "clock",
        **{name: getattr(batch, name) for name in moments},
    }


def approvers(batch: DisposalBatch) -> list[dict[str, Any]]:
    """Who signed: office, staff number, role and since when; for a standing approval its two signatures."""
    if batch.standing:
        signed = (
            (batch.standing.first_by, batch.standing.starts_at),
            (batch.standing.second_by, batch.standing.second_at),
        )
        return [{**_person(user), "at": at, "standing_approval": batch.standing.pk} for user, at in signed if user]
    rows = batch.approvals.filter(manifest_hash=batch.manifest_hash, decision=Approval.Decision.APPROVE)
    return [
        {**_person(row.reviewer), "role": row.role, "role_since": row.role_since, "at": row.at}
        for row in rows.select_related("reviewer").order_by("at")
    ]


def _person(user: Any) -> dict[str, str]:
    return {"office": user.office, "staff_number": user.staff_number}


def _witnesses(batch: DisposalBatch) -> list[dict[str, Any]]:
    return [dict(row) for row in batch.witnesses.order_by("at").values("office", "capacity", "opinion", "at")]


def _counts(batch: DisposalBatch, steps: list[JournalStep]) -> dict[str, Any]:
    """Entries and persons as approved and as destroyed, by the key batches' own counters; by category."""
    told = batch.manifest
    if batch.rule == "hold_ended":
        destroyed = {"entries": told["entries"], "persons": told["persons"]}
        return {"approved": destroyed, "destroyed": destroyed, "by_category": dict.fromkeys(told["categories"], 1)}
    if batch.rule == "rolling":  # one standard; its counters went with the rows
        gone = _evidence(steps, "gather")
        destroyed = {"entries": gone.get("entries", 0), "persons": gone.get("persons", 0)}
        return {
            "approved": {"entries": told["entries"], "persons": told["persons"]},
            "destroyed": destroyed,
            "by_category": dict.fromkeys(told["categories"], destroyed["entries"]),
            "key_batches": told["key_batch_count"],
        }
    ids = None if batch.rule == "end" else told["key_batches"]
    total = selection.totals(selection.key_batches(batch.emergency, ids=ids))
    return {
        "approved": {"entries": told["entries"], "persons": told["persons"]},
        "destroyed": {"entries": total.entries, "persons": total.persons},
        "by_category": {category: _of_category(batch, category, ids) for category in told["categories"]},
        "key_batches": told["key_batch_count"],
    }


def _of_category(batch: DisposalBatch, category: str, ids: list[int] | None) -> int:
    """Entries under the standards that can ask something of this category."""
    bound = CollectionStandard.objects.filter(pk__in=batch.manifest["standards"]).prefetch_related("items")
    asking = [str(standard.pk) for standard in bound if category in standard_texts.categories(standard)]
    return selection.totals(selection.key_batches(batch.emergency, standards=asking, ids=ids)).entries


def _taken_out(batch: DisposalBatch) -> dict[str, int]:
    """What left the set between the proposal and the claim, by reason: the ledger's own acts."""
    until = {"at__lt": batch.started_at} if batch.started_at else {}
    found: dict[str, int] = {}
    models: tuple[type[Entry], ...] = (Leaf, Pending)
    for model in models:
        rows = model._default_manager.filter(emergency=batch.emergency, action__in=TAKEN_OUT, at__gte=batch.proposed_at)
        for action, number in rows.filter(**until).values_list("action").annotate(Count("pk")):
            found[action] = found.get(action, 0) + number
    return found


def _held(batch: DisposalBatch, steps: list[JournalStep]) -> int:
    return int(_evidence(steps, "holds_stand").get("held", batch.manifest["holds"]))


def _steps(batch: DisposalBatch, state: str) -> list[JournalStep]:
    """The steps that belong to this state: for the first, up to the proof that the keys are dead."""
    done = list(batch.steps.filter(state=JournalStep.State.DONE).order_by("order"))
    names = [step.name for step in done]
    if state == STATES[0] and LAST_KEY_STEP in names:
        return done[: names.index(LAST_KEY_STEP) + 1]
    return done


def _step(step: JournalStep) -> dict[str, Any]:
    returned = {name: _summed(value) if name == "opened" else value for name, value in step.evidence.items()}
    return {
        "name": step.name,
        "attempts": step.attempt,
        "started_at": step.started_at,
        "done_at": step.done_at,
        "returned": returned,
    }


def _evidence(steps: list[JournalStep], name: str) -> dict[str, Any]:
    return next((dict(step.evidence) for step in steps if step.name == name), {})


def _samples(steps: list[JournalStep]) -> dict[str, Any]:
    """Before the keys died the control samples opened; afterwards another process opened none."""
    before, after = (_evidence(steps, name).get("opened", {}) for name in ("canary_opens", LAST_KEY_STEP))
    return {"before": _summed(before), "after": _summed(after), "after_by": "another process"}


def _summed(opened: dict[str, bool]) -> dict[str, Any]:
    return opened if len(opened) <= MANY else {"tried": len(opened), "opened": sum(opened.values())}


def _out_of_reach(steps: list[JournalStep]) -> list[str]:
    checks = _evidence(steps, "sweep").get("checks", {})
    scanned = (_evidence(steps, "verify").get("residue") or {}).get("out_of_reach", [])
    return sorted({*scanned, *(name for name, answer in checks.items() if answer == "out_of_reach")})


def _copy(copy: Copy) -> dict[str, Any]:
    names = ("number", "kind", "place", "keeper", "sheets", "declared_by", "made_at", "expires_on")
    return {name: getattr(copy, name) for name in (*names, "ended_at", "ended_how", "attested_by")}


def digest(body: bytes) -> str:
    """How editions name each other, and what the ledger holds: SHA-256 of the canonical payload."""
    return hashlib.sha256(body).hexdigest()
