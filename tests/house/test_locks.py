"""The locked requirements: every package with its hashes, no address, and what pyproject.toml asks for."""

import re
import sys
import tomllib

import pytest

from .tree import ROOT

LOCKS = ("base", "dev")


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pinned(text: str) -> dict[str, str]:
    """Name and version of each locked package."""
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ \\;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_carries_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", lock(name))
    packages = [block for block in blocks if "==" in block]
    assert len(packages) > 20
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name: str) -> None:
    assert "://" not in lock(name)
    assert [line for line in lock(name).splitlines() if line.startswith("-")] == []


def test_what_the_project_asks_for_is_what_is_locked() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = asked["project"]["dependencies"] + asked["dependency-groups"]["dev"]
    exact = dict(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)$", "\n".join(wanted), re.MULTILINE))
    found = pinned(lock("dev"))
    assert {name: found.get(name) for name in exact} == exact


def test_developers_get_the_versions_that_offices_get() -> None:
    base, dev = pinned(lock("base")), pinned(lock("dev"))
    assert {name: dev.get(name) for name in base} == base


def test_the_console_is_the_version_its_templates_were_made_for() -> None:
    from importlib.metadata import version

    assert version("django-unfold") == "0.91.0"  # a later one needs another Python, and other templates
    assert sys.version_info >= (3, 11)
