"""Django application of the retention floor."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "retention"
