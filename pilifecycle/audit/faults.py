"""What can be wrong with an entry, and what can be wrong with the ledger."""

from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import LifecycleError


class LedgerRefuses(TypeError):
    """An entry that the ledger may not hold: a mistake of the programmer. It names the fact, never its value."""


LIES = {
    "missing_leaf": _("An entry is missing from the audit log."),
    "column_differs": _("An entry was changed: its columns do not fit the text that was hashed."),
    "hash_differs": _("An entry was changed: its text does not fit its hash."),
    "head_differs": _("The log's end does not fit its entries."),
    "root_differs": _("The entries do not lead to the root that was signed."),
    "checkpoint_differs": _("A checkpoint's columns do not fit its signed text."),
    "checkpoint_forged": _("A checkpoint is not signed by a known key of this store."),
    "second_place_differs": _("The second place holds another entry under this number."),
    "second_place_short": _("The second place lacks an entry."),
    "rewound": _("The second place holds entries that are missing here: this database is an older one."),
}


class LedgerLie(LifecycleError):
    """The ledger is not what was signed. `at` is the first number that shows it, `why` a key of LIES."""

    status = 503
    code = "ledger_lie"

    def __init__(self, *, at: int, why: str) -> None:
        super().__init__(LIES[why], at=at, why=why)
        self.at = at
        self.why = why
