"""What the console asks about copies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Emergency

from .models import Copy

ENDS = {
    "destroyed": _("destroyed by two people"),
    "returned": _("returned and destroyed"),
    "overwritten": _("overwritten or expired"),
    "deleted": _("deleted at the third party, with a receipt"),
}


class DeclareForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("kind"), choices=[each for each in Copy.Kind.choices if each[0] != Copy.Kind.PRINT]
    )
    emergency = forms.ModelChoiceField(
        label=_("emergency"), queryset=Emergency.objects.order_by("-declared_at"), required=False,
        empty_label=_("the whole store"),
    )  # fmt: skip
    place = forms.CharField(label=_("place"), max_length=200)
    keeper = forms.CharField(label=_("keeper"), max_length=120, help_text=_("office and staff number"))
    sheets = forms.IntegerField(label=_("sheets"), min_value=1, max_value=100_000, required=False)
    expires_on = forms.DateField(
        label=_("ends on"),
        widget=forms.DateInput,
        required=False,
        help_text=_("if it ends by itself, as a backup does"),
    )


class EndForm(forms.Form):
    how = forms.ChoiceField(label=_("how it ended"), choices=list(ENDS.items()))
