"""Addresses of the intake room under /api/v1/."""

from django.urls import URLPattern, path

from . import api

urlpatterns: list[URLPattern] = [
    path("points/<str:code>/", api.PointView.as_view(), name="api-point"),
    path("points/<str:code>/records/", api.RecordsView.as_view(), name="api-records"),
]
