"""Django application of the collection floor."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "collection"
