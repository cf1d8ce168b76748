"""Every kind of personal information that can be collected at all, one class each.

Everything the system knows about a phone number (how it is asked, checked, normalised, masked, shown, made coarser)
stands in one class here. What is not in `KINDS` cannot be asked by any standard. The room is pure: it stores nothing
and imports no Django.
"""

from collection.catalogue.base import Choice, Kind, Part
from collection.catalogue.faults import Refused, UnknownKind
from collection.catalogue.kinds.health import BodyTemperature, SpecialNeeds, Symptoms
from collection.catalogue.kinds.household import HouseholdSize
from collection.catalogue.kinds.identity import ResidentId
from collection.catalogue.kinds.name import Name
from collection.catalogue.kinds.person import BirthDate, Sex
from collection.catalogue.kinds.place import Address, Bed
from collection.catalogue.kinds.reach import Guardian, Mobile
from collection.catalogue.kinds.travel import RegionStay
from collection.catalogue.kinds.visit import PersonVisited, Plate, VisitReason
from collection.catalogue.words import Text

_ALL: tuple[Kind, ...] = (
    Name(),
    ResidentId(),
    Mobile(),
    Address(),
    Sex(),
    BirthDate(),
    Guardian(),
    Plate(),
    VisitReason(),
    PersonVisited(),
    BodyTemperature(),
    Symptoms(),
    RegionStay(),
    SpecialNeeds(),
    HouseholdSize(),
    Bed(),
)
KINDS: dict[str, Kind] = {each.code: each for each in _ALL}
BY_NUMBER: dict[int, Kind] = {each.number: each for each in _ALL}


def kind(code: str) -> Kind:
    """Return the kind with this code; raise UnknownKind."""
    try:
        return KINDS[code]
    except (KeyError, TypeError):
        raise UnknownKind from None


__all__ = ["BY_NUMBER", "KINDS", "Choice", "Kind", "Part", "Refused", "Text", "UnknownKind", "kind"]
