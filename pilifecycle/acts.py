"""A button of a room: a page that says what will happen, asks what it needs, and calls one action of the room.

    class Approve(ActionPage):
        slug, title, button, icon = "approve", _("Approve"), _("Approve"), "approval"
        permission = "batches.review"
        form_class = ApproveForm

        def offered(self, request, target):
            return target.state == State.IN_REVIEW

        def perform(self, request, target, cleaned_data):
            actions.approve(target, actor=request.user, **cleaned_data)
            return _("Approved.")

The action decides, and refuses by raising: its sentence is shown on the same page, and nothing is lost that was typed.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from .dressing import dress
from .errors import Forbidden, LifecycleError, WrongState
from .problems import sentence_of

if TYPE_CHECKING:
    from .console import RoomAdmin


def may(user: Any, permission: str) -> bool:
    """Ask the access room, once a request and permission: what is shown. An action asks again, with its place.

    By name, because rooms below the access room use the console too.
    """
    if not user.is_active:
        return False
    known = vars(user).setdefault("_shown_permissions", {})
    if permission not in known:
        known[permission] = import_string("pilifecycle.access.guards.may")(user, permission)
    return bool(known[permission])


class ActionPage(FormView):
    """One button. Override `offered`, `facts` and `perform`; `permitted` where a scope decides."""

    slug = ""
    title: Any = ""
    button: Any = ""
    icon = "play_arrow"
    tone = "primary"  # or "danger": what cannot be taken back
    permission = ""
    explanation: Any = ""
    done: Any = _("Done.")
    on_list = False  # True: a button of the list, without an object ("declare")
    fresh_login = False  # True: asks for the password or the passkey again, unless that was minutes ago
    form_class: type[forms.BaseForm] = forms.Form
    template_name = "admin/act.html"
    model_admin: "RoomAdmin" = None  # type: ignore[assignment]  # given by as_view()

    # -- what a room says
    def permitted(self, request: HttpRequest, target: Any) -> bool:
        """Whether this person may do it at all, here."""
        return self.model_admin.may(request, self.permission, target)

    def offered(self, request: HttpRequest, target: Any) -> bool:
        """Whether the button is shown: a courtesy. The action itself refuses."""
        return True

    def facts(self, request: HttpRequest, target: Any) -> Iterable[tuple[Any, Any]]:
        """What the person must know before deciding: pairs of a label and a value, above the form."""
        return ()

    def perform(self, request: HttpRequest, target: Any, cleaned_data: dict[str, Any]) -> Any:
        """Call one action. Answer a sentence, an object to show next, a response, or None for `done`."""
        raise Forbidden(_("This cannot be done here."))

    # -- how it runs
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.target = self._target(request, kwargs.get("object_id"))
        if not self.permitted(request, self.target):
            raise Forbidden(_("Your role does not allow this here."))
        if self.fresh_login and request.method == "GET":
            return reauthentication_required(super().dispatch)(request, *args, **kwargs)
        if self.fresh_login and not did_recently_reauthenticate(request):
            return HttpResponseRedirect(request.path)  # asked on the way in; a post is never kept for later
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.offered(request, self.target):
            raise WrongState(_("This cannot be done now."))
        return super().get(request, *args, **kwargs)

    def _target(self, request: HttpRequest, object_id: str | None) -> Any:
        if self.on_list:
            return None
        target = self.model_admin.get_object(request, unquote(object_id or ""))
        if target is None or not self.model_admin.has_view_permission(request, target):
            raise Http404
        return target

    def get_form(self, form_class: Any = None) -> Any:
        return dress(super().get_form(form_class))

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = self.perform(self.request, self.target, form.cleaned_data)
        except LifecycleError as refusal:
            return self._refused(form, refusal)
        if isinstance(result, HttpResponse):
            return result
        messages.success(self.request, str(result if isinstance(result, str | Promise) else self.done))
        return HttpResponseRedirect(self._next(result))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def _refused(self, form: Any, refusal: LifecycleError) -> HttpResponse:
        for name, sentence in getattr(refusal, "fields", {}).items():
            if name in form.fields:
                form.add_error(name, sentence)
        context = self.get_context_data(form=form, refusal=sentence_of(refusal))
        return self.render_to_response(context, status=refusal.status)

    def _next(self, result: Any) -> str:
        return self.model_admin.url_of(result if isinstance(result, Model) else self.target)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.request.current_app = self.model_admin.admin_site.name
        return super().get_context_data(
            **self.model_admin.admin_site.each_context(self.request),
            title=self.title,
            act=self,
            target=self.target,
            facts=list(self.facts(self.request, self.target)),
            back=self.model_admin.url_of(self.target),
            **kwargs,
        )

    @classmethod
    def url_for(cls, model_admin: "RoomAdmin", target: Any) -> str:
        """Where the button leads."""
        name = f"{model_admin.admin_site.name}:{model_admin.act_name(cls)}"
        return reverse(name) if cls.on_list else reverse(name, args=[quote(target.pk)])
