"""Is the ledger what was signed? All is computed again: texts from columns, hashes from texts, roots from hashes.

It reads without a lock: leaves never change, so what stood when it began is a beginning of what stands now. The second
place is the witness against somebody who can write to the database, the signatures against somebody who can write to
both; who holds the signing key as well can still lie, unless a checkpoint was timestamped or copied elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from pilifecycle.crypto import checkpoint as notes
from pilifecycle.crypto import dsse, merkle
from pilifecycle.crypto.faults import BadFormat, BadSignature

from . import secondplace
from .bodies import body_of
from .faults import LedgerLie
from .models import Checkpoint, Head, Leaf, Pending
from .origin import origin

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What was found true: counts, and the root in hex."""

    leaves: int
    checkpoints: int
    signed: int  # leaves under the last checkpoint
    waiting: int  # entries without a number yet
    root: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def verify(keys: Mapping[int, bytes]) -> Report:
    """Recompute the tree against all checkpoints signed by these keys {version: 32 bytes}, and the second place.

    Raises LedgerLie with the first number that shows the lie, Unavailable where the second place cannot be read.
    """
    elsewhere = [line["text"] for line in secondplace.lines("checkpoint")]
    here = list(Checkpoint.objects.order_by("size"))
    head = Head.objects.filter(one=True).first() or Head(size=0, peaks=b"")  # read last: no checkpoint is larger
    signed = _signed(here, elsewhere, keys)
    if signed and max(signed) > head.size:
        raise LedgerLie(at=head.size, why="rewound")
    peaks = _recomputed(head.size, signed)
    if b"".join(peaks) != bytes(head.peaks):
        raise LedgerLie(at=max(head.size - 1, 0), why="head_differs")
    _nothing_beside()
    _compare_second_place(head.size)
    return Report(
        leaves=head.size,
        checkpoints=len(signed),
        signed=max(signed, default=0),
        waiting=Pending.objects.count(),
        root=merkle.root(peaks).hex(),
    )


def _signed(here: list[Checkpoint], elsewhere: list[str], keys: Mapping[int, bytes]) -> dict[int, bytes]:
    """{size: root} of all checkpoints, each signed by a known key; here or in the second place, which agree."""
    signed: dict[int, bytes] = {}
    for row in here:
        note = _checked(row.text, keys, row.size)
        if (note.size, note.root) != (row.size, bytes(row.root)):
            raise LedgerLie(at=max(row.size - 1, 0), why="checkpoint_differs")
        signed[note.size] = note.root
    for text in elsewhere:
        note = _checked(text, keys, 0)
        if signed.setdefault(note.size, note.root) != note.root:
            raise LedgerLie(at=max(note.size - 1, 0), why="second_place_differs")
    return signed


def _checked(text: str, keys: Mapping[int, bytes], size: int) -> notes.Checkpoint:
    for key in keys.values():
        try:
            return notes.verify_checkpoint(text, key, origin())
        except (BadSignature, BadFormat):
            continue
    raise LedgerLie(at=max(size - 1, 0), why="checkpoint_forged")


def _recomputed(size: int, signed: Mapping[int, bytes]) -> list[bytes]:
    peaks: list[bytes] = []
    expected = 0
    for leaf in Leaf.objects.filter(seq__lt=size).order_by("seq").iterator(CHUNK):
        if leaf.seq != expected:
            raise LedgerLie(at=expected, why="missing_leaf")
        peaks = merkle.grow(expected, peaks, _hash(leaf))
        expected += 1
        if expected in signed and merkle.root(peaks) != signed[expected]:
            raise LedgerLie(at=leaf.seq, why="root_differs")
    if expected != size:
        raise LedgerLie(at=expected, why="missing_leaf")
    return peaks


def _hash(leaf: Leaf) -> bytes:
    """The leaf's hash, computed from its text, which must be that of its columns."""
    text = bytes(leaf.body)
    if dsse.canonical(body_of(leaf.seq, leaf)) != text:
        raise LedgerLie(at=leaf.seq, why="column_differs")
    if (computed := merkle.leaf_hash(text)) != bytes(leaf.hash):
        raise LedgerLie(at=leaf.seq, why="hash_differs")
    return computed


def _nothing_beside() -> None:
    """No leaf stands below zero, or behind the end (what was numbered meanwhile is within the head of now)."""
    first, last = Leaf.objects.order_by("seq").first(), Leaf.objects.order_by("-seq").first()
    if first and first.seq < 0:
        raise LedgerLie(at=first.seq, why="head_differs")
    if last and not Head.objects.filter(one=True, size__gt=last.seq).exists():
        raise LedgerLie(at=last.seq, why="head_differs")


def _compare_second_place(size: int) -> None:
    """The second place holds exactly these leaves, in order; repeats must say the same."""
    reached = 0
    for chunk in _chunks(secondplace.lines("leaf")):
        known = {leaf.seq: leaf for leaf in Leaf.objects.filter(seq__in={line["seq"] for line in chunk})}
        for line in chunk:
            seq = line["seq"]
            if seq > reached:
                raise LedgerLie(at=reached, why="second_place_short")
            reached = max(reached, seq + 1)
            _same(line, known.get(seq))
    if reached < size:
        raise LedgerLie(at=reached, why="second_place_short")


def _same(line: dict[str, Any], leaf: Leaf | None) -> None:
    if leaf is not None:
        if body_of(leaf.seq, leaf) != line:
            raise LedgerLie(at=leaf.seq, why="second_place_differs")
    elif not Pending.objects.filter(uid=line["uid"]).exists() and not Leaf.objects.filter(seq=line["seq"]).exists():
        raise LedgerLie(at=line["seq"], why="rewound")  # not a crash between the two places either


def _chunks(lines: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    source = iter(lines)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
