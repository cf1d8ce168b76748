"""The keyring's file: how it is sealed, read, and replaced without ever losing or resurrecting a key.

    magic(8) ‖ kdf u8 ‖ iterations u32 ‖ memory KiB u32 ‖ lanes u8 ‖ salt(16) ‖ check(8) ‖ generation u64   the header
    nonce(12) ‖ AES-256-GCM( u32 length ‖ CBOR directory ‖ slots of 32 bytes ) ‖ tag(16)                    header = AAD

The directory names each living key's slot, and each destroyed name's tombstone. A change is made only under an
exclusive lock on the file beside it: read again inside the lock, write a new file, fsync, rename, fsync the directory;
then the old file's bytes are overwritten, as far as the file system lets us. A process killed anywhere in between
leaves either the old file or the new one. What was read is never kept: who reads, reads the file.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import cbor2

from pilifecycle.crypto.faults import BadTag, CryptoError
from pilifecycle.crypto.suites import suite
from pilifecycle.crypto.wipe import Secret, wipe

MAGIC, SLOT = b"PILKEYS1", 32
_HEADER = struct.Struct(">8sBIIB16s8sQ")
_TRIES = 5


class Unreadable(Exception):
    """The file is no keyring, is damaged, or may not be read."""


class Header(NamedTuple):
    """How the file is sealed, before it is opened. Authenticated with it."""

    magic: bytes
    kdf: int
    iterations: int
    memory: int
    lanes: int
    salt: bytes
    check: bytes
    generation: int


@dataclass(slots=True)
class Keys:
    """What a keyring holds, for the length of one ``with``: the keys are zeroed at its end."""

    generation: int = 0
    living: dict[str, tuple[int, Secret]] = field(default_factory=dict)  # name: (suite, or 0 for Ed25519; the key)
    gone: dict[str, dict[str, Any]] = field(default_factory=dict)  # name: evidence

    def __enter__(self) -> "Keys":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _suite, key in self.living.values():
            key.wipe()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the keyring's lock against every other thread and process."""
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read(path: Path) -> tuple[Header, bytes]:
    """Header and sealed body of one consistent version. Raises FileNotFoundError or Unreadable."""
    for _ in range(_TRIES):
        try:
            with path.open("rb") as file:
                data = file.read()
                current = os.fstat(file.fileno()).st_ino == path.stat().st_ino
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise Unreadable from fault
        if current:  # else it was replaced meanwhile, and may have been overwritten under our eyes
            break
    if len(data) < _HEADER.size or not data.startswith(MAGIC):
        raise Unreadable
    return Header(*_HEADER.unpack_from(data)), data[_HEADER.size :]


def decode(header: Header, body: bytes, file_key: Secret) -> Keys:
    """Open what `read` returned. Raises Unreadable."""
    try:
        with suite(1).decrypt_secret(file_key.buffer, body, _HEADER.pack(*header)) as plain:
            return _parse(plain.buffer, header.generation)
    except (CryptoError, BadTag, ValueError, KeyError, TypeError, cbor2.CBORDecodeError, struct.error):
        raise Unreadable from None


def _parse(plain: bytearray, generation: int) -> Keys:
    (length,) = struct.unpack_from(">I", plain)
    start = 4 + length
    directory = cbor2.loads(bytes(plain[4:start]))
    keys = Keys(generation, {}, directory["gone"])
    for slot, (name, number) in enumerate(directory["living"]):
        offset = start + slot * SLOT
        keys.living[name] = (number, Secret(plain[offset : offset + SLOT]))
    return keys


def encode(header: Header, keys: Keys, file_key: Secret) -> bytes:
    """The whole file. `header` already carries the new generation."""
    living = [[name, number] for name, (number, _key) in keys.living.items()]
    directory = cbor2.dumps({"living": living, "gone": keys.gone})
    plain = bytearray(len(directory).to_bytes(4, "big") + directory)
    for _number, key in keys.living.values():
        plain += key.buffer
    try:
        head = _HEADER.pack(*header)
        return head + suite(1).encrypt(file_key.buffer, plain, head)
    finally:
        wipe(plain)


def replace(path: Path, data: bytes) -> None:
    """Put a new version in place of the old one; call it under the lock. Raises OSError, with the old one in place."""
    fresh = path.with_name(path.name + ".new")
    try:
        _write(fresh, data)
        old = _opened(path)
        fresh.rename(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    if old is not None:
        _overwrite(old)


def _write(fresh: Path, data: bytes) -> None:
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _opened(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def _overwrite(old: int) -> None:
    """Zero the replaced version's blocks: a courtesy of most file systems, a promise of none."""
    try:
        os.pwrite(old, bytes(os.fstat(old).st_size), 0)
        os.fsync(old)
    except OSError:
        return
    finally:
        os.close(old)
