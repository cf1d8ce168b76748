"""Which algorithms seal. A suite's number never changes its meaning, and is stored, never negotiated."""

import hmac
from dataclasses import dataclass
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from pilifecycle.crypto.faults import BadFormat, BadTag, UnknownSuite
from pilifecycle.crypto.wipe import Secret

Bytes = bytes | bytearray | memoryview

KEY, NONCE, TAG, ENC = 32, 12, 16, 32  # lengths in bytes
_HPKE = Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Suite:
    """AES-256-GCM, HMAC-SHA256 and HPKE over X25519. Keys are 32 bytes and are kept by nobody here."""

    number: int
    name: str

    def encrypt(self, key: Bytes, plaintext: Bytes, aad: bytes) -> bytes:
        """Return nonce(12, random) ‖ ciphertext ‖ tag(16)."""
        nonce = urandom(NONCE)
        return nonce + _cipher(key).encrypt(nonce, plaintext, aad)

    def decrypt(self, key: Bytes, sealed: Bytes, aad: bytes) -> bytes:
        """Open what `encrypt` made. Raises BadTag, and never returns anything that was not authenticated."""
        _at_least(sealed, NONCE + TAG)
        try:
            return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
        except InvalidTag:
            raise BadTag from None

    def decrypt_secret(self, key: Bytes, sealed: Bytes, aad: bytes) -> Secret:
        """Open a wrapped key straight into memory that can be wiped. Raises BadTag."""
        _at_least(sealed, NONCE + TAG)
        buffer = bytearray(len(sealed) - NONCE - TAG)
        try:
            _cipher(key).decrypt_into(sealed[:NONCE], sealed[NONCE:], aad, buffer)
        except InvalidTag:
            raise BadTag from None
        return Secret(buffer)

    def mac(self, key: Bytes, data: Bytes) -> bytes:
        """HMAC-SHA256, 32 bytes."""
        return hmac.digest(key, data, "sha256")

    def generate_keypair(self) -> tuple[bytes, bytes]:
        """A fresh X25519 pair: (private, public), 32 raw bytes each."""
        private = X25519PrivateKey.generate()
        return private.private_bytes_raw(), private.public_key().public_bytes_raw()

    def seal_to(self, public: Bytes, plaintext: Bytes, info: bytes) -> bytes:
        """HPKE base mode, one shot (RFC 9180): enc(32) ‖ ciphertext ‖ tag(16). Raises BadFormat on a bad public key."""
        try:
            return _HPKE.encrypt(bytes(plaintext), X25519PublicKey.from_public_bytes(bytes(public)), info=info)
        except ValueError:
            raise BadFormat("This is no usable X25519 public key.") from None

    def open_sealed(self, private: Bytes, sealed: Bytes, info: bytes) -> bytes:
        """Open what `seal_to` made for this private key and this info. Raises BadTag."""
        try:
            return _HPKE.decrypt(bytes(sealed), X25519PrivateKey.from_private_bytes(bytes(private)), info=info)
        except InvalidTag:
            raise BadTag from None
        except ValueError:
            raise BadFormat("This is no usable X25519 private key.") from None


def _cipher(key: Bytes) -> AESGCM:
    if len(key) != KEY:  # AESGCM would quietly take 16 bytes for AES-128
        raise BadFormat("A key has 32 bytes.")
    return AESGCM(key)


def _at_least(sealed: Bytes, size: int) -> None:
    if len(sealed) < size:
        raise BadTag


SUITES = {1: Suite(1, "AES-256-GCM, HMAC-SHA256, HPKE-X25519")}  # 2 (X-Wing) and 3 (SM4, SM3, SM2) are reserved


def suite(number: int) -> Suite:
    """The suite of this number. Raises UnknownSuite."""
    try:
        return SUITES[number]
    except KeyError:
        raise UnknownSuite from None
