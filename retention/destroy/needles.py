"""What a residue scan looks for: control samples in the clear, packs that nothing may hold, texts given by hand.

Nothing is kept for it. A marker is derived from `PIL_CANARY_KEY`. A pack begins with its format, its key batch, its
leaf and its version (docs/format.md), and the numbers of key batches stay in the vault for ever: so every pack of a
batch that no root opens any more can be recognised by its first seventeen bytes, the control samples' and the people's
alike, long after the rows that held them are gone.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pilifecycle.custody import canaries
from pilifecycle.errors import Invalid

from . import raw

PACK = re.compile(rb"\x01(?=(.{8})\x00\x00(..)\x00\x00\x00[^\x00])", re.DOTALL)  # batch, index < 65,536, version < 256
PACK_HEAD = 17
FEW = 24  # so many texts are sought one by one (a skip per text); more of them by one trie
SHORTEST = 4
UNOPENABLE = (
    "SELECT k.id FROM pilifecycle_keybatch k WHERE {of} NOT EXISTS (SELECT 1 FROM pilifecycle_vaultrow v "
    "JOIN pilifecycle_compartment c ON c.emergency = v.emergency AND c.category = v.category "
    "AND c.version = v.ck_version WHERE v.key_batch_id = k.id AND c.state <> 'destroyed')"
)


@dataclass(frozen=True)
class Needles:
    """`markers` and `texts`: bytes → what a finding calls it. `batches`: key batches whose packs may stand nowhere."""

    markers: dict[bytes, str]
    batches: frozenset[bytes]
    sampled: frozenset[bytes]  # batches whose control samples still have a row of their own
    texts: frozenset[bytes] = field(default=frozenset(), repr=False)

    @property
    def overlap(self) -> int:
        """How many bytes two pieces of a file must share, so that nothing hides between them."""
        return max([PACK_HEAD, *map(len, self.markers), *map(len, self.texts)])

    def found(self, piece: bytes) -> Iterator[tuple[int, int, str, str]]:
        """(start, end, kind, name) of everything that is there. A given text has no name: content is never told."""
        for at, found in _sought(frozenset(self.markers), piece):
            yield at, at + len(found), "marker", self.markers[found]
        for at, found in _sought(self.texts, piece):
            yield at, at + len(found), "text", ""
        for match in PACK.finditer(piece) if self.batches else ():
            batch = match[1]
            if batch in self.batches and not (match[2] == b"\0\0" and batch in self.sampled):
                yield match.start(), match.start() + PACK_HEAD, "sealed", batch.hex()


def of_store(emergency: UUID | None = None, *, texts: Iterable[str] = ()) -> Needles:
    """The needles of one emergency, or of all. Raises Unavailable(code="canary_key_missing"), Invalid."""
    where, given = "", []
    if emergency:
        where, given = "WHERE emergency = %s", [raw.key(raw.VAULT, emergency)]
    pairs = raw.rows(raw.VAULT, f"SELECT DISTINCT emergency, category FROM pilifecycle_compartment {where}", *given)  # noqa: S608
    of = "k.emergency = %s AND" if emergency else ""
    batches = raw.rows(raw.VAULT, UNOPENABLE.format(of=of), *given)
    sampled = raw.rows(raw.DATA, "SELECT DISTINCT key_batch FROM pilifecycle_canary")
    return Needles(
        {canaries.marker(_uuid(each), category).encode(): category for each, category in pairs},
        frozenset(_name(number) for (number,) in batches),
        frozenset(_name(number) for (number,) in sampled),
        frozenset(_spellings(texts)),
    )


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _name(number: int) -> bytes:
    return int(number).to_bytes(8, "big")


def _spellings(texts: Iterable[str]) -> Iterator[bytes]:
    """A text as UTF-8, and as JSON escapes it."""
    for text in filter(None, map(str.strip, texts)):
        spelt = {text.encode(), json.dumps(text)[1:-1].encode()}
        if min(map(len, spelt)) < SHORTEST:
            raise Invalid(_("A text to search for has four bytes at least."), code="text_too_short")
        yield from spelt


def _sought(wanted: frozenset[bytes], piece: bytes) -> Iterator[tuple[int, bytes]]:
    if len(wanted) > FEW:
        yield from ((match.start(), match[0]) for match in _trie(wanted).finditer(piece))
        return
    for needle in wanted:
        at = piece.find(needle)
        while at >= 0:
            yield at, needle
            at = piece.find(needle, at + 1)


_tries: dict[frozenset[bytes], re.Pattern[bytes]] = {}


def _trie(words: frozenset[bytes]) -> re.Pattern[bytes]:
    """One pattern for all words, branching byte by byte: its speed does not depend on how many there are."""
    if words not in _tries:
        root: dict[int, Any] = {}
        for word in words:
            node = root
            for byte in word:
                node = node.setdefault(byte, {})
            node[-1] = {}
        _tries.clear()
        _tries[words] = re.compile(_branches(root), re.DOTALL)
    return _tries[words]


def _branches(node: dict[int, Any]) -> bytes:
    """The pattern below one node; a word ends at the first end that is reached."""
    if -1 in node or not node:
        return b""
    each = [re.escape(bytes([byte])) + _branches(below) for byte, below in node.items()]
    return each[0] if len(each) == 1 else b"(?:" + b"|".join(each) + b")"
