"""Receipt codes: what a person keeps in order to look, withdraw, ask, and learn afterwards that all is destroyed.

A code is its point's code and a tag derived from the submission id, so the same submission has the same receipt. Only
its hash is stored. It outlives the record by the tombstones that answer for it.
"""

import hashlib
import hmac

from pilifecycle.errors import NotFound

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TAG = 12
LOOKALIKE = str.maketrans({"0": "Q", "1": "L", "I": "L", "O": "Q"})


def make_code(point_code: str, submission_id: bytes) -> str:
    """``ABCD2345-XXXX-XXXX-XXXX``: 60 bits that only the holder of the submission id could have known before."""
    digest = int.from_bytes(hmac.digest(submission_id, b"receipt1" + point_code.encode(), "sha256"), "big")
    tag = "".join(ALPHABET[digest >> 5 * place & 31] for place in range(TAG))
    return "-".join((point_code, tag[:4], tag[4:8], tag[8:]))


def normal(code: str) -> str:
    """The code as it is hashed: upper case, no dashes or spaces. Raises NotFound for what cannot be a code."""
    text = "".join(code.upper().split()).replace("-", "")
    if not (TAG < len(text) <= 40 and text.isascii() and text.isalnum()):
        raise NotFound(code="unknown_receipt")
    return text


def receipt_hash(code: str) -> bytes:
    """SHA-256 over the normalised code: 60 random bits are behind it, so it cannot be guessed back."""
    return hashlib.sha256(b"rcpt1" + normal(code).encode()).digest()


def point_code(code: str) -> str:
    """The code of the point at which the receipt was made."""
    return normal(code)[:-TAG]


def submission_hash(submission_id: bytes) -> bytes:
    """What is stored of a client's random submission id."""
    return hashlib.sha256(b"sub1" + submission_id).digest()


def slip_id(code: str) -> bytes:
    """The submission id of a paper slip: its pre-printed receipt code."""
    return hashlib.sha256(b"slip1" + normal(code).encode()).digest()[:16]


def verifier(code: str, fact: str) -> bytes:
    """Keyed by the receipt code: checks a fact (the last four digits of a phone) without custody."""
    return hmac.digest(hashlib.sha256(b"fact1" + normal(code).encode()).digest(), fact.encode(), "sha256")


def fact_of(mobile: str) -> str:
    """The fact a receipt is checked with."""
    return mobile[-4:]
