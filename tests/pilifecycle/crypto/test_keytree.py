"""The key tree: what is punctured or spent cannot be derived, everything else can."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilifecycle.crypto.faults import BadFormat, CryptoError, Exhausted, Punctured
from pilifecycle.crypto.keytree import Frontier, Nodes, derive
from tests.pilifecycle.crypto import outsider

ROOT = bytes(range(32))
small_trees = st.sampled_from([(2, 1), (2, 3), (3, 2), (4, 2), (16, 1), (2, 5), (16, 2)])
roots = st.binary(min_size=32, max_size=32)
leaf_numbers = st.integers(0, 65_535)


def all_leaves(nodes: Nodes) -> dict[int, bytes]:
    """Every leaf that these nodes still give."""
    return {index: derive(nodes, index) for index in range(nodes.leaves) if index in nodes}


def kept(frontier: Frontier) -> set[bytes]:
    """Every node in a frontier's memory."""
    buffers = [bytes(buffer[i : i + 32]) for buffer in frontier._buffers for i in range(0, len(buffer), 32)]
    return set(buffers) - {bytes(32)}


def below(node: bytes, level: int, radix: int, depth: int) -> set[bytes]:
    """The leaves that somebody derives who holds this node and guesses its level."""
    found = {node}
    for deeper in range(level + 1, depth + 1):
        found = {child for some in found for child in children(some, deeper, radix)}
    return found


def children(node: bytes, level: int, radix: int) -> list[bytes]:
    return [outsider.mac(node, b"tree1" + bytes([level, i])) for i in range(radix)]


def test_derives_the_published_leaves():
    vectors = outsider.read("tree")
    nodes = Nodes.root(bytes.fromhex(vectors["root"]))
    for index, leaf in vectors["leaves"].items():
        assert derive(nodes, int(index)).hex() == leaf
    assert nodes.check().hex() == vectors["check"]


def test_a_puncture_leaves_the_published_nodes():
    vectors = outsider.read("tree")
    left = Nodes.root(bytes.fromhex(vectors["root"])).puncture(vectors["puncture"]["index"])
    assert left.encode().hex() == vectors["puncture"]["nodes"]
    assert left.check().hex() == vectors["puncture"]["check"]


def test_one_puncture_costs_60_nodes_and_about_two_kilobytes():
    assert len(Nodes.root(ROOT).puncture(0).encode()) == 60 * 35


@given(roots, leaf_numbers)
def test_any_leaf_is_what_an_outsider_derives(root, index):
    assert derive(Nodes.root(root), index) == outsider.leaf(root, index)


@given(roots, st.sets(leaf_numbers, max_size=8), leaf_numbers)
def test_punctured_leaves_are_underivable_and_all_others_equal(root, gone, asked):
    left = Nodes.root(root).puncture_many(gone)
    for index in {*gone, asked, *((index ^ 1) for index in gone)}:
        if index in gone:
            with pytest.raises(Punctured):
                derive(left, index)
        else:
            assert derive(left, index) == derive(Nodes.root(root), index)


@given(small_trees, st.data())
def test_in_a_small_tree_every_leaf_is_as_it_should_be(shape, data):
    whole = Nodes.root(ROOT, *shape)
    gone = data.draw(st.sets(st.integers(0, whole.leaves - 1)))
    left = whole.puncture_many(gone)
    assert all_leaves(left) == {index: leaf for index, leaf in all_leaves(whole).items() if index not in gone}
    assert left.empty == (len(gone) == whole.leaves)
    again = Nodes.decode(left.encode(), *shape)
    assert all_leaves(again) == all_leaves(left)
    assert again.encode() == left.encode()
    assert again.check() == left.check()


@given(small_trees, st.data())
def test_no_node_that_is_left_leads_to_a_punctured_leaf(shape, data):
    whole = Nodes.root(ROOT, *shape)
    gone = data.draw(st.sets(st.integers(0, whole.leaves - 1), min_size=1))
    left = whole.puncture_many(gone)
    reachable = {
        leaf
        for node in left._known.values()
        for level in range(shape[1] + 1)
        for leaf in below(bytes(node), level, *shape)
    }
    assert not reachable & {derive(whole, index) for index in gone}


@given(st.permutations(range(16)))
def test_the_order_of_punctures_does_not_matter(order):
    nodes, at_once = Nodes.root(ROOT, 4, 2), Nodes.root(ROOT, 4, 2).puncture_many(order[:9])
    for index in order[:9]:
        nodes = nodes.puncture(index)
    assert nodes.encode() == at_once.encode()


def test_a_puncture_may_be_repeated():
    once = Nodes.root(ROOT).puncture(7)
    assert once.puncture(7).encode() == once.encode()


def test_a_puncture_leaves_the_old_value_alone():
    whole = Nodes.root(ROOT)
    derive(whole, 7)
    left = whole.puncture(7)
    assert derive(whole, 7)
    with pytest.raises(Punctured):
        derive(left, 7)
    whole.wipe()
    assert whole.empty
    assert derive(left, 8) == outsider.leaf(ROOT, 8)


