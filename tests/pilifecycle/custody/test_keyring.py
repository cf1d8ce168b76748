"""The keyring file: what it refuses, what survives a kill, and that no destroyed name ever opens."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

import pytest

from pilifecycle.crypto.faults import BadTag
from pilifecycle.custody import actions as custody
from pilifecycle.custody import checks
from pilifecycle.custody.holders import NoSuchKey, keyfile
from pilifecycle.custody.holders.keyring import Keyring, opener_of
from pilifecycle.custody.holders.opener import Opener
from pilifecycle.custody.models import Generation, SigningKey
from pilifecycle.errors import Gone, Unavailable
from tests.pilifecycle.custody.builders import an_emergency

CHEAP = Opener(passphrase=b"invented", cost=1)
PLAYER = Path(__file__).parent / "keyring_player.py"


def a_keyring(path: Path, opener: Opener = CHEAP) -> Keyring:
    return Keyring(path / "keyring.bin", opener)


def code_of(act) -> str:
    with pytest.raises(Unavailable) as refusal:
        act()
    return refusal.value.code


@pytest.mark.django_db
@pytest.mark.parametrize("opener", [CHEAP, Opener(kek=bytes(32))])
def test_a_key_wraps_and_unwraps_until_it_is_destroyed(tmp_path, opener):
    ring = a_keyring(tmp_path, opener)
    ring.create("a/core/1", 1)
    blob = ring.wrap("a/core/1", b"k" * 32, b"place")
    assert bytes(a_keyring(tmp_path, opener).unwrap("a/core/1", blob, b"place").buffer) == b"k" * 32
    with pytest.raises(BadTag):
        ring.unwrap("a/core/1", blob, b"another place")
    before = (tmp_path / "keyring.bin").read_bytes()
    evidence = ring.destroy("a/core/1", "warrant")
    assert ring.destroy("a/core/1", "another warrant") == evidence
    assert (evidence["class"], evidence["warrant"]) == ("keyring", "warrant")
    with pytest.raises(NoSuchKey):
        ring.unwrap("a/core/1", blob, b"place")
    with pytest.raises(Gone):
        ring.create("a/core/1", 1)
    (tmp_path / "keyring.bin").write_bytes(before)  # somebody puts an old copy back
    assert code_of(lambda: ring.unwrap("a/core/1", blob, b"place")) == "keyring_stale"
    assert code_of(lambda: ring.create("b/core/1", 1)) == "keyring_stale"


@pytest.mark.django_db
def test_another_process_copy_of_the_ring_sees_a_destruction_at_once(tmp_path):
    one, other = a_keyring(tmp_path), a_keyring(tmp_path)
    one.create("a/core/1", 1)
    blob = other.wrap("a/core/1", b"k" * 32, b"")
    one.destroy("a/core/1", "warrant")
    other.create("b/core/1", 1)  # memory is never written back
    for ring in (one, other):
        with pytest.raises(NoSuchKey):
            ring.unwrap("a/core/1", blob, b"")


@pytest.mark.django_db
def test_each_fault_of_the_file_has_its_own_code_and_changes_nothing(tmp_path):
    ring, file = a_keyring(tmp_path), tmp_path / "keyring.bin"
    ring.create("a/core/1", 1)
    whole = file.read_bytes()
    wrong = a_keyring(tmp_path, Opener(passphrase=b"another", cost=1))
    assert code_of(lambda: wrong.has("a/core/1")) == "wrong_passphrase"
    assert code_of(lambda: wrong.create("b/core/1", 1)) == "wrong_passphrase"
    assert file.read_bytes() == whole
    for damage in (b"", b"no keyring", whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(damage)
        assert code_of(lambda: ring.create("b/core/1", 1)) == "keyring_unreadable"
        assert file.read_bytes() == damage
    file.unlink()
    for act in (lambda: ring.has("a/core/1"), lambda: ring.create("b/core/1", 1), ring.prepare):
        assert code_of(act) == "keyring_missing"
    assert not file.exists()


@pytest.mark.django_db
def test_a_full_disk_changes_nothing(tmp_path, monkeypatch):
    ring, file = a_keyring(tmp_path), tmp_path / "keyring.bin"
    ring.create("a/core/1", 1)
    whole = file.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keyfile.os, "fsync", full)
        assert code_of(lambda: ring.destroy("a/core/1", "warrant")) == "keyring_unwritable"
    assert file.read_bytes() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keyring.bin", "keyring.bin.lock"]
    assert ring.has("a/core/1")


@pytest.mark.django_db
def test_the_replaced_version_is_overwritten_and_readable_by_its_owner_only(tmp_path):
    ring, file = a_keyring(tmp_path), tmp_path / "keyring.bin"
    ring.create("a/core/1", 1)
    os.link(file, tmp_path / "old")
    ring.destroy("a/core/1", "warrant")
    assert not any((tmp_path / "old").read_bytes())
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_opener_is_asked_for_in_words():
    settings = {"PIL_KEYRING_KEK": "", "PIL_KEYRING_PASSPHRASE": ""}
    assert code_of(lambda: opener_of(SimpleNamespace(**settings))) == "passphrase_missing"
    for bad in ("no base64!", b64encode(bytes(31)).decode()):
        assert code_of(lambda bad=bad: opener_of(SimpleNamespace(**{**settings, "PIL_KEYRING_KEK": bad}))) == (
            "kek_malformed"
        )


@pytest.mark.django_db
def test_a_store_signs_with_one_published_key():
    from pilifecycle.crypto import checkpoint, signing

    custody.prepare()
    custody.prepare()
    version, signature = custody.sign(b"payload")
    public = custody.public_keys()
    assert list(public) == [version] == [1]
    signing.verify(public[1], signature, b"payload")
    text = custody.sign_checkpoint("invented.example/log", 3, bytes(32))
    assert checkpoint.verify_checkpoint(text, public[1], "invented.example/log").size == 3
    assert SigningKey.objects.count() == 1


@pytest.mark.django_db
def test_custody_describes_itself_and_is_checked(settings, tmp_path):
    custody.prepare()
    said = custody.describe()
    assert (said["class"], said["exportable"], said["reads"], said["cache_seconds"]) == ("keyring", True, True, 60)
    both = ["default", "vault"]
    assert {found.id for found in checks.findings(databases=both)} <= {"custody.W001"}
    settings.PIL_KEYRING = tmp_path / "keyring.bin"
    assert "custody.E003" in [found.id for found in checks.findings(databases=both)]
    assert list(checks.findings()) == []


@pytest.mark.django_db
def test_a_missing_keyring_beside_known_keys_is_no_new_store(settings, tmp_path):
    an_emergency()
    settings.PIL_KEYRING = tmp_path / "keyring.bin"
    assert code_of(custody.prepare) == "keyring_missing"
    assert code_of(lambda: an_emergency()) == "keyring_missing"
    assert not settings.PIL_KEYRING.exists()


@pytest.mark.django_db
def test_generations_only_grow():
    from pilifecycle.custody.generation import highest_seen, note_generation

    start = highest_seen()
    note_generation(start + 7)
    note_generation(start + 3)
    assert highest_seen() == start + 7
    assert Generation.objects.count() == 1


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(int(os.environ.get("PIL_TORTURE", "2"))))
def test_two_processes_and_random_kills_never_bring_a_destroyed_name_back(tmp_path, seed):
    """Each player writes down what it begins to destroy and what was acknowledged; both are killed at random."""
    chance = random.Random(seed)
    for _round in range(3):
        players = [_player(tmp_path, number, chance.random()) for number in (1, 2)]
        for player in players:
            assert player.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.05, 0.5))
        for player in players:
            player.send_signal(signal.SIGKILL)
            player.wait()
        _look(tmp_path)


def _player(place: Path, number: int, seed: float) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pilifecycle.settings", "PYTHONPATH": os.getcwd()}
    return subprocess.Popen(
        [sys.executable, str(PLAYER), str(place), str(number), str(seed)], env=environment, stdout=subprocess.PIPE
    )


def _look(place: Path) -> None:
    header, body = keyfile.read(place / "keyring.bin")
    from tests.pilifecycle.custody.keyring_player import ring_at

    ring = ring_at(place)
    with keyfile.decode(header, body, ring._file_key(header)) as keys:
        for name in _lines(place, "destroyed"):
            assert name in keys.gone
            assert name not in keys.living
        for name in set(_lines(place, "created")) - set(_lines(place, "begun")):
            assert name in keys.living


def _lines(place: Path, kind: str) -> list[str]:
    return [line for file in place.glob(f"{kind}-*") for line in file.read_text().split("\n")[:-1]]
