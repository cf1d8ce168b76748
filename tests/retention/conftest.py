"""The roof's tests work on a keyring of their own, like those of the living floor."""

from tests.collection.conftest import _keyring

__all__ = ["_keyring"]
