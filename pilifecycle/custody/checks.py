"""What is wrong with custody before anything starts. The house's `checks` calls `findings`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections

from pilifecycle.errors import LifecycleError

from .outside import DATA, VAULT, answering
from .preparing import describe
from .signing import public_keys


def findings(app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """A Django system check. What asks the vault, and costs a key derivation, runs only where databases are checked."""
    yield from _canary_key()
    if databases and VAULT in databases:
        yield from _vault_and_holder()
        yield from _one_file_system()


def _canary_key() -> Iterator[CheckMessage]:
    if not settings.PIL_CANARY_KEY:
        yield Error("There is no key for the control samples.", "Set PIL_CANARY_KEY.", id="custody.E002")


def _vault_and_holder() -> Iterator[CheckMessage]:
    try:
        with answering():
            known = public_keys()
        describe()
    except LifecycleError as refusal:
        yield Error(f"{refusal} ({refusal.code})", id="custody.E003")
        return
    if not known and settings.PIL_CUSTODY != "none":
        yield Error("There is no signing key.", "Run `manage.py setup`.", id="custody.E004")


def _one_file_system() -> Iterator[CheckMessage]:
    """One disk, one backup, one thief: custody should stand apart from what it opens."""
    config = connections[DATA].settings_dict
    if settings.PIL_CUSTODY != "keyring" or "sqlite" not in config["ENGINE"]:
        return
    if _device(settings.PIL_KEYRING) == _device(config["NAME"]):
        yield Warning(
            "The keyring and the data stand on one file system.", "Set PIL_KEYRING to another disk.", id="custody.W001"
        )


def _device(path: Path | str) -> int:
    try:
        return os.stat(Path(path).parent).st_dev
    except OSError:
        return -1
