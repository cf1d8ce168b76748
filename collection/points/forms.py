"""What the console asks about bodies, doors, campaigns and points."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import CollectionStandard, Emergency
from collection.points.models import Body, Point


class BodyForm(forms.Form):
    """All of it is printed on notices (PIPL-17)."""

    name = forms.CharField(label=_("name"), max_length=120)
    capacity = forms.ChoiceField(label=_("capacity"), choices=Body.Capacity.choices)
    superior = forms.ModelChoiceField(label=_("superior office"), queryset=Body.objects.all(), required=False)
    address = forms.CharField(label=_("address"), max_length=200)
    phone = forms.CharField(label=_("telephone"), max_length=40)
    officer = forms.CharField(
        label=_("protection officer"), max_length=80, help_text=_("office and telephone, as printed on notices")
    )
    complaints = forms.CharField(label=_("complaints to"), max_length=200)


class PasteDoorsForm(forms.Form):
    text = forms.CharField(
        label=_("doors"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One row a door: building, unit, door. Ranges are understood: 3 1-2 101-104. No names."),
    )


class FloorsForm(forms.Form):
    buildings = forms.CharField(label=_("buildings"), max_length=20, help_text=_("for example 1-8"))
    units = forms.CharField(
        label=_("units"), max_length=20, required=False, help_text=_("for example 1-3; empty: none")
    )
    floors = forms.CharField(label=_("floors"), max_length=20, help_text=_("for example 1-18"))
    doors = forms.IntegerField(label=_("doors a floor"), min_value=1, max_value=99)


class CampaignForm(forms.Form):
    emergency = forms.ModelChoiceField(
        label=_("emergency"), queryset=Emergency.objects.filter(state=Emergency.State.OPEN)
    )
    body = forms.ModelChoiceField(label=_("body"), queryset=Body.objects.all())
    standard = forms.ModelChoiceField(
        label=_("collection standard"),
        queryset=CollectionStandard.objects.filter(state=CollectionStandard.State.APPROVED),
    )
    title = forms.CharField(label=_("title"), max_length=120)
    area = forms.CharField(label=_("area"), max_length=120)
    target_group = forms.CharField(label=_("whom it concerns"), max_length=200)
    task_document = forms.CharField(label=_("task assigned by"), max_length=200)
    assessment = forms.CharField(
        label=_("impact assessment"),
        max_length=200,
        required=False,
        help_text=_("number of the approved assessment (PIPL art. 55)"),
    )
    public_affairs = forms.BooleanField(label=_("acts as an organisation managing public affairs"), required=False)
    capacity_reason = forms.CharField(label=_("reason"), max_length=200, required=False)
    starts_on = forms.DateField(label=_("from"))
    ends_on = forms.DateField(label=_("until"))


class PointForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=80)
    kind = forms.ChoiceField(label=_("kind"), choices=Point.Kind.choices)
    place = forms.CharField(label=_("place"), max_length=200)


class ShiftForm(forms.Form):
    label = forms.CharField(label=_("shift"), max_length=40, help_text=_("for example 7 July, night; no name"))
