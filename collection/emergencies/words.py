"""Texts of standards and notices are {"zh", "en"}: here the one that this reader wants."""

from typing import Any

from django.utils.translation import get_language


def in_language(content: Any, language: str | None = None) -> Any:
    """`content` with every {"zh", "en"} in it replaced by the words in `language` (the reader's own by default)."""
    code = "zh" if (language or get_language() or "zh").lower().startswith("zh") else "en"
    if isinstance(content, dict):
        if set(content) == {"zh", "en"}:
            return content[code]
        return {key: in_language(part, code) for key, part in content.items()}
    if isinstance(content, list):
        return [in_language(part, code) for part in content]
    return content
