"""Everything here is marked `torture`: the ordinary suite leaves it out."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/torture/" in item.nodeid:
            item.add_marker(pytest.mark.torture)
