"""The words of the house: those it never uses, and Chinese for all the others."""

import importlib.util
import re

import polib
import pytest

from .tree import ROOT, places

NEVER = [
    "留存期限",  # the law's word is 保存期限
    "销毁凭证",  # 销毁证明
    "暂缓销毁",  # 留存或者延期销毁
    "采集活动",  # 采集任务
    "站点管理",  # 工作台
    "隐私政策",  # 告知
    "金丝雀",  # 检验样本
    "墓碑",  # has no word on a screen
    "social security event",  # public security event
]
ALLOWED = ("docs/words.md",)  # the table that forbids them
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

_spec = importlib.util.spec_from_file_location("mergewords", ROOT / "tools" / "mergewords.py")
assert _spec
assert _spec.loader
mergewords = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(mergewords)


@pytest.mark.parametrize("word", NEVER)
def test_a_word_that_misleads_occurs_nowhere(word: str) -> None:
    found = places(re.escape(word).replace(r"\ ", r"[\s_-]+"), but=ALLOWED, flags=re.IGNORECASE)
    assert [place for place in found if not place.startswith("tests/")] == []  # tests forbid them too


def test_every_string_has_its_chinese() -> None:
    assert mergewords.faults(polib.pofile(str(CATALOGUE))) == []


def test_the_catalogue_holds_what_the_code_shows() -> None:
    if not mergewords.shutil.which("xgettext"):
        pytest.skip("not installed: gettext")
    assert mergewords.differences(mergewords.wanted(), polib.pofile(str(CATALOGUE))) == []


@pytest.mark.parametrize(
    ("english", "chinese", "wrong"),
    [
        ("%(count)s entries", "%(count)s 条", False),
        ("%(count)s entries", "%(number)s 条", True),
        ("%d of %s", "%d / %s", False),
        ("Hello {name}", "你好", True),
        ("Held", "", True),
    ],
)
def test_a_translation_keeps_its_placeholders(english: str, chinese: str, wrong: bool) -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid=english, msgstr=chinese))
    assert bool(mergewords.faults(catalogue)) is wrong


def test_merging_keeps_what_is_there_and_fills_the_rest_from_pairs() -> None:
    new, old = polib.POFile(), polib.POFile()
    new.extend([polib.POEntry(msgid="Held"), polib.POEntry(msgid="Due"), polib.POEntry(msgid="Gone")])
    old.extend([polib.POEntry(msgid="Held", msgstr="保存中"), polib.POEntry(msgid="Unused", msgstr="无")])
    result = mergewords.merged(new, old, {"Held": "另一个", "Due": "到期待处置"})
    assert {entry.msgid: entry.msgstr for entry in result} == {"Held": "保存中", "Due": "到期待处置", "Gone": ""}
