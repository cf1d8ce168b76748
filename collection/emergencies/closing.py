"""What upper rooms must say before an emergency ends, re-opens, or computes its default end.

Emergencies stand below notices, points and records. The rooms above fill these lists when the application starts; each
blocker answers a stable code, or None where it has nothing against it.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from collection.emergencies.models import CollectionStandard, Emergency
from pilifecycle.access import guards

Blocker = Callable[[Emergency], str | None]
Standards = Callable[[Emergency], Iterable[CollectionStandard]]
Bodies = Callable[[Emergency], Iterable[UUID]]

_ending: list[Blocker] = []
_reopening: list[Blocker] = []
_standards: list[Standards] = []
_bodies: list[Bodies] = []


def register(blocker: Blocker) -> None:
    """Ask `blocker` before response work is said to have ended (PIPL-18)."""
    _once(_ending, blocker)


def register_reopening(blocker: Blocker) -> None:
    """Ask `blocker` before an emergency is re-opened."""
    _once(_reopening, blocker)


def register_standards(standards: Standards) -> None:
    """Let `standards` say under which standards was collected for an emergency."""
    _once(_standards, standards)


def register_bodies(bodies: Bodies) -> None:
    """Let `bodies` say who collects in an emergency."""
    _once(_bodies, bodies)


def demand_whole(actor: Any, permission: str, emergency: Emergency) -> None:
    """Raise Forbidden unless `actor` may do it for every body that collects: it is done to all of them."""
    bodies: list[UUID | None] = [body for say in _bodies for body in say(emergency)]
    for body in bodies or [None]:
        guards.require(actor, permission, body=body, emergency=emergency.pk)


def blockers(emergency: Emergency) -> list[str]:
    """The codes of everything that stands against the end of the work."""
    return [code for blocker in _ending if (code := blocker(emergency))]


def reopening_blockers(emergency: Emergency) -> list[str]:
    """The codes of everything that stands against re-opening."""
    return [code for blocker in _reopening if (code := blocker(emergency))]


def standards_of(emergency: Emergency) -> list[CollectionStandard]:
    """The standards under which was collected."""
    return [standard for say in _standards for standard in say(emergency)]


def _once(registered: list, entry: Callable) -> None:
    if entry not in registered:
        registered.append(entry)
