"""Which table lives in which database: the vault holds key material, everything else is data."""

from typing import Any

VAULT = {
    "pilifecycle": {
        "compartment",
        "destruction",
        "generation",
        "keybatch",
        "outbox",
        "puncture",
        "signingkey",
        "vaultrow",
        "warrant",
    }
}


class VaultRouter:
    """Route the custody room's key tables to ``vault``."""

    def _place(self, app_label: str, model_name: str | None) -> str:
        return "vault" if (model_name or "").lower() in VAULT.get(app_label, ()) else "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._place(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self._place(model._meta.app_label, model._meta.model_name)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return self.db_for_read(one) == self.db_for_read(other)  # by _meta: `request.user` is a lazy stand-in

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        if model_name is None:  # a step in Python: of an app that has no table there, it would find none
            return db == "default" or app_label in VAULT
        return db == self._place(app_label, model_name)
