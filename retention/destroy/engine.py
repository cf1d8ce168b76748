"""Destroy what one approved order names: its keys, then its rows, and prove that both are gone.

Nothing here can be undone, so nothing here decides *whether* to destroy; that was decided by two people in
``retention.batches`` before this is called. What it promises: each step can be run again after a crash between any two
statements and ends in the same state; keys die before rows; what is held is opened from its new place before anything
dies; nothing but what the order names is touched. What it leaves to others: claims, leases and the order of the steps
(``retention.batches.journal``), the guards (they refuse every deletion that no permit or warrant covers), and proof
(``retention.destroy.verify``, which shares no code with this module).

A step is a function ``(order, cursor) -> Outcome``. Sets are taken in chunks; each chunk is one transaction, and the
journal saves the cursor behind it. A chunk that was done and not noted is done again and finds nothing to do.
"""

from collections.abc import Callable
from typing import Any

from retention.holds.actions import held_opens
from retention.holds.models import HeldRecord, Hold

from . import handover, stripping
from .keysteps import canary_dead, canary_opens, gather, keys, keys_begun, vault_rows
from .order import Order, Outcome
from .rowsteps import hanging, rows, tombstones

__all__ = ["STEPS", "keys_begun"]


def holds_stand(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Every held record opens from its new place; a hold approved and not yet moved is waited for."""
    if Hold.objects.filter(emergency=order.emergency, state=Hold.State.APPROVED).exists():
        return Outcome(False, waits="hold_moving")
    held = HeldRecord.objects.filter(hold__emergency=order.emergency).exclude(hold=order.hold)
    return Outcome(True, evidence={"held": sum(held_opens(each) for each in held)})


def hand_over(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Statutory records wait for the recipient's receipt before our copy dies."""
    return handover.step(order)


def strip(order: Order, cursor: dict[str, Any]) -> Outcome:
    """Re-seal what stays of each record under new key batches (only for an order that names items)."""
    return stripping.step(order, cursor) if order.items else Outcome(True)


STEPS: dict[str, Callable[[Order, dict[str, Any]], Outcome]] = {
    step.__name__: step
    for step in (
        canary_opens, holds_stand, hand_over, strip, gather, keys, canary_dead, rows, hanging, vault_rows, tombstones
    )
}  # fmt: skip
