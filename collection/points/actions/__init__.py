"""What is done to bodies, doors, campaigns and points."""

from collection.points.coverage import Coverage, coverage

from .bodies import add_doors, make_body
from .campaigns import (
    UNMET,
    close_campaign,
    draft_campaign,
    open_campaign,
    pause_campaign,
    propose_opening,
    resume_campaign,
)
from .places import close_point, open_point

__all__ = [
    "UNMET",
    "Coverage",
    "add_doors",
    "close_campaign",
    "close_point",
    "coverage",
    "draft_campaign",
    "make_body",
    "open_campaign",
    "open_point",
    "pause_campaign",
    "propose_opening",
    "resume_campaign",
]
