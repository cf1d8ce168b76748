"""Signed statements: canonical JSON in a DSSE envelope (github.com/secure-systems-lab/dsse), Ed25519.

What is signed is the pre-authentication encoding "DSSEv1" SP len(type) SP type SP len(payload) SP payload, so the bytes
that are verified are the bytes that are used. A key is known or it is not: the envelope's keyid only says which to try.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any

from pilifecycle.crypto import signing
from pilifecycle.crypto.faults import BadFormat, BadSignature, UnknownKey
from pilifecycle.crypto.signing import fingerprint

__all__ = [
    "canonical",
    "encoding_to_sign",
    "envelope_of",
    "fingerprint",
    "read_canonical",
    "sign_envelope",
    "verify_envelope",
]

MOST_SIGNATURES, MOST_DEPTH = 16, 64


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys (by code point), no spaces, nothing escaped that need not be.

    Raises BadFormat for floats, for keys that are not text, and for types that JSON does not have.
    """
    _check(value, MOST_DEPTH)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise BadFormat("A text holds half a surrogate pair.") from None


def _check(value: Any, depth: int) -> None:
    if not depth:
        raise BadFormat("This is nested too deeply.")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise BadFormat("Keys are texts.")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            _check(part, depth - 1)
    elif not isinstance(value, str | int | None):
        raise BadFormat(f"Canonical JSON has no {type(value).__name__}.")


def read_canonical(payload: bytes) -> Any:
    """The value of canonical JSON. Raises BadFormat for any other spelling: repeated keys, spaces, order."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        raise BadFormat("This is no JSON.") from None
    if canonical(value) != payload:
        raise BadFormat("This JSON is not canonical.")
    return value


def encoding_to_sign(payload_type: str, payload: bytes) -> bytes:
    """DSSE's PAE: what the signature is over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_envelope(payload_type: str, payload: bytes, private: signing.Private) -> dict[str, Any]:
    """The envelope as a JSON object, signed by one key that is named by its fingerprint."""
    signature = signing.sign(private, encoding_to_sign(payload_type, payload))
    return envelope_of(payload_type, payload, fingerprint(signing.public_of(private)), signature)


def envelope_of(payload_type: str, payload: bytes, keyid: str, signature: bytes) -> dict[str, Any]:
    """The envelope, where whoever holds the key has signed `encoding_to_sign(payload_type, payload)`."""
    return {
        "payload": b64encode(payload).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": keyid, "sig": b64encode(signature).decode()}],
    }


def verify_envelope(envelope: Mapping[str, Any], known: Mapping[str, bytes]) -> bytes:
    """The payload, signed by at least one of the known keys {keyid: public key}, and by each of them that is named.

    Raises UnknownKey (with the keyids) if none is known, BadSignature if one does not verify, BadFormat.
    """
    payload, kind, signatures = _parts(envelope)
    ours = [(known[keyid], signature) for keyid, signature in signatures if keyid in known]
    if not ours:
        raise UnknownKey(tuple(keyid for keyid, _ in signatures))
    for public, signature in ours:
        signing.verify(public, signature, encoding_to_sign(kind, payload))
    return payload


def _parts(envelope: Mapping[str, Any]) -> tuple[bytes, str, list[tuple[str, bytes]]]:
    try:
        kind, signatures = envelope["payloadType"], envelope["signatures"]
        payload = _base64(envelope["payload"])
        pairs = [(str(entry.get("keyid", "")), _base64(entry["sig"])) for entry in signatures[:MOST_SIGNATURES]]
    except (KeyError, TypeError, AttributeError):
        raise BadFormat("This is no DSSE envelope.") from None
    if not isinstance(kind, str):
        raise BadFormat("This is no DSSE envelope.")
    if not pairs:
        raise BadSignature("This envelope is not signed.")
    return payload, kind, pairs


def _base64(text: str) -> bytes:
    """DSSE takes the standard alphabet and the one for URLs."""
    try:
        return b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (Base64Error, ValueError):
        raise BadFormat("This is no Base64.") from None
