"""The formats once more, as somebody would write them who has only docs/format.md: nothing here imports our code.

``python -m tests.pilifecycle.crypto.outsider`` writes the vectors of tests/data/vectors again. merkle.json is not
among them: its roots are those that the Certificate Transparency project publishes.
"""

import hashlib
import hmac
import json
import struct
from base64 import b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

VECTORS = Path(__file__).parents[2] / "data" / "vectors"
EMERGENCY = "01890a5d-ac96-774b-bcce-b302099a8057"
RECORD = "01890a5d-ac96-774b-bcce-b302099a8058"


def read(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def lp(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def leaf(root: bytes, index: int) -> bytes:
    node = root
    for level in range(1, 5):
        node = mac(node, b"tree1" + bytes([level, index >> 4 * (4 - level) & 15]))
    return node


def punctured(root: bytes, index: int) -> bytes:
    """The encoded nodes after one puncture, from left to right."""
    entries, node = [], root
    for level in range(1, 5):
        path, first = index >> 4 * (4 - level), index >> 4 * (4 - level) & ~15
        for i in range(16):
            if first + i != path:
                entries.append(
                    ((first + i) << 4 * (4 - level), level, first + i, mac(node, b"tree1" + bytes([level, i])))
                )
        node = mac(node, b"tree1" + bytes([level, path & 15]))
    return b"".join(struct.pack(">BH", level, place) + value for _, level, place, value in sorted(entries))


def gcm(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
    work = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(aad)
    return work.update(plain) + work.finalize() + work.tag


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    work = Cipher(algorithms.AES(key), modes.GCM(nonce, sealed[-16:])).decryptor()
    work.authenticate_additional_data(aad)
    return work.update(sealed[:-16]) + work.finalize()


def hexed(uuid: str) -> bytes:
    return bytes.fromhex(uuid.replace("-", ""))


def aad(place: dict[str, Any]) -> bytes:
    return lp(
        b"rec1", bytes([place["suite"]]), hexed(place["emergency"]), place["category"].encode(), hexed(place["record"]),
        bytes.fromhex(place["batch"]), struct.pack(">I", place["index"]), struct.pack(">I", place["version"]),
        place["standard_version"].encode(),
    )  # fmt: skip


def pack(key: bytes, place: dict[str, Any], cbor: bytes, bucket: int, nonce: bytes) -> bytes:
    header = b"\1" + bytes.fromhex(place["batch"]) + struct.pack(">II", place["index"], place["version"])
    return header + nonce + gcm(key, nonce, cbor + bytes(bucket - len(cbor)), aad(place))


def token(key: bytes, field: str, value: str, bits: int) -> int:
    return int.from_bytes(mac(key, lp(b"tok1", field.encode(), value.encode())), "big") >> (256 - bits)


def expand(key: bytes, info: bytes, size: int) -> bytes:
    return mac(key, info + b"\1")[:size]


def hpke_key(shared: bytes, enc: bytes, public: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: (key, base nonce)."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    prk = mac(bytes(32), b"HPKE-v1" + kem + b"eae_prk" + shared)
    secret = expand(prk, struct.pack(">H", 32) + b"HPKE-v1" + kem + b"shared_secret" + enc + public, 32)
    context = b"\0" + mac(bytes(32), b"HPKE-v1" + suite + b"psk_id_hash")
    context += mac(bytes(32), b"HPKE-v1" + suite + b"info_hash" + info)
    prk = mac(secret, b"HPKE-v1" + suite + b"secret")
    key = expand(prk, struct.pack(">H", 32) + b"HPKE-v1" + suite + b"key" + context, 32)
    return key, expand(prk, struct.pack(">H", 12) + b"HPKE-v1" + suite + b"base_nonce" + context, 12)


def hpke_seal(public: bytes, plain: bytes, info: bytes, ephemeral: bytes) -> bytes:
    pair = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = pair.public_key().public_bytes_raw()
    key, nonce = hpke_key(pair.exchange(X25519PublicKey.from_public_bytes(public)), enc, public, info)
    return enc + gcm(key, nonce, plain, b"")


def hpke_open(private: bytes, sealed: bytes, info: bytes) -> bytes:
    pair, enc = X25519PrivateKey.from_private_bytes(private), sealed[:32]
    shared = pair.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = hpke_key(shared, enc, pair.public_key().public_bytes_raw(), info)
    return gcm_open(key, nonce, sealed[32:], b"")


def checkpoint(origin: str, size: int, root: bytes, private: bytes) -> str:
    key = Ed25519PrivateKey.from_private_bytes(private)
    note = f"{origin}\n{size}\n{b64encode(root).decode()}\n"
    key_id = sha(origin.encode() + b"\n\x01" + key.public_key().public_bytes_raw())[:4]
    return f"{note}\n— {origin} {b64encode(key_id + key.sign(note.encode())).decode()}\n"


def envelope(kind: str, payload: bytes, private: bytes) -> dict[str, Any]:
    key = Ed25519PrivateKey.from_private_bytes(private)
    signed = f"DSSEv1 {len(kind.encode())} {kind} {len(payload)} ".encode() + payload
    keyid = sha(key.public_key().public_bytes_raw()).hex()
    signatures = [{"keyid": keyid, "sig": b64encode(key.sign(signed)).decode()}]
    return {"payload": b64encode(payload).decode(), "payloadType": kind, "signatures": signatures}


def the_place(**changes: Any) -> dict[str, Any]:
    place = {"suite": 1, "emergency": EMERGENCY, "category": "core", "record": RECORD, "batch": "0102030405060708"}
    return place | {"index": 4711, "version": 1, "standard_version": "epidemic-gate/2"} | changes


def tree_vectors() -> dict[str, Any]:
    root = bytes(range(32))
    left, whole = punctured(root, 4711), b"check1" + struct.pack(">HH", 16, 4)
    return {
        "root": root.hex(),
        "leaves": {str(index): leaf(root, index).hex() for index in (0, 1, 15, 16, 4711, 40_000, 65_535)},
        "check": sha(whole + root)[:8].hex(),
        "puncture": {"index": 4711, "nodes": left.hex(), "check": sha(whole + left)[:8].hex()},
    }


def pack_vectors() -> dict[str, Any]:
    root, nonce = bytes(range(32)), bytes(range(100, 112))
    cbor = bytes.fromhex("a30169e78e8be5b08fe6988e026b31333830303030313233340382f5f6")
    places = [the_place(), the_place(category="health", index=0, version=7), the_place(standard_version="防疫/3")]
    cases = [{"place": place, "aad": aad(place).hex(), "leaf": leaf(root, place["index"]).hex()} for place in places]
    for case in cases:
        packed = pack(leaf(root, case["place"]["index"]), case["place"], cbor, 64, nonce)
        case |= {"bucket": 64, "nonce": nonce.hex(), "cbor": cbor.hex(), "pack": packed.hex()}
    return {"root": root.hex(), "cases": cases}


def token_vectors() -> dict[str, Any]:
    key, phone = bytes(range(32, 64)), "+8613800001234"
    wanted = [("phone", phone, 26), ("phone", phone, 24), ("guardian_phone", phone, 26), ("name", "王小明", 31)]
    return {"key": key.hex(), "tokens": [[*case, token(key, *case)] for case in wanted]}


def hpke_vectors() -> dict[str, Any]:
    private, ephemeral, root = bytes(range(1, 33)), bytes(range(33, 65)), bytes(range(32))
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    info = lp(b"seal1", hexed(EMERGENCY), b"core", bytes.fromhex("0102030405060708"), struct.pack(">I", 3))
    sealed = hpke_seal(public, root, info, ephemeral)
    return {
        "private": private.hex(),
        "public": public.hex(),
        "info": info.hex(),
        "plain": root.hex(),
        "sealed": sealed.hex(),
    }


def signed_vectors() -> dict[str, Any]:
    private, origin, root = bytes(range(64, 96)), "ledger.example/jiangbei", sha(b"root")
    value = {"number": "2026-0001", "people": 199, "held": [1, None, True], "措施": "销毁"}
    payload = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    kind = "application/vnd.pilifecycle.certificate+json"
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return {
        "private": private.hex(), "public": public.hex(), "origin": origin, "size": 5, "root": root.hex(),
        "checkpoint": checkpoint(origin, 5, root, private),
        "value": value, "canonical": payload.decode(), "type": kind, "envelope": envelope(kind, payload, private),
    }  # fmt: skip


def write() -> None:
    made = {
        "tree": tree_vectors,
        "pack": pack_vectors,
        "token": token_vectors,
        "hpke": hpke_vectors,
        "signed": signed_vectors,
    }
    for name, vectors in made.items():
        (VECTORS / f"{name}.json").write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    write()
