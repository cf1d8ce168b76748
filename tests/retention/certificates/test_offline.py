"""A certificate is verified without us: every byte counts, the key must be a known one, no edition may be missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pilifecycle.crypto import signing
from retention.certificates import offline
from tests.retention.certificates.editions import PRIVATE, PUBLIC, another_key, editions, pem

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "deploy" / "verify_certificate.sh"


def test_three_editions_verify_in_their_order(tmp_path):
    reports = [offline.verify(path, [PUBLIC]) for path in editions(tmp_path)]
    assert [report.ok for report in reports] == [True, True, True], [report.faults for report in reports]
    assert [report.state for report in reports] == list(offline.STATES)
    assert [len(report.earlier) for report in reports] == [0, 1, 2]


def test_every_flipped_byte_is_found(tmp_path):
    path, *_ = editions(tmp_path)
    data = path.read_bytes()
    for at in range(len(data)):
        mask = (0x01, 0x20, 0x80)[at % 3]
        path.write_bytes(data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])
        assert not offline.verify(path, [PUBLIC]).ok, (at, mask)


@pytest.mark.parametrize("change", ["cut", "add", "space", "swap_log"])
def test_other_changes_of_the_file_are_found(tmp_path, change):
    first, second, _ = editions(tmp_path)
    data = first.read_bytes()
    other = json.loads(second.read_bytes())
    told = json.loads(data) | {"log": other["log"]}
    first.write_bytes(
        {
            "cut": data[:-40],
            "add": data + b"\n",
            "space": data.replace(b": ", b":  "),
            "swap_log": (json.dumps(told, indent=0) + "\n").encode(),
        }[change]
    )
    assert not offline.verify(first, [PUBLIC]).ok


def test_a_valid_signature_by_an_unknown_key_is_refused_with_its_fingerprint(tmp_path):
    private = another_key()
    path, *_ = editions(tmp_path, private=private)
    report = offline.verify(path, [PUBLIC])
    assert report.faults == ["unknown_key"]
    assert signing.fingerprint(signing.public_of(private)) in offline.told(report)


def test_a_missing_earlier_edition_is_a_fault(tmp_path):
    first, second, third = editions(tmp_path)
    first.unlink()
    assert offline.verify(second, [PUBLIC]).faults == ["earlier_missing"]
    assert offline.verify(third, [PUBLIC]).faults == ["earlier_invalid"]


def test_an_earlier_edition_is_found_wherever_it_is_named(tmp_path):
    first, second, _ = editions(tmp_path)
    (tmp_path / "stick").mkdir()
    moved = first.rename(tmp_path / "stick" / first.name)
    assert not offline.verify(second, [PUBLIC]).ok
    assert offline.verify(second, [PUBLIC], editions=[moved]).ok


def test_an_earlier_edition_of_another_certificate_is_found_out(tmp_path):
    _, second, _ = editions(tmp_path)
    (tmp_path / "other").mkdir()
    first, *_ = editions(tmp_path / "other", demo={"factor": 1000})
    (tmp_path / first.name).write_bytes(first.read_bytes())
    assert offline.verify(second, [PUBLIC]).faults == ["earlier_differs"]


def test_states_out_of_order_are_found_out(tmp_path):
    path, *_ = editions(tmp_path, states=("final",))
    assert offline.verify(path, [PUBLIC]).faults == ["incomplete"]


def test_the_marks_of_a_demo_and_of_an_exercise_are_told(tmp_path):
    path, *_ = editions(tmp_path, demo={"factor": 2880}, exercise=True)
    assert "demo · exercise" in offline.told(offline.verify(path, [PUBLIC]))


def test_a_key_is_read_in_every_spelling(tmp_path):
    from base64 import b64encode

    (tmp_path / "key.pem").write_bytes(pem())
    for text in (PUBLIC.hex(), b64encode(PUBLIC).decode(), pem().decode(), str(tmp_path / "key.pem")):
        assert offline.read_key(text) == PUBLIC
    with pytest.raises(ValueError, match="no Ed25519"):
        offline.read_key("nothing")


def test_the_one_file_runs_alone(tmp_path):
    paths = editions(tmp_path)
    alone = tmp_path / "verify.py"
    alone.write_bytes(Path(offline.__file__).read_bytes())
    command = [sys.executable, "-I", str(alone), "--key", PUBLIC.hex(), *map(str, paths)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.count(": valid: ")) == (0, 3), done.stderr
    paths[0].write_bytes(paths[0].read_bytes()[:-1])
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1


# -- with a shell and openssl alone
def shell(path: Path, key: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", SCRIPT, path.name, key.name], cwd=path.parent, capture_output=True, text=True)


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(pem())
    return path


def test_the_shell_script_verifies_each_edition_and_names_the_one_before(tmp_path, key):
    paths = editions(tmp_path)
    reports = [offline.verify(path, [PUBLIC]) for path in paths]
    told = [shell(path, key) for path in paths]
    assert [done.returncode for done in told] == [0, 0, 0], told
    assert [done.stdout.split()[1:3] for done in told] == [["2026-0001", f"{state},"] for state in offline.STATES]
    assert "edition before: null" in told[0].stdout
    assert reports[0].sha256 in told[0].stdout
    assert f"edition before: {reports[0].sha256}" in told[1].stdout


def test_the_shell_script_refuses_another_key(tmp_path, key):
    path, *_ = editions(tmp_path)
    key.write_bytes(pem(signing.public_of(another_key())))
    done = shell(path, key)
    assert (done.returncode, "signature" in done.stderr) == (1, True)


@pytest.mark.parametrize("part", ["payload", "sig", "leaf", "proof"])
def test_the_shell_script_refuses_a_changed_part(tmp_path, key, part):
    path, *_ = editions(tmp_path)
    lines = path.read_text().split("\n")
    (place,) = [n for n, line in enumerate(lines) if line.startswith(f'"{part}": ')]
    middle = len(lines[place]) // 2
    changed = "B" if lines[place][middle] == "A" else "A"
    lines[place] = lines[place][:middle] + changed + lines[place][middle + 1 :]
    path.write_text("\n".join(lines))
    assert shell(path, key).returncode == 1


def test_a_log_that_another_key_signed_is_refused(tmp_path):
    mine, *_ = editions(tmp_path)
    (tmp_path / "forged").mkdir()
    theirs, *_ = editions(tmp_path / "forged", private=another_key())
    told = json.loads(mine.read_bytes()) | {"log": json.loads(theirs.read_bytes())["log"]}
    mine.write_bytes((json.dumps(told, indent=0) + "\n").encode())
    assert offline.verify(mine, [signing.public_of(PRIVATE)]).faults == ["log_not_signed"]
