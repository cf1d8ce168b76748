"""Unfold's clothes for Django's plain form widgets, so that a room writes `forms.CharField()` and nothing else."""

from typing import Any

from django import forms
from unfold import widgets as unfold

CLOTHES: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.TextInput: unfold.UnfoldAdminTextInputWidget,
    forms.EmailInput: unfold.UnfoldAdminEmailInputWidget,
    forms.URLInput: unfold.UnfoldAdminURLInputWidget,
    forms.NumberInput: unfold.UnfoldAdminIntegerFieldWidget,
    forms.PasswordInput: unfold.UnfoldAdminPasswordWidget,
    forms.Textarea: unfold.UnfoldAdminTextareaWidget,
    forms.Select: unfold.UnfoldAdminSelectWidget,
    forms.SelectMultiple: unfold.UnfoldAdminSelectMultipleWidget,
    forms.NullBooleanSelect: unfold.UnfoldAdminNullBooleanSelectWidget,
    forms.RadioSelect: unfold.UnfoldAdminRadioSelectWidget,
    forms.CheckboxInput: unfold.UnfoldBooleanWidget,
    forms.CheckboxSelectMultiple: unfold.UnfoldAdminCheckboxSelectMultiple,
}
NATIVE: dict[type[forms.Widget], tuple[str, str]] = {  # the browser's own pickers: no script, good on a phone
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}


def dress(form: Any) -> Any:
    """Swap every plain widget of `form` for Unfold's; a room's own widget stays. Returns the form."""
    for field in form.fields.values():
        plain = field.widget
        if type(plain) in NATIVE:
            field.widget = _native(plain)
        elif type(plain) in CLOTHES:
            field.widget = _dressed(plain)
        field.widget.is_required = field.required
    return form


def _native(plain: Any) -> forms.Widget:
    kind, shape = NATIVE[type(plain)]
    attrs = {"class": " ".join(unfold.DATETIME_CLASSES), **plain.attrs, "type": kind}
    return type(plain)(attrs=attrs, format=shape)


def _dressed(plain: Any) -> forms.Widget:
    own = {name: value for name, value in plain.attrs.items() if name != "class"}
    worn = CLOTHES[type(plain)](attrs=own)
    if hasattr(plain, "choices"):
        worn.choices = plain.choices  # type: ignore[attr-defined]
    return worn
