"""What stays behind is found, by file and offset; what is still there is never called destroyed."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from collection.copies.models import Copy
from collection.records.models import Record
from pilifecycle.custody import canaries
from pilifecycle.errors import Invalid, WrongState
from retention.batches import manifest
from retention.destroy import needles, residue, sweep, verify
from tests.retention.ending import a_point_with_people, an_approved_end, later, two_approvers, walked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_samples")]
on_sqlite = pytest.mark.skipif(
    "sqlite" not in str(__import__("django").conf.settings.DATABASES["default"]["ENGINE"]), reason="files"
)


@pytest.fixture
def home(settings, tmp_path):
    """A store's home of this test alone, beside the databases."""
    settings.PIL_HOME = tmp_path / "home"
    settings.PIL_HOME.mkdir()
    return settings.PIL_HOME


@pytest.fixture
def batch():
    people = two_approvers()
    approved = an_approved_end(a_point_with_people(), people=people)
    with later(days=40):
        yield approved


def scan(*words):
    with pytest.raises(SystemExit) as stopped:
        call_command("residue_scan", *words, "--json")
    return stopped.value.code


def test_a_marker_in_the_clear_is_found_at_any_time(home, capsys):
    emergency = a_point_with_people(1).campaign.emergency
    leak = home / "leak.log"
    leak.write_bytes(b"x" * 999 + canaries.marker(emergency.pk, "core").encode())
    assert scan(str(emergency.pk)) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(f["what"], f["path"], f["offset"]) for f in told["findings"]] == [("marker", str(leak), 999)]
    assert canaries.marker(emergency.pk, "core") not in json.dumps(told)


def test_ciphertext_is_where_it_may_be_while_its_keys_live(home):
    emergency = a_point_with_people(2).campaign.emergency
    report = residue.scan(emergency.pk)
    assert report.clean, report.as_dict()
    assert report.files > 1


@on_sqlite
def test_a_pack_of_a_destroyed_key_batch_is_found_and_named_by_its_place(home, batch, tmp_path):
    pack = Record.objects.of(batch.emergency).first().packs()["core"]
    walked(batch)
    assert residue.scan(batch.emergency).clean
    backup = tmp_path / "old-backup"
    backup.mkdir()
    (backup / "data.dump").write_bytes(b"\0" * 5000 + pack + b"tail")
    (found,) = residue.scan(batch.emergency, dirs=[backup]).findings
    assert (found.what, found.offset, found.name) == ("sealed", 5000, pack[1:9].hex())


@on_sqlite
def test_a_control_sample_kept_by_an_old_file_is_found_after_its_row_is_gone(home, batch, tmp_path):
    source, copy = connections["default"].settings_dict["NAME"], tmp_path / "copy.sqlite3"
    with sqlite3.connect(source) as old, sqlite3.connect(copy) as new:
        old.backup(new)
    walked(batch)
    found = residue.scan(batch.emergency, dirs=[copy]).findings
    assert len(found) >= 3
    assert {finding.what for finding in found} == {"sealed"}


def test_what_lies_across_two_pieces_is_found_once(home, monkeypatch):
    monkeypatch.setattr(residue, "PIECE", 1000)
    (home / "big").write_bytes(b"-" * 990 + "欧阳测试样本".encode() + b"-" * 3000)
    (finding,) = residue.scan(dirs=[home], texts=["欧阳测试样本"]).findings
    assert (finding.what, finding.offset) == ("text", 990)


def test_many_texts_are_sought_at_once_and_never_printed(home, capsys, tmp_path):
    texts = [f"1380000{number:04d}" for number in range(300)] + ["欧阳测试", "上官试验"]
    (tmp_path / "people.txt").write_text("\n".join(texts))
    (home / "one.json").write_text(json.dumps({"name": "上官试验"}))
    (home / "two.txt").write_text("call 13800000123 please 13800009999")
    assert scan("--dir", str(home), "--plain", str(tmp_path / "people.txt")) == 1
    told = capsys.readouterr().out
    assert sorted(Path(f["path"]).name for f in json.loads(told)["findings"]) == ["one.json", "two.txt"]
    assert "13800000123" not in told


def test_a_text_that_is_too_short_is_refused():
    with pytest.raises(Invalid):
        needles.of_store(texts=["王"])


def test_a_file_that_cannot_be_read_is_no_clean_bill(home, monkeypatch):
    (home / "closed").write_text("x")
    real = os.open

    def refuse(path, *args, **more):
        if Path(path).name == "closed":
            raise PermissionError
        return real(path, *args, **more)

    monkeypatch.setattr(os, "open", refuse)
    report = residue.scan(dirs=[home])
    assert (report.clean, report.unreadable) == (False, [str(home / "closed")])


