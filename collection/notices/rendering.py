"""A notice as it is shown: a first layer that is read in half a minute, and the whole sheet behind it (STD-29184).

The partials carry no style and no script: intake, the console and the poster put them into their own pages.
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from collection.emergencies.words import in_language
from collection.notices.blocks import SHEET, TITLES
from collection.notices.models import Notice
from pilifecycle.store import clock


def page(notice: Notice, language: str) -> dict[str, Any]:
    """What the partials need, in one language: `blocks`, `children`, `titles`, `words`, version and hash."""
    blocks = in_language(notice.blocks, language)
    labels = [line["label"] for line in blocks.get("collected", [])]
    return {
        "blocks": blocks,
        "children": in_language(notice.children, language),
        "titles": in_language(TITLES, language),
        "words": in_language(SHEET, language),
        "labels": ("、" if language.lower().startswith("zh") else ", ").join(labels),
        "version": notice.version,
        "content_hash": notice.content_hash,
        "published_on": clock.local_date(notice.published_at) if notice.published_at else None,
        "language": "zh-Hans" if language.lower().startswith("zh") else "en",
    }


def short(notice: Notice, language: str, *, link: str = "") -> SafeString:
    """The first layer; `link` leads to the whole notice."""
    return render_to_string("notices/short.html", {"sheet": page(notice, language), "link": link})


def full(notice: Notice, language: str) -> SafeString:
    """The whole notice sheet, children's rules included."""
    return render_to_string("notices/full.html", {"sheet": page(notice, language)})
