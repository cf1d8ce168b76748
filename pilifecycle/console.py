"""The console: one site for all rooms. A room registers a read-only table, buttons that run one action, and panels.

    from pilifecycle.console import RoomAdmin, console

    @console.register(Emergency)
    class EmergencyAdmin(RoomAdmin):
        view_permission = "emergencies.view"
        room_group, room_icon, room_order = "collect", "emergency_home", 10
        acts = (Declare, ChangeLevel)  # see pilifecycle.acts

    console.panel("due", 20, due_panel)  # due_panel(request) -> dict(title, figure, text, …) or None: see panels.Panel

Nothing in the console writes by itself: no add, change or delete form of Django's, no bulk action, no log of its own
(Django's LogEntry keeps `str(object)`), no search palette. What is done is done by a room's action.
"""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from operator import itemgetter
from pkgutil import iter_modules
from typing import Any

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from .acts import ActionPage, may
from .panels import Panel, Panels, Shown
from .tables import RoomAdmin, RoomInline

__all__ = ["ActionPage", "Console", "Panel", "RoomAdmin", "RoomInline", "console", "may"]

GROUPS: dict[str, Any] = {  # the side bar, top first; a room names its group in `room_group`
    "collect": _("Collection"),
    "dispose": _("Disposal"),
    "oversee": _("Oversight"),
    "system": _("System"),
}


class Console(UnfoldAdminSite):
    """The staff's site, at /console/."""

    index_title = _("First screen")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.panels = Panels()
        self.pages: list[dict[str, Any]] = []
        self.disable_action("delete_selected")

    # -- what rooms call
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> Any:
        """Register a model; without a class it is a decorator for one."""
        if admin_class is not None:
            return super().register(model_or_iterable, admin_class, **options)

        def decorate(decorated: type["RoomAdmin"]) -> type["RoomAdmin"]:
            self.register(model_or_iterable, decorated, **options)
            return decorated

        return decorate

    def panel(self, name: str, order: int, shown: Shown) -> None:
        """Show `shown(request)` on the first screen, unless it answers None."""
        self.panels.add(name, order, shown)

    def page(self, route: str, view: Callable[..., HttpResponse], name: str, **entry: Any) -> None:
        """Add a page of no table. `entry`: title, group, icon, order, permission of its line in the side bar."""
        self.pages.append({"route": route, "view": view, "name": name, **entry})

    def render(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A room's own page inside the console's frame."""
        request.current_app = self.name
        return TemplateResponse(request, template, {**self.each_context(request), **context}, status=status)

    # -- who comes in
    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and may(request.user, "console.open")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one way in: the accounts' pages, with a second step."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect(f"{reverse('account_login')}?{request.GET.urlencode()}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        logout(request)
        return redirect("account_login")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    # -- what is shown
    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Django's, with every permission read once where a page is only shown."""
        return at_one_moment(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        discover()
        return super().get_urls()

    def extra_urls(self) -> list[URLPattern]:
        return [path(page["route"], self.admin_view(page["view"]), name=page["name"]) for page in self.pages]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        panels = self.panels.of(request)
        shown = {
            "cards": [panel for panel in panels if panel.figure is not None],
            "tables": [panel for panel in panels if panel.is_table],
        }
        return super().index(request, {**shown, **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        return redirect(f"{self.name}:index")  # people know rooms, not applications

    def search(self, request: HttpRequest, extra_context: Any = None) -> Any:
        raise Http404  # a palette would put what is searched for into URLs and into the cache

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The side bar: the first screen, then the registered rooms by group."""
        home = reverse(f"{self.name}:index")
        groups: list[dict[str, Any]] = [
            {"items": [self._entry(request, home, _("First screen"), "space_dashboard", exact=True)]}
        ]
        lines = self._rooms(request) + self._pages(request)
        for group, title in GROUPS.items():
            entries = sorted((line for line in lines if line["group"] == group), key=itemgetter("order"))
            if entries:
                groups.append({"title": title, "separator": True, "items": entries})
        return groups

    def _entry(
        self, request: HttpRequest, link: str, title: Any, icon: str, *, exact: bool = False, **more: Any
    ) -> Any:
        active = request.path == link if exact else request.path.startswith(link)
        return {"link": link, "title": title, "icon": icon, "active": active, "has_permission": True, **more}

    def _rooms(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            self._entry(
                request,
                room.url_of(None),
                room.room_title or capfirst(model._meta.verbose_name_plural),
                room.room_icon,
                group=room.room_group,
                order=room.room_order,
            )
            for model, room in self._registry.items()
            if isinstance(room, RoomAdmin) and room.room_group and room.has_view_permission(request)
        ]

    def _pages(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            self._entry(
                request,
                reverse(f"{self.name}:{page['name']}"),
                page["title"],
                page.get("icon", "article"),
                group=page["group"],
                order=page.get("order", 100),
            )
            for page in self.pages
            if page.get("group") and may(request.user, page.get("permission", "console.open"))
        ]


def at_one_moment(view: Callable[..., Any]) -> Callable[..., Any]:
    """A GET acts on nothing: it reads who may what once, and is rendered while that holds. The access room by name."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        with import_string("pilifecycle.access.moment.at_one_moment")():
            answer = view(request, *args, **kwargs)
            return answer.render() if hasattr(answer, "render") else answer

    return shown


def discover() -> None:
    """Import the rooms' `admin` modules. By name: the console stands below them."""
    for floor in ("pilifecycle", "collection", "retention"):
        for room in iter_modules(import_module(floor).__path__):
            name = f"{floor}.{room.name}.admin"
            if room.ispkg and room.name not in {"migrations", "management"} and find_spec(name):
                import_module(name)


def environment(request: HttpRequest) -> list[Any] | None:
    """The badge of a store that was born as a demo."""
    return [_("Demo"), "warning"] if import_string("pilifecycle.store.clock.is_demo")() else None


console = Console("console")
