"""What may change in a keyring: each function answers, and says whether anything changed. None of them writes."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from pilifecycle.crypto import signing
from pilifecycle.crypto.wipe import Secret
from pilifecycle.errors import Gone

from .base import NoSuchKey
from .keyfile import Keys

ED25519 = 0  # in place of a suite


def living(keys: Keys, name: str) -> tuple[int, Secret]:
    """(suite, key) of a living name. Raises NoSuchKey."""
    try:
        return keys.living[name]
    except KeyError:
        raise NoSuchKey(name) from None


def made(keys: Keys, *, name: str, number: int) -> tuple[None, bool]:
    """A fresh key, unless it lives. Raises Gone for a tombstone."""
    if name in keys.gone:
        raise Gone(_("This key was destroyed; its name is never used again."), code="key_destroyed")
    if name in keys.living:
        return None, False
    keys.living[name] = (number, Secret.random())
    return None, True


def signer(keys: Keys, *, name: str) -> tuple[bytes, bool]:
    """The public half of a signing key, fresh or there."""
    _nothing, fresh = made(keys, name=name, number=ED25519)
    return signing.public_of(keys.living[name][1].buffer), fresh


def destroyed(keys: Keys, *, name: str, warrant: str) -> tuple[dict[str, Any], bool]:
    """Zero a key, leave its tombstone, and return the evidence, which never changes."""
    if name in keys.gone:
        return keys.gone[name], False
    living(keys, name)[1].wipe()
    del keys.living[name]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    evidence = {"name": name, "class": "keyring", "method": "removed_from_keyring", "at": at}
    keys.gone[name] = {**evidence, "generation": keys.generation + 1, "warrant": warrant}
    return keys.gone[name], True
