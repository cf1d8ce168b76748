"""A ledger with entries, a key that signs it, and a hand that edits what nobody may."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from pilifecycle import guards
from pilifecycle.audit import ledger, sequencer
from pilifecycle.audit.models import Checkpoint, Pending
from pilifecycle.crypto.checkpoint import sign_checkpoint

PRIVATE, PUBLIC = (
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),  # RFC 8032, section 7.1, test 1
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
)
KEYS = {1: PUBLIC}


def sign(origin: str, size: int, root: bytes) -> str:
    return sign_checkpoint(origin, size, root, PRIVATE)


def write(number: int = 1) -> list[Pending]:
    return [ledger.write("records.reveal", actor="system", field="mobile", count=n) for n in range(number)]


def signed_again() -> Checkpoint | None:
    """A checkpoint without waiting for five seconds."""
    sequencer.SPACING, kept = sequencer.timedelta(), sequencer.SPACING
    try:
        return sequencer.checkpoint(sign)
    finally:
        sequencer.SPACING = kept


def a_ledger(entries: int = 7) -> list[Pending]:
    """Two checkpoints: one over all but the last entry, one over all."""
    written = write(entries - 1)
    sequencer.integrate()
    signed_again()
    written += write(1)
    sequencer.integrate()
    signed_again()
    return written


@contextmanager
def with_the_owners_hand() -> Iterator[None]:
    """The owner of the database, who can take guards off."""
    guards.remove("default")
    try:
        yield
    finally:
        guards.install("default")


def run(statement: str, *parameters: Any) -> None:
    with with_the_owners_hand(), connections["default"].cursor() as cursor:
        cursor.execute(statement, parameters)
