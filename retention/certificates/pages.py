"""Sheets to print and the file to download, inside the console's gate."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import access, bundles, sheets


def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The printable certificate (销毁证明)."""
    return _sheet(request, sheets.certificate(access.edition_for(request.user, pk)))


def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The register of what is destroyed (销毁清册)."""
    return _sheet(request, sheets.register(access.batch_for(request.user, pk)))


def scene(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record of the hour, to be signed by hand (现场记录)."""
    return _sheet(request, sheets.scene(access.batch_for(request.user, pk)))


def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed file itself; 404 while the audit log has no checkpoint over it."""
    edition = access.edition_for(request.user, pk)
    path = bundles.path_of(edition)
    data = path.read_bytes() if path.exists() else bundles.made(edition)
    if data is None:
        return HttpResponse(status=404)
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{edition.path}"'
    return answer


def _sheet(request: HttpRequest, sheet: sheets.Sheet) -> HttpResponse:
    return render(request, "certificates/sheet.html", {"sheet": sheet})
