"""Packs open only where they belong, and say nothing by their size."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilifecycle.crypto import suites
from pilifecycle.crypto.faults import BadFormat, BadTag, CryptoError, TooLarge
from pilifecycle.crypto.packs import (
    Header,
    Place,
    bucket_for,
    encode_fields,
    open_pack,
    read_header,
    seal_pack,
    size_of,
)
from pilifecycle.crypto.suites import suite
from tests.pilifecycle.crypto import outsider

ONE, LEAF = suite(1), bytes(range(32))
FIELDS = {1: "王小明", 2: "13800001234", 3: [True, None]}
CASES = outsider.read("pack")["cases"]


def a_place(**changes: Any) -> Place:
    place = outsider.the_place(**changes)
    return Place(
        UUID(place["emergency"]), place["category"], UUID(place["record"]), bytes.fromhex(place["batch"]),
        place["index"], place["version"], place["standard_version"], place["suite"],
    )  # fmt: skip


def a_pack(fields: dict[int, Any] | None = None, bucket: int = 64, **place: Any) -> bytes:
    return seal_pack(ONE, LEAF, a_place(**place), FIELDS if fields is None else fields, bucket)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["place"]["category"])
def test_the_additional_data_are_the_published_ones(case):
    assert a_place(**case["place"]).aad().hex() == case["aad"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["place"]["category"])
def test_seals_and_opens_the_published_packs(case, monkeypatch):
    place, leaf, pack = a_place(**case["place"]), bytes.fromhex(case["leaf"]), bytes.fromhex(case["pack"])
    assert open_pack(ONE, leaf, pack, place) == FIELDS
    monkeypatch.setattr(suites, "urandom", lambda size: bytes.fromhex(case["nonce"]))
    assert seal_pack(ONE, leaf, place, FIELDS, case["bucket"]) == pack


def test_a_standard_named_by_text_or_by_its_bytes_is_the_same():
    assert a_place()._replace(standard_version=b"epidemic-gate/2").aad() == a_place().aad()


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.text("王小明é😀a0 \0\x80", max_size=30),
    st.binary(max_size=9),
)


@given(st.dictionaries(st.integers(0, 2**31), values | st.lists(values, max_size=3), max_size=6))
def test_what_was_sealed_is_what_is_opened(fields):
    pack = a_pack(fields, bucket_for(size_of(fields)))
    assert open_pack(ONE, LEAF, pack, a_place()) == fields


def test_a_pack_from_the_database_driver_opens():
    assert open_pack(ONE, LEAF, memoryview(a_pack()), a_place()) == FIELDS


def test_no_two_packs_of_the_same_answers_are_alike():
    assert a_pack() != a_pack()


def test_an_empty_pack_is_as_long_as_a_full_one():
    assert len(a_pack({})) == len(a_pack()) == 29 + 64 + 16


@pytest.mark.parametrize("position", range(29 + 64 + 16))
def test_a_flipped_bit_anywhere_in_a_pack_is_found(position):
    pack = bytearray(a_pack())
    pack[position] ^= 1 << position % 8
    with pytest.raises(CryptoError):
        open_pack(ONE, LEAF, bytes(pack), a_place())


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_noise_is_no_pack(noise):
    with pytest.raises((BadFormat, BadTag)):
        open_pack(ONE, LEAF, noise, a_place())


@pytest.mark.parametrize(
    ("component", "other"),
    [
        ("emergency", outsider.RECORD),
        ("category", "health"),
        ("record", outsider.EMERGENCY),
        ("batch", "0102030405060709"),
        ("index", 4712),
        ("version", 2),
        ("standard_version", "epidemic-gate/3"),
        ("suite", 2),
    ],
)
def test_a_pack_does_not_open_in_another_place(component, other):
    with pytest.raises(BadTag):
        open_pack(ONE, LEAF, a_pack(), a_place(**{component: other}))


def test_a_pack_whose_header_was_rewritten_to_another_place_does_not_open_there():
    pack = bytearray(a_pack())
    pack[12] ^= 1  # the last byte of the index
    elsewhere = a_place(index=read_header(bytes(pack)).index)
    with pytest.raises(BadTag):
        open_pack(ONE, LEAF, bytes(pack), elsewhere)


def test_a_pack_does_not_open_with_another_leaf():
    with pytest.raises(BadTag):
        open_pack(ONE, bytes(32), a_pack(), a_place())


def test_neighbouring_texts_never_encode_alike():
    assert (
        a_place(category="cor", standard_version="e/2").aad() != a_place(category="core", standard_version="/2").aad()
    )


def test_the_header_tells_the_place():
    assert read_header(a_pack()) == Header(1, bytes.fromhex("0102030405060708"), 4711, 1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda pack: b"",
        lambda pack: pack[:16],
        lambda pack: pack[:-1],
        lambda pack: pack + b"\0",
        lambda pack: pack[:45],  # nothing between nonce and tag
        lambda pack: pack + bytes(128),  # 192 is no bucket
        lambda pack: b"\2" + pack[1:],
        lambda pack: b"\0" + pack[1:],
    ],
)
def test_a_damaged_header_is_refused(damage):
    with pytest.raises(BadFormat):
        read_header(damage(a_pack()))


@pytest.mark.parametrize(
    ("size", "bucket"),
    [(0, 64), (1, 64), (64, 64), (65, 128), (128, 128), (129, 256), (256, 256), (257, 512), (5000, 8192)],
)
def test_a_bucket_is_the_smallest_that_holds_it(size, bucket):
    assert bucket_for(size) == bucket


def test_a_bucket_can_be_filled_to_the_last_byte():
    fields = {1: "x" * 60}
    assert size_of(fields) == 64
    assert open_pack(ONE, LEAF, a_pack(fields), a_place()) == fields


def test_what_does_not_fit_is_refused_without_quoting_it():
    with pytest.raises(TooLarge) as refused:
        a_pack({1: "13800001234" * 9})
    assert "1380" not in str(refused.value)


@pytest.mark.parametrize("bucket", [0, 1, 63, 96, 192, -64])
def test_a_bucket_of_another_size_is_refused(bucket):
    with pytest.raises(BadFormat):
        a_pack({}, bucket)


@pytest.mark.parametrize("fields", [{"phone": 1}, {-1: 1}, {True: 1}, {1.0: 1}, {1: object()}, {1: "\ud800"}])
def test_what_cannot_be_sealed_is_refused(fields):
    with pytest.raises(BadFormat):
        encode_fields(fields)


@pytest.mark.parametrize(
    "place",
    [
        lambda: a_place()._replace(batch=b"short"),
        lambda: a_place(batch="010203040506070809"),
        lambda: a_place(index=2**32),
        lambda: a_place(version=-1),
        lambda: a_place(suite=2),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_sealing(place):
    with pytest.raises(BadFormat):
        seal_pack(ONE, LEAF, place(), FIELDS, 64)


@pytest.mark.parametrize(
    "plain",
    [
        encode_fields(FIELDS) + b"\1",  # not only zeros behind the map
        encode_fields(FIELDS) + bytes(20) + b"\x80",
        b"\x81\x01",  # an array
        b"\x00",  # a number
        b"\xa1\x61a\x01",  # a text for a key
        b"\xb8\x50",  # eighty pairs, and the pack ends before
        b"\xff",
    ],
)
def test_padding_and_map_are_checked_after_opening(plain):
    place = a_place()
    pack = outsider.pack(LEAF, outsider.the_place(), plain, 64, bytes(12))
    with pytest.raises(BadFormat):
        open_pack(ONE, LEAF, pack, place)
