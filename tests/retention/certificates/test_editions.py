"""From a destroyed emergency to its certificate: once a state, always the same bytes, and final only when it is."""

import json

import pytest
from django.core.management import call_command
from django.db import transaction

from collection.copies import actions as copies
from collection.intake import destroyed
from pilifecycle.audit.models import Leaf
from pilifecycle.custody import actions as custody
from pilifecycle.store import clock
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from retention.certificates import actions, bundles, offline
from retention.certificates.models import Edition
from tests.builders import an_officer
from tests.retention.ending import a_point_with_people, an_approved_end, later, two_approvers, walked

pytestmark = pytest.mark.django_db(transaction=True)
EVER_SAID = ("无法恢复", "不可恢复", "公证", "notari", "cannot be recovered", "unrecoverable")


@pytest.fixture(autouse=True)
def _quick(request):
    if "whole_life" not in request.node.name:
        request.getfixturevalue("quick_samples")


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.PIL_CERTIFICATES = tmp_path / "certificates"
    return settings.PIL_CERTIFICATES


@pytest.fixture
def batch():
    """A batch that two approved, its time come; the test runs in that time."""
    people = two_approvers()
    approved = an_approved_end(a_point_with_people(), people=people)
    with later(days=40):
        yield approved


def verified(edition):
    return offline.verify(bundles.path_of(edition), custody.public_keys().values())


def test_a_whole_life_ends_in_editions_that_verify(batch, capsys):
    copies.declare("backup", place="机房备份柜", keeper="街道信息中心 S0900", actor=an_officer("operator"))
    batches.witness(
        batch, office="清河街道监督委员会", capacity="见证人", opinion="agreed", actor=an_officer("witness")
    )
    walked(batch)
    issued = actions.issue_missing()
    assert [edition.state for edition in issued] == ["keys_destroyed", "physically_deleted"]
    reports = [verified(edition) for edition in issued]
    assert all(report.ok for report in reports), [report.faults for report in reports]

    told = reports[1].payload
    assert told["counts"]["destroyed"] == told["counts"]["approved"] == {"entries": 3, "persons": 3}
    assert [(each["office"], each["role"]) for each in told["approvers"]] == [
        ("清河街道办事处", "approver"),
        ("青州市网信办", "protection_officer"),
    ]
    assert all(each["role_since"] < told["batch"]["proposed_at"] for each in told["approvers"])
    assert set(told["control_samples"]["before"].values()) == {True}
    assert set(told["control_samples"]["after"].values()) == {False}
    assert told["residue_scan"]["findings"] == 0
    assert [each["class"] for each in told["keys"]["keys"]] == ["keyring"] * len(told["keys"]["keys"])
    assert told["remaining_copies"] == [store["number"] for store in told["declared_stores"]]
    assert told["declared_stores"][0]["place"] == "机房备份柜"
    assert told["witnesses"][0]["opinion"] == "agreed"
    assert "ER-85B" in [law["id"] for law in told["law"]]
    assert reports[0].payload["residue_scan"] is None
    assert not [word for word in EVER_SAID if word in json.dumps(told, ensure_ascii=False)]

    call_command("verify_certificate", *[str(bundles.path_of(edition)) for edition in issued])
    assert capsys.readouterr().out.count(": valid: ") == 2
    answer = destroyed.certificate(batch.pk)
    assert (answer.number, answer.destroyed_on) == (batch.number, clock.today())


def test_issuing_again_changes_nothing(batch, place):
    walked(batch)
    actions.issue_missing()
    files = {path.name: path.read_bytes() for path in place.iterdir()}
    leaves = Leaf.objects.filter(action="certificates.issue").count()
    assert actions.issue_missing() == []
    assert {path.name: path.read_bytes() for path in place.iterdir()} == files
    assert Leaf.objects.filter(action="certificates.issue").count() == leaves == Edition.objects.count()


def test_a_file_that_was_lost_is_made_again_with_the_same_bytes(batch, place):
    walked(batch)
    first, *_ = actions.issue_missing()
    before = bundles.path_of(first).read_bytes()
    with transaction.atomic():
        from pilifecycle.audit import ledger

        ledger.write("batches.step", actor="clock", step="later")
    actions.write_files()
    bundles.path_of(first).unlink()
    actions.issue_missing()
    assert bundles.path_of(first).read_bytes() == before


@pytest.mark.parametrize("where", ["sign_envelope", "_committed", "write", "integrate", "made"])
def test_killed_anywhere_it_ends_in_one_edition_a_state(batch, place, monkeypatch, where):
    walked(batch)
    owner = {"sign_envelope": custody, "_committed": actions, "integrate": actions.sequencer}.get(where, bundles)
    real, calls = getattr(owner, where), []

    def killed(*args, **more):
        calls.append(1)
        answer = real(*args, **more)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(owner, where, killed)
    with pytest.raises(KeyboardInterrupt):
        actions.issue_missing()
    monkeypatch.undo()
    actions.issue_missing()
    assert sorted(Edition.objects.values_list("state", flat=True)) == ["keys_destroyed", "physically_deleted"]
    assert all(verified(edition).ok for edition in Edition.objects.all())


def test_final_waits_for_every_copy_in_the_register(batch):
    actor = an_officer("operator", "protection_officer")
    copies.declare("third_party", place="测试镇卫生院", keeper="测试镇卫生院", actor=actor)
    walked(batch)
    actions.issue_missing()
    batch.refresh_from_db()
    assert batch.state == DisposalBatch.State.PHYSICALLY_DELETED
    for each in copies.living(batch.emergency):  # on PostgreSQL also what the sweep could not reach
        copies.end(each, how="destroyed", actor=actor)
    (final,) = actions.issue_missing()
    report = verified(final)
    assert report.ok, report.faults
    assert (report.state, report.payload["remaining_copies"]) == ("final", [])
    assert report.payload["declared_stores"][0]["attested_by"] == actor.staff_number


def test_an_empty_register_makes_nothing_final(batch):
    walked(batch)
    actions.issue_missing()
    batch.refresh_from_db()
    assert batch.state == DisposalBatch.State.PHYSICALLY_DELETED


def test_the_database_refuses_to_change_an_edition(batch):
    from django.db import IntegrityError

    walked(batch)
    actions.issue_missing()
    for change in (lambda rows: rows.update(sha256="0" * 64), lambda rows: rows._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(Edition.objects.all())


def test_the_command_refuses_an_unknown_key_and_says_which(batch, capsys):
    walked(batch)
    first, *_ = actions.issue_missing()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_certificate", str(bundles.path_of(first)), "--key", "11" * 32, "--json")
    told = json.loads(capsys.readouterr().out)
    assert (stopped.value.code, told["ok"], told["files"][0]["faults"]) == (1, False, ["unknown_key"])
