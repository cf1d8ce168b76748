"""Django application of the retention floor."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "retention"

    def ready(self) -> None:
        from .batches import guards as batches
        from .certificates import guards as certificates
        from .holds import guards as holds

        for room in (holds, batches, certificates):
            room.register()
        from collection.intake import destroyed

        from .certificates import actions
        from .holds.actions import held_for

        destroyed.register(actions.certificate_of)
        destroyed.register_held(held_for)
