"""Blind tokens: find a phone number without storing it.

The key belongs to one emergency and dies with it. Tokens are cut so short that a thief of the key gets hundreds of
candidates instead of one; a search decrypts its candidates and shows only true ones.
"""

import hmac

from pilifecycle.crypto.contexts import lp

BITS = 26


def token(key: bytes | bytearray, field: str, normalised: str, bits: int = BITS) -> int:
    """The first `bits` bits (1 … 31, so that it fits a signed four-byte column) of an HMAC-SHA256 over field and value.

    The same value in another field has another token. Normalise first; a new normaliser is a new `field` name.
    """
    if not 1 <= bits <= 31:
        raise ValueError("A token has 1 to 31 bits.")
    digest = hmac.digest(key, lp(b"tok1", field.encode(), normalised.encode()), "sha256")
    return int.from_bytes(digest[:4], "big") >> (32 - bits)
