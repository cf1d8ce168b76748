"""Which language a public page speaks: the link's, or else the reader's own. Nothing is remembered, so no cookie."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation

LANGUAGES = {"zh-hans": "中文", "en": "English"}
_WORDS = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


def chosen(request: HttpRequest) -> str:
    """ "zh-hans" or "en": by ``?lang=``, then by Accept-Language, Chinese first."""
    asked = _WORDS.get(request.GET.get("lang", "").lower())
    return asked or _WORDS.get(translation.get_language_from_request(request), "zh-hans")


def said(text: Any, language: str) -> str:
    """The words of a stored text {"zh", "en"} in one language; empty where it says nothing."""
    if not isinstance(text, dict):
        return ""
    return str(text.get("zh" if language.startswith("zh") else "en") or "")
