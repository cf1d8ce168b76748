"""What the officer answers: granted, or refused with a reason of the closed list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import RightsRequest


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("decision"), choices=[("grant", _("grant")), ("refuse", _("refuse"))], widget=forms.RadioSelect
    )
    refusal = forms.ChoiceField(
        label=_("reason of a refusal"),
        choices=[("", _("none: it is granted")), *RightsRequest.Refusal.choices],
        required=False,
        help_text=_("The person reads it on the receipt page, with the way to complain and to the court."),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal has a reason, a grant has none."""
        said = super().clean() or {}
        refused, reason = said.get("decision") == "refuse", said.get("refusal", "")
        if refused and not reason:
            self.add_error("refusal", _("A refusal needs its reason."))
        if said.get("decision") == "grant" and reason:
            self.add_error("refusal", _("What is granted has no reason of a refusal."))
        return said
