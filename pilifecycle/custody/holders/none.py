"""A front without custody: it seals to public keys and can open nothing, whoever takes it over."""

from typing import Any, NoReturn

from django.utils.translation import gettext as _

from pilifecycle.errors import Unavailable


class NoCustody:
    """Refuses everything that needs a custody key."""

    def prepare(self) -> None:
        """There is nothing to make here."""

    def has(self, name: str) -> bool:
        return False

    def describe(self) -> dict[str, Any]:
        return {"class": "none", "exportable": False, "copies": []}

    def refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unavailable(_("This process has no custody of keys: it can seal, and open nothing."), code="no_custody")

    create = wrap = unwrap = destroy = create_signing = signing_key = refuse
