"""What the console asks about entries. Purposes and reasons are closed lists: the audit log keeps their codes."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS, kind
from collection.emergencies.models import Emergency

from .actions import VOID_REASONS
from .models import Record
from .purposes import PURPOSES

EMPTY = ("", _("Please choose"))


class PurposeField(forms.ChoiceField):
    """Why somebody looks (查看事由)."""

    def __init__(self) -> None:
        super().__init__(label=_("purpose of the look"), choices=[EMPTY, *PURPOSES.items()])


class VoidForm(forms.Form):
    reason = forms.ChoiceField(label=_("reason"), choices=[EMPTY, *VOID_REASONS.items()])


class LookForm(forms.Form):
    """Which field of a child, and why."""

    kind = forms.ChoiceField(label=_("item"))
    purpose = PurposeField()

    def __init__(self, *args: Any, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        items = [(item.kind, kind(item.kind).label.in_(language)) for item in record.standard.items.all()]
        self.fields["kind"].choices = [EMPTY, *items]  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    """One field, one purpose; or a look that was allowed, which holds both."""

    kind = forms.CharField(max_length=40, required=False)
    purpose = forms.CharField(max_length=24, required=False)
    look = forms.UUIDField(required=False)


class SearchForm(forms.Form):
    """One emergency, one indexed kind, one term. Sent by POST only: the term is in no address."""

    emergency = forms.ChoiceField(label=_("emergency"))
    kind = forms.ChoiceField(label=_("search by"))
    text = forms.CharField(
        label=_("whole number"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    purpose = PurposeField()

    def __init__(self, *args: Any, emergencies: list[Emergency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        self.emergencies = emergencies
        chosen: Any = self.fields
        chosen["emergency"].choices = [(str(each.pk), str(each)) for each in emergencies]
        chosen["kind"].choices = [(code, each.label.in_(language)) for code, each in KINDS.items() if each.indexed]
        chosen["text"].widget.attrs["spellcheck"] = "false"


class DutyForm(forms.Form):
    """Which list of the standard, and why."""

    code = forms.ChoiceField(label=_("duty list"))
    purpose = PurposeField()

    def __init__(self, *args: Any, lists: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = lists  # type: ignore[attr-defined]
