"""Codes of points and check words: short, read aloud without mistakes, never twice."""

import secrets
from collections.abc import Container

ALPHABET = "34679ACDEFGHJKMNPQRTWXY"  # no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V: 23^8 is some 78 thousand million
LENGTH = 8
CHECK_WORDS = (  # noqa: SIM905  a list of words reads best as words
    "晨光 松果 白鹭 青石 橘灯 云帆 麦田 竹影 海棠 溪流 银杏 朝霞 稻香 荷叶 雪峰 星河 茶山 梅林 琴声 石桥 "
    "柳岸 葵花 渔火 秋枫 春燕 月湖 玉兰 山雀 红豆 古井 芦苇 蓝天 木舟 丁香 清泉 远帆 金穗 杏花 翠谷 暖阳 "
    "飞鸿 风铃 沙鸥 果园 花径 江月 苍松 石榴 桂香 彩虹 草原 雨伞 瓦屋 纸鸢 铜铃 棉花 青瓷 长廊 珍珠 画舫"
).split()


def point_code(taken: Container[str]) -> str:
    """A random code that no point ever had."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code not in taken:
            return code


def check_word(taken: Container[str]) -> str:
    """Two characters to compare on poster and page; another than its neighbours', as long as the list lasts."""
    free = [word for word in CHECK_WORDS if word not in taken]
    return secrets.choice(free or CHECK_WORDS)


def in_letters(code: str) -> str:
    """The code as it is printed and dictated: two groups of four."""
    return f"{code[:4]} {code[4:]}"
