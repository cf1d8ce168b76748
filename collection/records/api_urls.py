"""Addresses of the entries' interface, below /api/v1/."""

from django.urls import path

from . import api

urlpatterns = [
    path("emergencies/<uuid:emergency>/points/<str:code>/records/", api.RecordsView.as_view(), name="api-records"),
    path("records/<uuid:record>/reveal/", api.RevealView.as_view(), name="api-reveal"),
]
