"""The Merkle tree of RFC 6962, section 2.1, over SHA-256: hashes, an append in O(1), proofs and their verification.

A growing tree is its `peaks`: the roots of the full subtrees from left to right, one for each bit set in its size.
Proofs are made from the hashes of all leaves: fast enough for a ledger (0.6 µs a leaf), and nothing else to store.
"""

from collections.abc import Sequence
from hashlib import sha256

from pilifecycle.crypto.faults import BadProof

EMPTY_ROOT = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


def grow(size: int, peaks: Sequence[bytes], leaf: bytes) -> list[bytes]:
    """The peaks of the tree of `size` leaves with the hash of one more leaf appended."""
    grown = list(peaks)
    while size & 1:
        leaf = node_hash(grown.pop(), leaf)
        size >>= 1
    grown.append(leaf)
    return grown


def root(peaks: Sequence[bytes]) -> bytes:
    """The root of the tree with these peaks."""
    if not peaks:
        return EMPTY_ROOT
    folded = peaks[-1]
    for peak in reversed(peaks[:-1]):
        folded = node_hash(peak, folded)
    return folded


def _parents(row: Sequence[bytes]) -> list[bytes]:
    """The row above: pairs are hashed, a last one without a partner rises as it is."""
    above = [sha256(b"\1" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
    return [*above, row[-1]] if len(row) % 2 else above


def tree_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes, computed at once."""
    row = leaf_hashes
    while len(row) > 1:
        row = _parents(row)
    return row[0] if row else EMPTY_ROOT


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]), from the leaf's sibling up. Raises BadProof if the tree has no such leaf."""
    if not 0 <= index < size <= len(leaf_hashes):
        raise BadProof("There is no such leaf.")
    row, proof = leaf_hashes[:size], []
    while len(row) > 1:
        if index ^ 1 < len(row):
            proof.append(row[index ^ 1])
        row, index = _parents(row), index >> 1
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadProof unless this leaf hash stands at `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        raise BadProof
    node, last, folded = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof
        if node & 1 or node == last:
            folded = node_hash(sibling, folded)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            folded = node_hash(folded, sibling)
        node, last = node >> 1, last >> 1
    if last or folded != root:
        raise BadProof


def consistency_proof(leaf_hashes: Sequence[bytes], old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]): that the tree of `old` leaves is the beginning of that of `new`. Raises BadProof."""
    if not 0 <= old <= new <= len(leaf_hashes):
        raise BadProof("There are no such trees.")
    return _subproof(old, leaf_hashes[:new], True) if 0 < old < new else []


def _subproof(old: int, hashes: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2; `whole` while the old root itself is known to the verifier."""
    if old == len(hashes):
        return [] if whole else [tree_hash(hashes)]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    if old <= split:
        return [*_subproof(old, hashes[:split], whole), tree_hash(hashes[split:])]
    return [*_subproof(old - split, hashes[split:], False), tree_hash(hashes[:split])]


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise BadProof unless the tree of `old` leaves is the beginning of that of `new` (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old <= new:
        raise BadProof
    if old in (0, new):
        if proof or (old_root != (EMPTY_ROOT if old == 0 else new_root)) or (new == 0 and new_root != EMPTY_ROOT):
            raise BadProof
        return
    path = [old_root, *proof] if not old & (old - 1) else list(proof)
    if not path:
        raise BadProof
    _follow(old, new, path, old_root, new_root)


def _follow(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> None:
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise BadProof
