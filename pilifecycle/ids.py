"""Identifiers: RFC 9562 version 7, strictly rising within a process."""

import secrets
import threading
import time
import uuid

_lock, _last = threading.Lock(), 0


def uuid7() -> uuid.UUID:
    """Milliseconds, 12 bits of their fraction, 62 random bits. Tells when it was made: never leaves the house."""
    global _last
    ns = time.time_ns()
    with _lock:
        _last = stamp = max((ns // 1_000_000 << 12) | (ns % 1_000_000 << 12) // 1_000_000, _last + 1)
    return uuid.UUID(int=(stamp >> 12) << 80 | 7 << 76 | (stamp & 0xFFF) << 64 | 2 << 62 | secrets.randbits(62))
