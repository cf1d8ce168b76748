"""What the console asks about emergencies and standards. Nothing is decided here: the actions refuse."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collection.emergencies import actions
from collection.emergencies.models import Emergency, EmergencyCategory, Level
from collection.emergencies.words import in_language

NOTHING = [("", "—")]  # nothing is chosen beforehand: it comes from the paper
GRADES = [("", _("not graded (public security event)")), *Emergency.Grade.choices]


def _whole(value: Any) -> int | None:
    return int(value) if value else None


class DeclareForm(forms.Form):
    """What the authority's paper says, and nothing else (ER-72)."""

    title = forms.CharField(label=_("title"), max_length=120)
    category = forms.ChoiceField(label=_("category"), choices=[*NOTHING, *EmergencyCategory.choices])
    grade = forms.TypedChoiceField(
        label=_("event grade"), choices=GRADES, coerce=_whole, empty_value=None, required=False
    )
    level = forms.TypedChoiceField(label=_("response level"), choices=[*NOTHING, *Level.choices], coerce=int)
    area = forms.CharField(label=_("area"), max_length=120)
    authority = forms.CharField(label=_("issuing authority"), max_length=120)
    document = forms.CharField(label=_("document number"), max_length=120)
    matters = forms.CharField(label=_("matters"), widget=forms.Textarea(attrs={"rows": 2}))
    measures = forms.CharField(label=_("measures"), widget=forms.Textarea(attrs={"rows": 2}))
    expected_end = forms.DateField(label=_("expected end"))
    exercise = forms.BooleanField(label=_("exercise"), required=False)
    successor_of = forms.ModelChoiceField(
        label=_("successor of"), queryset=Emergency.objects.filter(state=Emergency.State.DESTROYED), required=False
    )


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(label=_("response level"), choices=[*NOTHING, *Level.choices], coerce=int)
    document = forms.CharField(label=_("document"), max_length=120)


class EndForm(forms.Form):
    on = forms.DateField(label=_("day"))
    source = forms.ChoiceField(label=_("source"), choices=Emergency.Source.choices)
    document = forms.CharField(label=_("document"), max_length=120, required=False)


class ReopenForm(forms.Form):
    on = forms.DateField(label=_("day"))
    document = forms.CharField(label=_("document"), max_length=120)


class DraftStandardForm(forms.Form):
    template_code = forms.ChoiceField(label=_("scenario"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, in_language(template["title"])) for code, template in actions.load_templates().items()]
        self.fields["template_code"].choices = offered  # type: ignore[attr-defined]
