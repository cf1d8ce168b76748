"""The doors of a body as the catalogue wants them: id → label.

A list without names, so it may be remembered for a minute.
"""

import time
from uuid import UUID

from collection.points.models import Door

REMEMBERED = 60.0
_known: dict[UUID, tuple[float, dict[str, str]]] = {}


def labels(body: UUID) -> dict[str, str]:
    """{door id: "3·2·501"} of a body; empty where it keeps no list (then a label is taken as it is picked or typed)."""
    told, doors = _known.get(body, (0.0, {}))
    if time.monotonic() - told > REMEMBERED or not doors:
        rows = Door.objects.filter(body=body).order_by("building", "unit", "number")
        doors = {
            str(pk): "·".join(part for part in parts if part)
            for pk, *parts in rows.values_list("pk", "building", "unit", "number")
        }
        _known[body] = (time.monotonic(), doors)
    return doors
