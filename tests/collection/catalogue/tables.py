"""Shorthand of these tests: clean one raw answer on a fixed business day."""

from datetime import date
from typing import Any

from collection.catalogue import KINDS, Refused

TODAY = date(2026, 7, 1)
DOORS = {"d-1": "3·2·501", "d-2": "3·2·502"}
REGIONS = [{"code": "110114", "zh": "昌平区", "en": "Changping"}, {"code": "420100", "zh": "武汉市", "en": "Wuhan"}]


def wide(text: str) -> str:
    """Return ASCII in full-width form, as an input method types it."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000})


def clean(code: str, raw: object, **options: Any) -> Any:
    return KINDS[code].clean(raw, options=options, today=TODAY)


def refusal(code: str, raw: object, **options: Any) -> str:
    """Return the refusal's code, with the part it is about."""
    try:
        clean(code, raw, **options)
    except Refused as refused:
        return f"{refused.part}.{refused.code}" if refused.part else refused.code
    return "accepted"
