"""What the engine is told and what it answers. It knows no batches: whoever approved stands above it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Order:
    """An approved order. `items`: kinds to strip, empty for whole records. `key_batches`: None for all of the
    emergency.
    """

    matter: UUID
    emergency: UUID
    rule: str
    action: str
    items: tuple[str, ...]
    categories: tuple[str, ...]
    standards: tuple[UUID, ...]
    key_batches: tuple[int, ...] | None
    received_before: datetime
    approvers: tuple[str, ...]
    manifest_hash: str
    earliest: datetime
    hold: UUID | None = None

    @property
    def whole(self) -> bool:
        """Everything of the emergency, but what is held."""
        return self.rule == "end"


@dataclass
class Outcome:
    """What one turn of a step did. Not `done`: call again with `cursor`. `waits` says in a code what it waits for."""

    done: bool
    cursor: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    waits: str = ""
