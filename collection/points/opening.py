"""What upper rooms demand before a campaign opens. Points stand below notices, which are needed to open."""

from collections.abc import Callable

from collection.points.models import Campaign

Demand = Callable[[Campaign], str | None]
_demands: list[Demand] = []


def register(demand: Demand) -> None:
    """Ask `demand` before a campaign opens; it answers a stable code, or None if it is content."""
    if demand not in _demands:
        _demands.append(demand)


def unmet(campaign: Campaign) -> list[str]:
    """The codes of what is still missing."""
    return [code for demand in _demands if (code := demand(campaign))]
