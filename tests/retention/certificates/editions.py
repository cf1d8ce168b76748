"""Certificates made by hand: a key of their own, a small log, three editions. No database."""

import hashlib
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pilifecycle.crypto import dsse, merkle, signing
from pilifecycle.crypto.checkpoint import encode_proof, sign_checkpoint
from retention.certificates.offline import STATES, TYPE, render

STORE, BATCH = "0b7c2f6e-3d0a-4a52-9a51-6a1a7b1f9c11", "7d1e3c58-22f4-4f0e-8a3c-95d5f0a9e001"
PRIVATE = bytes(range(32))
PUBLIC = signing.public_of(PRIVATE)
BEFORE = 5  # other entries of the log, before and behind each certificate's


def editions(place: Path, states: tuple[str, ...] = STATES, **more: Any) -> list[Path]:
    """The files of a batch's editions. `more` changes what they say."""
    private = more.pop("private", PRIVATE)
    leaves, bodies, previous = [_entry(n) for n in range(BEFORE)], [], None
    for number, state in enumerate(states, 1):
        body = dsse.canonical(_payload(state, number, previous) | more)
        previous = hashlib.sha256(body).hexdigest()
        bodies.append((state, body, len(leaves)))
        leaves += [_leaf(len(leaves), state, previous), *(_entry(len(leaves) + 1 + n) for n in range(3))]
    return [_file(place, state, body, at, leaves, private) for state, body, at in bodies]


def _payload(state: str, edition: int, previous: str | None) -> dict[str, Any]:
    return {
        "number": "2026-0001", "state": state, "edition": edition, "store": STORE, "batch": {"id": BATCH},
        "demo": None, "exercise": False, "previous": previous, "law": ["《突发事件应对法》第八十五条"],
    }  # fmt: skip


def _entry(seq: int) -> bytes:
    return dsse.canonical({"action": "batches.step", "facts": {}, "seq": seq})


def _leaf(seq: int, state: str, sha256: str) -> bytes:
    facts = {"batch": BATCH, "edition": state, "sha256": sha256}
    return dsse.canonical({"action": "certificates.issue", "facts": facts, "seq": seq})


def _file(place: Path, state: str, body: bytes, at: int, leaves: list[bytes], private: bytes) -> Path:
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    note = sign_checkpoint(f"pilifecycle/{STORE}", len(leaves), merkle.tree_hash(hashes), private)
    proof = encode_proof(at, merkle.inclusion_proof(hashes, at, len(hashes)), note)
    path = place / f"2026-0001-{state}.json"
    path.write_bytes(render(dsse.sign_envelope(TYPE, body, private), leaves[at], proof))
    return path


def pem(public: bytes = PUBLIC) -> bytes:
    """A public key as an office publishes it."""
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def another_key() -> bytes:
    """A signing key that nobody published."""
    return Ed25519PrivateKey.generate().private_bytes_raw()
