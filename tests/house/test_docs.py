"""What the documents point at is there, and what they say of the code's names is so."""

import re

import pytest

from .tree import ROOT, texts

PAGES = sorted(name for name in texts() if name.endswith(".md"))
STATES = re.compile(r"done|partly: .+|later( \(.+\))?")


def page(name: str) -> str:
    return texts()[name]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_s_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page(name))
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists() and "img/" not in link] == []


@pytest.mark.parametrize("name", ["docs/compliance.md", "docs/threats.md", "docs/architecture.md"])
def test_files_that_a_page_names_are_there(name: str) -> None:
    named = re.findall(
        r"`((?:bench|collection|deploy|docs|pilifecycle|retention|templates|tests)/[\w./-]*)`", page(name)
    )
    decisions = re.findall(r"docs/decisions/[\w.-]+\.md", page(name))
    assert [path for path in named + decisions if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["docs/threats.md", "docs/compliance.md"])
def test_tests_that_a_page_names_exist(name: str) -> None:
    written = "".join(text for path, text in texts().items() if path.startswith("tests/"))
    assert [test for test in re.findall(r"`(test_\w+)`", page(name)) if f"def {test}(" not in written] == []


def test_each_requirement_has_one_line_and_a_state() -> None:
    lines = re.findall(
        r"^\| ([A-Z]+\d*-[A-Z0-9-]+) \| (.+) \| (.*) \| (.+) \|$", page("docs/compliance.md"), re.MULTILINE
    )
    assert len({identifier for identifier, *_rest in lines}) == len(lines) == 114
    assert [line for line in lines if not STATES.fullmatch(line[3])] == []
    assert [line for line in lines if line[3] == "done" and not line[2]] == []


def test_the_requirements_are_counted_as_they_stand() -> None:
    states = re.findall(r"\| (done|partly|later)[^|]*\|$", page("docs/compliance.md"), re.MULTILINE)
    told = re.search(r"Today: (\d+) done, (\d+) partly, (\d+) later", page("docs/compliance.md"))
    assert told
    assert [int(number) for number in told.groups()] == [states.count(word) for word in ("done", "partly", "later")]


def test_operators_are_told_every_setting_and_no_other() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(PIL_[A-Z_]+)"', page("pilifecycle/settings.py")))
    read |= {"PIL_DATABASE_URL", "PIL_VAULT_URL"}
    assert set(re.findall(r"^\| `(PIL_[A-Z_]+)`", page("docs/operating.md"), re.MULTILINE)) == read
