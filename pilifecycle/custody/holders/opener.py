"""What opens the keyring file: a passphrase, or 32 bytes from the environment."""

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pilifecycle.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Opener:
    """One of the two; `cost` is the number of Argon2id's iterations, 0 for the house's own."""

    passphrase: bytes = field(default=b"", repr=False)
    kek: bytes = field(default=b"", repr=False)
    cost: int = 0


def opener_of(settings: Any) -> Opener:
    """Read the settings. Raises Unavailable(code="passphrase_missing" or "kek_malformed")."""
    cost = int(getattr(settings, "PIL_KEYRING_KDF_COST", 0))
    if settings.PIL_KEYRING_KEK:
        return Opener(kek=_kek(settings.PIL_KEYRING_KEK), cost=cost)
    if not settings.PIL_KEYRING_PASSPHRASE:
        raise Unavailable(_("Neither a passphrase nor a key for the keyring is set."), code="passphrase_missing")
    return Opener(passphrase=settings.PIL_KEYRING_PASSPHRASE.encode(), cost=cost)


def _kek(text: str) -> bytes:
    try:
        kek = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        kek = b""
    if len(kek) != 32:
        raise Unavailable(_("The key for the keyring is not 32 bytes in Base64."), code="kek_malformed")
    return kek
