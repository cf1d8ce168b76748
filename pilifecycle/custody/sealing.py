"""Sealing: by anybody who has the public keys, readable by nobody without custody."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from pilifecycle.crypto.faults import TooLarge
from pilifecycle.crypto.packs import Place, seal_pack
from pilifecycle.crypto.suites import SUITES
from pilifecycle.errors import Invalid

from .keybatches import Work
from .models import KeyBatch
from .outside import answering, demand_outside
from .writer import Hand, writer

NO_VERSIONS: Mapping[str, int] = {}


class Sealed(NamedTuple):
    """Where a record's packs stand, and the packs: {category: bytes}."""

    batch: int
    index: int  # type: ignore[assignment]  # hides a method of tuples that nobody wants here
    packs: dict[str, bytes]


class Parcel(Hand):
    """Leaves for one job (a strip, a hold, a request). Close it, or use it in a ``with``, when the job is done."""

    def __enter__(self) -> "Parcel":
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()


def open_parcel(emergency: UUID, standard_version: str, purpose: str, categories: Iterable[str]) -> Parcel:
    """Key batches of their own for one job: the first is committed at the first `seal`; it rolls over when spent."""
    return Parcel(Work(emergency, str(standard_version), KeyBatch.Purpose(purpose)), categories)


def seal(
    emergency: UUID,
    record: UUID,
    *,
    standard_version: str,
    contents: Mapping[str, Mapping[int, Any]],
    buckets: Mapping[str, int],
    versions: Mapping[str, int] | None = None,
    purpose: str = KeyBatch.Purpose.BIRTH,
    parcel: Parcel | None = None,
    lane: UUID | None = None,
) -> Sealed:
    """Seal {category: {kind number: value}} of one record; every category that the standard can ask, empty ones too.

    `buckets` are sizes in bytes (64·2^n), `versions` count the packs of the record and category from 1. A purpose other
    than birth without a parcel gets a key batch of its own. Raises Gone, WrongState(code="no_compartment"),
    Invalid(code="too_large"), Unavailable.
    """
    demand_outside()
    hand = parcel or _hand(Work(emergency, standard_version, purpose, lane), contents)
    with answering():
        opened, index, leaves = hand.take(contents)
    numbers, counted = opened.suites, versions or NO_VERSIONS
    packs = {}
    for category, fields in contents.items():
        number = numbers[category]
        version = counted.get(category, 1)
        place = Place(emergency, category, record, opened.name, index, version, standard_version, number)
        try:
            packs[category] = seal_pack(SUITES[number], leaves[category], place, fields, buckets[category])  # type: ignore[arg-type]
        except TooLarge:
            raise Invalid(_("The answers are too long."), code="too_large", category=category) from None
    if purpose != KeyBatch.Purpose.BIRTH and parcel is None:
        hand.close()
    return Sealed(opened.number, index, packs)


def _hand(work: Work, categories: Iterable[str]) -> Hand:
    if work.purpose != KeyBatch.Purpose.BIRTH:
        return Hand(work, categories)
    return writer().hand(work, categories)
