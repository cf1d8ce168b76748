"""Control samples: a sealed marker in every key batch that must open before its keys are destroyed, and not after.

The marker is derived from `PIL_CANARY_KEY` and stored nowhere, so that a search of files for it finds plaintext that
leaked, and nothing else. Leaf 0 of every category of a key batch is the canary's; it is never punctured.
"""

import hmac
import json
import os
import subprocess
import sys
from base64 import b32encode
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.utils.translation import gettext as _

from pilifecycle.crypto.packs import SMALLEST, Place, seal_pack
from pilifecycle.crypto.suites import suite
from pilifecycle.errors import Gone, KeyLost, Unavailable

from .models import Canary
from .outside import DATA, VAULT, demand_outside
from .unsealing import open_one

FIELD, LEAF, VERSION = 0, 0, 1
SAMPLE = 64  # canaries tried for a category, or key batches looked at: their numbers are random
SECONDS = 120


def marker(emergency: UUID, category: str) -> str:
    """The plaintext of a canary: 52 letters and digits."""
    key = settings.PIL_CANARY_KEY.encode()
    if not key:
        raise Unavailable(_("No key for the control samples is set."), code="canary_key_missing")
    return b32encode(hmac.digest(key, emergency.bytes + category.encode(), "sha256")).decode().rstrip("=")


def record_of(batch: int) -> UUID:
    """The record that a canary stands for: none, and derived, so that its pack is bound to its place."""
    return UUID(bytes=batch.to_bytes(8, "big") + bytes(8))


def made(emergency: UUID, standard_version: str, batch: int, category: str, leaf: bytes, number: int) -> Canary:
    """The row of one canary, sealed under leaf 0."""
    name = batch.to_bytes(8, "big")
    place = Place(emergency, category, record_of(batch), name, LEAF, VERSION, standard_version, number)
    pack = seal_pack(suite(number), leaf, place, {FIELD: marker(emergency, category)}, SMALLEST)
    return Canary(emergency=emergency, key_batch=batch, category=category, standard_version=standard_version, pack=pack)


def store(canaries: Iterable[Canary]) -> None:
    """Write the rows into the data database: after the vault's commit, in a transaction of their own, repeatable."""
    demand_outside()
    with transaction.atomic(using=DATA):
        Canary.objects.using(DATA).bulk_create(canaries, ignore_conflicts=True)


def forget_canaries(emergency: UUID, *, categories: Iterable[str], batches: Iterable[int]) -> int:
    """Remove the control samples of key batches whose roots are gone: nothing can open them any more."""
    demand_outside()
    rows = Canary.objects.using(DATA).filter(
        emergency=emergency, category__in=list(categories), key_batch__in=list(batches)
    )
    with transaction.atomic(using=DATA):
        return rows.delete()[0]


def canaries_open(
    emergency: UUID, *, categories: Iterable[str] | None = None, batches: Iterable[int] | None = None
) -> dict[str, bool]:
    """Whether control samples open now, asked of custody itself and of no cache.

    By category: True if one of its canaries opens, False if none of up to 64 does. With `batches`, by
    "<key batch in hex>/<category>" for each canary of these; of the first 64 by number, if they are more. Raises
    KeyLost where a key is missing without an intent.
    """
    demand_outside()
    rows = Canary.objects.using(DATA).filter(emergency=emergency)
    if categories is not None:
        rows = rows.filter(category__in=list(categories))
    if batches is not None:
        chosen = rows.filter(key_batch__in=_sample(batches)).order_by("key_batch", "category")
        return {str(canary): opens(canary) for canary in chosen}
    names = rows.order_by("category").values_list("category", flat=True).distinct()
    return {
        name: any(opens(canary) for canary in rows.filter(category=name).order_by("key_batch")[:SAMPLE])
        for name in names
    }


def _sample(batches: Iterable[int]) -> list[int]:
    """The same few before and after."""
    return sorted(batches)[:SAMPLE]


def opens(canary: Canary) -> bool:
    """Whether this one opens and holds its marker."""
    try:
        fields = open_one(
            canary.emergency,
            record_of(canary.key_batch),
            standard_version=canary.standard_version,
            category=canary.category,
            pack=bytes(canary.pack),
            cached=False,
        )
    except Gone:
        return False
    return bool(fields == {FIELD: marker(canary.emergency, canary.category)})


def canaries_open_elsewhere(
    emergency: UUID, *, categories: Iterable[str] | None = None, batches: Iterable[int] | None = None
) -> dict[str, bool]:
    """The same, tried by a fresh process that shares no memory with this one. Raises Unavailable if it cannot tell."""
    demand_outside()
    command = [sys.executable, "-m", "django", "open_canaries", str(emergency), "--json"]
    command += [word for category in categories or () for word in ("--category", category)]
    command += [word for batch in _sample(batches or ()) for word in ("--batch", f"{batch:016x}")]
    done = subprocess.run(  # noqa: S603
        command, env=_environment(), cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return _told(done.stdout)


def _told(text: str) -> dict[str, bool]:
    try:
        said = json.loads(text)
    except ValueError:
        said = {}
    if said.get("refused") == KeyLost.code:
        raise KeyLost(_("A custody key is missing though nobody destroyed it."))
    if "opens" not in said:
        reason = said.get("refused", "no_answer")
        raise Unavailable(_("The control samples could not be tried."), code="canaries_untold", reason=reason)
    return dict(said["opens"])


def _environment() -> dict[str, str]:
    """The same databases and the same keyring as this process has, whatever its environment says."""
    urls = {"PIL_DATABASE_URL": _url(DATA, "PIL_DATABASE_URL"), "PIL_VAULT_URL": _url(VAULT, "PIL_VAULT_URL")}
    own = {"PIL_CUSTODY": settings.PIL_CUSTODY, "PIL_KEYRING": str(settings.PIL_KEYRING)}
    own["PIL_CANARY_KEY"] = settings.PIL_CANARY_KEY
    own["PIL_KEYRING_PASSPHRASE"], own["PIL_KEYRING_KEK"] = settings.PIL_KEYRING_PASSPHRASE, settings.PIL_KEYRING_KEK
    return {**os.environ, **urls, **own, "DJANGO_SETTINGS_MODULE": "pilifecycle.settings"}


def _url(alias: str, variable: str) -> str:
    config: dict[str, Any] = connections[alias].settings_dict
    if "sqlite" in config["ENGINE"]:
        return f"sqlite:///{config['NAME']}"
    return os.environ[variable].rpartition("/")[0] + f"/{config['NAME']}"
