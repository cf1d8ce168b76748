"""Search inside one emergency by a blind token. Candidates are opened and compared; false ones are never shown."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import Refused, kind
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Gone, Invalid
from pilifecycle.store import clock

from . import stopped
from .models import Record, Token
from .purposes import PURPOSES
from .values import value_of

MOST = 200


@dataclass(frozen=True)
class Found:
    """Records that match, and how many entries have no token yet and could not be searched."""

    rows: list[Record] = field(repr=False)
    waiting: int


def find(emergency: UUID, code: str, text: str, *, purpose: str, actor: Any, bodies: list[UUID] | None = None) -> Found:
    """Exact search by one indexed kind. One trace, without the term.

    `bodies` limits what is shown to the actor's own.
    """
    the_kind = kind(code)
    if purpose not in PURPOSES:
        raise Invalid(_("Please choose a purpose from the list."), code="purpose")
    try:
        wanted = the_kind.normalise(the_kind.clean(text, options={}, today=clock.today()))
    except Refused as refused:
        sentence = refused.sentence.in_(get_language() or "zh-hans")
        raise Invalid(sentence, fields={"text": sentence}) from None
    with transaction.atomic(durable=True):
        ledger.write("records.search", actor=actor, emergency=emergency, field=code, purpose=purpose)
    token = custody.tokens(emergency, [(token_field(code), wanted)])[0]
    pks = Token.objects.filter(emergency=emergency, kind=token_field(code), token=token).values_list(
        "record", flat=True
    )[:MOST]
    rows = Record.objects.of(emergency).in_use().filter(pk__in=list(pks)).select_related("standard", "point__campaign")
    if bodies is not None:
        rows = rows.filter(point__campaign__body__in=bodies)
    waiting = Record.objects.of(emergency).filter(indexed=False)[: MOST + 1].count()
    hidden = stopped.items(emergency, [row.pk for row in rows])
    usable = [row for row in rows if code not in hidden.get(row.pk, ())]
    return Found(_matching(usable, the_kind, wanted), waiting)


def token_field(code: str) -> str:
    """The token's field name: a new normaliser is a new field."""
    return f"{code}/{kind(code).normaliser_version}"


def _matching(rows: list[Record], the_kind: Any, wanted: str) -> list[Record]:
    found = []
    for row in rows:
        try:
            value = value_of(row, the_kind.code)
        except Gone:  # its key died since the token was read
            continue
        several = value if isinstance(value, list) else [value]
        if any(each is not None and the_kind.normalise(each) == wanted for each in several):
            found.append(row)
    return found
