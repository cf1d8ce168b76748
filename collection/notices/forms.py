"""What the console asks about notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Emergency
from collection.emergencies.words import in_language
from collection.notices import blocks
from collection.notices.models import DeferredNotice
from collection.points.models import Campaign


class DraftNoticeForm(forms.Form):
    campaign = forms.ModelChoiceField(
        label=_("campaign"),
        queryset=Campaign.objects.filter(emergency__state=Emergency.State.OPEN).exclude(state=Campaign.State.CLOSED),
    )


class EditTextForm(forms.Form):
    code = forms.ChoiceField(label=_("block"))
    zh = forms.CharField(label=_("in Chinese"), widget=forms.Textarea(attrs={"rows": 4}))
    en = forms.CharField(label=_("in English"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            (code, in_language(blocks.TITLES[code])) for code in blocks.TEXTS
        ]


class SettleForm(forms.Form):
    settled = forms.ChoiceField(label=_("How the notice was given"), choices=DeferredNotice.Settled.choices)
