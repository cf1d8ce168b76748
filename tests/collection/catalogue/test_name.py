"""Names: any that GB 18030-2022 can write; tokens that forgive; masks that show a surname at most."""

import pytest

from collection.catalogue import KINDS
from tests.collection.catalogue.tables import clean, refusal

NAME = KINDS["name"]


@pytest.mark.parametrize(
    ("raw", "value", "mask"),
    [
        ("张三", "张三", "张*"),
        (" 张三丰 ", "张三丰", "张**"),
        ("欧阳娜娜", "欧阳娜娜", "欧阳**"),
        ("欧阳", "欧阳", "欧*"),
        ("歐陽修", "歐陽修", "歐陽*"),
        ("买买提·艾力", "买买提·艾力", "买**·**"),
        ("扎西•顿珠", "扎西•顿珠", "扎*•**"),
        ("張", "張", "*"),
        ("𠮷野", "𠮷野", "𠮷*"),
        ("王\U0003134a", "王\U0003134a", "王*"),
        ("王\ue863", "王\ue863", "王*"),
        ("葛\U000e0100城", "葛\U000e0100城", "葛\U000e0100*"),
        ("⿰王文", "⿰王文", "⿰**"),
        ("〇", "〇", "*"),
        ("John Smith", "John Smith", "J*** ****"),
        ("e\u0301a", "\u00e9a", "\u00e9*"),
        ("O’Neil", "O’Neil", "O****"),
        ("ئەركىن", "ئەركىن", "ئ****"),
        ("A. B.", "A. B.", "A. *."),
        ("张·", "张·", "**"),
        ("王小明2", "王小明2", "王***"),
        ("李\u3000雷", "李 雷", "李 *"),
    ],
)
def test_a_name_is_kept_as_written_and_masked(raw, value, mask):
    assert clean("name", raw) == value
    assert NAME.mask(value) == mask


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("12345", "no_letter"),
        ("123", "no_letter"),
        ("···", "no_letter"),
        ("张三13800001234", "number"),
        ("张\x00三", "odd_character"),
        ("张\n三", "odd_character"),
        ("\u202e三张", "odd_character"),
        ("\ud800张", "odd_character"),
        ("\u3164", "odd_character"),
        ("张\ufdd0", "odd_character"),
        ("张三<b>", "symbol"),
        ("张*", "symbol"),
        ("张😀", "symbol"),
        ("张" * 65, "too_long"),
        ("张" * 100_000, "too_long"),
        (12345, "not_text"),
        (["张三"], "not_text"),
    ],
)
def test_what_is_no_name_is_refused(raw, code):
    assert refusal("name", raw) == code


def test_sixty_four_characters_of_any_plane_fit():
    assert clean("name", "\U00020000" * 64) == "\U00020000" * 64


@pytest.mark.parametrize(
    "variants",
    [
        ("买买提·艾力", "买买提•艾力", "买买提・艾力", "买买提.艾力", "买买提 · 艾力", "买买提艾力"),
        ("张三", "张 三", "张\u3000三", "张\ufe00三"),
        ("John Smith", "JOHN SMITH", "john  smith", "John Smith"),
        ("高文", "高⽂"),
    ],
)
def test_spellings_of_one_name_give_one_token(variants):
    assert len({NAME.normalise(clean("name", each)) for each in variants}) == 1


def test_names_that_differ_give_different_tokens():
    assert NAME.normalise("张三") != NAME.normalise("张山")
    assert NAME.normalise("𠮷野") != NAME.normalise("吉野")
