"""Django application of the collection floor. Upper rooms tell lower ones here what they may ask."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "collection"

    def ready(self) -> None:
        from collection.emergencies import closing
        from collection.notices import access as notices
        from collection.points import access as points
        from collection.points import opening
        from pilifecycle.access import scopes

        closing.register(notices.still_to_be_told)
        closing.register_standards(points.standards_of)
        closing.register_bodies(points.bodies_of)
        opening.register(notices.nothing_without_a_notice)
        scopes.register(points.superiors, bodies=points.bodies_to_choose, emergencies=points.emergencies_to_choose)
        self._guard()

    def _guard(self) -> None:
        """What the databases refuse here (`pilifecycle.guards`)."""
        from collection.emergencies import guards as emergencies
        from collection.notices import guards as notices
        from collection.records import guards as records
        from collection.rights import guards as rights

        for room in (emergencies, notices, records, rights):
            room.register()
