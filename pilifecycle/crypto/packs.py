"""A pack: the sealed answers of one category of one record.

    fmt(1) ‖ batch(8) ‖ index(4) ‖ version(4) ‖ nonce(12) ‖ ciphertext ‖ tag(16)

A pack carries its own place, which alone is used to open it and which stands, with the record and the standard, in the
additional data: moved to another record, column or version it does not open. Sizes tell nothing, since every pack of a
(standard version, category) is padded to one bucket.
"""

import struct
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from uuid import UUID

import cbor2

from pilifecycle.crypto.contexts import lp
from pilifecycle.crypto.faults import BadFormat, BadTag, TooLarge
from pilifecycle.crypto.suites import NONCE, TAG, Bytes, Suite

FORMAT, SMALLEST = 1, 64
_HEADER = struct.Struct(">B8sII")  # fmt, batch, index, version
_MIDDLE = struct.Struct(">I16sI8sIIII")  # LP(record) LP(batch) LP(index) LP(version)
_dumps, _load = cbor2.dumps, cbor2.load
_OVERHEAD = _HEADER.size + NONCE + TAG


class Header(NamedTuple):
    """What a pack says about its place, before any key is looked up."""

    fmt: int
    batch: bytes
    index: int  # type: ignore[assignment]  # hides a method of tuples that nobody wants here
    version: int


class Place(NamedTuple):
    """Where a pack stands. `version` counts the packs of that record and category, from 1."""

    emergency: UUID
    category: str
    record: UUID
    batch: bytes  # 8
    index: int  # type: ignore[assignment]  # hides a method of tuples that nobody wants here
    version: int
    standard_version: str | bytes
    suite: int

    def aad(self) -> bytes:
        """The additional data, LP("rec1") … LP(standard version). Raises BadFormat for a place that cannot be."""
        emergency, category, record, batch, index, version, standard, suite = self
        if len(batch) != 8:  # struct would pad it quietly
            raise BadFormat("A key batch is named by eight bytes.")
        try:
            middle = _MIDDLE.pack(16, record.bytes, 8, batch, 4, index, 4, version)
        except struct.error:
            raise BadFormat("Index and version are numbers of four bytes.") from None
        return _head(suite, emergency, category) + middle + _tail(standard)


@lru_cache(4096)
def _head(suite: int, emergency: UUID, category: str) -> bytes:
    return lp(b"rec1", bytes((suite,)), emergency.bytes, category.encode())


@lru_cache(4096)
def _tail(standard: str | bytes) -> bytes:
    return lp(standard.encode() if isinstance(standard, str) else standard)


def seal_pack(suite: Suite, leaf: Bytes, place: Place, fields: dict[int, Any], bucket: int) -> bytes:
    """Seal {field id: value}, padded to `bucket` bytes (64·2^n). Raises TooLarge, or BadFormat for an unfit value."""
    aad = place.aad()
    if place.suite != suite.number:
        raise BadFormat("This place names another suite.")
    sealed = suite.encrypt(leaf, _padded(encode_fields(fields), bucket), aad)
    return _HEADER.pack(FORMAT, place.batch, place.index, place.version) + sealed


def open_pack(suite: Suite, leaf: Bytes, pack: Bytes, place: Place) -> dict[int, Any]:
    """Return {field id: value}. Raises BadTag unless place, key and suite are the pack's own; BadFormat if damaged."""
    if _header(pack)[1:] != place[3:6] or place.suite != suite.number:
        raise BadTag("This pack was sealed for another place.")
    return _decode(suite.decrypt(leaf, pack[_HEADER.size :], place.aad()))


def read_header(pack: Bytes) -> Header:
    """The place that a pack names; not authenticated before the pack opens. Raises BadFormat."""
    return Header(*_header(pack))


def _header(pack: Bytes) -> tuple[int, bytes, int, int]:
    if not _is_bucket(len(pack) - _OVERHEAD):
        raise BadFormat("No pack has this length.")
    header = _HEADER.unpack_from(pack)
    if header[0] != FORMAT:
        raise BadFormat("This pack has an unknown format.")
    return header


def bucket_for(size: int) -> int:
    """The smallest 64·2^n that holds `size` bytes of CBOR (see `size_of`)."""
    return SMALLEST << max(0, (max(size, 1) - 1) // SMALLEST).bit_length()


def size_of(fields: dict[int, Any]) -> int:
    """How many bytes these fields take before padding."""
    return len(encode_fields(fields))


def encode_fields(fields: dict[int, Any]) -> bytes:
    """The CBOR map {field id: value}. Raises BadFormat for another key than a non-negative int, or an unknown type."""
    for field in fields:
        if type(field) is not int or field < 0:
            raise BadFormat("Fields are named by small numbers.")
    try:
        return _dumps(fields)
    except (cbor2.CBOREncodeError, ValueError):  # ValueError: text with half a surrogate pair
        raise BadFormat("A value of this type cannot be sealed.") from None


def _is_bucket(size: int) -> bool:
    return size >= SMALLEST and not size & (size - 1)


def _padded(plain: bytes, bucket: int) -> bytes:
    """CBOR ends itself, so zeros behind it are unambiguous."""
    if not _is_bucket(bucket):
        raise BadFormat("A bucket has 64·2^n bytes.")
    if len(plain) > bucket:
        raise TooLarge
    return plain.ljust(bucket, b"\0")


def _decode(plain: bytes) -> dict[int, Any]:
    """Read one CBOR map and check that nothing but zeros follows it. Raises BadFormat, never naming what it read."""
    stream = BytesIO(plain)
    try:
        fields = _load(stream)
    except (cbor2.CBORDecodeError, ValueError):
        raise BadFormat("A pack holds one CBOR map.") from None
    if plain[stream.tell() :].strip(b"\0"):
        raise BadFormat("Nothing but zeros follows the map.")
    if type(fields) is not dict or any(type(field) is not int for field in fields):
        raise BadFormat("A pack holds one CBOR map of small numbers.")
    return fields
