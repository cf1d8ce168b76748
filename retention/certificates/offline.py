"""Verify a destruction certificate with this file alone, Python's standard library and `cryptography`.

    python offline.py --key published.pem 2026-0001-physically_deleted.json

It is written from docs/format.md and shares no code with what issues certificates. A key is known or it is not: who
runs this says which; a valid signature by another key is refused, with its fingerprint. Every byte of the file counts:
the file must be exactly what its contents spell.
"""

import argparse
import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

TYPE = "application/vnd.pilifecycle.destruction-certificate+json"
STATES = ("keys_destroyed", "physically_deleted", "final")
SAYS = {
    "unreadable": "This is no certificate file.",
    "file_altered": "The file is not spelt as it was issued.",
    "unknown_key": "Signed by a key that is not among the known ones.",
    "bad_signature": "The signature does not fit the contents.",
    "not_canonical": "The contents are not in canonical form.",
    "incomplete": "The contents lack what a certificate says.",
    "not_in_log": "The audit log's proof does not cover this certificate.",
    "log_not_signed": "The audit log's checkpoint is not signed by a known key.",
    "earlier_missing": "An earlier edition is not there.",
    "earlier_invalid": "An earlier edition does not verify.",
    "earlier_differs": "An earlier edition is another one than this one names.",
}


class Fault(Exception):
    """One thing that is wrong, by its code."""


@dataclass
class Report:
    """What was found. `ok` only if nothing is wrong here and in every earlier edition."""

    path: str
    number: str = ""
    state: str = ""
    fingerprint: str = ""
    sha256: str = ""
    demo: bool = False
    exercise: bool = False
    log_index: int = -1
    log_size: int = 0
    faults: list[str] = field(default_factory=list)
    earlier: list["Report"] = field(default_factory=list)
    payload: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """JSON values, without the payload."""
        told = {name: value for name, value in vars(self).items() if name not in {"payload", "earlier"}}
        return {**told, "ok": self.ok, "earlier": [report.as_dict() for report in self.earlier]}


# -- the file: one layout, so that a shell reads it line by line and every byte is accounted for
def render(envelope: dict[str, Any], leaf: bytes, proof: str) -> bytes:
    """The file of one edition: the DSSE envelope, and beside it the log's leaf and proof."""
    (signature,) = envelope["signatures"]
    told = {
        "payloadType": envelope["payloadType"],
        "payload": envelope["payload"],
        "signatures": [{"keyid": signature["keyid"], "sig": signature["sig"]}],
        "log": {"leaf": b64encode(leaf).decode(), "proof": b64encode(proof.encode()).decode()},
    }
    return (json.dumps(told, indent=0) + "\n").encode()


def _opened(data: bytes) -> tuple[dict[str, Any], bytes, str]:
    """(envelope, leaf, proof) of a file that is spelt exactly so."""
    try:
        told = json.loads(data)
        leaf, proof = _base64(told["log"]["leaf"]), _base64(told["log"]["proof"]).decode()
        same = render(told, leaf, proof) == data
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Fault("unreadable") from None
    if not same or told["payloadType"] != TYPE:
        raise Fault("file_altered")
    return told, leaf, proof


def _base64(text: str) -> bytes:
    """Strict: one spelling a value."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise ValueError
    return data


def canonical(value: Any) -> bytes:
    """Canonical JSON of docs/format.md."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


# -- keys
def read_key(text: str) -> bytes:
    """A public key, 32 bytes: in hexadecimal, in Base64, as PEM, or the path of a file that holds one of these."""
    if "BEGIN PUBLIC KEY" in text:
        loaded = load_pem_public_key(text.encode())
        if isinstance(loaded, Ed25519PublicKey):
            return loaded.public_bytes_raw()
    for decode in (bytes.fromhex, _base64):
        try:
            if len(key := decode(text.strip())) == 32:
                return key
        except ValueError:
            continue
    if len(text) < 4096 and Path(text).is_file():
        return read_key(Path(text).read_text())
    raise ValueError("This is no Ed25519 public key.")


def fingerprint(key: bytes) -> str:
    """How a key is named: SHA-256 of its 32 bytes, in hexadecimal."""
    return sha256(key).hexdigest()


