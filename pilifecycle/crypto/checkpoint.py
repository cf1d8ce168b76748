"""Signed checkpoints of the ledger and proofs against them: C2SP signed-note, tlog-checkpoint and tlog-proof.

The key's name is the log's origin. Signatures by unknown keys (witnesses) are carried along and ignored.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from pilifecycle.crypto import signing
from pilifecycle.crypto.faults import BadFormat, BadSignature

ED25519, MOST_SIGNATURES, MOST_HASHES = b"\x01", 64, 64
PROOF_HEADING = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes  # 4
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `root` over its first `size` leaves. Trust it only as `verify_checkpoint` returns it."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...]
    note: str  # the signed text, its last newline included


@dataclass(frozen=True, slots=True)
class LogProof:
    """That the leaf at `index` stands in the log whose `checkpoint` is quoted. `extra` is not authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""


def key_id(origin: str, public32: bytes) -> bytes:
    """The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key)."""
    return sha256(origin.encode() + b"\n" + ED25519 + public32).digest()[:4]


def sign_checkpoint(origin: str, size: int, root: bytes, private_key: signing.Private) -> str:
    """The signed note. Raises BadFormat for an origin that cannot be a key's name (empty, spaces, plus)."""
    if not re.fullmatch(r"[^\s+\x00-\x1f]+", origin) or size < 0 or len(root) != 32:
        raise BadFormat("This is no head of a log.")
    note = f"{origin}\n{size}\n{_b64(root)}\n"
    line = key_id(origin, signing.public_of(private_key)) + signing.sign(private_key, note.encode())
    return f"{note}\n— {origin} {_b64(line)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a signed note without believing it. Raises BadFormat."""
    note, blank, lines = text.rpartition("\n\n")
    head = note.split("\n")
    if not blank or _CONTROL.search(text) or not lines.endswith("\n") or len(head) < 3 or "" in head:
        raise BadFormat("This is no signed checkpoint.")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n", MOST_SIGNATURES))
    return Checkpoint(head[0], _number(head[1]), _hash(head[2]), signatures, note + "\n")


def verify_checkpoint(text: str, public_key32: bytes, origin: str) -> Checkpoint:
    """The checkpoint, signed by this key and of this log. Raises BadSignature or BadFormat."""
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin != origin:
        raise BadSignature("This is the checkpoint of another log.")
    known = (origin, key_id(origin, public_key32))
    ours = [line for line in checkpoint.signatures if (line.name, line.key_id) == known]
    if not ours:
        raise BadSignature("This checkpoint is not signed by the known key.")
    for line in ours:
        signing.verify(public_key32, line.signature, checkpoint.note.encode())
    return checkpoint


def encode_proof(index: int, hashes: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """A tlog-proof: that the leaf at `index` stands, by these hashes, in the log of this checkpoint."""
    opening = [PROOF_HEADING, *([f"extra {_b64(extra)}"] if extra else []), f"index {index}"]
    return "\n".join([*opening, *map(_b64, hashes), "", checkpoint])


def decode_proof(text: str) -> LogProof:
    """Read `encode_proof`. Raises BadFormat. Neither hashes nor checkpoint are verified yet."""
    opening, blank, checkpoint = text.partition("\n\n")
    heading, *lines = opening.split("\n")
    if heading != PROOF_HEADING or not blank or not lines:
        raise BadFormat("This is no log proof.")
    extra = _base64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index ") or len(lines) > MOST_HASHES:
        raise BadFormat("This is no log proof.")
    index = _number(lines[0].removeprefix("index "))
    parse_checkpoint(checkpoint)
    return LogProof(index, tuple(_hash(line) for line in lines[1:]), checkpoint, extra)


def _b64(data: bytes) -> str:
    return b64encode(data).decode()


def _base64(text: str) -> bytes:
    """Strict: one encoding a value, no blanks, no missing padding."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise BadFormat("This is no Base64.") from None
    if _b64(data) != text:
        raise BadFormat("This is no Base64.")
    return data


def _hash(text: str) -> bytes:
    if len(data := _base64(text)) != 32:
        raise BadFormat("A hash has 32 bytes.")
    return data


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadFormat("A number is written in decimal, without leading zeros.")
    return int(text)


def _signature(line: str) -> Signature:
    match = _SIGNATURE.fullmatch(line)
    if not match:
        raise BadFormat("This is no signature line.")
    data = _base64(match[2])
    if len(data) < 5:
        raise BadFormat("This is no signature line.")
    return Signature(match[1], data[:4], data[4:])