@on_sqlite
def test_a_scan_leaves_the_locks_of_an_open_database_alone(tmp_path, monkeypatch):
    file = tmp_path / "data.sqlite3"
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", str(file))
    ours = sqlite3.connect(file, isolation_level=None)
    ours.execute("PRAGMA journal_mode=WAL")
    ours.execute("CREATE TABLE t (x)")
    residue.scan(dirs=[tmp_path])
    other = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM t').fetchall(); c.close()"
    subprocess.run([sys.executable, "-c", other, str(file)], check=True)
    assert (tmp_path / "data.sqlite3-wal").exists()  # the other process did not take itself for the last one
    sqlite3.connect(file).execute("PRAGMA journal_mode=WAL")
    ours.execute("INSERT INTO t VALUES (1)")


# -- sweep
@on_sqlite
def test_a_reader_of_the_log_makes_the_sweep_wait(home, batch, monkeypatch):
    monkeypatch.setattr(sweep, "TRIES", 2)
    monkeypatch.setattr(sweep, "BETWEEN", 0.01)
    connections["default"].cursor().execute("PRAGMA busy_timeout=50")
    reader = sqlite3.connect(connections["default"].settings_dict["NAME"], isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM collection_record").fetchone()
    Record.objects.filter(emergency=batch.emergency).update(indexed=True)
    outcome = sweep.sweep(manifest.order_of(batch), {"checks": {"default.secure_delete": "done"}})
    assert (outcome.done, outcome.waits) == (False, "busy:default.log")
    reader.execute("COMMIT")
    reader.close()
    outcome = sweep.sweep(manifest.order_of(batch), outcome.cursor)
    assert outcome.cursor["checks"]["default.log"] == "done"
    connections["default"].close()


def test_old_messages_and_temporary_files_go_and_new_ones_stay(home):
    import os

    bell = home / "bell"
    bell.mkdir()
    for name, age in (("old.msg", 4000), ("new.msg", 1)):
        (bell / name).write_text("{}")
        os.utime(bell / name, (os.path.getmtime(bell / name) - age,) * 2)
    assert sweep.messages() == "done"
    assert [path.name for path in bell.iterdir()] == ["new.msg"]


def test_what_is_out_of_reach_enters_the_register_once(batch, monkeypatch):
    monkeypatch.setattr(sweep, "checks", lambda: {"default.log_archive": lambda: "out_of_reach"})
    order = manifest.order_of(batch)
    for _again in range(2):
        outcome = sweep.sweep(order, sweep.sweep(order, {}).cursor)
    assert outcome.evidence == {"checks": {"default.log_archive": "out_of_reach"}}
    (copy,) = Copy.objects.filter(emergency=batch.emergency)
    assert (copy.kind, copy.place, copy.declared_by) == ("log_archive", "default.log_archive", "system")


# -- verify
def verified(order):
    outcome = verify.verify(order, {})
    while not outcome.done:
        outcome = verify.verify(order, outcome.cursor)
    return outcome


def test_nothing_is_called_destroyed_while_its_rows_stand(home, batch):
    with pytest.raises(WrongState) as refusal:
        verified(manifest.order_of(batch))
    assert refusal.value.code == "not_destroyed"
    assert refusal.value.facts["check"] == "collection_record"


@on_sqlite
def test_a_leftover_in_any_file_or_table_is_named(home, batch):
    pack = Record.objects.of(batch.emergency).first().packs()["core"]
    walked(batch)
    order = manifest.order_of(batch)
    assert verified(order).evidence["residue"]["findings"] == 0
    (home / "forgotten.tmp").write_bytes(pack)
    with pytest.raises(WrongState) as refusal:
        verified(order)
    assert refusal.value.facts["check"] == "residue"
    (home / "forgotten.tmp").unlink()
    from collection.records.models import Token

    Token.objects.create(emergency=batch.emergency, record=batch.pk, kind="mobile/1", token=7)
    with pytest.raises(WrongState) as refusal:
        verified(order)
    assert refusal.value.facts["check"] == "collection_token"


def test_a_key_that_lives_in_the_holder_is_named(home, batch, monkeypatch):
    walked(batch)
    monkeypatch.setattr(verify, "holder", lambda: type("Holder", (), {"has": staticmethod(lambda name: True)})())
    with pytest.raises(WrongState) as refusal:
        verified(manifest.order_of(batch))
    assert refusal.value.facts["check"].startswith("key:")


@on_sqlite
def test_a_long_scan_goes_on_where_it_stopped(home, batch, monkeypatch):
    walked(batch)
    (home / "large.log").write_bytes(b"\0" * 1_600_000)
    monkeypatch.setattr(residue, "PIECE", 400_000)
    monkeypatch.setattr(residue, "places", lambda: [home])
    monkeypatch.setattr(verify, "TURN_SECONDS", -1.0)
    assert verified(manifest.order_of(batch)).evidence["residue"]["findings"] == 0
