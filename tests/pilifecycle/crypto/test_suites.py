"""Suite 1: sealing with a key, sealing to a key, and what fits neither."""

import copy
import pickle

import pytest

from pilifecycle.crypto import contexts
from pilifecycle.crypto.blind import token
from pilifecycle.crypto.faults import BadFormat, BadTag, CryptoError, UnknownSuite
from pilifecycle.crypto.suites import suite
from pilifecycle.crypto.wipe import Secret
from tests.pilifecycle.crypto import outsider

ONE, KEY = suite(1), bytes(range(32))


def test_opens_what_it_sealed():
    sealed = ONE.encrypt(KEY, b"root", b"place")
    assert len(sealed) == 12 + 4 + 16
    assert ONE.decrypt(KEY, sealed, b"place") == b"root"
    assert outsider.gcm_open(KEY, sealed[:12], sealed[12:], b"place") == b"root"


def test_takes_keys_from_memory_that_can_be_wiped():
    with Secret(KEY) as key:
        sealed = ONE.encrypt(key.buffer, key.buffer, b"")
        assert ONE.mac(key.buffer, b"x") == outsider.mac(KEY, b"x")
    with ONE.decrypt_secret(KEY, sealed, b"") as opened:
        assert opened.buffer == KEY


@pytest.mark.parametrize("position", range(32))
def test_a_flipped_bit_anywhere_is_found(position):
    sealed = bytearray(ONE.encrypt(KEY, b"root", b""))
    sealed[position] ^= 1
    with pytest.raises(BadTag):
        ONE.decrypt(KEY, bytes(sealed), b"")
    with pytest.raises(BadTag):
        ONE.decrypt_secret(KEY, bytes(sealed), b"")


@pytest.mark.parametrize("sealed", [b"", b"x" * 11, b"x" * 27])
def test_what_is_too_short_has_no_tag(sealed):
    with pytest.raises(BadTag):
        ONE.decrypt(KEY, sealed, b"")
    with pytest.raises(BadTag):
        ONE.open_sealed(KEY, sealed, b"")


def test_another_aad_or_key_does_not_open():
    sealed = ONE.encrypt(KEY, b"root", b"here")
    for key, aad in [(KEY, b"there"), (bytes(32), b"here")]:
        with pytest.raises(BadTag):
            ONE.decrypt(key, sealed, aad)


@pytest.mark.parametrize("size", [0, 16, 24, 33])
def test_a_short_key_never_means_a_weaker_cipher(size):
    with pytest.raises(BadFormat):
        ONE.encrypt(bytes(size), b"", b"")
    with pytest.raises(BadFormat):
        ONE.decrypt(bytes(size), bytes(40), b"")


@pytest.mark.parametrize("number", [0, 2, 3, 255, -1])
def test_reserved_and_unknown_suites_are_refused(number):
    with pytest.raises(UnknownSuite):
        suite(number)


def test_opens_the_published_hpke_root():
    vector = {name: bytes.fromhex(value) for name, value in outsider.read("hpke").items()}
    assert ONE.open_sealed(vector["private"], vector["sealed"], vector["info"]) == vector["plain"]


def test_an_outsider_opens_what_a_front_sealed_by_rfc_9180_alone():
    private, public = ONE.generate_keypair()
    sealed = ONE.seal_to(public, KEY, b"info")
    assert len(sealed) == 32 + 32 + 16
    assert outsider.hpke_open(private, sealed, b"info") == KEY


def test_a_sealed_root_opens_only_for_its_compartment():
    private, public = ONE.generate_keypair()
    other, _ = ONE.generate_keypair()
    sealed = ONE.seal_to(public, KEY, b"info")
    for key, info in [(private, b"other"), (other, b"info")]:
        with pytest.raises(BadTag):
            ONE.open_sealed(key, sealed, info)


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(32)])  # all zeros: a point of low order
def test_a_bad_public_key_is_refused(public):
    with pytest.raises(BadFormat):
        ONE.seal_to(public, KEY, b"")
    with pytest.raises(BadFormat):
        ONE.open_sealed(b"", bytes(80), b"")


def test_contexts_are_the_published_ones_and_differ_by_label():
    a_place = outsider.hexed(outsider.EMERGENCY), b"core", bytes(8), b"\0\0\0\3"
    emergency = __import__("uuid").UUID(outsider.EMERGENCY)
    assert contexts.seal_info(emergency, "core", bytes(8), 3) == outsider.lp(b"seal1", *a_place)
    assert contexts.wrap_aad(emergency, "core", bytes(8), 3) == outsider.lp(b"wrap1", *a_place)
    assert contexts.blob_aad(emergency, "core", 3) == outsider.lp(b"blob1", *a_place[:2], a_place[3])
    with pytest.raises(BadFormat):
        contexts.blob_aad(emergency, "core", 2**32)


def test_tokens_are_the_published_ones():
    vectors = outsider.read("token")
    for field, value, bits, expected in vectors["tokens"]:
        assert token(bytes.fromhex(vectors["key"]), field, value, bits) == expected


def test_a_token_fits_a_signed_four_byte_column_and_differs_by_field_and_key():
    tokens = {token(key, field, "+8613800001234", 31) for key in (KEY, bytes(32)) for field in ("phone", "contact")}
    assert len(tokens) == 4
    assert all(0 <= one < 2**31 for one in tokens)
    assert token(KEY, "phone", "+8613800001234") == token(KEY, "phone", "+8613800001234", 31) >> 5


@pytest.mark.parametrize("bits", [0, 32, -1])
def test_a_token_of_another_width_is_refused(bits):
    with pytest.raises(ValueError, match="bits"):
        token(KEY, "phone", "1", bits)


def test_a_secret_is_zeroed_in_place():
    buffer = bytearray(KEY)
    with Secret(buffer) as secret:
        assert secret.buffer is buffer
    assert buffer == bytes(32)
    assert secret.wiped
    with pytest.raises(CryptoError):
        _ = secret.buffer
    secret.wipe()


def test_a_dropped_secret_is_zeroed():
    buffer = bytearray(KEY)
    secret = Secret(buffer)
    del secret
    assert buffer == bytes(32)


def test_a_secret_shows_and_copies_nothing():
    secret = Secret.random()
    assert repr(secret) == "Secret(32 bytes)"
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copied(secret)


def test_faults_say_a_whole_sentence_and_no_value():
    with pytest.raises(BadTag) as fault:
        ONE.decrypt(KEY, bytes(40), b"")
    assert str(fault.value) == "The authentication tag does not fit: wrong key, wrong place, or damaged."
    assert fault.value.__suppress_context__
