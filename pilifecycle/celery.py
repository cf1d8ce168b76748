"""Celery is the bell: a message carries ids, the rows in the database are the queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilifecycle.settings")

app = Celery("pilifecycle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["retention"])
