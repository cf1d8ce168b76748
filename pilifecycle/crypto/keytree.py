"""The key tree: one random root gives up to 65,536 keys, of which any can be destroyed alone.

A GGM puncturable pseudo-random function: child i of a node is HMAC-SHA256(node, "tree1" ‖ level ‖ i), level and i one
byte each, the root's children being on level 1. A leaf is a key. To puncture a leaf is to replace the root by the
siblings along the path to it: every other leaf stays derivable, nothing is re-encrypted, and from what is left the
punctured leaf follows no more than a SHA-256 pre-image does. Radix 16 and depth 4 measured best: a puncture leaves 60
nodes, 2.1 KB.

What this leaves to others: that the old root is gone from every store (custody: rekey), and locks and forks around a
`Frontier`.
"""

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256

from pilifecycle.crypto.faults import BadFormat, Exhausted, Punctured
from pilifecycle.crypto.wipe import wipe

RADIX, DEPTH, MOST_LEAVES, SIZE = 16, 4, 65_536, 32
_ZEROS = bytes(SIZE)
LABEL = b"tree1"
_ENTRY = struct.Struct(">BH32s")  # level, place on that level, node

# HMAC with its two padded keys written out (RFC 2104): a third faster than hmac.digest; pads serve all children.
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_INNER_TAIL, _OUTER_TAIL = b"\x36" * 32, b"\x5c" * 32


@lru_cache
def _messages(radix: int, depth: int) -> tuple[tuple[bytes, ...], ...]:
    return tuple(tuple(LABEL + bytes((level, i)) for i in range(radix)) for level in range(depth + 1))


@lru_cache
def _strides(radix: int, depth: int) -> tuple[int, ...]:
    """How many leaves stand under one node of each level. Raises BadFormat for a tree that may not be."""
    if not (2 <= radix <= 256 and 1 <= depth <= 16 and radix**depth <= MOST_LEAVES):
        raise BadFormat("A tree has 2 to 65,536 leaves.")
    return tuple(radix ** (depth - level) for level in range(depth + 1))


def _child(node: bytes | bytearray, message: bytes) -> bytes:
    inner = sha256(node.translate(_INNER) + _INNER_TAIL + message).digest()
    return sha256(node.translate(_OUTER) + _OUTER_TAIL + inner).digest()


def _children(node: bytes | bytearray, messages: tuple[bytes, ...]) -> list[bytes]:
    inner, outer = node.translate(_INNER) + _INNER_TAIL, node.translate(_OUTER) + _OUTER_TAIL
    return [sha256(outer + sha256(inner + message).digest()).digest() for message in messages]


