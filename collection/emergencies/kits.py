"""The templates of standards that come with the house: versioned data, one TOML file each.

A text is {"zh", "en"} everywhere. What a template does not say has the model's default.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import NotFound

FOLDER = Path(__file__).parent / "templates"
ITEM_DEFAULTS: dict[str, Any] = {
    "required": False,
    "days_after_end": 0,
    "days_after_collection": None,
    "action": "destroy",
    "recipient": {},
    "options": {},
    "each_member": False,
}


@cache
def templates() -> dict[str, dict[str, Any]]:
    """All templates by code."""
    read = (_read(path) for path in sorted(FOLDER.glob("*.toml")))
    return {template["code"]: template for template in read}


def template(code: str) -> dict[str, Any]:
    """One template. Raises NotFound."""
    try:
        return templates()[code]
    except KeyError:
        raise NotFound(_("There is no template of that name."), code="no_template") from None


def _read(path: Path) -> dict[str, Any]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    items = [{**ITEM_DEFAULTS, "order": order, **item} for order, item in enumerate(content["items"], 1)]
    return {"duty_lists": [], "late_days": 2, **content, "items": items}
