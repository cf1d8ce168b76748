"""Jumps of the machine's clock are noticed below the ledger, which takes them over from their rows, once each."""

from uuid import NAMESPACE_OID, uuid5

from pilifecycle.store.models import ClockJump

from . import ledger

LOOKED_AT = 20  # the latest ones: a jump is taken over within a turn or two


def carry() -> int:
    """Write an entry for each jump that has none; how many."""
    return sum(_carry(jump) for jump in ClockJump.objects.order_by("-pk")[:LOOKED_AT])


def _carry(jump: ClockJump) -> bool:
    uid = uuid5(NAMESPACE_OID, f"pilifecycle clock jump {jump.pk} {jump.noticed_at.isoformat()}")
    facts = {"seconds": jump.seconds}
    return ledger.carry(uid=uid, at=jump.noticed_at, action="clock.jumped", actor="clock", facts=facts)
