"""Whether the process lives, whether it is ready, and what machines ask of a site."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from .errors import LifecycleError


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing else, so that a slow database does not get it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when work can be done, else 503; either way codes only, no names of hosts, files or people."""
    codes = [code for probe in PROBES for code in _asked(probe)]
    return JsonResponse({"ready": not codes, "codes": codes}, status=503 if codes else 200)


def databases() -> list[str]:
    """Each database answers."""
    silent = []
    for using in settings.DATABASES:
        try:
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            silent.append(f"database_silent:{using}")
    return silent


def migrations() -> list[str]:
    """Each database has every table of this release."""
    return [f"migrations_pending:{using}" for using in settings.DATABASES if _pending(using)]


def _pending(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def guards() -> list[str]:
    """The triggers that keep one shell line from destroying anything are installed."""
    missing = import_string("pilifecycle.guards.missing")
    return [f"guard_missing:{using}" for using in settings.DATABASES if missing(using)]


def custody() -> list[str]:
    """The key holder opens."""
    import_string("pilifecycle.custody.actions.describe")()
    return []


def privileges() -> list[str]:
    """This process could not destroy, whoever takes it over (PostgreSQL)."""
    excess = import_string("pilifecycle.privileges.excess")
    return [f"too_much_privilege:{using}" for using in settings.DATABASES if excess(using)]


PROBES: tuple[Callable[[], list[str]], ...] = (databases, migrations, guards, privileges, custody)


def _asked(probe: Callable[[], list[str]]) -> list[str]:
    """What a probe found; a probe that fails has found something."""
    try:
        return probe()
    except LifecycleError as refusal:
        return [f"{probe.__name__}:{refusal.code}"]
    except Exception:
        return [f"{probe.__name__}:failed"]


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116, where PIL_SECURITY_CONTACT names whom to tell; 404 otherwise, for a file without a contact is a lie."""
    contact = getattr(settings, "PIL_SECURITY_CONTACT", "")
    if not contact:
        return HttpResponse("no contact is configured\n", content_type="text/plain", status=404)
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=180)
    lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: zh, en"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Nothing here is for a search engine."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
