"""Opening a key batch: its roots sealed to the compartments' public keys and committed before its first record.

Nothing here needs custody: a front without keys opens key batches all the same, and can read none of them afterwards.
"""

import os
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pilifecycle.crypto.contexts import seal_info
from pilifecycle.crypto.keytree import Frontier, Nodes
from pilifecycle.crypto.suites import suite
from pilifecycle.crypto.wipe import Secret
from pilifecycle.store import clock

from . import canaries
from .compartments import sealing
from .models import Canary, Compartment, KeyBatch, VaultRow
from .outside import VAULT, vault_transaction
from .roots import batch_name

FRONT_LIFE = timedelta(minutes=15)
NUMBER_BITS = 63


@dataclass(frozen=True, slots=True)
class Work:
    """What one key batch is for. `lane` is the campaign, where what falls due together should die by whole roots."""

    emergency: UUID
    standard_version: str
    purpose: str = KeyBatch.Purpose.BIRTH
    lane: UUID | None = None


@dataclass(slots=True)
class Opened:
    """A key batch in the hands of its writer: frontiers only, so that it cannot read what it wrote."""

    number: int
    name: bytes
    expires: float  # real time, seconds
    frontiers: dict[str, Frontier]
    suites: dict[str, int]


def writer_name() -> str:
    """host:pid:start of the process: tells a dead writer from a living one that got the same pid."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{_started(os.getpid())}"


def writer_is_dead(name: str) -> bool:
    """Whether that process certainly runs no more. Of another machine's nothing is certain."""
    host, pid, started = name.rsplit(":", 2)
    return host == socket.gethostname()[:32] and _started(int(pid)) != started


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "" if _lives(pid) else "gone"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def open_key_batch(work: Work, categories: Iterable[str]) -> Opened:
    """Commit a new key batch, then its canaries. Raises Gone, WrongState(code="no_compartment"), Unavailable."""
    wanted = sorted(categories)
    with vault_transaction():
        living = sealing(work.emergency, wanted, share=True)
        batch = _row(work)
        batch.save(using=VAULT, force_insert=True)
        opened = Opened(batch.pk, batch_name(batch.pk), batch.expires_at.timestamp(), {}, {})
        rows = [_root(opened, batch, living[category]) for category in wanted]
        VaultRow.objects.using(VAULT).bulk_create(rows)
    canaries.store([_canary(work, opened, category) for category in wanted])
    return opened


def _row(work: Work) -> KeyBatch:
    now, real = clock.now(), datetime.now(UTC)
    day = clock.local_date(now)
    life = clock.real_wait(clock.end_of(day) - now)
    return KeyBatch(
        id=secrets.randbits(NUMBER_BITS),
        emergency=work.emergency,
        standard_version=work.standard_version,
        lane=work.lane,
        day=day,
        purpose=work.purpose,
        writer=writer_name(),
        opened_at=now,
        expires_at=real + (min(life, FRONT_LIFE) if settings.PIL_CUSTODY == "none" else life),
    )


def _root(opened: Opened, batch: KeyBatch, compartment: Compartment) -> VaultRow:
    """Make a root, keep its frontier, seal it to the compartment, and forget it."""
    category, version = compartment.category, compartment.version
    opened.suites[category] = compartment.suite
    with Secret.random() as root:
        nodes = Nodes.root(root.buffer)
        opened.frontiers[category] = Frontier(root.buffer)
        info = seal_info(batch.emergency, category, opened.name, version)
        blob = suite(compartment.suite).seal_to(bytes(compartment.public_key), root.buffer, info)
    check = nodes.check()
    nodes.wipe()
    return VaultRow(
        key_batch=batch,
        emergency=batch.emergency,
        category=category,
        state=VaultRow.State.SEALED,
        ck_version=version,
        suite=compartment.suite,
        blob=blob,
        check_value=check,
    )


def _canary(work: Work, opened: Opened, category: str) -> Canary:
    _first, leaf = opened.frontiers[category].next()
    place = work.emergency, work.standard_version, opened.number, category
    return canaries.made(*place, leaf, opened.suites[category])
