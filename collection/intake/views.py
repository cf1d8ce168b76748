"""The page behind a point: a form, and after it a receipt. No cookie, no session, no value in an address."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from collection.notices import rendering
from collection.points.access import point_by_code

from . import limits
from .forms import Form
from .pages import page, public
from .reading import empty, read
from .showing import collecting, items_asked, notice_at, received, show, try_to_send


@public
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """``/p/<code>/``."""
    point = collecting(point_by_code(code))
    notice = notice_at(point)
    items = items_asked(point, notice)
    language = get_language() or "zh-hans"
    if request.method != "POST":
        entry = empty(request.GET.get("who", ""), request.GET.get("people", ""))
        return show(request, Form(point, notice, items, language, entry))
    limits.submission(point.pk)
    sent = Form(point, notice, items, language, read(request.POST, items), request.POST.get("_id", ""))
    if request.POST.get("_go") == "add" and sent.can_add:
        sent.entry.add_member()
        return show(request, sent)
    answer = try_to_send(request, sent)
    return answer if isinstance(answer, HttpResponse) else received(request, point, answer)


@public
@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """``/p/<code>/notice/``: the full text, for as long as the point is known."""
    point = point_by_code(code)
    sheet = rendering.page(notice_at(point), get_language() or "zh-hans")
    return page(request, "notice.html", {"point": point, "sheet": sheet})
