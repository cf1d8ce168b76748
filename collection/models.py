"""The living floor's tables, gathered from its rooms."""

from .consents.models import ConsentChange
from .copies.models import Copy
from .emergencies.models import CollectionStandard, Emergency, EndProposal, LevelChange, StandardItem
from .notices.models import DeferredNotice, Notice
from .points.models import Body, Campaign, Door, Point
from .records.models import Errand, Permit, Record, SecondLook, Token, Tombstone
from .rights.models import RightsRequest

__all__ = [
    "Body",
    "Campaign",
    "CollectionStandard",
    "ConsentChange",
    "Copy",
    "DeferredNotice",
    "Door",
    "Emergency",
    "EndProposal",
    "Errand",
    "LevelChange",
    "Notice",
    "Permit",
    "Point",
    "Record",
    "RightsRequest",
    "SecondLook",
    "StandardItem",
    "Token",
    "Tombstone",
]
