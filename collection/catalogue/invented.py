"""Invented people, for the demonstration, the benches and the tests. The same seed is always the same person.

Nobody here can be real by their resident ID: it begins with 99 and has a right check character. (A first digit 9 is a
foreigner's permanent residence card, whose next two digits name a province; no province begins with 9.) China reserves
no mobile numbers for fiction, so these keep to the pattern 1XX 0000 XXXX, which examples in print use, and must never
be dialled.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from collection.catalogue import KINDS
from collection.catalogue.kinds.identity import check_character

REGION = "99"
TODAY = date(2026, 7, 1)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "慕容")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国红梅"
_RARE = "𠅤𠮷𣲗𤩽𨱏𬍛𬭎𰻝㛃䶮"
_WITH_DOT = ("买买提·艾力", "阿依古丽·吐尔逊", "古丽娜尔·热合曼", "扎西•顿珠", "努尔兰・别克")
_PREFIXES = ("138", "139", "137", "136", "135", "134", "150", "151", "152", "157", "158", "159", "130", "131", "132")
_BUILDINGS, _UNITS, _FLOORS, _DOORS = 5, 3, 17, 2


def draw(seed: int, what: str, among: int) -> int:
    """Return a number from 0 to `among` - 1 that depends on the seed and on what it is for, and on nothing else."""
    return int.from_bytes(sha256(f"{seed}/{what}".encode()).digest()[:8], "big") % among


def invented_name(seed: int) -> str:
    """Return a Chinese name: one in 15 has a dot, one in 12 a rare character, one in 10 a compound surname."""
    if draw(seed, "dot", 15) == 0:
        return _of(seed, "dotted", _WITH_DOT)
    surname = _of(seed, "compound", _COMPOUND) if draw(seed, "surnames", 10) == 0 else _of(seed, "surname", _SURNAMES)
    given = "".join(_of(seed, f"given{place}", _GIVEN) for place in range(1 + draw(seed, "length", 2)))
    return surname + (_of(seed, "rare", _RARE) + given[1:] if draw(seed, "rarely", 12) == 0 else given)


def invented_mobile(seed: int) -> str:
    """Return a mobile number; 150,000 seeds in a row have different ones."""
    return f"{_PREFIXES[seed // 10_000 % len(_PREFIXES)]}0000{seed * 7_919 % 10_000:04d}"


def invented_resident_id(seed: int, birth: date, sex: str) -> str:
    """Return a resident ID of a region that does not exist, with a right check character."""
    sequence = 2 * draw(seed, "sequence", 499) + (1 if sex == "male" else 2)
    first_17 = f"{REGION}{seed % 10_000:04d}{birth:%Y%m%d}{sequence:03d}"
    return first_17 + check_character(first_17)


def is_invented(resident_id: str) -> bool:
    """Tell whether a resident ID is one of these."""
    return resident_id.startswith(REGION)


def invented_door(seed: int) -> str:
    """Return the label of one of 510 doors: 5 buildings, 3 units, 17 floors, 2 doors."""
    floor, door = 1 + draw(seed, "floor", _FLOORS), 1 + draw(seed, "door", _DOORS)
    return f"{1 + draw(seed, 'building', _BUILDINGS)}·{1 + draw(seed, 'unit', _UNITS)}·{floor}{door:02d}"


def invented_doors() -> list[str]:
    """Return the labels of all doors that `invented_door` picks from."""
    return [
        f"{building}·{unit}·{floor}{door:02d}"
        for building in range(1, _BUILDINGS + 1)
        for unit in range(1, _UNITS + 1)
        for floor in range(1, _FLOORS + 1)
        for door in range(1, _DOORS + 1)
    ]


def invented_person(seed: int, *, child: bool = False, today: date = TODAY) -> dict[str, Any]:
    """Return raw answers by kind code, each as a form would send it and accepted by `clean`.

    A child is 2 to 12 years old on `today` and has a guardian; everybody else is 18 to 91 and has none. The door is a
    label of `invented_doors`; nobody stayed in a region.
    """
    days = 800 + draw(seed, "days", 3_700) if child else 6_600 + draw(seed, "days", 26_800)
    birth, sex = today - timedelta(days=days), _of(seed, "sex", ("female", "male"))
    person = {
        "name": invented_name(seed),
        "resident_id": invented_resident_id(seed, birth, sex),
        "mobile": invented_mobile(seed),
        "address": {"door": invented_door(seed)},
        "sex": sex,
        "birth_date": birth.isoformat(),
    }
    return person | _circumstances(seed) | ({"guardian": invented_guardian(seed)} if child else {})


def invented_guardian(seed: int) -> dict[str, str]:
    """Return the raw answer of a child's guardian: another invented person."""
    other = seed + 70_001
    relationship = _of(seed, "guardian", ("mother", "father"))
    return {"name": invented_name(other), "relationship": relationship, "phone": invented_mobile(other)}


def _circumstances(seed: int) -> dict[str, Any]:
    people = 1 + draw(seed, "people", 5)
    return {
        "plate": f"京{_of(seed, 'city', 'ABCEF')}{_of(seed, 'series', 'HJKLM')}{draw(seed, 'plate', 10_000):04d}",
        "visit_reason": _one(seed, "visit_reason"),
        "person_visited": {"door": invented_door(seed + 1)},
        "body_temperature": f"{36 + draw(seed, 'degrees', 26) / 10:.1f}",
        "symptoms": [_one(seed, "symptoms")],
        "region_stay": {"stayed": "no"},
        "special_needs": [_one(seed, "special_needs")],
        "household_size": {"people": str(people), "children": str(draw(seed, "children", people))},
        "bed": f"{_of(seed, 'row', 'ABCD')}-{1 + draw(seed, 'bed', 99):02d}",
    }


def _one(seed: int, code: str) -> str:
    return _of(seed, code, KINDS[code].choices).code


def _of(seed: int, what: str, among: Sequence[Any]) -> Any:
    return among[draw(seed, what, len(among))]
