"""The area's doors as three short lists: building, unit, door. Picked, never typed, and small however large the estate.

Without script every list offers all its words and an impossible combination is refused; with script the next list
narrows to what exists.
"""

import json
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from collection.points.models import Door

LARGEST_MAP = 12_000  # characters of the map that a page carries for narrowing
PARTS = ("building", "unit", "number")


@dataclass(frozen=True, slots=True)
class DoorLists:
    """What is offered. `map`: {"b": {building: {unit: place in lists}}, "l": lists}; empty where it would be heavy."""

    building: tuple[str, ...]
    unit: tuple[str, ...]
    number: tuple[str, ...]
    map: dict[str, Any]

    def __bool__(self) -> bool:
        return bool(self.building)

    def of(self, part: str) -> tuple[str, ...]:
        """The words of one list."""
        return {"building": self.building, "unit": self.unit, "number": self.number}[part]


def door_lists(body: UUID) -> DoorLists:
    """The lists of a body's area, at most a minute old."""
    return _lists(body, int(time.monotonic()) // 60)


def find(body: UUID, raw: dict[str, Any]) -> str:
    """The id of the door that three picks name; empty where there is none."""
    wanted = {part: str(raw.get(part, ""))[:20] for part in PARTS}
    if any("\0" in text for text in wanted.values()):
        return ""  # PostgreSQL takes no such text
    found = Door.objects.filter(body=body, **wanted).values_list("pk", flat=True).first()
    return str(found) if found else ""


@lru_cache(maxsize=16)
def _lists(body: UUID, minute: int) -> DoorLists:
    rows = list(Door.objects.filter(body=body).values_list(*PARTS))
    columns = [tuple(sorted({row[place] for row in rows if row[place]}, key=_natural)) for place in range(3)]
    return DoorLists(columns[0], columns[1], columns[2], _map(rows))


def _map(rows: list[tuple[str, str, str]]) -> dict[str, Any]:
    by_unit: dict[tuple[str, str], list[str]] = {}
    for building, unit, number in rows:
        by_unit.setdefault((building, unit), []).append(number)
    lists: dict[tuple[str, ...], int] = {}
    tree: dict[str, dict[str, int]] = {}
    for (building, unit), numbers in by_unit.items():
        tree.setdefault(building, {})[unit] = lists.setdefault(tuple(sorted(numbers, key=_natural)), len(lists))
    made = {"b": tree, "l": [list(each) for each in lists]}
    return made if rows and len(json.dumps(made)) <= LARGEST_MAP else {}


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text) if part]
