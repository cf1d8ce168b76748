"""Chinese is printed with its own punctuation: full width between Chinese characters, wherever people read."""

import re

import pytest

from .tree import texts

HAN = "\u3400-\u9fff"
BESIDE = f"[{HAN}\u3001\u3002\u3008-\u3011\u201c\u201d\uff01-\uff60]"  # Chinese characters and their marks
NARROW = re.compile(f"{BESIDE}[,:;?!] ?(?={BESIDE})|[{HAN}]\\([^()]*[{HAN}][^()]*\\)")
READ = (".html", ".toml", ".po")
ROOMS = ("collection/catalogue/", "collection/notices/", "collection/intake/", "retention/certificates/")
DOCSTRING = re.compile(r'""".*?"""', re.DOTALL)  # speaks to builders, in English around a Chinese word


def narrow(text: str) -> list[str]:
    """The pieces of Chinese that stand around punctuation of half width."""
    return [text[max(0, hit.start() - 8) : hit.end() + 8] for hit in NARROW.finditer(text)]


def read_by_people() -> dict[str, str]:
    """Templates, collection standards, translations, and the Chinese of the rooms that keep it beside their English."""
    found = {path: text for path, text in texts().items() if path.endswith(READ)}
    rooms = {path: text for path, text in texts().items() if path.startswith(ROOMS) and path.endswith(".py")}
    return found | {path: DOCSTRING.sub("", text) for path, text in rooms.items()}


def test_chinese_has_its_own_punctuation() -> None:
    assert {path: pieces for path, text in read_by_people().items() if (pieces := narrow(text))} == {}


@pytest.mark.parametrize("text", ["已登记,请保存", "原因:录错", "（本人）,家人", "小区(按户)登记", "是吗? 不是"])
def test_half_width_is_found(text: str) -> None:
    assert narrow(text)


@pytest.mark.parametrize("text", ["已登记，请保存", "3:2 和 1,000 人", "Excel (xlsx)", "条数(count)", "中文 / English"])
def test_full_width_and_figures_are_left_alone(text: str) -> None:
    assert narrow(text) == []
