"""A keyring of the test run's own, for everything that opens compartments."""

import base64
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _keyring(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> None:
    """Custody with a new keyring, where a test touches the databases at all."""
    if not {"db", "transactional_db"} & set(request.fixturenames) and not request.node.get_closest_marker("django_db"):
        return
    request.getfixturevalue("db" if "transactional_db" not in request.fixturenames else "transactional_db")
    settings.PIL_KEYRING = tmp_path / "keyring.bin"
    settings.PIL_KEYRING_KEK = base64.b64encode(b"only for tests, only for tests..").decode()
    from pilifecycle.custody import actions as custody

    custody.prepare()
