"""Every address of the house. Upper rooms are named by string."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from . import health
from .console import console
from .refusals import bad_request, error, forbidden, not_found

handler400, handler403, handler404, handler500 = bad_request, forbidden, not_found, error

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console:index"), name="home"),
    path("console/", console.urls),
    # by mail nothing leaves the house, and an address of a colleague is one more thing to keep: these pages are closed
    path("accounts/email/", not_found),
    path("accounts/confirm-email/", not_found),
    path("accounts/password/reset/", not_found),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/schema/", login_required(SpectacularAPIView.as_view()), name="schema"),
    path("api/v1/docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="api-docs"),
    path("api/v1/", include("collection.intake.api_urls")),
    path("api/v1/", include("collection.records.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/security.txt", health.security_txt, name="security-txt"),
    path("robots.txt", health.robots_txt, name="robots-txt"),
    path("", include("collection.intake.urls")),
]