def _signed_by(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


# -- one edition
def verify(path: Path | str, keys: Iterable[bytes], *, editions: Sequence[Path | str] = ()) -> Report:
    """Verify one edition and those before it, found beside it or among `editions`. Never raises for a bad file."""
    report = Report(str(path))
    known = {fingerprint(key): key for key in keys}
    try:
        _verify(Path(path), known, report)
        _verify_earlier(Path(path), known, list(map(Path, editions)), report)
    except Fault as fault:
        report.faults.append(str(fault))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        report.faults.append("unreadable")
    return report


def _verify(path: Path, known: dict[str, bytes], report: Report) -> None:
    envelope, leaf, proof = _opened(path.read_bytes())
    payload = _base64(envelope["payload"])
    _verify_signature(envelope, payload, known, report)
    report.payload = _contents(payload)
    report.sha256 = sha256(payload).hexdigest()
    report.number, report.state = report.payload["number"], report.payload["state"]
    report.demo, report.exercise = bool(report.payload["demo"]), bool(report.payload["exercise"])
    _verify_log(leaf, proof, known, report)


def _verify_signature(envelope: dict[str, Any], payload: bytes, known: dict[str, bytes], report: Report) -> None:
    (signature,) = envelope["signatures"]
    kind, report.fingerprint = envelope["payloadType"].encode(), signature["keyid"]
    key = known.get(report.fingerprint)
    if key is None:
        raise Fault("unknown_key")
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    if not _signed_by(key, _base64(signature["sig"]), message):
        raise Fault("bad_signature")


def _contents(payload: bytes) -> dict[str, Any]:
    told = json.loads(payload)
    if canonical(told) != payload:
        raise Fault("not_canonical")
    if not {"number", "state", "edition", "store", "batch", "demo", "exercise", "previous"} <= set(told):
        raise Fault("incomplete")
    if STATES.index(told["state"]) + 1 != told["edition"]:
        raise Fault("incomplete")
    return dict(told)


# -- the log: RFC 6962 hashing, C2SP tlog-proof and tlog-checkpoint
def _verify_log(leaf: bytes, proof: str, known: dict[str, bytes], report: Report) -> None:
    head, _blank, checkpoint = proof.partition("\n\n")
    heading, place, *hashes = head.split("\n")
    entry = json.loads(leaf)
    facts = entry["facts"]
    told = (facts["sha256"], facts["edition"], facts["batch"], entry["action"])
    if told != (report.sha256, report.state, report.payload["batch"]["id"], "certificates.issue"):
        raise Fault("not_in_log")
    if heading != "c2sp.org/tlog-proof@v1" or place != f"index {entry['seq']}" or canonical(entry) != leaf:
        raise Fault("not_in_log")
    size, root = _verify_checkpoint(checkpoint, f"pilifecycle/{report.payload['store']}", known)
    report.log_index, report.log_size = entry["seq"], size
    if _root(sha256(b"\0" + leaf).digest(), entry["seq"], size, [_base64(text) for text in hashes]) != root:
        raise Fault("not_in_log")


def _verify_checkpoint(text: str, origin: str, known: dict[str, bytes]) -> tuple[int, bytes]:
    """(size, root) of a signed head of the log; it bears one signature, by a known key."""
    note, _blank, line = text.partition("\n\n")
    name, size, root = note.split("\n")
    dash, signer, told = line.removesuffix("\n").split(" ")
    if (name, dash, signer) != (origin, "—", origin) or not line.endswith("\n") or str(int(size)) != size:
        raise Fault("log_not_signed")
    signature = _base64(told)
    for key in known.values():
        named = sha256(origin.encode() + b"\n\x01" + key).digest()[:4]
        if signature[:4] == named and _signed_by(key, signature[4:], f"{note}\n".encode()):
            return int(size), _base64(root)
    raise Fault("log_not_signed")


def _root(node: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads (RFC 9162, section 2.1.3.2); empty if it leads nowhere."""
    last = size - 1
    for sibling in hashes:
        if last <= 0:
            return b""
        if index & 1 or index == last:
            node = sha256(b"\1" + sibling + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    return b"" if last or index > size else node


# -- the editions before
def _verify_earlier(path: Path, known: dict[str, bytes], editions: list[Path], report: Report) -> None:
    place = STATES.index(report.state)
    if place == 0:
        if report.payload["previous"] is not None:
            raise Fault("earlier_differs")
        return
    before = _before(path, report.state, STATES[place - 1], known, editions)
    if before is None:
        raise Fault("earlier_missing")
    report.earlier = [before, *before.earlier]
    if not before.ok:
        raise Fault("earlier_invalid")
    same = all(before.payload[name] == report.payload[name] for name in ("number", "store", "demo", "exercise"))
    if not same or before.sha256 != report.payload["previous"] or before.log_index >= report.log_index:
        raise Fault("earlier_differs")


def _before(path: Path, state: str, wanted: str, known: dict[str, bytes], editions: list[Path]) -> Report | None:
    """The edition before: beside this file under its name, or among those that were given."""
    sibling = path.with_name(path.name.replace(state, wanted))
    for candidate in [sibling, *(each for each in editions if wanted in each.name)]:
        if candidate != path and candidate.is_file():
            return verify(candidate, known.values(), editions=editions)
    return None


# -- in words
def told(report: Report) -> str:
    """One line for a person."""
    mark = " · demo" * report.demo + " · exercise" * report.exercise
    if report.ok:
        place = f"entry {report.log_index} of {report.log_size} in the audit log"
        return f"{report.path}: valid: {report.number} {report.state}{mark}; {place}; key {report.fingerprint}"
    reasons = " ".join(f"{SAYS[fault]} ({fault})" for fault in report.faults)
    key = f" Key {report.fingerprint}." if "unknown_key" in report.faults else ""
    return f"{report.path}: NOT VALID: {reasons}{key}"


def main(words: Sequence[str] | None = None) -> int:
    """The command line: 0 if every file verifies, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Verify destruction certificates, without a network or a database.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--key", action="append", required=True, help="known public key: file, PEM, hex or Base64")
    given = parser.parse_args(words)
    keys = [read_key(text) for text in given.key]
    reports = [verify(path, keys, editions=given.files) for path in given.files]
    sys.stdout.write("".join(told(report) + "\n" for report in reports))
    return 0 if all(report.ok for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
