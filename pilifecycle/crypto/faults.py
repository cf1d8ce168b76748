"""What can go wrong with bytes and keys. The texts are fixed sentences: never a value, never a key.

These are no refusals to a person; the rooms above turn them into `pilifecycle.errors`.
"""


class CryptoError(Exception):
    """Something cryptographic failed."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])


class BadTag(CryptoError):
    """The authentication tag does not fit: wrong key, wrong place, or damaged."""


class Punctured(CryptoError):
    """This leaf was punctured: its key cannot be derived any more."""


class Exhausted(CryptoError):
    """All leaves of this key batch are spent, or its frontier was wiped."""


class BadFormat(CryptoError):
    """These bytes are not what they should be."""


class TooLarge(BadFormat):
    """The plaintext does not fit into its bucket."""


class UnknownSuite(CryptoError):
    """No suite of this number is installed."""


class BadProof(CryptoError):
    """The Merkle proof does not lead to this root."""


class BadSignature(CryptoError):
    """The signature does not verify under the known key."""


class UnknownKey(BadSignature):
    """Nothing here is signed by a known key. `keyids` are the fingerprints that it names."""

    def __init__(self, keyids: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.keyids = keyids
