"""The embedded default: a file of keys, sealed by a passphrase (Argon2id) or by a key from the environment.

It promises that a destroyed name never opens again from this file, and says what it cannot promise: whoever copied the
file and knows the passphrase has a copy of the keys (`describe`: exportable). Memory is never written back: every
change reads the file again under its lock, and every use reads it again too, so no process works on a key that another
one destroyed. The derived file key is kept, zeroable, for the life of the process.
"""

import os
import threading
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.utils.translation import gettext as _

from pilifecycle.crypto.suites import suite
from pilifecycle.crypto.wipe import Secret
from pilifecycle.errors import Unavailable

from ..generation import highest_seen, note_generation, vault_knows_keys
from . import keyfile
from .changes import destroyed, living, made, signer
from .keyfile import Header, Keys
from .opener import Opener, opener_of

__all__ = ["Keyring", "opener_of"]

T = TypeVar("T")
ITERATIONS, MEMORY_KIB, LANES = 3, 65_536, 4  # about 0.3 s
KEK, ARGON2ID = 0, 1


class Keyring:
    """See `pilifecycle.custody.holders.base.Holder`."""

    def __init__(self, path: Path, opener: Opener) -> None:
        self.path, self._opener = Path(path), opener
        self._derived: dict[tuple[Any, ...], Secret] = {}
        self._deriving = threading.Lock()

    # -- what a holder does
    def prepare(self) -> None:
        """Make the file of a new store; a store that knows keys already wants its own back (`keyring_missing`)."""
        if not self.path.exists():
            self._change(lambda keys: (None, not self.path.exists()))
        with self._read():
            pass

    def create(self, name: str, suite: int) -> None:
        self._change(partial(made, name=name, number=suite))

    def has(self, name: str) -> bool:
        with self._read() as keys:
            return name in keys.living

    def wrap(self, name: str, key: bytes | bytearray, aad: bytes) -> bytes:
        with self._read() as keys:
            number, kept = living(keys, name)
            return suite(number).encrypt(kept.buffer, key, aad)

    def unwrap(self, name: str, blob: bytes, aad: bytes) -> Secret:
        with self._read() as keys:
            number, kept = living(keys, name)
            return suite(number).decrypt_secret(kept.buffer, blob, aad)

    def destroy(self, name: str, warrant: str) -> dict[str, Any]:
        return self._change(partial(destroyed, name=name, warrant=warrant))

    def create_signing(self, name: str) -> bytes:
        return self._change(partial(signer, name=name))

    def signing_key(self, name: str) -> Ed25519PrivateKey:
        with self._read() as keys:
            return Ed25519PrivateKey.from_private_bytes(living(keys, name)[1].buffer)

    def describe(self) -> dict[str, Any]:
        with self._read() as keys:
            return {"class": "keyring", "exportable": True, "copies": [], "generation": keys.generation}

    # -- the file
    def _read(self) -> Keys:
        """What the file holds now. The vault is asked first: then no change in between can look like an old file."""
        least = highest_seen()
        try:
            header, body = keyfile.read(self.path)
        except FileNotFoundError:
            raise Unavailable(_("The keyring file is missing."), code="keyring_missing") from None
        except keyfile.Unreadable:
            raise _unreadable() from None
        keys = self._opened(header, body)
        if keys.generation < least:
            with keys:
                raise Unavailable(_("The keyring is older than the one that the vault knows."), code="keyring_stale")
        return keys

    def _opened(self, header: Header, body: bytes) -> Keys:
        try:
            return keyfile.decode(header, body, self._file_key(header))
        except keyfile.Unreadable:
            raise _unreadable() from None

    def _change(self, act: Callable[[Keys], tuple[T, bool]]) -> T:
        """Let `act` change what the file holds now; it returns its answer and whether anything changed."""
        try:
            with keyfile.locked(self.path):
                answer, generation = self._changed(act)
        except OSError:
            raise Unavailable(
                _("The keyring file cannot be written; nothing was changed."), code="keyring_unwritable"
            ) from None
        if generation:
            note_generation(generation)  # after the lock: nobody waits for the vault while holding it
        return answer

    def _changed(self, act: Callable[[Keys], tuple[T, bool]]) -> tuple[T, int]:
        new = not self.path.exists() and not vault_knows_keys()
        with Keys() if new else self._read() as keys:
            answer, changed = act(keys)
            if not (changed or new):
                return answer, 0
            header = self._new_header() if new else keyfile.read(self.path)[0]
            header = header._replace(generation=keys.generation + 1)
            keyfile.replace(self.path, keyfile.encode(header, keys, self._file_key(header)))
            return answer, header.generation

    # -- the key that seals it
    def _new_header(self) -> Header:
        cost = self._opener.cost or ITERATIONS
        memory = MEMORY_KIB if cost >= ITERATIONS else 64
        kdf = KEK if self._opener.kek else ARGON2ID
        header = Header(keyfile.MAGIC, kdf, cost, memory, LANES, os.urandom(16), b"", 0)
        return header._replace(check=_check(self._derive(header)))

    def _file_key(self, header: Header) -> Secret:
        """Raises Unavailable(code="wrong_passphrase")."""
        key = self._derive(header)
        if _check(key) != header.check:
            raise Unavailable(_("The keyring does not open with this passphrase or key."), code="wrong_passphrase")
        return key

    def _derive(self, header: Header) -> Secret:
        place = header[1:6]
        with self._deriving:
            if place not in self._derived:
                self._derived[place] = self._from_kek(header) if header.kdf == KEK else self._from_passphrase(header)
            return self._derived[place]

    def _from_kek(self, header: Header) -> Secret:
        return Secret(suite(1).mac(self._opener.kek or b"", b"keyring1" + header.salt))

    def _from_passphrase(self, header: Header) -> Secret:
        if header.kdf != ARGON2ID or header.memory > 2**21 or header.iterations > 100:
            raise _unreadable()
        buffer = bytearray(32)
        Argon2id(
            salt=header.salt,
            length=32,
            iterations=header.iterations,
            lanes=header.lanes,
            memory_cost=header.memory,
        ).derive_into(self._opener.passphrase, buffer)
        return Secret(buffer)


def _check(key: Secret) -> bytes:
    return sha256(b"keyring-check1" + key.buffer).digest()[:8]


def _unreadable() -> Unavailable:
    return Unavailable(_("The keyring file cannot be read, or is damaged."), code="keyring_unreadable")
