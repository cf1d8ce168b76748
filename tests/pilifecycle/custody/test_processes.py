"""What only other processes can show: a front that cannot read, canaries tried elsewhere, caches that forget."""

import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings

from pilifecycle.custody import actions as custody
from pilifecycle.custody import canaries, unlocked
from pilifecycle.errors import Gone
from tests.pilifecycle.custody.builders import BUCKETS, CONTENTS, STANDARD, a_record, a_warrant, an_emergency, read

everywhere = pytest.mark.django_db(transaction=True)

FRONT = """
import json, sys
import django
django.setup()
from django.db import DatabaseError
from uuid import UUID
from pilifecycle.custody import actions as custody
from pilifecycle.custody import keybatches, writer
from pilifecycle.errors import LifecycleError
given = json.loads(sys.stdin.read())
emergency, record = UUID(given["emergency"]), UUID(int=5)
contents = {c: {int(k): v for k, v in fields.items()} for c, fields in given["contents"].items()}
said = {"standard_version": given["standard"], "contents": contents, "buckets": given["buckets"]}
sealed = custody.seal(emergency, record, **said)
next(iter(writer._writer._hands.values()))._asked = 0  # a second record asks whether the key batch is still open
custody.seal(emergency, UUID(int=7), **said)
expires = keybatches._row(keybatches.Work(emergency, "another")).expires_at
told = {}
for name, act in {
    "unseal": lambda: custody.unseal(
        emergency, record, standard_version=given["standard"], category="core", pack=sealed.packs["core"]),
    "tokens": lambda: custody.tokens(emergency, [("mobile/1", "+8613800001234")]),
    "canaries": lambda: custody.canaries_open(emergency),
    "collect": lambda: custody.collect(),
    "open": lambda: custody.open_compartments(UUID(int=6), categories=["core"]),
    "sign": lambda: custody.sign(b"payload"),
}.items():
    try:
        act()
        told[name] = "done"
    except LifecycleError as refusal:
        told[name] = refusal.code
    except DatabaseError as refusal:
        told[name] = type(refusal).__name__
print(json.dumps({"said": told, "pack": sealed.packs["core"].hex(), "minutes":
    (expires.timestamp() - __import__("time").time()) / 60}))
"""


def a_process(source: str, given: dict, **more: str) -> dict:
    environment = {**canaries._environment(), **more, "PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run(
        [sys.executable, "-c", source], input=json.dumps(given), env=environment, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr[-2000:]
    return json.loads(done.stdout)


@everywhere
def test_a_front_seals_and_can_read_nothing():
    from uuid import UUID

    emergency = an_emergency()
    given = {"emergency": str(emergency), "contents": CONTENTS, "buckets": BUCKETS, "standard": STANDARD}
    nothing = {"PIL_CUSTODY": "none", "PIL_KEYRING_PASSPHRASE": "", "PIL_KEYRING_KEK": ""}
    told = a_process(FRONT, given, **nothing)
    assert set(told["said"].values()) == {"no_custody"}
    assert 0 < told["minutes"] <= 15
    assert read(emergency, UUID(int=5), bytes.fromhex(told["pack"])) == CONTENTS["core"]  # who has custody reads it


@pytest.mark.postgresql
@everywhere
def test_a_front_needs_no_more_than_its_own_role():
    from uuid import UUID

    emergency = an_emergency()
    given = {"emergency": str(emergency), "contents": CONTENTS, "buckets": BUCKETS, "standard": STANDARD}
    own = canaries._environment()
    roles = {
        "PIL_DATABASE_URL": own["PIL_DATABASE_URL"].replace("pil_owner@", "pil_web@"),
        "PIL_VAULT_URL": own["PIL_VAULT_URL"].replace("pil_vault_owner@", "pil_front@"),
    }
    told = a_process(FRONT, given, PIL_CUSTODY="none", PIL_KEYRING_PASSPHRASE="", PIL_KEYRING_KEK="", **roles)
    assert set(told["said"].values()) <= {"no_custody", "ProgrammingError"}
    assert read(emergency, UUID(int=5), bytes.fromhex(told["pack"])) == CONTENTS["core"]


@everywhere
def test_canaries_open_elsewhere_before_and_not_after():
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    assert custody.canaries_open_elsewhere(emergency) == dict.fromkeys(CONTENTS, True)
    custody.destroy_compartments(a_warrant(emergency, scope={"categories": ["core", "health"]}))
    assert custody.canaries_open_elsewhere(emergency) == {"core": False, "health": False, "identity": True}
    assert custody.canaries_open_elsewhere(emergency, categories=["core"], batches=[sealed.batch]) == {
        f"{sealed.batch:016x}/core": False
    }


@everywhere
def test_a_key_destroyed_by_another_process_opens_no_more_here():
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    read(emergency, record, sealed.packs["core"])  # this process caches the compartment's key
    warrant = a_warrant(emergency)
    a_process(
        "import json, django; django.setup()\n"
        "from pilifecycle.custody import actions\nfrom pilifecycle.custody.models import Warrant\n"
        "print(json.dumps(actions.destroy_compartments(Warrant.objects.get())))",
        {},
    )
    with pytest.raises(Gone) as refusal:
        read(emergency, record, sealed.packs["core"])
    assert refusal.value.code == "key_destroyed"
    assert custody.destroy_compartments(warrant)


@pytest.mark.django_db
def test_a_cached_key_is_zeroed_on_time_even_in_an_idle_process(monkeypatch):
    monkeypatch.setattr(unlocked, "CACHE_SECONDS", 0.2)
    unlocked.sweep(everything=True)
    time.sleep(0.15)
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    read(emergency, record, sealed.packs["core"])
    (kept,) = [keys for _until, keys in unlocked._cache.values()]
    buffer = kept.cvk.buffer
    assert any(buffer)
    time.sleep(1.4)
    assert not any(buffer)
    assert not unlocked._cache


@pytest.mark.django_db
def test_a_fork_forgets_cached_keys():
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    read(emergency, record, sealed.packs["core"])
    left, right = os.pipe()
    child = os.fork()
    if not child:
        os.write(right, b"kept" if unlocked._cache else b"forgot")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(left, 10) == b"forgot"
    assert unlocked._cache