def test_a_reader_who_remembers_the_parent_still_sees_each_puncture():
    nodes = Nodes.root(ROOT).puncture(17)
    assert [derive(nodes, 16), derive(nodes, 18)] == [outsider.leaf(ROOT, 16), outsider.leaf(ROOT, 18)]
    with pytest.raises(Punctured):
        derive(nodes, 17)


def test_wiped_nodes_derive_nothing():
    nodes = Nodes.root(ROOT)
    derive(nodes, 0)
    held = list(nodes._known.values())
    nodes.wipe()
    assert held == [bytearray(32)]
    with pytest.raises(Punctured):
        derive(nodes, 0)


@pytest.mark.parametrize("index", [-1, 65_536, 2**40])
def test_a_leaf_outside_the_tree_is_refused(index):
    with pytest.raises(BadFormat):
        derive(Nodes.root(ROOT), index)
    with pytest.raises(BadFormat):
        Nodes.root(ROOT).puncture(index)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_root_of_another_size_is_refused(size):
    with pytest.raises(BadFormat):
        Nodes.root(bytes(size))
    with pytest.raises(BadFormat):
        Frontier(bytes(size))


@pytest.mark.parametrize("shape", [(1, 4), (16, 0), (16, 5), (257, 1), (2, 17)])
def test_a_tree_that_may_not_be_is_refused(shape):
    with pytest.raises(BadFormat):
        Nodes.root(ROOT, *shape)


ENTRY = bytes([1, 0, 3]) + ROOT


@pytest.mark.parametrize(
    "damaged",
    [
        ENTRY[:-1],
        bytes([0, 0, 0]) + ROOT,  # a root in disguise
        bytes([5, 0, 0]) + ROOT,  # below the leaves
        bytes([1, 0, 16]) + ROOT,  # beyond the last node of its level
        ENTRY + ENTRY,
        ENTRY + bytes([2, 0, 50]) + ROOT,  # covered by the first
        bytes([1, 0, 4]) + ROOT + ENTRY,  # out of order
    ],
)
def test_nodes_that_are_no_nodes_are_refused(damaged):
    with pytest.raises(BadFormat):
        Nodes.decode(damaged)


def test_all_leaves_gone_is_an_empty_text():
    gone = Nodes.root(ROOT, 2, 2).puncture_many(range(4))
    assert gone.encode() == b""
    assert Nodes.decode(b"", 2, 2).empty


@settings(max_examples=30)
@given(roots, st.sampled_from([(2, 3), (3, 2), (16, 1), (4, 2)]))
def test_the_frontier_gives_every_leaf_once_and_from_left_to_right(root, shape):
    frontier, whole = Frontier(root, *shape), Nodes.root(root, *shape)
    given_out = [frontier.next() for _ in range(whole.leaves)]
    assert given_out == list(all_leaves(whole).items())
    with pytest.raises(Exhausted):
        frontier.next()
    assert frontier.spent == whole.leaves
    assert not kept(frontier)


@settings(max_examples=30)
@given(st.sampled_from([(2, 3), (3, 2), (4, 2), (2, 4)]), st.data())
def test_a_frontier_cannot_go_back(shape, data):
    whole = all_leaves(Nodes.root(ROOT, *shape))
    start = data.draw(st.integers(0, len(whole) - 1))
    frontier = Frontier.at(ROOT, start, *shape)
    for _ in range(data.draw(st.integers(0, len(whole) - start))):
        frontier.next()
    reachable = {
        leaf for node in kept(frontier) for level in range(shape[1] + 1) for leaf in below(node, level, *shape)
    }
    assert not reachable & {leaf for index, leaf in whole.items() if index < frontier.spent}
    assert reachable >= {leaf for index, leaf in whole.items() if index >= frontier.spent}


@given(st.integers(0, 65_535))
def test_a_frontier_begins_where_it_is_told(start):
    frontier = Frontier.at(ROOT, start)
    assert frontier.next() == (start, outsider.leaf(ROOT, start))
    if start < 65_535:
        assert frontier.next() == (start + 1, outsider.leaf(ROOT, start + 1))


def test_a_frontier_at_its_end_is_spent():
    frontier = Frontier.at(ROOT, 65_536)
    assert frontier.spent == 65_536
    with pytest.raises(Exhausted):
        frontier.next()
    with pytest.raises(BadFormat):
        Frontier.at(ROOT, 65_537)


def test_a_wiped_frontier_keeps_its_count_and_nothing_else():
    frontier = Frontier(ROOT)
    for _ in range(3):
        frontier.next()
    frontier.wipe()
    assert frontier.spent == 3
    assert not kept(frontier)
    with pytest.raises(CryptoError):
        frontier.next()


def test_no_key_stands_in_a_repr():
    nodes, frontier = Nodes.root(ROOT), Frontier(ROOT)
    assert repr(nodes) == "Nodes(1 of a tree of 65536)"
    assert repr(frontier) == "Frontier(0 of 65536 leaves spent)"
