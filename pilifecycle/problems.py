"""Errors of the interface as RFC 9457 problem details. No answer ever repeats a value that was sent.

DRF's and Django's own messages echo values ("“abc” is not a valid choice"): only their *codes* are read here, and each
code has a sentence of ours. Names of fields pass; a name that we did not choose ourselves does not.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from .errors import LifecycleError

SENTENCES: dict[str, Any] = {
    "required": _("This is needed."),
    "null": _("This is needed."),
    "blank": _("This is needed."),
    "empty": _("This is needed."),
    "invalid": _("This is not written in the expected way."),
    "invalid_choice": _("This is not one of the choices."),
    "does_not_exist": _("This does not exist."),
    "max_length": _("This is too long."),
    "min_length": _("This is too short."),
    "max_value": _("This is too large."),
    "min_value": _("This is too small."),
    "not_a_list": _("A list is expected."),
    "not_a_dict": _("An object is expected."),
    "unique": _("This exists already."),
    "unknown_field": _("This is not asked for, and must not be sent."),
    "forbidden_field": _("This is not asked for, and must not be sent."),
}
REFUSALS: dict[str, Any] = {
    "invalid": _("Something in the request is not right."),
    "parse_error": _("The request cannot be read."),
    "authentication_failed": _("Please sign in."),
    "not_authenticated": _("Please sign in."),
    "permission_denied": _("You may not do this."),
    "not_found": _("There is no such page."),
    "method_not_allowed": _("This cannot be done here."),
    "not_acceptable": _("No answer in the form that was asked for."),
    "unsupported_media_type": _("The request must be JSON."),
    "throttled": _("Too many tries. Please wait a little."),
    "error": _("Something went wrong on our side. Nothing was saved."),
}
OUR_NAMES = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


def problem(status: int, code: str, detail: Any, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """The members of RFC 9457, with `code` (stable) and `fields` (name → sentence) of ours."""
    body = {
        "type": f"urn:problem-type:pilifecycle:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    return body | {"fields": {name: str(text) for name, text in fields.items()}} if fields else body


def sentence_of(error: LifecycleError) -> str:
    """What a refusal says; one that only marks fields says that something is not right."""
    return str(error.message or REFUSALS.get(error.code, REFUSALS["invalid"]))


def of_refusal(error: LifecycleError) -> dict[str, Any]:
    """A refusal of ours as a problem. Its facts stay inside: they are for the log."""
    return problem(error.status, error.code, sentence_of(error), getattr(error, "fields", None))


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler."""
    body, headers = _described(error)
    if body is None:
        return None  # becomes a 500 through `pilifecycle.refusals.error`
    set_rollback()
    return Response(body, status=body["status"], headers=headers, content_type="application/problem+json")


def problem_page(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """The same outside of DRF."""
    return JsonResponse(
        body,
        status=body["status"],
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _described(error: Exception) -> tuple[dict[str, Any] | None, dict[str, str]]:
    if isinstance(error, LifecycleError):
        return of_refusal(error), {}
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None, {}
    code = "invalid" if isinstance(error, exceptions.ValidationError) else str(error.default_code)
    fields = dict(_sentences(error.get_codes())) if isinstance(error, exceptions.ValidationError) else None
    return problem(error.status_code, code, REFUSALS.get(code, REFUSALS["invalid"]), fields), _headers(error)


def _headers(error: Any) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(error.wait))
    return headers


def _sentences(codes: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """DRF's nested codes as pairs of a dotted name and a sentence of ours."""
    if isinstance(codes, dict):
        for key, inner in codes.items():
            yield from _sentences(inner, f"{name}.{_named(key)}".lstrip("."))
    elif isinstance(codes, list) and any(isinstance(code, dict) for code in codes):
        for index, inner in enumerate(codes):
            yield from _sentences(inner, f"{name}.{index}".lstrip("."))
    else:
        code = codes[0] if isinstance(codes, list) and codes else codes
        yield name or "body", SENTENCES.get(str(code), SENTENCES["invalid"])


def _named(key: Any) -> str:
    return str(key) if isinstance(key, int) or OUR_NAMES.fullmatch(str(key)) else "unknown"
