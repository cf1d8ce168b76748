"""What the buttons of this room ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilifecycle.store import clock

from . import scopes
from .models import User
from .roles import Role


def scope_field(scope: str, label: Any) -> forms.Field:
    """A choice of bodies or emergencies, as the rooms above tell them; empty is everywhere."""
    offered = scopes.choices(scope)
    if offered is None:
        return forms.UUIDField(label=label, required=False)
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce={str(key): key for key, _name in offered}.get,
        choices=[("", _("everywhere")), *((str(key), name) for key, name in offered)],
        empty_value=None,
    )


class AccountForm(forms.Form):
    username = forms.CharField(label=_("user name"), max_length=150)
    name = forms.CharField(label=_("full name"), max_length=150, required=False)
    staff_number = forms.CharField(label=_("staff number"), max_length=40)
    office = forms.CharField(label=_("office"), max_length=120, required=False)
    password = forms.CharField(
        label=_("first password"),
        widget=forms.PasswordInput,
        strip=False,
        help_text=_("The person changes it after the first login."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["body"] = scope_field("body", _("body"))


class GrantForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=_("account"))
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    last_day = forms.DateField(label=_("until"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["user"]
        field.queryset = User.objects.filter(is_active=True).order_by("staff_number")
        field.label_from_instance = lambda user: f"{user.staff_number} {user}"
        self.fields["body"] = scope_field("body", _("body"))
        self.fields["emergency"] = scope_field("emergency", _("emergency"))

    def clean(self) -> dict[str, Any]:
        """`ends_at`: the end of the last day in Asia/Shanghai."""
        cleaned = dict(super().clean() or self.cleaned_data)
        day = cleaned.pop("last_day", None)
        return {**cleaned, "ends_at": clock.end_of(day) if day else None}