class Nodes:
    """What is left of one root: the root itself, or the nodes that cover every leaf not punctured. A value."""

    __slots__ = ("_known", "_parent", "_strides", "depth", "radix")

    def __init__(self, known: dict[tuple[int, int], bytearray], radix: int = RADIX, depth: int = DEPTH) -> None:
        self.radix, self.depth, self._strides = radix, depth, _strides(radix, depth)
        self._known = known  # (level, place on that level): node
        self._parent: tuple[int | None, bytes] = (None, b"")  # of the leaf derived last: readers go from left to right

    @classmethod
    def root(cls, random32: bytes | bytearray, radix: int = RADIX, depth: int = DEPTH) -> "Nodes":
        """The whole tree. Raises BadFormat unless there are 32 bytes."""
        if len(random32) != SIZE:
            raise BadFormat("A root has 32 bytes.")
        return cls({(0, 0): bytearray(random32)}, radix, depth)

    @property
    def leaves(self) -> int:
        """How many leaves the unpunctured tree has."""
        return self._strides[0]

    @property
    def empty(self) -> bool:
        """Whether every leaf is gone."""
        return not self._known

    def __contains__(self, index: int) -> bool:
        return self._covering(index) is not None

    def _covering(self, index: int) -> tuple[int, int] | None:
        if not 0 <= index < self._strides[0]:
            raise BadFormat("The tree has no leaf of this index.")
        for level, stride in enumerate(self._strides):
            if (level, index // stride) in self._known:
                return level, index // stride
        return None

    def puncture(self, index: int) -> "Nodes":
        """The nodes that derive every leaf but this one. A leaf that is gone already changes nothing."""
        return self.puncture_many((index,))

    def puncture_many(self, indexes: Iterable[int]) -> "Nodes":
        """The nodes that derive every leaf but these. The old value stays what it was: `wipe()` it."""
        left = Nodes({place: node[:] for place, node in self._known.items()}, self.radix, self.depth)
        for index in indexes:
            place = left._covering(index)
            if place is not None:
                left._split(place, index)
        return left

    def _split(self, place: tuple[int, int], index: int) -> None:
        """Replace a node by the siblings along its path to this leaf."""
        level, node = place[0], self._known.pop(place)
        while level < self.depth:
            level += 1
            first, on_path = place[1] * self.radix, index // self._strides[level]
            for i, child in enumerate(_children(node, _messages(self.radix, self.depth)[level])):
                self._known[level, first + i] = bytearray(child)
            wipe(node)
            place, node = (level, on_path), self._known.pop((level, on_path))
        wipe(node)

    def _in_order(self) -> Iterator[tuple[int, int]]:
        return iter(sorted(self._known, key=lambda place: place[1] * self._strides[place[0]]))

    def encode(self) -> bytes:
        """A whole root is its 32 bytes; otherwise level(1) ‖ place(2) ‖ node(32) for each node, from left to right."""
        if (0, 0) in self._known:
            return bytes(self._known[0, 0])
        return b"".join([_ENTRY.pack(level, place, self._known[level, place]) for level, place in self._in_order()])

    @classmethod
    def decode(cls, data: bytes | bytearray, radix: int = RADIX, depth: int = DEPTH) -> "Nodes":
        """Read `encode`. Raises BadFormat unless the nodes stand in order and none covers another's leaves."""
        if len(data) == SIZE:
            return cls.root(data, radix, depth)
        if len(data) % _ENTRY.size:
            raise BadFormat("Nodes have a whole number of entries.")
        strides, free, known = _strides(radix, depth), 0, {}
        for level, place, node in _ENTRY.iter_unpack(data):
            if not 1 <= level <= depth or not free <= place * strides[level] < strides[0]:
                raise BadFormat("Nodes stand in order and cover each leaf once.")
            known[level, place], free = bytearray(node), (place + 1) * strides[level]
        return cls(known, radix, depth)

    def check(self) -> bytes:
        """The check value, 8 bytes: tells that an unwrapped root is the one that was wrapped, and nothing about it."""
        return sha256(b"check1" + struct.pack(">HH", self.radix, self.depth) + self.encode()).digest()[:8]

    def wipe(self) -> None:
        """Zero every node and forget it."""
        for node in self._known.values():
            wipe(node)
        self._known.clear()
        self._parent = (None, b"")

    def __repr__(self) -> str:
        return f"Nodes({len(self._known)} of a tree of {self.leaves})"


def derive(nodes: Nodes, index: int) -> bytes:
    """The key of one leaf, 32 bytes. Raises Punctured if it is gone, BadFormat if the tree has no such leaf."""
    radix, depth = nodes.radix, nodes.depth
    place, parent = nodes._parent
    if place != index // radix:  # what is kept is whole: no leaf under it was punctured
        covering = nodes._covering(index)
        if covering is None:
            raise Punctured
        if covering[0] == depth:
            return bytes(nodes._known[covering])
        parent = _descend(nodes, covering, index)
        nodes._parent = (index // radix, parent)
    return _child(parent, _messages(radix, depth)[depth][index % radix])


def _descend(nodes: Nodes, place: tuple[int, int], index: int) -> bytes:
    """The parent of a leaf, from the node that covers it."""
    node: bytes | bytearray = nodes._known[place]
    radix, depth, strides = nodes.radix, nodes.depth, nodes._strides
    messages = _messages(radix, depth)
    for level in range(place[0] + 1, depth):
        node = _child(node, messages[level][index // strides[level] % radix])
    return bytes(node)


class Frontier:
    """Hands out the leaves from left to right and cannot go back.

    Kept are only nodes that cover leaves not handed out yet; what is used is zeroed. So whoever takes over the writer
    reads nothing that it wrote before. Not locked: the caller sees to threads and forks.
    """

    __slots__ = ("_buffers", "_messages", "_next", "leaves", "spent")

    def __init__(self, root: bytes | bytearray, radix: int = RADIX, depth: int = DEPTH) -> None:
        if len(root) != SIZE:
            raise BadFormat("A root has 32 bytes.")
        self.leaves, self._messages = _strides(radix, depth)[0], _messages(radix, depth)
        self._buffers = [bytearray(root)] + [bytearray(SIZE * radix) for _ in range(depth)]  # the nodes of each level
        self._next = [0] + [SIZE * radix] * depth  # offset of the first unused node of each level
        self.spent = 0  # how many leaves are gone: also the index of the next one

    @classmethod
    def at(cls, root: bytes | bytearray, start: int, radix: int = RADIX, depth: int = DEPTH) -> "Frontier":
        """A frontier that begins at leaf `start` and can derive none before it; `start` = leaves gives a spent one."""
        frontier, strides = cls(root, radix, depth), _strides(radix, depth)
        if not 0 <= start <= frontier.leaves:
            raise BadFormat("The tree has no leaf of this index.")
        frontier.spent = start
        if start == frontier.leaves:
            frontier.wipe()
            return frontier
        for level in range(depth):
            frontier._open(level)
            for _ in range(start // strides[level + 1] % radix):
                frontier._take(level + 1)
        return frontier

    def next(self) -> tuple[int, bytes]:
        """(index, key) of the next leaf, which is forgotten here. Raises Exhausted when none is left."""
        index = self.spent
        if index >= self.leaves:
            raise Exhausted
        if self._next[-1] == len(self._buffers[-1]):
            self._refill()
        self.spent = index + 1
        return index, self._take(-1)

    def _refill(self) -> None:
        level = depth = len(self._buffers) - 1
        while self._next[level] == len(self._buffers[level]):
            level -= 1
        for upper in range(level, depth):
            self._open(upper)

    def _take(self, level: int) -> bytes:
        buffer, offset = self._buffers[level], self._next[level]
        self._next[level] = end = offset + SIZE
        node = bytes(buffer[offset:end])
        buffer[offset:end] = _ZEROS
        return node

    def _open(self, level: int) -> None:
        """Replace the first unused node of this level by its children."""
        self._buffers[level + 1][:] = b"".join(_children(self._take(level), self._messages[level + 1]))
        self._next[level + 1] = 0

    def wipe(self) -> None:
        """Zero what is left; `next()` raises Exhausted from now on. `spent` stays, for the books."""
        for buffer in self._buffers:
            wipe(buffer)
        self.leaves = self.spent

    def __repr__(self) -> str:
        return f"Frontier({self.spent} of {self.leaves} leaves spent)"
