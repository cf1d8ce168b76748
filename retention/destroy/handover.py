"""Hand over, then destroy: statutory ledgers go to a named recipient against a receipt (ACC-23, STAT-23)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Action, StandardItem
from pilifecycle.audit import ledger
from pilifecycle.custody import selection
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

from .models import HandOver
from .order import Order, Outcome


def step(order: Order) -> Outcome:
    """Done at once where no item of the order is handed over; else waits for the receipt's number."""
    items = StandardItem.objects.filter(standard__in=order.standards, action=Action.HAND_OVER)
    item = items.filter(kind__in=order.items).first() if order.items else items.first()
    if item is None:
        return Outcome(True, evidence={"hand_over": "none"})
    rows = selection.key_batches(order.emergency, ids=list(order.key_batches) if order.key_batches else None)
    with transaction.atomic():
        row, _made = HandOver.objects.get_or_create(
            batch=order.matter,
            defaults={
                "emergency": order.emergency,
                "recipient": item.recipient.get("zh", ""),
                "law": item.recipient.get("law", ""),
                "entries": selection.totals(rows).entries,
                "list_hash": order.manifest_hash,
            },
        )
    if not row.receipt_number:
        return Outcome(False, waits="receipt")
    return Outcome(
        True, evidence={"hand_over": row.list_hash, "receipt_at": row.receipt_at.isoformat() if row.receipt_at else ""}
    )


def receipt(row: HandOver, *, number: str, actor: Any) -> None:
    """The recipient signed for it."""
    if not number.strip():
        raise Invalid(_("Please give the receipt's number."), code="receipt_number")
    with transaction.atomic():
        changed = HandOver.objects.filter(pk=row.pk, receipt_number="").update(
            receipt_number=number.strip(), receipt_at=clock.now()
        )
        if changed != 1:
            raise WrongState(_("The receipt was already entered."), code="received")
        ledger.write("destroy.receipt", actor=actor, emergency=row.emergency, entries=row.entries)
