"""Checkpoints, log proofs, envelopes: what is signed is read as it is, and nothing else is."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilifecycle.crypto import checkpoint as log
from pilifecycle.crypto import dsse, signing
from pilifecycle.crypto.faults import BadFormat, BadSignature, CryptoError, UnknownKey
from tests.pilifecycle.crypto import outsider

VECTOR = outsider.read("signed")
PRIVATE, PUBLIC = bytes.fromhex(VECTOR["private"]), bytes.fromhex(VECTOR["public"])
ORIGIN, ROOT, TEXT = VECTOR["origin"], bytes.fromhex(VECTOR["root"]), VECTOR["checkpoint"]
KEYID = signing.fingerprint(PUBLIC)


def test_signs_the_published_checkpoint():
    assert log.sign_checkpoint(ORIGIN, VECTOR["size"], ROOT, PRIVATE) == TEXT


def test_reads_the_published_checkpoint():
    head = log.verify_checkpoint(TEXT, PUBLIC, ORIGIN)
    assert (head.origin, head.size, head.root) == (ORIGIN, VECTOR["size"], ROOT)
    assert [(line.name, line.key_id) for line in head.signatures] == [(ORIGIN, log.key_id(ORIGIN, PUBLIC))]


@pytest.mark.parametrize(
    ("name", "key", "identifier"),
    [
        ("PeterNeumann", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "c74f20a3"),
        ("sum.golang.org", "Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "033de0ae"),
    ],
)
def test_keys_have_the_ids_that_go_gives_them(name, key, identifier):
    assert log.key_id(name, b64decode(key)[1:]).hex() == identifier


def test_a_note_signed_by_go_verifies():
    note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = b64decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")
    key = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    signing.verify(key, line[4:], note.encode())


def test_a_witness_may_add_its_line():
    witness = f"— witness.example/w {b64encode(bytes(80)).decode()}\n"
    assert len(log.verify_checkpoint(TEXT + witness, PUBLIC, ORIGIN).signatures) == 2


def test_our_own_line_must_verify_even_beside_a_good_one():
    forged = log.key_id(ORIGIN, PUBLIC) + bytes(64)
    with pytest.raises(BadSignature):
        log.verify_checkpoint(f"{TEXT}— {ORIGIN} {b64encode(forged).decode()}\n", PUBLIC, ORIGIN)


@given(st.integers(0, len(TEXT) - 1))
def test_no_character_of_a_checkpoint_can_be_changed(position):
    changed = TEXT[:position] + chr(ord(TEXT[position]) ^ 1) + TEXT[position + 1 :]
    with pytest.raises(CryptoError):
        log.verify_checkpoint(changed, PUBLIC, ORIGIN)


def test_another_key_or_another_log_is_refused():
    _, other = signing.generate_signing_key()
    with pytest.raises(BadSignature):
        log.verify_checkpoint(TEXT, other, ORIGIN)
    with pytest.raises(BadSignature):
        log.verify_checkpoint(TEXT, PUBLIC, "ledger.example/elsewhere")


def test_a_key_with_our_name_does_not_speak_for_another_log():
    note = TEXT.split("\n\n")[0].replace(ORIGIN, "ledger.example/elsewhere") + "\n"
    line = log.key_id(ORIGIN, PUBLIC) + signing.sign(PRIVATE, note.encode())
    with pytest.raises(BadSignature):
        log.verify_checkpoint(f"{note}\n— {ORIGIN} {b64encode(line).decode()}\n", PUBLIC, ORIGIN)


B64 = b64encode(ROOT).decode()
LINE = TEXT.splitlines()[-1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"a\n1\n{B64}\n",
        f"a\n1\n{B64}\n\n",
        f"a\n1\n{B64}\n\n{LINE}",
        f"a\n1\n\n{LINE}\n",
        f"a\n01\n{B64}\n\n{LINE}\n",
        f"a\n-1\n{B64}\n\n{LINE}\n",
        f"a\n١\n{B64}\n\n{LINE}\n",
        f"a\n1\n{B64[:-1]}\n\n{LINE}\n",
        f"a\n1\n{B64[:-2]}F=\n\n{LINE}\n",
        f"a\n1\n{B64}\n\n- a {B64}\n",
        f"a\n1\n{B64}\n\n— a b {B64}\n",
        f"a\n1\n{B64}\n\n— a AAAA\n",
        f"\n1\n{B64}\n\n{LINE}\n",
        f"a\r\n1\r\n{B64}\n\n{LINE}\n",
        f"a\n1\n{B64}\n\n{LINE}\n" + f"{LINE}\n" * 80,
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadFormat):
        log.parse_checkpoint(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, ROOT), ("a b", 1, ROOT), ("a+b", 1, ROOT), ("a\n", 1, ROOT), ("a", -1, ROOT), ("a", 1, b"")],
)
def test_no_head_is_signed_that_could_not_be_read(origin, size, root):
    with pytest.raises(BadFormat):
        log.sign_checkpoint(origin, size, root, PRIVATE)


@given(st.integers(0, 2**40), st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.binary(max_size=20))
def test_a_log_proof_is_read_as_it_was_written(index, hashes, extra):
    text = log.encode_proof(index, hashes, TEXT, extra)
    assert log.decode_proof(text) == log.LogProof(index, tuple(hashes), TEXT, extra)


def test_a_log_proof_looks_as_c2sp_draws_it():
    expected = f"c2sp.org/tlog-proof@v1\nextra eA==\nindex 3\n{B64}\n\n{TEXT}"
    assert log.encode_proof(3, [ROOT], TEXT, b"x") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        f"c2sp.org/tlog-proof@v2\nindex 3\n\n{TEXT}",
        f"c2sp.org/tlog-proof@v1\n\n{TEXT}",
        f"c2sp.org/tlog-proof@v1\nextra eA==\n\n{TEXT}",
        f"c2sp.org/tlog-proof@v1\nindex 03\n\n{TEXT}",
        f"c2sp.org/tlog-proof@v1\nindex 3\nAAAA\n\n{TEXT}",
        "c2sp.org/tlog-proof@v1\nindex 3\n\nno checkpoint",
        f"c2sp.org/tlog-proof@v1\nindex 3\n{f'{B64}' + chr(10)}" * 70,
    ],
)
def test_what_is_no_log_proof_is_refused(text):
    with pytest.raises(BadFormat):
        log.decode_proof(text)


def test_canonical_json_is_the_published_one():
    assert dsse.canonical(VECTOR["value"]).decode() == VECTOR["canonical"]
    assert (
        dsse.canonical({"b": [1, "条", None], "a": {"z": True, "Z": ""}})
        == '{"a":{"Z":"","z":true},"b":[1,"条",null]}'.encode()
    )


texts = st.text('aZ条é😀"\\/\n\0\x7f\u2028', max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_canonical_json_is_read_as_it_was_written(value):
    assert dsse.read_canonical(dsse.canonical(value)) == value


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, float("nan"), {1: 2}, b"x", {"a": {1, 2}}, object(), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(BadFormat):
        dsse.canonical(value)


def test_what_is_nested_too_deeply_is_refused():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(BadFormat):
        dsse.canonical(deep)
    with pytest.raises(BadFormat):
        dsse.read_canonical(b"[" * 100_000)


@pytest.mark.parametrize(
    "payload", [b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"{", b"\xff", b'"\\u0041"', b"1\n", b"NaN"]
)
def test_another_spelling_of_json_is_refused(payload):
    with pytest.raises(BadFormat):
        dsse.read_canonical(payload)


def test_signs_the_published_envelope():
    assert dsse.sign_envelope(VECTOR["type"], VECTOR["canonical"].encode(), PRIVATE) == VECTOR["envelope"]
    assert dsse.verify_envelope(VECTOR["envelope"], {KEYID: PUBLIC}) == VECTOR["canonical"].encode()


def test_what_is_signed_is_what_the_dsse_protocol_says():
    signed = dsse.encoding_to_sign("http://example.com/HelloWorld", b"hello world")
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_the_alphabet_for_urls_is_read_too():
    payload = b"\xfb\xff\xfe"
    envelope = dsse.sign_envelope("x", payload, PRIVATE)
    envelope["payload"] = envelope["payload"].replace("+", "-").replace("/", "_")
    assert dsse.verify_envelope(envelope, {KEYID: PUBLIC}) == payload


def test_an_unknown_key_is_named_by_its_fingerprint():
    with pytest.raises(UnknownKey) as fault:
        dsse.verify_envelope(VECTOR["envelope"], {})
    assert fault.value.keyids == (KEYID,)


def test_a_key_is_not_believed_because_it_bears_a_known_name():
    private, _ = signing.generate_signing_key()
    envelope = dsse.sign_envelope("x", b"{}", private)
    envelope["signatures"][0]["keyid"] = KEYID
    with pytest.raises(BadSignature):
        dsse.verify_envelope(envelope, {KEYID: PUBLIC})


@pytest.mark.parametrize("change", [{"payload": "e30="}, {"payloadType": "other"}])
def test_a_changed_envelope_is_refused(change):
    with pytest.raises(BadSignature):
        dsse.verify_envelope(VECTOR["envelope"] | change, {KEYID: PUBLIC})


@pytest.mark.parametrize(
    "envelope",
    [
        {},
        {"payload": "e30=", "payloadType": "x"},
        {"payload": "e30=", "payloadType": "x", "signatures": ["a"]},
        {"payload": "e30=", "payloadType": "x", "signatures": 3},
        {"payload": "e30=", "payloadType": 7, "signatures": [{"sig": ""}]},
        {"payload": "?", "payloadType": "x", "signatures": [{"sig": ""}]},
        {"payload": 3, "payloadType": "x", "signatures": [{"sig": ""}]},
        [],
    ],
)
def test_what_is_no_envelope_is_refused(envelope):
    with pytest.raises(BadFormat):
        dsse.verify_envelope(envelope, {KEYID: PUBLIC})


def test_an_envelope_without_signatures_is_not_signed():
    with pytest.raises(BadSignature):
        dsse.verify_envelope({"payload": "e30=", "payloadType": "x", "signatures": []}, {KEYID: PUBLIC})


def test_a_signature_binds_key_and_message():
    private, public = signing.generate_signing_key()
    signature = signing.sign(private, b"m")
    signing.verify(public, signature, b"m")
    assert signing.public_of(bytearray(private)) == public
    for key, made, message in [(PUBLIC, signature, b"m"), (public, signature, b"n"), (public, b"", b"m")]:
        with pytest.raises(BadSignature):
            signing.verify(key, made, message)
    with pytest.raises(BadFormat):
        signing.verify(b"short", signature, b"m")
    with pytest.raises(BadFormat):
        signing.sign(b"short", b"m")
