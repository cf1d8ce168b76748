"""The response level changes with the authority's documents; every change is kept, and acts on items at once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from collection.emergencies import closing, gate
from collection.emergencies.models import Emergency, Level, LevelChange
from pilifecycle.audit import ledger
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

DOCUMENT = _("Please name the document that changes the level (Emergency Response Law, art. 71).")


def change_level(emergency: Emergency, level: int, *, document: str, actor: Any) -> LevelChange:
    """Put another level in force, alone at the gate (PH-49).

    Any change raises `growth`: items fall due, or get a reason again. Raises Forbidden, Invalid, WrongState.
    """
    closing.demand_whole(actor, "emergencies.level", emergency)
    if not document.strip():
        raise Invalid(DOCUMENT, fields={"document": DOCUMENT}, code="document_missing")
    if level not in Level.values:
        raise Invalid(_("There are four levels, I to IV."), code="level_unknown")
    with gate.exclusive(emergency.pk) as fresh:
        if fresh.state != Emergency.State.OPEN:
            raise WrongState(_("The response is not in force any more."), code="response_lifted")
        if fresh.level == level:
            raise WrongState(_("This level is in force already."), code="same_level")
        change = LevelChange.objects.create(
            emergency=fresh, level=level, at=clock.now(), document=document.strip(), by=actor
        )
        Emergency.objects.filter(pk=fresh.pk).update(level=level)
        ledger.write(
            "emergencies.change_level", actor=actor, emergency=fresh.pk, level_before=fresh.level, level_now=level
        )
        grow(fresh, "level_drop" if level > fresh.level else "level_rise", actor=actor)
    emergency.refresh_from_db()
    return change


def grow(emergency: Emergency | UUID, reason: str, *, actor: Any = "clock") -> None:
    """Raise `growth`: something could add to a disposal or weaken its reason (law 6). `reason` is a code."""
    pk = emergency.pk if isinstance(emergency, Emergency) else emergency
    with transaction.atomic():
        Emergency.objects.filter(pk=pk).update(growth=F("growth") + 1)
        ledger.write("emergencies.grow", actor=actor, emergency=pk, reason=reason)
