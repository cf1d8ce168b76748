"""To what a ciphertext is bound, encoded so that no two contexts encode alike (docs/format.md, "Contexts").

Every part is preceded by its length, and every context begins with a label of its own.
"""

from uuid import UUID

from pilifecycle.crypto.faults import BadFormat


def lp(*parts: bytes) -> bytes:
    """LP(x) = length of x as u32 big-endian ‖ x, for each part in turn."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def u32(number: int) -> bytes:
    """Four bytes, big-endian. Raises BadFormat outside 0 … 2^32 - 1."""
    try:
        return number.to_bytes(4, "big")
    except OverflowError:
        raise BadFormat("This number does not fit into four bytes.") from None


def seal_info(emergency: UUID, category: str, batch: bytes, ck_version: int) -> bytes:
    """The HPKE info under which a front seals a new root to a compartment's public key."""
    return lp(b"seal1", emergency.bytes, category.encode(), batch, u32(ck_version))


def wrap_aad(emergency: UUID, category: str, batch: bytes, ck_version: int) -> bytes:
    """The additional data under which a compartment's CVK wraps a root, whole or punctured."""
    return lp(b"wrap1", emergency.bytes, category.encode(), batch, u32(ck_version))


def blob_aad(emergency: UUID, category: str, ck_version: int) -> bytes:
    """The additional data under which a custody key wraps the blob of its compartment."""
    return lp(b"blob1", emergency.bytes, category.encode(), u32(ck_version))
