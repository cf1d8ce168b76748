"""Declare an emergency: nothing is collected without one, and it starts with what the authority's paper says."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies.models import Emergency, EmergencyCategory, Level, LevelChange
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Invalid
from pilifecycle.ids import uuid7
from pilifecycle.store import clock

MISSING = _("Please fill this in: a response states it when it is activated (Emergency Response Law, art. 72).")
PAST = _("The expected end lies in the past.")
NO_GRADE = _("Public security events are not graded (Emergency Response Law, art. 3).")
GRADE = _("Please give the event's grade.")
LEVEL = _("Please give the response level that the authority's document names, I to IV.")
CATEGORY = _("Please choose one of the four categories.")
SUCCESSOR = _("Only a destroyed emergency has a successor; another one is re-opened.")


def declare(
    *,
    actor: Any,
    title: str,
    category: str,
    level: int,
    area: str,
    authority: str,
    document: str,
    matters: str,
    measures: str,
    expected_end: date,
    grade: int | None = None,
    exercise: bool = False,
    successor_of: Emergency | None = None,
) -> Emergency:
    """Open an emergency with its compartments. ER-72: every statement is required. Raises Invalid, Forbidden."""
    guards.require(actor, "emergencies.declare")
    texts = {
        "title": title, "area": area, "authority": authority, "document": document, "matters": matters,
        "measures": measures,
    }  # fmt: skip
    wrong = _wrong(texts, category, grade, level, expected_end, successor_of)
    if wrong:
        raise Invalid(_("The emergency cannot be declared like this."), fields=wrong, code="declaration_incomplete")
    emergency = Emergency(
        id=uuid7(),
        category=category,
        grade=grade,
        level=level,
        expected_end=expected_end,
        exercise=exercise,
        successor_of=successor_of,
        declared_by=actor,
        **{name: text.strip() for name, text in texts.items()},
    )
    custody.open_compartments(emergency.pk, categories=sorted({kind.category for kind in KINDS.values()}))
    return _keep(emergency, actor)


def _wrong(
    texts: dict[str, str], category: str, grade: int | None, level: int, end: date | None, earlier: Emergency | None
) -> dict[str, Any]:
    """Field → sentence, of everything that is missing or cannot be."""
    wrong: dict[str, Any] = {name: MISSING for name, text in texts.items() if not (text or "").strip()}
    if category not in EmergencyCategory.values:
        wrong["category"] = CATEGORY
    if category == EmergencyCategory.PUBLIC_SECURITY and grade is not None:
        wrong["grade"] = NO_GRADE
    elif category != EmergencyCategory.PUBLIC_SECURITY and grade not in Emergency.Grade.values:
        wrong["grade"] = GRADE
    if level not in Level.values:
        wrong["level"] = LEVEL
    if end is None or end < clock.today():
        wrong["expected_end"] = MISSING if end is None else PAST
    if earlier is not None and earlier.state != Emergency.State.DESTROYED:
        wrong["successor_of"] = SUCCESSOR
    return wrong


@transaction.atomic
def _keep(emergency: Emergency, actor: Any) -> Emergency:
    emergency.declared_at = clock.now()
    emergency.save(force_insert=True)
    LevelChange.objects.create(
        emergency=emergency, level=emergency.level, at=emergency.declared_at, document=emergency.document, by=actor
    )
    ledger.write(
        "emergencies.declare",
        actor=actor,
        emergency=emergency.pk,
        category=emergency.category,
        level=emergency.level,
        exercise=emergency.exercise,
    )
    return emergency
