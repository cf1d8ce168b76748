"""The repository speaks of itself alone: no address to install from, no path of one machine, nothing of its making."""

import codecs
import re

import pytest

from .tree import ROOT, places, texts

# Each pattern is spelt in rot13, so that this file holds none of them itself.
REGISTRIES = [
    r"(clgubaubfgrq|clcv\.|clcv/fvzcyr|ertvfgel\.acz|ertvfgel\.lnea|qro\.qrovna|pengrf\.vb)",
    r"--((rkgen-)?vaqrk-hey|svaq-yvaxf|gehfgrq-ubfg)\o",
]
MACHINE = r"(^|[\f\"'`(=:])/(jbex|ebbg|ubzr/\j+|Hfref/\j+|jbexfcnpr|gzc/j)/"
MAKING = [
    r"pb-nhguberq-ol",
    r"(trarengrq|jevggra|znqr|nhguberq) (ol|jvgu) (na? )?(nv|yyz|zbqry|znpuvar)\o",
    r"\onf na? (nv|ynathntr) (zbqry|nffvfgnag)\o",
    r"\o(ynathntr zbqry|pungobg|yyz)f?\o",
    r"(pynhqr|naguebcvp|bcranv|pbcvybg|tcg-\q)",
    r"\ovffhrf? (ab\. ?)?#?\q",
    r"\.\./funerq\o",
]
UNFINISHED = r"\o(GBQB|SVKZR|KKK|AbgVzcyrzragrqReebe)\o"


def plain(pattern: str) -> str:
    """A pattern as it is meant."""
    return codecs.decode(pattern, "rot13")


@pytest.mark.parametrize("pattern", REGISTRIES)
def test_no_file_names_a_package_registry(pattern: str) -> None:
    assert places(plain(pattern)) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert places(plain(MACHINE)) == []


@pytest.mark.parametrize("pattern", MAKING)
def test_no_file_tells_how_the_project_is_made(pattern: str) -> None:
    assert places(plain(pattern), flags=re.IGNORECASE) == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert places(plain(UNFINISHED)) == []


def test_no_compiled_or_private_file_is_tracked() -> None:
    assert [name for name in texts() if name.endswith((".mo", ".pyc", ".sqlite3", "pil.env"))] == []


def test_the_licence_is_whole() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
