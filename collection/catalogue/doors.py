"""A door is picked from the area's list and never typed. Its label reads from the building inwards: 3·2·501."""

import re
from collections.abc import Mapping
from typing import Any

from collection.catalogue.base import ALL, Options
from collection.catalogue.characters import folded, graphemes, line
from collection.catalogue.faults import NOT_IN_LIST, Refused

LONGEST_LABEL = 32
LONGEST_ID = 36
_BETWEEN = re.compile(r"([·•・./\\\- ])")
_NOT_IN_A_LABEL = frozenset("*<>")


def picked_door(raw: object, options: Options) -> dict[str, str]:
    """Return {"i": id, "d": label} of the door picked by id or by label; raise Refused.

    `options["doors"]` maps ids to labels. Without it the label alone is kept, and only its form is looked at.
    """
    text = line(raw, longest=LONGEST_ID)
    doors: Mapping[Any, str] | None = options.get("doors")
    if doors is None:
        return {"d": _label(text)}
    for door, label in doors.items():
        if text in (str(door), label):
            return {"i": str(door), "d": _label(label)}
    raise Refused("not_in_list", NOT_IN_LIST)


def _label(text: str) -> str:
    label = line(text, longest=LONGEST_LABEL)
    if not folded(label) or _NOT_IN_A_LABEL & set(label):
        raise Refused("not_in_list", NOT_IN_LIST)
    return label


def masked_label(label: str) -> str:
    """Return the label with its last part starred: 3·2·501 becomes 3·2·5**."""
    *before, last = _BETWEEN.split(label)
    units = graphemes(last)
    if not units:
        return "**"
    hidden = units[0] + "*" * (len(units) - 1) if len(units) > 1 else "*"
    return "".join(before) + hidden


def building_of(label: str) -> str:
    """Return the label's first part, or "*" where the label has no parts to leave away."""
    building, *inside = _BETWEEN.split(label)
    return building if inside else ALL


def folded_label(label: str) -> str:
    """Return the label for blind tokens: parts joined by one dot, whatever stood between them."""
    return "·".join(folded(part) for part in _BETWEEN.split(label)[::2])
