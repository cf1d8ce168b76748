"""What the disposal console asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collection.points.models import Campaign

from .models import Witness
from .standing import MOST_DAYS


class ApproveForm(forms.Form):
    """The number of people is typed, not a long title: it shows that the manifest was read (people.md §2)."""

    manifest_hash = forms.CharField(widget=forms.HiddenInput)
    persons_typed = forms.IntegerField(
        label=_("Number of people in this batch"), min_value=0, help_text=_("Type the number that the manifest shows.")
    )


class SendBackForm(forms.Form):
    manifest_hash = forms.CharField(widget=forms.HiddenInput)


class WitnessForm(forms.Form):
    office = forms.CharField(label=_("Office"), max_length=120)
    capacity = forms.CharField(label=_("Capacity"), max_length=40)
    opinion = forms.ChoiceField(label=_("Opinion"), choices=Witness.Opinion.choices)


class StandingForm(forms.Form):
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.all())
    ceiling = forms.IntegerField(label=_("Most people at a time"), min_value=1)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS, initial=MOST_DAYS)
