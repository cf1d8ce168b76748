"""Withdraw. It touches the items whose basis is consent; use of them stops at once, erasure runs after 24 hours."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Basis
from collection.records.actions import leave_errand, stop_errand
from collection.records.models import Errand, Record
from pilifecycle.errors import WrongState
from pilifecycle.store import clock

from .models import ConsentChange

THINK_AGAIN = timedelta(hours=24)


def consent_items(record: Record) -> list[str]:
    """The kinds of this record that rest on a consent which was given and not withdrawn."""
    withdrawn = set(
        ConsentChange.objects.filter(audit_ref=record.audit_ref, state=ConsentChange.State.WITHDRAWN).values_list(
            "kind", flat=True
        )
    )
    given = (
        code for code, state in record.consents.items() if state == "given" and record.basis.get(code) == Basis.CONSENT
    )
    return sorted(code for code in given if code not in withdrawn)


def rests_on_consent_alone(record: Record) -> bool:
    """Whether every item of the record rests on consent, so that withdrawing all of it ends the record."""
    return bool(record.basis) and all(basis == Basis.CONSENT for basis in record.basis.values())


def withdraw(record: Record, kinds: list[str], *, by: str = "person") -> Errand:
    """Withdraw consent for these kinds.

    Raises WrongState where there is none to withdraw (then ask for deletion instead).
    """
    mine = consent_items(record)
    chosen = [code for code in mine if code in kinds]
    if not chosen:
        raise WrongState(
            _("This does not rest on your consent. You can ask for its deletion, and will get an answer."),
            code="no_consent",
        )
    whole = rests_on_consent_alone(record) and set(chosen) == set(record.basis)
    with transaction.atomic():
        errand = leave_errand(
            record, Errand.Kind.WITHDRAWAL, actor="person", wait=THINK_AGAIN, reason=by, items=[] if whole else chosen
        )
        _note(record, chosen, ConsentChange.State.WITHDRAWN, by)
    return errand


def stop(errand: Errand) -> None:
    """The person thought again within the 24 hours: it is used again, and a withdrawn consent stands as it was."""
    with transaction.atomic():
        stop_errand(errand)
        withdrawn = ConsentChange.objects.filter(
            audit_ref=errand.audit_ref, state=ConsentChange.State.WITHDRAWN, at__gte=errand.asked_at
        )
        if errand.items:
            withdrawn = withdrawn.filter(kind__in=errand.items)
        withdrawn.update(state=ConsentChange.State.GIVEN, at=clock.now())


def _note(record: Any, kinds: list[str], state: str, by: str) -> None:
    now = clock.now()
    ConsentChange.objects.bulk_create(
        ConsentChange(emergency=record.emergency_id, audit_ref=record.audit_ref, kind=code, state=state, by=by, at=now)
        for code in kinds
    )
