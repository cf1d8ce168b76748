"""Give every committed entry its number, and sign the tree.

One sequencer at a time takes *all* entries without a number, never "those after the last one": an entry whose
transaction ended late is taken late, and none is lost. The ledger's order is therefore that of integration.

Why it is safe to stop anywhere: entries, leaves and the tree's head change in one transaction. Right before its commit
the new leaves are written to the second place. Killed in between, the second place is ahead by leaves whose entries
still wait: the next turn gives exactly these entries exactly these numbers again and writes nothing twice. A second
place that is ahead by entries that do not wait here says that this database is an older one: only a restore goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from pilifecycle.crypto import merkle
from pilifecycle.crypto.checkpoint import parse_checkpoint
from pilifecycle.errors import Unavailable

from . import jumps, secondplace
from .bodies import body_of, leaf_of
from .faults import LedgerLie
from .models import Checkpoint, Head, Leaf, Pending
from .origin import origin

ADVISORY = 0x70696C2D6C6F67  # "pil-log": one sequencer a database
SPACING = timedelta(seconds=5)  # real time
Sign = Callable[[str, int, bytes], str]


def integrate(limit: int = 5000, *, restoring: bool = False) -> int:
    """Number up to `limit` waiting entries; how many. 0 where another sequencer is at work.

    `restoring` takes leaves over from a second place that is ahead of this database (vault.md §8). Raises
    Unavailable(code="second_place" | "ledger_rewound"), LedgerLie where the second place contradicts an entry.
    """
    jumps.carry()
    with _alone() as head:
        if head is None:
            return 0
        _catch_up(head)
        leaves = _resumed(head, restoring)
        if not leaves:
            leaves = _taken(head, limit)
            secondplace.append_all("leaf", (bytes(leaf.body) for leaf in leaves))
        _append(head, leaves)
    return len(leaves)


def checkpoint(sign: Sign) -> Checkpoint | None:
    """Sign the tree if it grew since the last checkpoint and that one is five seconds old; None otherwise.

    The signature is asked for outside any transaction, and stands in the second place before it stands here.
    """
    head = Head.objects.filter(one=True).first()
    last = Checkpoint.objects.order_by("-size").first()
    if head is None or not head.size or (last and not _due(last, head.size)):
        return None
    root = merkle.root(peaks_of(head))
    text = sign(origin(), head.size, root)
    signed = parse_checkpoint(text)
    if (signed.origin, signed.size, signed.root) != (origin(), head.size, root):
        raise Unavailable(_("What was signed is not this audit log."), code="ledger_signature")
    secondplace.append("checkpoint", {"size": head.size, "text": text})
    row = Checkpoint(size=head.size, root=root, text=text, signed_at=datetime.now(UTC))
    Checkpoint.objects.bulk_create([row], ignore_conflicts=True)
    return row


def peaks_of(head: Head) -> list[bytes]:
    """The frontier of the tree: one hash for each bit set in its size."""
    packed = bytes(head.peaks)
    return [packed[at : at + 32] for at in range(0, len(packed), 32)]


def _due(last: Checkpoint, size: int) -> bool:
    age = datetime.now(UTC) - last.signed_at
    return last.size < size and not timedelta() <= age < SPACING


@contextmanager
def _alone() -> Iterator[Head | None]:
    """A transaction of the only sequencer, with the head; None where another is at work. SQLite: BEGIN IMMEDIATE."""
    with transaction.atomic(using="default"):
        if connections["default"].vendor == "postgresql":
            with connections["default"].cursor() as cursor:
                cursor.execute("select pg_try_advisory_xact_lock(%s)", [ADVISORY])
                if not cursor.fetchone()[0]:
                    yield None
                    return
        yield Head.objects.get_or_create(one=True)[0]


def _taken(head: Head, limit: int) -> list[Leaf]:
    """Take waiting entries away and number them; one that was carried in twice already has its leaf."""
    table = Pending._meta.db_table
    some = f"delete from {table} where id in (select id from {table} order by id limit %s) returning *"  # noqa: S608
    rows = sorted(Pending.objects.raw(some, [limit]), key=lambda row: row.pk)
    known = set(_leaves_by_uid([row.uid for row in rows]))
    new = [row for row in rows if row.uid not in known]
    return [leaf_of(body_of(seq, row)) for seq, row in enumerate(new, head.size)]


def _leaves_by_uid(uids: list[UUID]) -> Iterator[UUID]:
    for start in range(0, len(uids), 500):
        yield from Leaf.objects.filter(uid__in=uids[start : start + 500]).values_list("uid", flat=True)


def _append(head: Head, leaves: list[Leaf]) -> None:
    if not leaves:
        return
    Leaf.objects.bulk_create(leaves, batch_size=500)
    peaks = peaks_of(head)
    for leaf in leaves:
        peaks = merkle.grow(leaf.seq, peaks, bytes(leaf.hash))
    Head.objects.filter(one=True).update(size=head.size + len(leaves), peaks=b"".join(peaks))


def _catch_up(head: Head) -> None:
    """Give a second place that is new or was lost what it lacks (verification tells if it contradicts)."""
    last = secondplace.last("leaf")
    start = last["seq"] + 1 if last else 0
    while start < head.size:
        leaves = Leaf.objects.filter(seq__gte=start, seq__lt=min(start + 1000, head.size)).order_by("seq")
        secondplace.append_all("leaf", (bytes(leaf.body) for leaf in leaves))
        start += 1000


def _resumed(head: Head, restoring: bool) -> list[Leaf]:
    """The leaves that the second place holds and this database does not yet: their numbers are given already."""
    last = secondplace.last("leaf")
    if not last or last["seq"] < head.size:
        return []
    ahead = {line["seq"]: line for line in secondplace.lines("leaf") if line["seq"] >= head.size}
    return [_settled(seq, ahead.get(seq), restoring) for seq in range(head.size, last["seq"] + 1)]


def _settled(seq: int, line: dict[str, Any] | None, restoring: bool) -> Leaf:
    if line is None:
        raise LedgerLie(at=seq, why="second_place_short")
    waiting = Pending.objects.filter(uid=line["uid"]).first()
    if waiting is None and not restoring:
        raise Unavailable(
            _("This database is older than the second place: it must be restored."), code="ledger_rewound"
        )
    if waiting is not None:
        if body_of(seq, waiting) != line:
            raise LedgerLie(at=seq, why="second_place_differs")
        Pending.objects.filter(pk=waiting.pk).delete()
    return leaf_of(line)
