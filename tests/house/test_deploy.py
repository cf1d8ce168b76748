"""What an administrator installs: units that parse, are hardened and name commands that exist; roles; an example."""

import configparser
import re
from pathlib import Path

import pytest

from .tree import ROOT, texts

UNITS = sorted((ROOT / "deploy").glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "LimitCORE": "0",
    "UMask": "0077",
}


def unit(path: Path) -> configparser.ConfigParser:
    """A systemd unit: like an ini file, with keys that may repeat and keep their case."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(path.read_text())
    return parser


def test_there_is_a_unit_for_each_process() -> None:
    assert {path.stem.removeprefix("pilifecycle-") for path in UNITS} == {"web", "worker", "timetable", "ring"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_parses_and_is_hardened(path: Path) -> None:
    found = unit(path)
    assert found.sections() == ["Unit", "Service", "Install"]
    assert {key: found["Service"].get(key) for key in HARDENED} == HARDENED
    assert found["Service"]["User"] != "root"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_program_that_the_requirements_bring(path: Path) -> None:
    program, *words = unit(path)["Service"]["ExecStart"].split()
    assert Path(program).name in {"python", "gunicorn", "celery"}
    if words[0] == "manage.py":
        from django.core.management import get_commands

        assert words[1] in get_commands()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_what_up_would_run_alone(path: Path) -> None:
    """Of `up --only`'s words all but where to listen, how many to be, and how Python is called."""
    from pilifecycle.management.commands.up import commands

    name = path.stem.removeprefix("pilifecycle-")
    (_python, *alone) = commands(3, 4, {name})[name]
    own = {"-m", "gunicorn", "celery", "-W", "ignore:::celery.platforms", "fd://3", "1"}
    assert set(alone) - own <= set(unit(path)["Service"]["ExecStart"].split())


def test_the_target_wants_every_unit() -> None:
    target = (ROOT / "deploy" / "pilifecycle.target").read_text()
    assert [path.name for path in UNITS if path.name not in target] == []


def test_the_roles_carry_no_password_and_no_superuser() -> None:
    roles = (ROOT / "deploy" / "postgresql" / "roles.sql").read_text().lower()
    statements = "\n".join(line for line in roles.splitlines() if not line.startswith("--"))
    assert not re.search(r"password|superuser|bypassrls|truncate", statements)


def test_the_example_names_every_setting_and_no_other() -> None:
    example = set(re.findall(r"\b(PIL_[A-Z_]+)\b", (ROOT / ".env.example").read_text()))
    read = set(re.findall(r"[\"'](PIL_[A-Z_]+)[\"']", texts()["pilifecycle/settings.py"]))
    assert example == read - {"PIL_DEBUG"}
