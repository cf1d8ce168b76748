"""Where a refusal or an error becomes an answer: a page for a person, a problem for a program."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from .errors import LifecycleError
from .problems import REFUSALS, of_refusal, problem, problem_page, sentence_of

OWN_HEADING = {410, 429, 503}


def wants_problem(request: HttpRequest) -> bool:
    """Whether the caller is a program: by path, or because it asks for JSON and not for a page."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def refuse(request: HttpRequest, error: LifecycleError) -> HttpResponse:
    """Answer one refusal with its sentence and its status."""
    if wants_problem(request):
        return problem_page(request, of_refusal(error))
    context = {"sentence": sentence_of(error), "status": error.status, "code": error.code}
    template = f"{error.status}.html" if error.status in OWN_HEADING else "refused.html"
    return HttpResponse(render_to_string(template, context, request), status=error.status)


def _page(request: HttpRequest, status: int, code: str) -> HttpResponse:
    if wants_problem(request):
        return problem_page(request, problem(status, code, REFUSALS[code]))
    return HttpResponse(render_to_string(f"{status}.html", {"status": status}, request), status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 400, "invalid")


def forbidden(request: HttpRequest, exception: Any = None, reason: str = "") -> HttpResponse:
    """Also Django's answer to a missing or old CSRF token."""
    return _page(request, 403, "permission_denied")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404, "not_found")


def error(request: HttpRequest) -> HttpResponse:
    """What went wrong is in the log, without values; the person gets a sentence."""
    return _page(request, 500, "error")
