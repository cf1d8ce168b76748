"""What the roof tells a receipt page: the certificate of what was destroyed, the hold on what was moved.

The roof calls `register` and `register_held` when its application is ready; this room never calls up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a receipt code answers after the destruction."""

    number: str
    destroyed_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """A record kept or postponed under ER art. 85: restricted, nothing else can be asked of it by code."""

    received_on: date
    ground: str  # in the reader's language
    until: date


_certificates: list[Callable[[UUID], Certificate | None]] = []
_holds: list[Callable[[bytes], Held | None]] = []


def register(resolver: Callable[[UUID], Certificate | None]) -> None:
    """`resolver(batch)` answers for a disposal batch, or None while no certificate is issued."""
    _certificates.append(resolver)


def register_held(resolver: Callable[[bytes], Held | None]) -> None:
    """`resolver(receipt_hash)` answers for a record that a hold has moved."""
    _holds.append(resolver)


def certificate(batch: UUID | None) -> Certificate | None:
    """The certificate of a disposal batch."""
    answers = (resolver(batch) for resolver in _certificates) if batch else iter(())
    return next((answer for answer in answers if answer), None)


def held(receipt_hash: bytes) -> Held | None:
    """The hold on a record that is no longer among the living."""
    return next((answer for resolver in _holds if (answer := resolver(receipt_hash))), None)
