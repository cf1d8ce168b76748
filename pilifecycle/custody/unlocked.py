"""The keys of compartments in memory: zeroed after 60 seconds, and at once when their compartment is destroyed."""

import os
import threading
import time
from uuid import UUID

from django.utils.translation import gettext as _

from pilifecycle.crypto.contexts import blob_aad
from pilifecycle.crypto.faults import BadTag
from pilifecycle.crypto.wipe import Secret, wipe
from pilifecycle.errors import Gone, KeyLost, Unavailable

from .holders import NoSuchKey, holder
from .models import Compartment, Destruction
from .outside import VAULT

CACHE_SECONDS = 60
KEY = 32
OPENS = (Compartment.State.SEALING, Compartment.State.OPENING)


class Keys:
    """CVK, HPKE private key and, for the category `index`, the index key. Wiped at the end of a ``with``."""

    __slots__ = ("cvk", "index", "private")

    def __init__(self, blob: bytearray) -> None:
        self.cvk, self.private = Secret(blob[:KEY]), Secret(blob[KEY : 2 * KEY])
        self.index = Secret(blob[2 * KEY :])

    def copy(self) -> "Keys":
        """Keys of its own for one user: wiping the cache never takes a key away in the middle of its use."""
        both = bytearray(self.cvk.buffer + self.private.buffer + self.index.buffer)
        try:
            return Keys(both)
        finally:
            wipe(both)

    def wipe(self) -> None:
        for key in (self.cvk, self.private, self.index):
            key.wipe()

    def __enter__(self) -> "Keys":
        return self

    def __exit__(self, *fault: object) -> None:
        self.wipe()


_lock = threading.RLock()
_cache: dict[UUID, tuple[float, Keys]] = {}
_sweeper: threading.Thread | None = None


def unlock(compartment: Compartment, *, cached: bool = True) -> Keys:
    """The keys of a compartment whose row was read just now. Raises Gone, KeyLost, Unavailable."""
    if compartment.state not in OPENS:
        drop(compartment.pk)
        raise destroyed()
    with _lock:
        sweep()
        if cached and compartment.pk in _cache:
            return _cache[compartment.pk][1].copy()
    keys = _asked(compartment)
    with _lock:
        drop(compartment.pk)
        _cache[compartment.pk] = (time.monotonic() + CACHE_SECONDS, keys.copy())
        _keep_sweeping()
    return keys


def _asked(compartment: Compartment) -> Keys:
    aad = blob_aad(compartment.emergency, compartment.category, compartment.version)
    try:
        with holder().unwrap(compartment.name, bytes(compartment.blob or b""), aad) as blob:
            return Keys(blob.buffer)
    except NoSuchKey:
        raise absent(compartment.name) from None
    except BadTag:
        raise Unavailable(_("The key material of a compartment is damaged."), code="damaged") from None


def absent(name: str) -> Gone | KeyLost:
    """The holder has no such key: destroyed, if the vault holds the intent; lost, if it does not (an incident)."""
    if Destruction.objects.using(VAULT).filter(name=name).exists():
        return destroyed()
    return KeyLost(_("A custody key is missing though nobody destroyed it."), key=name)


def destroyed() -> Gone:
    return Gone(_("The key of this information was destroyed."), code="key_destroyed")


def drop(compartment: UUID) -> None:
    """Forget one compartment's keys now."""
    with _lock:
        if compartment in _cache:
            _cache.pop(compartment)[1].wipe()


def sweep(*, everything: bool = False) -> None:
    """Forget what is older than 60 seconds."""
    with _lock:
        now = time.monotonic()
        for pk in [pk for pk, (until, _keys) in _cache.items() if everything or until <= now]:
            drop(pk)


def _keep_sweeping() -> None:
    """An idle process forgets on time too: one thread sweeps while there is something to forget."""
    global _sweeper
    if _sweeper is None:
        _sweeper = threading.Thread(target=_sweep_until_empty, name="custody-sweeper", daemon=True)
        _sweeper.start()


def _sweep_until_empty() -> None:
    global _sweeper
    while True:
        with _lock:
            sweep()
            if not _cache:
                _sweeper = None
                return
            soonest = min(until for until, _keys in _cache.values())
        time.sleep(min(1.0, max(0.1, soonest - time.monotonic())))


def _after_fork() -> None:
    global _lock, _sweeper
    _lock, _sweeper = threading.RLock(), None
    sweep(everything=True)


os.register_at_fork(after_in_child=_after_fork)
