"""What happened in the vault, on its way into the ledger: written with the deed, carried once (mechanics.md (e))."""

from typing import Any
from uuid import UUID

from django.db import transaction

from pilifecycle.audit import ledger
from pilifecycle.store import clock

from .models import Outbox
from .outside import DATA, VAULT, answering, demand_outside

CLOCK = "clock"


def put(action: str, *, emergency: UUID | None = None, actor: str = CLOCK, **facts: Any) -> None:
    """Add one event to the vault transaction that is open. Codes, counts and names of keys; nothing personal."""
    Outbox.objects.using(VAULT).create(at=clock.now(), action=action, actor=actor, emergency=emergency, facts=facts)


def carry_outbox(limit: int = 1000) -> int:
    """Bring what waits into the ledger, commit, and mark it taken. Killed in between, it is brought once."""
    demand_outside()
    with answering():
        waiting = list(Outbox.objects.using(VAULT).filter(taken_at=None).order_by("id")[:limit])
    with transaction.atomic(using=DATA):
        for event in waiting:
            ledger.carry(
                uid=event.uid,
                at=event.at,
                action=event.action,
                actor=event.actor,
                emergency=event.emergency,
                subject=event.subject,
                facts=event.facts,
            )
    _taken(waiting)
    return len(waiting)


def _taken(events: list[Outbox]) -> None:
    with answering():
        rows = Outbox.objects.using(VAULT).filter(pk__in=[event.pk for event in events], taken_at=None)
        rows.update(taken_at=clock.now())
