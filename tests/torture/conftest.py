"""Everything here is marked `torture`: the ordinary suite leaves it out."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.collection.conftest import _keyring
from tests.retention.conftest import quick_samples
from tests.torture.seeds import seeds
from tests.torture.stores import Played

__all__ = ["_keyring", "quick_samples"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/torture/" in item.nodeid:
            item.add_marker(pytest.mark.torture)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The accidents of one kind of batch: the file says which kind, and how often each accident is played."""
    if hasattr(metafunc.module, "KIND"):
        chosen = seeds(metafunc.module.EVERY.get(metafunc.function.__name__, 9))
        metafunc.parametrize("seed", chosen, ids=lambda seed: f"seed{seed}")


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Played]]:
    """The stores of this worker, each prepared when a test first asks for it."""
    made: dict[str, Played] = {}
    yield made
    for store in made.values():
        store.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, stores: dict[str, Played], tmp_path_factory: Any) -> Played:
    """The store of the test's kind, as it was before the batch began."""
    kind = request.module.KIND
    if kind not in stores:
        stores[kind] = Played(tmp_path_factory.mktemp(kind), kind)
    stores[kind].renew()
    return stores[kind]
