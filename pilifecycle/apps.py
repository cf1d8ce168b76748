"""Django application of the pilifecycle floor."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class Config(AppConfig):
    name = "pilifecycle"

    def ready(self) -> None:
        from . import checks, guards, privileges
        from .audit import guards as audit
        from .custody import guards as custody
        from .store import guards as store

        for room in (store, audit, custody):
            room.register()
        checks.register()
        pre_migrate.connect(guards.off_before_migrate, sender=self)
        post_migrate.connect(store.be_born, sender=self)
        post_migrate.connect(guards.on_after_migrate, sender=self)
        post_migrate.connect(privileges.grant, sender=self)
