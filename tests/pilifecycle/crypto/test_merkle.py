"""RFC 6962: known roots, and every proof of every tree up to 64 leaves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilifecycle.crypto import merkle
from pilifecycle.crypto.faults import BadProof
from tests.pilifecycle.crypto import outsider

VECTORS = outsider.read("merkle")
KNOWN = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(64)]
ROOTS = [merkle.tree_hash(LEAVES[:size]) for size in range(65)]


def test_the_roots_are_those_of_certificate_transparency():
    assert merkle.tree_hash([]).hex() == merkle.root([]).hex() == VECTORS["empty"]
    peaks = []
    for size, expected in enumerate(VECTORS["roots"]):
        peaks = merkle.grow(size, peaks, KNOWN[size])
        assert merkle.root(peaks).hex() == merkle.tree_hash(KNOWN[: size + 1]).hex() == expected


@pytest.mark.parametrize("case", VECTORS["inclusion"])
def test_inclusion_proofs_are_those_of_certificate_transparency(case):
    assert [part.hex() for part in merkle.inclusion_proof(KNOWN, case["index"], case["size"])] == case["proof"]


@pytest.mark.parametrize("case", VECTORS["consistency"])
def test_consistency_proofs_are_those_of_certificate_transparency(case):
    assert [part.hex() for part in merkle.consistency_proof(KNOWN, case["old"], case["new"])] == case["proof"]


def test_growing_gives_the_same_root_as_computing_at_once():
    peaks = []
    for size, leaf in enumerate(LEAVES):
        before = list(peaks)
        grown = merkle.grow(size, peaks, leaf)
        assert peaks == before
        assert merkle.root(grown) == ROOTS[size + 1]
        assert len(grown) == (size + 1).bit_count()
        peaks = grown


def test_every_leaf_of_every_tree_is_proven():
    for size in range(1, 65):
        for index in range(size):
            proof = merkle.inclusion_proof(LEAVES, index, size)
            merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_tree_is_proven_to_begin_every_later_one():
    for new in range(65):
        for old in range(new + 1):
            proof = merkle.consistency_proof(LEAVES, old, new)
            merkle.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


def damaged(proof: list[bytes], how: str, at: int) -> list[bytes]:
    position = at % len(proof) if proof else 0
    if how == "longer":
        return [*proof, bytes(32)]
    if how == "shorter":
        return proof[:-1] if proof else [bytes(32)]
    if not proof:
        return [bytes(32)]
    return [*proof[:position], bytes([proof[position][0] ^ 1]) + proof[position][1:], *proof[position + 1 :]]


ways = st.sampled_from(["longer", "shorter", "flipped"])


@settings(max_examples=200)
@given(st.integers(1, 64), st.integers(0, 63), ways, st.integers(0, 6))
def test_a_damaged_inclusion_proof_is_refused(size, index, how, at):
    index %= size
    proof = damaged(merkle.inclusion_proof(LEAVES, index, size), how, at)
    with pytest.raises(BadProof):
        merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@settings(max_examples=200)
@given(st.integers(1, 64), st.integers(0, 63), st.integers(0, 63))
def test_a_proof_is_good_for_one_leaf_in_one_place(size, index, other):
    index, other = index % size, other % size
    proof = merkle.inclusion_proof(LEAVES, index, size)
    if other != index:
        with pytest.raises(BadProof):
            merkle.verify_inclusion(LEAVES[other], index, size, proof, ROOTS[size])
        with pytest.raises(BadProof):
            merkle.verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    with pytest.raises(BadProof):
        merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size - 1])


@settings(max_examples=200)
@given(st.integers(1, 64), st.integers(1, 64), ways, st.integers(0, 6))
def test_a_damaged_consistency_proof_is_refused(old, new, how, at):
    old, new = min(old, new), max(old, new)
    proof = damaged(merkle.consistency_proof(LEAVES, old, new), how, at)
    with pytest.raises(BadProof):
        merkle.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@settings(max_examples=200)
@given(st.integers(1, 64), st.integers(1, 64), st.integers(0, 63))
def test_a_rewritten_history_is_not_consistent(old, new, changed):
    old, new = min(old, new), max(old, new)
    forged = [*LEAVES]
    forged[changed % old] = bytes(32)
    proof = merkle.consistency_proof(forged, old, new)
    with pytest.raises(BadProof):
        merkle.verify_consistency(old, new, proof, ROOTS[old], merkle.tree_hash(forged[:new]))


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3), (0, 65)])
def test_trees_that_are_not_there_have_no_proof(old, new):
    with pytest.raises(BadProof):
        merkle.consistency_proof(LEAVES, old, new)


@pytest.mark.parametrize(("old", "new", "proof"), [(2, 1, []), (-1, 1, []), (3, 4, []), (0, 4, [bytes(32)])])
def test_impossible_consistency_is_refused(old, new, proof):
    with pytest.raises(BadProof):
        merkle.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


def test_the_empty_tree_has_one_root_only():
    for roots in [(bytes(32), ROOTS[5]), (bytes(32), bytes(32))]:
        with pytest.raises(BadProof):
            merkle.verify_consistency(0, 5 if roots[1] == ROOTS[5] else 0, [], *roots)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (0, 65)])
def test_leaves_that_are_not_there_have_no_proof(index, size):
    with pytest.raises(BadProof):
        merkle.inclusion_proof(LEAVES, index, size)
    if size < 65:
        with pytest.raises(BadProof):
            merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])
