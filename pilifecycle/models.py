"""The ground floor's tables, gathered from its rooms."""

from .access.models import Grant, ShiftCode, User
from .audit.models import Checkpoint, Head, Leaf, Pending
from .custody.models import (
    Canary,
    Compartment,
    Destruction,
    Generation,
    KeyBatch,
    Outbox,
    Puncture,
    SigningKey,
    VaultRow,
    Warrant,
)
from .store.models import Birth, ClockJump, Heartbeat

__all__ = [
    "Birth",
    "Canary",
    "Checkpoint",
    "ClockJump",
    "Compartment",
    "Destruction",
    "Generation",
    "Grant",
    "Head",
    "Heartbeat",
    "KeyBatch",
    "Leaf",
    "Outbox",
    "Pending",
    "Puncture",
    "ShiftCode",
    "SigningKey",
    "User",
    "VaultRow",
    "Warrant",
]
