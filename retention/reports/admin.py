"""The roof's panels on the first screen, and the page with the report texts."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from pilifecycle.access import guards
from pilifecycle.console import console

from . import figures, panels

console.panel("overdue", 2, panels.overdue)
console.panel("mine", 3, panels.mine)
console.panel("due", 7, panels.due)
console.panel("silent", 9, panels.silent)
console.panel("overdue_rows", 10, panels.overdue_rows)
console.panel("matters", 11, panels.matters)
console.panel("emergencies", 30, panels.emergencies)
console.panel("points", 32, panels.points)
console.panel("copies", 42, panels.copies)


def report_text(request: HttpRequest) -> HttpResponse:
    """One sentence a point, to be copied into the group with one tap. No person stands in it."""
    guards.require(request.user, "points.view")
    told = [(point, figures.sentence(point)) for point in figures.collecting(request.user)]
    return console.render(request, "reports/sentences.html", {"title": _("Report text"), "sentences": told})


console.page(
    "report-text/",
    report_text,
    "report-text",
    title=_("Report text"),
    group="collect",
    icon="forum",
    order=90,
    permission="points.view",
)
