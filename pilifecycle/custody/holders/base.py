"""What a custody holder does: it keeps the keys that stand in no database, and destroys them for good."""

from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pilifecycle.crypto.wipe import Secret


class NoSuchKey(LookupError):
    """The holder has no living key of this name. Whether it was destroyed or lost is told by the vault's intents."""


class Holder(Protocol):
    """A custody call costs milliseconds: one a compartment, never one a record. Names are never used again."""

    def prepare(self) -> None:
        """Make what the holder needs to begin, once. Raises Unavailable(code="keyring_missing", …)."""

    def create(self, name: str, suite: int) -> None:
        """Make a random key of 32 bytes; nothing happens if it lives. Raises Gone(code="key_destroyed")."""

    def has(self, name: str) -> bool:
        """Whether a living key has this name."""

    def wrap(self, name: str, key: bytes | bytearray, aad: bytes) -> bytes:
        """Encrypt key material under the named key. Raises NoSuchKey."""

    def unwrap(self, name: str, blob: bytes, aad: bytes) -> Secret:
        """Open what `wrap` made. Raises NoSuchKey, or crypto's BadTag."""

    def destroy(self, name: str, warrant: str) -> dict[str, Any]:
        """Destroy the named key for good and return the evidence; again: the same evidence. Raises NoSuchKey."""

    def create_signing(self, name: str) -> bytes:
        """Make an Ed25519 key, or find it, and return its public half, 32 bytes."""

    def signing_key(self, name: str) -> Ed25519PrivateKey:
        """Something that signs. Raises NoSuchKey."""

    def describe(self) -> dict[str, Any]:
        """{class, exportable, copies}: what a certificate says about this custody."""
