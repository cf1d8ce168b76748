"""How many doors of the area are registered ("412 of 520"), and which are missing. Records say who was seen."""

from collections.abc import Collection
from dataclasses import dataclass

from collection.points.models import Campaign, Door


@dataclass(frozen=True)
class Coverage:
    """Doors (户), never persons."""

    registered: int
    total: int
    missing: list[Door]


def coverage(campaign: Campaign, seen: Collection[int | str]) -> Coverage:
    """Count the doors of the campaign's body; `seen`: ids of doors that a record names (as numbers or texts)."""
    known = {str(door) for door in seen}
    doors = list(campaign.body.doors.order_by("building", "unit", "number"))
    missing = [door for door in doors if str(door.pk) not in known]
    return Coverage(len(doors) - len(missing), len(doors), missing)
