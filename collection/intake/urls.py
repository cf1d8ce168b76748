"""Public addresses of the intake room."""

from django.urls import URLPattern, path

from . import holder, staff, views

urlpatterns: list[URLPattern] = [
    path("p/<str:code>/", views.form, name="intake-form"),
    path("p/<str:code>/notice/", views.notice, name="intake-notice"),
    path("shift/", staff.on_shift, name="shift"),
    path("r/", holder.receipt, name="receipt"),
]
