"""What custody makes once in a new store, and what it says of itself."""

from typing import Any

from django.conf import settings

from .holders import holder
from .outside import demand_outside
from .signing import ensure_signing_key
from .unlocked import CACHE_SECONDS


def prepare() -> None:
    """Make the keyring and signing key version 1; nothing happens if they are there. A front has nothing to make.

    Raises Unavailable: keyring_missing, keyring_stale, keyring_unreadable, wrong_passphrase, vault_unavailable, …
    """
    demand_outside()
    holder().prepare()
    if settings.PIL_CUSTODY != "none":
        ensure_signing_key()


def describe() -> dict[str, Any]:
    """{class, exportable, copies, reads, cache_seconds, suites}: what certificates and checks say of this custody.

    It opens the holder to say so: raises Unavailable like `prepare`.
    """
    said = holder().describe()
    reads = said["class"] != "none"
    return {**said, "reads": reads, "cache_seconds": CACHE_SECONDS, "suites": list(settings.CRYPTO_SUITES)}
