"""Ed25519 (RFC 8032): one place that signs, one that verifies. Keys are 32 raw bytes."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pilifecycle.crypto.faults import BadFormat, BadSignature

Private = bytes | bytearray | Ed25519PrivateKey


def generate_signing_key() -> tuple[bytes, bytes]:
    """A fresh pair: (private, public), 32 raw bytes each."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def _loaded(private: Private) -> Ed25519PrivateKey:
    if isinstance(private, Ed25519PrivateKey):
        return private
    try:
        return Ed25519PrivateKey.from_private_bytes(private)
    except ValueError:
        raise BadFormat("A signing key has 32 bytes.") from None


def public_of(private: Private) -> bytes:
    """The public key of a signing key, 32 raw bytes."""
    return _loaded(private).public_key().public_bytes_raw()


def sign(private: Private, message: bytes) -> bytes:
    """The signature, 64 bytes."""
    return _loaded(private).sign(message)


def verify(public32: bytes, signature: bytes, message: bytes) -> None:
    """Raise BadSignature unless this key signed this message; BadFormat if it is no key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes(public32)).verify(signature, message)
    except InvalidSignature:
        raise BadSignature from None
    except ValueError:
        raise BadFormat("A public key has 32 bytes.") from None


def fingerprint(public32: bytes) -> str:
    """SHA-256 of the 32 raw bytes, in hex: how a key is named in envelopes, on paper and on screen."""
    return sha256(public32).hexdigest()
