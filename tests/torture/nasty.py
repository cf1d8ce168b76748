"""Values that programs trip over, and requests made of them. Every text carries the marker, so that an echo is seen."""

import json
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

MARK = "ZQX7731"
TEXTS = (
    MARK,
    f"{MARK}\x00",
    f"<svg/onload={MARK}>",
    f"'; DROP TABLE x; -- {MARK}",
    f"%s%n{{}}{{0}}{MARK}",
    f"{MARK}\r\nSet-Cookie: a=b",
    f"../../{MARK}",
    "\u202e" + MARK,
    "灾" * 40 + MARK,
    MARK * 700,
    f"{MARK}\ud800",
    "１２３" + MARK,
    f"${{{MARK}}}",
    f"{MARK}\u0000\u0007",
    "e\u0301" * 20 + MARK,
    f" {MARK} ",
    f"=cmd|{MARK}!A1",
)
ODD = (
    "",
    "0",
    "-1",
    "9" * 400,
    "1e999",
    "NaN",
    "null",
    "true",
    "\x00",
    "2026-02-30",
    "yes",
    "00000000-0000-0000-0000-000000000000",
)
KEYS = (
    "name",
    "name.year",
    "0.name",
    "9.name",
    "birth_date.year",
    "birth_date",
    "address.building",
    "address.regions",
    "consent.name",
    "consent.resident_id",
    "_who",
    "_people",
    "_id",
    "_token",
    "_go",
    "_guardian",
    "_method",
    "plate",
    "csrfmiddlewaretoken",
    "companions",
    "guardian.name",
    "mobile",
    "resident_id",
    "health",
    "code",
    "digits",
    "pass",
    "do",
    "kind",
    f"x{MARK}",
    f"consent.{MARK}",
    "__class__",
    "\x00",
)
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded; charset=bogus",
    "application/json; charset=\x01",
    "image/png",
)
HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ("zh-hans,en;q=0.1", ",,;q=", MARK * 600, "x-" * 90, "*"),
    "HTTP_ACCEPT": ("*/*", "application/xml", ";;", "application/problem+json"),
    "HTTP_COOKIE": (f"pil_session={MARK}", "=;=;", f"django_language={MARK}"),
    "HTTP_IDEMPOTENCY_KEY": (MARK, "6f" * 16, "\u00e9"),
    "HTTP_X_FORWARDED_FOR": (MARK, "::1,,"),
}


def text(roll: Random) -> str:
    """One nasty text."""
    return roll.choice(TEXTS if roll.random() < 0.7 else ODD)


def value(roll: Random, depth: int = 0) -> Any:
    """One nasty JSON value."""
    kind = roll.random()
    if kind < 0.5 or depth > 4:
        return text(roll)
    if kind < 0.65:
        return roll.choice([None, True, 0, -1, 2**70, 1.5, float("nan"), float("inf"), [], {}])
    if kind < 0.85:
        return {roll.choice(KEYS): value(roll, depth + 1) for _one in range(roll.randint(0, 4))}
    return [value(roll, depth + 1) for _one in range(roll.randint(0, 5))]


def form(roll: Random, good: dict[str, Any]) -> dict[str, Any]:
    """A form that was right, changed in some places."""
    changed: dict[str, Any] = dict(good)
    for _change in range(roll.randint(1, 5)):
        act = roll.random()
        if act < 0.2 and changed:
            changed.pop(roll.choice(sorted(changed)))
        elif act < 0.6 and changed:
            changed[roll.choice(sorted(changed))] = text(roll)
        else:
            changed[roll.choice(KEYS)] = roll.choice([text(roll), [text(roll), text(roll)]])
    return changed


def encoded(given: dict[str, Any]) -> bytes:
    """A form as bytes, halves of surrogate pairs and all."""
    pairs = [(name, each) for name, found in given.items() for each in (found if isinstance(found, list) else [found])]
    return b"&".join(_quoted(name) + b"=" + _quoted(str(each)) for name, each in pairs)


def _quoted(said: str) -> bytes:
    return quote_from_bytes(said.encode("utf-8", "surrogatepass")).encode()


def body(roll: Random, good: Any) -> bytes:
    """JSON that was right and is changed, is none, or is broken."""
    changed = json.loads(json.dumps(good))
    for _change in range(roll.randint(1, 4)):
        _change_one(roll, changed)
    data = json.dumps(changed).encode()
    act = roll.random()
    if act < 0.1:
        return data[: roll.randrange(len(data))]
    if act < 0.2:
        return bytes(roll.randrange(256) for _byte in range(roll.randint(0, 200))) + MARK.encode()
    if act < 0.25:
        return b"[" * 20_000
    if act < 0.3:
        return json.dumps(changed).encode("utf-16")
    return data


def _change_one(roll: Random, inside: dict[str, Any]) -> None:
    names = sorted(inside)
    act = roll.random()
    if act < 0.3 and names and isinstance(inner := inside[roll.choice(names)], dict):
        _change_one(roll, inner)
    elif act < 0.45 and names:
        inside.pop(roll.choice(names))
    else:
        inside[roll.choice([*names, *KEYS])] = value(roll)


def headers(roll: Random) -> dict[str, str]:
    """Some headers that a browser would not send."""
    return {name: roll.choice(said) for name, said in HEADERS.items() if roll.random() < 0.25}
