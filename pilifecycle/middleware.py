"""What every answer goes through: refusals become pages, nothing is kept by a cache, staff come in with a second step.

Public pages (/p/, /r/) have no cookie and no session: nothing here touches either of them there.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .errors import LifecycleError
from .refusals import refuse

Answer = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
ACCOUNTS = "/accounts/"
STAFF = (
    "/console/",
    "/shift/",
    ACCOUNTS,
)  # under no-referrer a browser sends `Origin: null`, and Django's CSRF check says no
OPEN = ("/accounts/logout/", "/i18n/", "/static/", "/p/", "/r/", "/shift/", "/healthz", "/readyz")


class Refusals:
    """A `LifecycleError` that leaves a view becomes its sentence and its status."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refuse(request, exception) if isinstance(exception, LifecycleError) else None


class PrivatePages:
    """No page is stored, indexed, or named to another site (static files are answered before this)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin" if request.path.startswith(STAFF) else "no-referrer"
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response


def second_step_required() -> bool:
    """Always, except in a store that was born as a demo, or where the setting says no."""
    required = getattr(settings, "PIL_MFA_REQUIRED", None)
    if required is not None:
        return bool(required)
    from .store.clock import is_demo  # asks the database, which is not there yet when middleware is loaded

    return not is_demo()


class NeedsSecondStep(LifecycleError):
    """Signed in with a password only."""

    status = 403
    code = "second_step_required"


class SecondStep:
    """Every account is staff's, and has a second step: a passkey or a code. allauth offers it; this asks for it.

    Without one, the only way leads to setting it up. With one, *this session* must have shown it: a session that was
    begun with a stolen password before the set-up is worth nothing after it, and cannot undo it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._asked(request) or self.get_response(request)

    def _asked(self, request: HttpRequest) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(OPEN):
            return None
        if not request.user.is_authenticated or not second_step_required() or _shown(request):
            return None
        ways = [way["url"] for way in get_adapter().get_reauthentication_methods(request.user) if "mfa" in way["id"]]
        if request.path in ways or (request.path.startswith(ACCOUNTS) and not ways):
            return None
        if request.path.startswith("/api/"):
            return refuse(request, NeedsSecondStep(_("Please sign in with a second step first.")))
        if ways:
            return redirect(f"{ways[0]}?{urlencode({'next': request.get_full_path()})}")
        messages.warning(request, _("Please set up a passkey or an authenticator app first."))
        return redirect("mfa_index")


def _shown(request: HttpRequest) -> bool:
    """Whether this session has shown a second step: at the log-in, later, or by setting it up."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


@receiver(authenticator_added)
def remember_set_up(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who set a second step up has just shown it."""
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
