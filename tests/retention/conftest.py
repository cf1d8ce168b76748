"""The roof's tests work on a keyring of their own, like those of the living floor."""

import pytest

from pilifecycle.custody import actions as custody
from tests.collection.conftest import _keyring

__all__ = ["_keyring", "quick_samples"]


@pytest.fixture
def quick_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try the control samples in this process: starting another one takes seconds, and is tested where it is made."""
    monkeypatch.setattr(custody, "canaries_open_elsewhere", custody.canaries_open)
