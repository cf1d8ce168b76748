"""Texts that are stored in both languages, as templates print them."""

from typing import Any

from django import template
from django.utils.translation import get_language

from collection.intake.language import said
from collection.notices.blocks import TITLES
from collection.notices.models import Notice

register = template.Library()


@register.filter
def words(text: Any) -> str:
    """A stored text in the page's language."""
    return said(text, get_language() or "zh-hans")


@register.filter
def notice_blocks(notice: Notice) -> list[tuple[str, list[str]]]:
    """The notice's blocks in their order: title and lines."""
    blocks = {**notice.blocks, "children": list(notice.children.values())}
    return [(words(title), lines) for code, title in TITLES.items() if (lines := _lines(blocks.get(code)))]


def _lines(block: Any) -> list[str]:
    if isinstance(block, list):
        return [line for each in block if (line := _line(each))]
    return [words(block)] if block else []


def _line(line: Any) -> str:
    if not isinstance(line, dict) or set(line) == {"zh", "en"}:
        return words(line)
    name = words(line.get("name") or line.get("label") or line.get("statement") or line.get("recipient"))
    rest = [
        text
        for key in ("method", "why", "necessity", "effect", "basis", "retention", "purpose")
        if (text := words(line.get(key)))
    ]
    return " · ".join([name, *rest]) if rest else name
