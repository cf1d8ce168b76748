"""What a hold must say (ER-85C)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Hold


class HoldForm(forms.Form):
    """Proposed from a record's page."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Hold.Ground.choices)
    authority = forms.CharField(label=_("Requesting authority"), max_length=120)
    document = forms.CharField(label=_("Document"), max_length=120)
    legality = forms.CharField(label=_("Legality"), widget=forms.Textarea(attrs={"rows": 2}))
    necessity = forms.CharField(label=_("Necessity"), widget=forms.Textarea(attrs={"rows": 2}))
    security = forms.CharField(label=_("Security"), widget=forms.Textarea(attrs={"rows": 2}))
    measures = forms.CharField(label=_("Protective and handling measures"), widget=forms.Textarea(attrs={"rows": 2}))
    ends_on = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
