"""Opening what was sealed. Custody keeps no trace of who asks: the room above commits that before it calls.

Every opening reads its vault row and its compartment's row in the same call, in bulk once a key batch and at least once
a minute: no row, no plaintext, whatever memory holds.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from pilifecycle.crypto import blind
from pilifecycle.crypto.faults import BadFormat, BadTag, Punctured
from pilifecycle.crypto.keytree import Nodes, derive
from pilifecycle.crypto.packs import Header, Place, open_pack, read_header
from pilifecycle.crypto.suites import suite
from pilifecycle.errors import Gone

from .compartments import sealing
from .holders import demand_custody
from .models import Category
from .outside import answering, demand_outside
from .roots import damaged, open_root, row_of
from .unlocked import CACHE_SECONDS, destroyed, unlock

MOST_ROOTS = 256  # in memory at once, in a bulk reading


def unseal(emergency: UUID, record: UUID, *, standard_version: str, category: str, pack: bytes) -> dict[int, Any]:
    """{kind number: value} of one category of one record.

    Raises Gone(code="key_destroyed"), KeyLost, Unavailable(code="damaged", which leaves a ledger entry).
    """
    demand_outside()
    demand_custody()
    with answering():
        return open_one(emergency, record, standard_version=standard_version, category=category, pack=pack)


def open_one(
    emergency: UUID, record: UUID, *, standard_version: str, category: str, pack: bytes, cached: bool = True
) -> dict[int, Any]:
    """`unseal` without its wall. `cached` False asks the custody holder itself."""
    header = _header(emergency, category, pack)
    row = row_of(emergency, int.from_bytes(header.batch, "big"), category)
    nodes = open_root(row, cached=cached)
    try:
        return _fields(nodes, row.suite, (emergency, category, record), header, standard_version, pack)
    finally:
        nodes.wipe()


def unseal_many(
    emergency: UUID, *, standard_version: str, packs: Iterable[tuple[UUID, str, bytes]]
) -> Iterator[tuple[UUID, str, dict[int, Any]]]:
    """Yield (record, category, fields) for each (record, category, pack); what was destroyed since is left out.

    Raises KeyLost and Unavailable like `unseal`. Group the packs by key batch for speed; any order works.
    """
    demand_custody()
    with _Roots(emergency) as roots:
        for record, category, pack in packs:
            demand_outside()
            with answering():
                header = _header(emergency, category, pack)
                try:
                    nodes, number = roots.of(header.batch, category)
                    place = emergency, category, record
                    fields = _fields(nodes, number, place, header, standard_version, pack)
                except Gone:
                    continue
            yield record, category, fields


def tokens(emergency: UUID, pairs: Iterable[tuple[str, str]]) -> list[int]:
    """Blind tokens of (kind code, normalised text) under the emergency's index key. Raises Gone, KeyLost."""
    demand_outside()
    demand_custody()
    with answering(), unlock(sealing(emergency, [Category.INDEX])[Category.INDEX]) as keys:
        return [blind.token(keys.index.buffer, code, text) for code, text in pairs]


class _Roots:
    """Opened roots of one bulk reading, each read again after a minute, all wiped at its end."""

    def __init__(self, emergency: UUID) -> None:
        self.emergency = emergency
        self.kept: OrderedDict[tuple[bytes, str], tuple[float, Nodes | None, int]] = OrderedDict()

    def of(self, batch: bytes, category: str) -> tuple[Nodes, int]:
        """Nodes and suite of one root. Raises Gone, KeyLost, Unavailable."""
        place = batch, category
        if place not in self.kept or self.kept[place][0] < time.monotonic():
            self._drop(place)
            self.kept[place] = (time.monotonic() + CACHE_SECONDS, *self._read(batch, category))
            if len(self.kept) > MOST_ROOTS:
                self._drop(next(iter(self.kept)))
        _until, nodes, number = self.kept[place]
        if nodes is None:
            raise destroyed()
        return nodes, number

    def _read(self, batch: bytes, category: str) -> tuple[Nodes | None, int]:
        try:
            row = row_of(self.emergency, int.from_bytes(batch, "big"), category)
            return open_root(row), row.suite
        except Gone:
            return None, 0

    def _drop(self, place: tuple[bytes, str]) -> None:
        _until, nodes, _number = self.kept.pop(place, (0, None, 0))
        if nodes is not None:
            nodes.wipe()

    def __enter__(self) -> "_Roots":
        return self

    def __exit__(self, *fault: object) -> None:
        for place in list(self.kept):
            self._drop(place)


def _header(emergency: UUID, category: str, pack: bytes) -> Header:
    try:
        return read_header(pack)
    except BadFormat:
        raise damaged(emergency, category, 0) from None


def _fields(
    nodes: Nodes, number: int, place: tuple[UUID, str, UUID], header: Header, standard_version: str, pack: bytes
) -> dict[int, Any]:
    batch, index, version = header.batch, header.index, header.version
    try:
        leaf = derive(nodes, index)
        return open_pack(suite(number), leaf, pack, Place(*place, batch, index, version, standard_version, number))
    except Punctured:
        raise destroyed() from None
    except (BadTag, BadFormat):
        raise damaged(place[0], place[1], int.from_bytes(batch, "big")) from None
