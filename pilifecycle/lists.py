"""Words one after another, set apart as the reader's language does it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language


def listed(words: Iterable[Any]) -> str:
    """Chinese has a mark of its own between the parts of a list; other languages have the comma."""
    chinese = (get_language() or "zh-hans").startswith("zh")
    return ("、" if chinese else ", ").join(str(word) for word in words)
