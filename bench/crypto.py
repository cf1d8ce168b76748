"""How fast one core seals and opens: ``python -m bench.crypto [RECORDS]``, ratios against the bare algorithm.

A record is eight fields in three categories: three leaves, three packs. The yardstick is the least that any design
with authenticated encryption must pay: one AES-GCM call, with a ready cipher object, on the same bytes as one piece.
"""

import sys
from collections.abc import Callable
from hashlib import sha256
from os import urandom
from time import perf_counter
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pilifecycle.crypto import blind, keytree, merkle
from pilifecycle.crypto.packs import Place, bucket_for, encode_fields, open_pack, read_header, seal_pack
from pilifecycle.crypto.suites import suite

ANSWERS: dict[str, dict[int, Any]] = {
    "core": {1: "王小明", 2: "+8613800001234", 3: "幸福里小区", 4: "3-2-501"},
    "identity": {10: "11010519491231002X", 11: "1949-12-31"},
    "health": {20: True, 21: ["发热", "咳嗽"]},
}
EMERGENCY, STANDARD = UUID(int=7 << 76 | 2 << 62), "epidemic-gate/2"


def fastest(work: Callable[[], Any], times: int, rounds: int = 5) -> float:
    """Seconds for one of `times` pieces of work, in the best of a few rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = perf_counter()
        work()
        best = min(best, perf_counter() - began)
    return best / times


def sealed_records(records: list[UUID], roots: dict[str, bytes], batch: bytes) -> list[list[bytes]]:
    """What a writer does: three frontiers, one pack of each category for each record."""
    one, buckets = suite(1), {name: bucket_for(len(encode_fields(fields))) for name, fields in ANSWERS.items()}
    frontiers = {name: keytree.Frontier(root) for name, root in roots.items()}
    rows = []
    for record in records:
        row = []
        for name, fields in ANSWERS.items():
            index, leaf = frontiers[name].next()
            place = Place(EMERGENCY, name, record, batch, index, 1, STANDARD, 1)
            row.append(seal_pack(one, leaf, place, fields, buckets[name]))
        rows.append(row)
    return rows


def opened_records(records: list[UUID], rows: list[list[bytes]], nodes: dict[str, keytree.Nodes]) -> list[list[Any]]:
    """What a reader does: a leaf derived from the root for each pack, in any order."""
    one, answers = suite(1), []
    for record, row in zip(records, rows, strict=True):
        opened = []
        for name, pack in zip(nodes, row, strict=True):
            header = read_header(pack)
            leaf = keytree.derive(nodes[name], header.index)
            place = Place(EMERGENCY, name, record, header.batch, header.index, header.version, STANDARD, 1)
            opened.append(open_pack(one, leaf, pack, place))
        answers.append(opened)
    return answers


def bare(sizes: list[int], count: int) -> tuple[float, float]:
    """Seconds to encrypt and to decrypt the record's bytes by one call."""
    cipher, plain, nonce = AESGCM(urandom(32)), bytes(sum(sizes)), urandom(12)
    sealed = cipher.encrypt(nonce, plain, b"")
    encrypted = fastest(lambda: [cipher.encrypt(urandom(12), plain, b"") for _ in range(count)], count)
    return encrypted, fastest(lambda: [cipher.decrypt(nonce, sealed, b"") for _ in range(count)], count)


def line(name: str, seconds: float, bare_seconds: float | None = None) -> None:
    ratio = f"   {seconds / bare_seconds:6.1f} × one AES-GCM call on the same bytes" if bare_seconds else ""
    print(f"{name:42} {seconds * 1e6:9.2f} µs {1 / seconds:12,.0f} /s{ratio}")


def records(count: int) -> None:
    roots, batch = {name: urandom(32) for name in ANSWERS}, urandom(8)
    ids = [UUID(bytes=urandom(16)) for _ in range(count)]
    rows = sealed_records(ids, roots, batch)
    nodes = {name: keytree.Nodes.root(root) for name, root in roots.items()}
    punctured = {name: some.puncture_many(range(0, 65_536, 1009)) for name, some in nodes.items()}
    living = [place for place in range(count) if place % 1009]
    encrypted, decrypted = bare([len(pack) - 45 for pack in rows[0]], count)
    assert opened_records(ids, rows, nodes)[0] == list(ANSWERS.values())
    line("seal a record (8 fields, 3 categories)", fastest(lambda: sealed_records(ids, roots, batch), count), encrypted)
    line("open a record", fastest(lambda: opened_records(ids, rows, nodes), count), decrypted)
    some_ids, some_rows = [ids[i] for i in living], [rows[i] for i in living]
    seconds = fastest(lambda: opened_records(some_ids, some_rows, punctured), len(living))
    line("open a record, 65 leaves punctured", seconds, decrypted)


def pieces(count: int) -> None:
    root, one = urandom(32), suite(1)
    nodes, frontier = keytree.Nodes.root(root), keytree.Frontier(root)
    line("next leaf of a frontier", fastest(lambda: [frontier.next() for _ in range(count)], count))
    line("a leaf at random", fastest(lambda: [keytree.derive(nodes, i * 40_503 % 65_536) for i in range(count)], count))
    line("puncture a leaf", fastest(lambda: [nodes.puncture(i) for i in range(100)], 100))
    private, public = one.generate_keypair()
    line("seal a root to a public key", fastest(lambda: [one.seal_to(public, root, b"") for _ in range(100)], 100))
    sealed = one.seal_to(public, root, b"")
    line("open a sealed root", fastest(lambda: [one.open_sealed(private, sealed, b"") for _ in range(100)], 100))
    line("a blind token", fastest(lambda: [blind.token(root, "phone", "+8613800001234") for _ in range(count)], count))
    line("append to the ledger's tree", fastest(lambda: ledger(count), count))


def ledger(count: int) -> None:
    peaks: list[bytes] = []
    for size in range(count):
        peaks = merkle.grow(size, peaks, sha256(b"\0leaf").digest())


if __name__ == "__main__":
    wanted = min(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, 13_000)  # five rounds fit one frontier
    records(wanted)
    pieces(wanted)
