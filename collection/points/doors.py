"""Lists of doors without names, from what an office has: ranges of floors, or rows pasted from a table. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_DOORS = 20_000
LONGEST = 20
_RANGE = re.compile(r"(\d{1,4})\s*[-–—~\uff5e至到]\s*(\d{1,4})")
_BETWEEN = re.compile(r"[\t,,;;|·]+|\s+")
_SUFFIX = re.compile(r"(?<=\d)(?:号楼|栋|幢|单元|室|号|楼|座)$")
COLUMNS = _("A row has building and door, or building, unit and door.")
TOO_LONG = _("A part of this row is too long.")
ODD_RANGE = _("This range runs backwards or is too long.")
NAMES = _("This looks like more than a door. The list holds no names and no telephone numbers.")
TOO_MANY = _("More than 20,000 doors. Please split the list.")
_MORE = re.compile(r"1[3-9]\d{9}|\d{15}|[*@]")

Row = tuple[str, str, str]  # building, unit (may be empty), door


@dataclass(frozen=True)
class Parsed:
    """Rows to add, and sentences about rows that cannot be, by line number from 1."""

    rows: list[Row]
    errors: dict[int, Any]


def by_floors(buildings: str, units: str, floors: str, doors: int) -> list[Row]:
    """Rows of buildings × units × floors × doors a floor: floor 5, door 1 is 501. ValueError: an odd range."""
    numbers = [f"{int(floor)}{door:02}" for floor in _spread(floors) for door in range(1, doors + 1)]
    return list(product(_spread(buildings), _spread(units) or [""], numbers))


def parse(text: str) -> Parsed:
    """Rows of pasted lines; a number may be a range (3 1-2 101-104). Blank lines are passed over."""
    rows: dict[Row, None] = {}
    errors: dict[int, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.update(dict.fromkeys(_line(line.strip())))
        except _Odd as odd:
            errors[number] = odd.args[0]
        if len(rows) > MOST_DOORS:
            return Parsed([], {number: TOO_MANY})
    return Parsed(list(rows), errors)


class _Odd(Exception):
    pass


def _line(line: str) -> Iterable[Row]:
    line = _RANGE.sub(r"\1-\2", line)
    if _MORE.search(line):
        raise _Odd(NAMES)
    cells = [_SUFFIX.sub("", cell.strip()) for cell in _BETWEEN.split(line) if cell.strip()]
    if len(cells) not in (2, 3):
        raise _Odd(COLUMNS)
    if any(len(cell) > LONGEST for cell in cells):
        raise _Odd(TOO_LONG)
    building, unit, door = cells if len(cells) == 3 else (cells[0], "", cells[1])
    try:
        return list(product(_spread(building), _spread(unit) or [""], _spread(door)))
    except ValueError:
        raise _Odd(ODD_RANGE) from None


def _spread(text: str) -> list[str]:
    """ "3" → ["3"], "1-3" → ["1", "2", "3"], "" → []; anything else stands for itself."""
    found = _RANGE.fullmatch(text.strip())
    if not found:
        return [text.strip()] if text.strip() else []
    first, last = int(found[1]), int(found[2])
    if not first <= last < first + 1000:
        raise ValueError
    return [str(number) for number in range(first, last + 1)]
