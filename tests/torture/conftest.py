"""Everything here is marked `torture`: the ordinary suite leaves it out."""

import pytest

from tests.collection.conftest import _keyring
from tests.retention.conftest import quick_samples

__all__ = ["_keyring", "quick_samples"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/torture/" in item.nodeid:
            item.add_marker(pytest.mark.torture)
