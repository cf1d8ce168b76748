"""Who keeps the custody keys: the holder that `PIL_CUSTODY` names."""

import threading
from collections.abc import Callable

from django.conf import settings

from .base import Holder, NoSuchKey
from .keyring import Keyring, opener_of
from .none import NoCustody

__all__ = ["Holder", "NoSuchKey", "demand_custody", "forget", "holder"]

_lock = threading.Lock()
_held: dict[tuple[str, ...], Holder] = {}
HOLDERS: dict[str, Callable[[], Holder]] = {
    "keyring": lambda: Keyring(settings.PIL_KEYRING, opener_of(settings)),
    "none": NoCustody,
}


def holder() -> Holder:
    """The holder of this process, made once for each place and opener that the settings name."""
    key = (settings.PIL_CUSTODY, str(settings.PIL_KEYRING), settings.PIL_KEYRING_PASSPHRASE, settings.PIL_KEYRING_KEK)
    with _lock:
        if key not in _held:
            _held[key] = HOLDERS[settings.PIL_CUSTODY]()
        return _held[key]


def demand_custody() -> None:
    """Raise Unavailable(code="no_custody") in a front, before it asks the vault for what its role may not even read."""
    if settings.PIL_CUSTODY == "none":
        NoCustody().refuse()


def forget() -> None:
    """Drop every holder with the keys it derived (after a passphrase changed, and between tests)."""
    with _lock:
        _held.clear()
