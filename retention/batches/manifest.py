"""What a batch freezes (law 6): scope, rule, action, numbers and growth. Codes and counts, and one hash over them."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from collection.emergencies import standards as standard_texts
from collection.emergencies.models import CollectionStandard, Emergency, EmergencyCategory
from pilifecycle.crypto.dsse import canonical
from pilifecycle.custody import selection
from retention.destroy.order import Order
from retention.holds import actions as holds

from .models import DisposalBatch

LAWS = {
    "end": ["ER-85B", "PIPL-47A"],
    "rolling": ["PIPL-19", "PIPL-47A"],
    "level": ["PH-49", "PIPL-47A"],
    "item": ["PIPL-19", "PIPL-47A"],
    "hold_ended": ["ER-85C", "ER-85B"],
}


def of_batches(
    emergency: Emergency, rule: str, action: str, rows: Any, *, standards: Iterable[CollectionStandard], cut:
    datetime, due: date,
    items: Iterable[str] = (), categories: Iterable[str] | None = None, campaign: UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A manifest over key batches. A whole emergency names none of them: its compartments say it all."""
    bound = list(standards)
    total = selection.totals(rows)
    named = [] if rule == "end" else list(rows.values_list("pk", flat=True))
    asked = categories or {category for standard in bound for category in standard_texts.categories(standard)}
    if rule == "end":
        asked = standard_texts.CATEGORIES  # every compartment that was opened, asked for or not
    return _common(emergency, rule, action, cut, due) | {
        "standards": sorted(str(standard.pk) for standard in bound),
        "campaign": str(campaign or ""),
        "items": sorted(items),
        "categories": sorted(asked),
        "key_batches": named,
        "key_batch_count": total.batches,
        "entries": total.entries,
        "persons": total.persons,
    }


def of_hold(emergency: Emergency, hold: Any, cut: datetime, due: date) -> dict[str, Any]:
    """A manifest over one held record whose hold has ended."""
    return _common(emergency, "hold_ended", "destroy", cut, due) | {
        "standards": [str(hold.held.standard_id)],
        "campaign": "",
        "items": [],
        "categories": sorted(f"held:{category}" for category in hold.held.packs()),
        "key_batches": [],
        "key_batch_count": 0,
        "entries": 1,
        "persons": hold.held.persons,
        "hold": str(hold.pk),
    }


def _common(emergency: Emergency, rule: str, action: str, cut: datetime, due: date) -> dict[str, Any]:
    return {
        "emergency": str(emergency.pk),
        "rule": rule,
        "action": action,
        "laws": [law for law in LAWS[rule] if law != "PH-49" or emergency.category == EmergencyCategory.PUBLIC_HEALTH],
        "received_before": cut.isoformat(),
        "due_on": due.isoformat(),
        "holds": holds.in_force(emergency.pk),
        "growth": emergency.growth,
        "exercise": emergency.exercise,
        "hold": "",
    }


def hash_of(manifest: dict[str, Any]) -> str:
    """SHA-256 over the canonical form: what reviewers sign."""
    return hashlib.sha256(canonical(manifest)).hexdigest()


def order_of(batch: DisposalBatch) -> Order:
    """The engine's order, read from the frozen manifest and nothing else."""
    told = batch.manifest
    return Order(
        matter=batch.pk,
        emergency=batch.emergency,
        rule=batch.rule,
        action=batch.action,
        items=tuple(told["items"]),
        categories=tuple(told["categories"]),
        standards=tuple(UUID(name) for name in told["standards"]),
        key_batches=None if batch.rule == DisposalBatch.Rule.END else tuple(told["key_batches"]),
        received_before=batch.received_before,
        approvers=tuple(approvers_of(batch)),
        manifest_hash=batch.manifest_hash,
        earliest=batch.cooling_until or batch.proposed_at,
        hold=UUID(told["hold"]) if told["hold"] else None,
    )


def approvers_of(batch: DisposalBatch) -> list[str]:
    """Staff numbers of those who approved this manifest, or signed the standing approval."""
    if batch.standing:
        return [person.staff_number for person in (batch.standing.first_by, batch.standing.second_by) if person]
    signed = batch.approvals.filter(manifest_hash=batch.manifest_hash, decision="approve").order_by("at")
    return list(signed.values_list("reviewer__staff_number", flat=True))
