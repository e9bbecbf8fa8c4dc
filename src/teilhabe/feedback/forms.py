"""The form for everybody: what is not right, and where to answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teilhabe.core.text import clean_lines
from teilhabe.feedback.models import Report
from teilhabe.feedback.operations import LONGEST_REPORT


class ReportForm(forms.Form):
    """`homepage` is a trap: people do not see it; who fills it is asked to send once more, with the trap emptied."""

    kind = forms.ChoiceField(
        label=_("Worum geht es?"),
        choices=Report.Kind.choices,
        error_messages={
            "required": _("Wählen Sie bitte aus, worum es geht."),
            "invalid_choice": _("Wählen Sie bitte aus, worum es geht."),
        },
    )
    text = forms.CharField(
        label=_("Was stimmt nicht?"),
        help_text=_("Schreiben Sie in Ihrer Sprache. Zum Beispiel: „Die Telefonnummer ist alt.“"),
        max_length=LONGEST_REPORT,
        error_messages={
            "required": _("Schreiben Sie bitte kurz, was nicht stimmt."),
            "max_length": _("Das ist zu lang für uns. Bitte kürzen Sie auf höchstens %(limit_value)d Zeichen."),
        },
    )
    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse, wenn Sie eine Antwort möchten"),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Diese Adresse kann nicht stimmen. Zum Beispiel: name@example.org")},
    )
    homepage = forms.CharField(label=_("Dieses Feld bitte leer lassen"), required=False)

    def clean_text(self) -> str:
        text = clean_lines(str(self.cleaned_data["text"]))
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("homepage"):
            self.add_error(None, _("Bitte drücken Sie noch einmal auf „Meldung absenden“."))
        return self.cleaned_data
