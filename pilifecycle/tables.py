"""A room's table in the console: read-only, with buttons above it. Nothing here writes."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from .acts import ActionPage, may


def _name_alone(contents: SafeString) -> SafeString:
    """A person's name without a link: hardly anybody may open accounts, and a link that refuses is a trap."""
    return mark_safe(strip_tags(contents))  # noqa: S308  # it was escaped, and tags alone were taken out


class ReadOnly:
    """Nothing is added, changed or deleted through a form of Django's."""

    @property
    def readonly_preprocess_fields(self) -> dict[str, Callable[[SafeString], SafeString]]:
        """Unfold's hook: what becomes of the text of a field that is only shown."""
        fields = self.model._meta.fields  # type: ignore[attr-defined]
        return {field.name: _name_alone for field in fields if field.related_model is get_user_model()}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoomInline(ReadOnly, TabularInline):
    """Rows that belong to what is shown, to look at."""

    extra = max_num = 0
    can_delete = False
    show_change_link = False
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class RoomAdmin(ReadOnly, ModelAdmin):
    """A room's table: to look at, with buttons. `endless = True` pages without ever counting the rows."""

    view_permission = "console.open"
    room_group = "system"  # a key of GROUPS; "" hides it from the side bar
    room_icon = "folder_open"
    room_order = 100
    room_title: Any = ""
    acts: Sequence[type[ActionPage]] = ()
    endless = False

    actions = None
    search_fields: ClassVar[Sequence[str]] = ()
    show_full_result_count = False
    list_per_page = 50
    list_before_template = "admin/acts.html"
    change_form_outer_before_template = "admin/acts.html"
    compressed_fields = True

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        """Whether this person may, here. Override where a body or an emergency is the scope."""
        return may(request.user, permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, self.view_permission, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        return InfinitePaginator(*args[1:], **kwargs) if self.endless else super().get_paginator(*args, **kwargs)

    # -- what is shown of an object
    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without what is empty: a page says what there is."""
        return [name for name in super().get_fields(request, obj) if not _empty(obj, name)]

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> Any:
        """Without tables that have no rows."""
        return [table for table in super().get_inline_formsets(*args, **kwargs) if table.formset.forms]

    # -- Django's own log is never written: it holds `str(object)`
    def _unlogged(self, *args: Any, **kwargs: Any) -> None:
        return None

    log_addition = log_change = log_deletion = log_deletions = _unlogged

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    # -- buttons
    def act_name(self, act: type[ActionPage]) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{act.slug}"

    def get_urls(self) -> list[Any]:
        return [self._act_path(act) for act in self.acts] + super().get_urls()

    def _act_path(self, act: type[ActionPage]) -> URLPattern:
        route = f"act/{act.slug}/" if act.on_list else f"<path:object_id>/act/{act.slug}/"
        return path(route, self.admin_site.admin_view(act.as_view(model_admin=self)), name=self.act_name(act))

    def buttons(self, request: HttpRequest, target: Any) -> list[dict[str, Any]]:
        """The acts that this person may do here and now."""
        return [
            {"title": act.button or act.title, "icon": act.icon, "tone": act.tone, "link": act.url_for(self, target)}
            for act in (kind(model_admin=self) for kind in self.acts if kind.on_list is (target is None))
            if act.permitted(request, target) and act.offered(request, target)
        ]

    def url_of(self, target: Any) -> str:
        """The page of an object that the console shows; of its list, if it shows none."""
        opts = self.opts if target is None else target._meta
        if target is None or not self.admin_site.is_registered(type(target)):
            return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return reverse(f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change", args=[quote(target.pk)])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"buttons": self.buttons(request, None), **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["buttons"] = self.buttons(request, kwargs.get("obj") or context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)


def _empty(obj: Model | None, name: Any) -> bool:
    """Whether this is a column of the table, and nothing stands in it."""
    columns = {field.name: field for field in obj._meta.fields} if obj else {}
    return name in columns and getattr(obj, columns[name].attname) in (None, "")
