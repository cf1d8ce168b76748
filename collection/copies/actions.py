"""Declare a copy, end it, attest its end. A certificate lists what is still living, and *final* waits for it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilifecycle.audit import ledger
from pilifecycle.audit.facts import staff_number
from pilifecycle.errors import WrongState
from pilifecycle.store import clock

from .models import Copy


def declare(
    kind: str,
    *,
    place: str,
    keeper: str,
    actor: Any,
    emergency: UUID | None = None,
    expires_on: date | None = None,
    sheets: int | None = None,
) -> Copy:
    """Enter a copy into the register, with a number of its own."""
    now = clock.now()
    with transaction.atomic():
        number = f"{now:%Y}-{Copy.objects.count() + 1:04d}"
        copy = Copy.objects.create(
            number=number,
            kind=kind,
            emergency=emergency,
            place=place,
            keeper=keeper,
            sheets=sheets,
            made_at=now,
            expires_on=expires_on,
            declared_by=staff_number(actor),
        )
        ledger.write("copies.declare", actor=actor, emergency=emergency, copy=number, kind=kind)
    return copy


def end(copy: Copy, *, how: str, actor: Any) -> None:
    """The copy was destroyed or returned."""
    with transaction.atomic():
        changed = Copy.objects.filter(pk=copy.pk, ended_at=None).update(
            ended_at=clock.now(), ended_how=how, attested_by=actor.staff_number
        )
        if changed != 1:
            raise WrongState(_("This copy has already ended."), code="copy_ended")
        ledger.write("copies.end", actor=actor, emergency=copy.emergency, copy=copy.number, how=how)


def declared(emergency: UUID) -> list[Copy]:
    """Every entry of the register that concerns this emergency, ended or not: its own and those of the whole store."""
    return list(Copy.objects.filter(Q(emergency=emergency) | Q(emergency=None)).order_by("number"))


def living(emergency: UUID | None = None, *, today: date | None = None) -> list[Copy]:
    """Copies that may still hold this emergency's data: not ended, and not past the day on which they end by
    themselves.
    """
    day = today or clock.today()
    rows = Copy.objects.filter(Q(emergency=emergency) | Q(emergency=None), ended_at=None)
    return list(rows.filter(Q(expires_on=None) | Q(expires_on__gte=day)).order_by("number"))
