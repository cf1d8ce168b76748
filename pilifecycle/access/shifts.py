"""The code of a shift: how it is spelt, hashed and found again, and how often it may be tried.

Ten letters of Crockford's alphabet (no I, L, O, U), 50 random bits, shown once. Kept is an HMAC under the server's own
key, so that a copy of the database cannot be searched for codes. Expiry is business time, the rate limit real time.
"""

import hmac
import secrets
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import TooMany

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 10
ALIKE = str.maketrans("ILOU", "110V")
TRIES, WINDOW = 10, 600  # wrong codes from one phone in so many seconds


def new_code() -> str:
    """A fresh code, as it is read out: XXXXX-XXXXX."""
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))
    return f"{letters[:5]}-{letters[5:]}"


def hash_code(code: str) -> bytes:
    """The kept hash; spaces, dashes, small letters and letters that look alike are forgiven."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum()).translate(ALIKE)
    return _keyed("shift code", plain)


def hash_device(device: str) -> bytes:
    """The kept hash of a phone's random mark."""
    return _keyed("shift device", device)


def limit(device: str) -> None:
    """Raise TooMany where this phone sent too many wrong codes."""
    if cache.get(_counter(device), 0) >= TRIES:
        raise TooMany(_("Too many wrong codes. Try again in ten minutes."), code="too_many_codes")


def count_failure(device: str) -> None:
    """Remember one wrong code of this phone for ten minutes."""
    if not cache.add(_counter(device), 1, WINDOW):
        cache.incr(_counter(device))
        cache.touch(_counter(device), WINDOW)  # not every cache keeps the first one's end


def _counter(device: str) -> str:
    return f"shift-tries-{hash_device(device).hex()}"


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"pilifecycle {purpose} v1\0{text}".encode(), sha256)
