"""Django application of the pilifecycle floor."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "pilifecycle"
