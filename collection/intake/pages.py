"""How a public page is answered: no cookie, no session, one language, a strict policy, and refusals in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from pilifecycle.errors import LifecycleError

from .language import LANGUAGES, chosen

LARGEST = 256 * 1024  # bytes of a body
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class TooLarge(LifecycleError):
    """More was sent than any form holds."""

    status = 413
    code = "too_large"


class NotAForm(LifecycleError):
    """Something else than a form was sent."""

    status = 415
    code = "unsupported_media_type"


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for everybody. No CSRF cookie: there is no session that another site could use."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = chosen(request)
        with translation.override(language):
            try:
                demand_form(request)
                response = view(request, *args, **kwargs)
            except LifecycleError as refusal:
                response = refused(request, refusal)
        response.headers["Content-Language"] = language
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return csrf_exempt(shown)


def demand_form(request: HttpRequest) -> None:
    """Look at size and kind of a body before anything of it is read. Raises TooLarge, NotAForm."""
    if request.method != "POST":
        return
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise TooLarge(_("What was sent is too large. Nothing was kept."))
    if request.content_type not in FORMS or request.FILES:
        raise NotAForm(_("This page takes its own form only, without files. Nothing was kept."))


def links(request: HttpRequest, **changed: str) -> str:
    """The query of this page with some words of ours changed: only known ones are carried on."""
    known = {name: request.GET.get(name, "") for name in ("lang", "view", "who", "people")}
    kept = {name: text[:8] for name, text in {**known, **changed}.items() if text and text.replace("-", "").isalnum()}
    return f"?{urlencode(kept)}" if kept else "?"


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render without the request: nothing that a template does can open a session."""
    large = request.GET.get("view") == "large"
    language = translation.get_language() or "zh-hans"
    other = "en" if language == "zh-hans" else "zh-hans"
    frame = {
        "language": language,
        "other_language": LANGUAGES[other],
        "other_code": other,
        "other_href": links(request, lang=other),
        "large": large,
        "view_href": links(request, view="" if large else "large"),
        "here": links(request),
        "path": request.path,
    }
    return HttpResponse(render_to_string(f"intake/{template}", {**frame, **context}), status=status)


def refused(request: HttpRequest, refusal: LifecycleError) -> HttpResponse:
    """A refusal as a page of its own, without a form."""
    point = refusal.facts.get("at")
    context = {"sentence": str(refusal), "code": refusal.code, "status": refusal.status, "point": point}
    response = page(request, "refused.html", context, refusal.status)
    if wait := refusal.facts.get("retry_after"):
        response.headers["Retry-After"] = str(wait)
    return response
