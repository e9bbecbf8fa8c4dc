"""The forms of the workspace. What they give is content as `directory.contents` knows it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from teilhabe.core.languages import ALL
from teilhabe.core.text import clean, clean_lines, fold
from teilhabe.directory.contents import Content
from teilhabe.directory.models import Offer, Trait
from teilhabe.organisations.models import Organisation, folded_name
from teilhabe.vocabulary.models import Area
from teilhabe.workspace.labels import LABELS

MOST_LINES = 12


class Line(forms.CharField):
    """One line of text, cleaned as imports are."""

    def clean(self, value: Any) -> str:
        return str(super().clean(clean(value or "")))


class Lines(forms.CharField):
    """Paragraphs."""

    widget = forms.Textarea

    def clean(self, value: Any) -> str:
        return str(super().clean(clean_lines(value or "")))


class Listing(forms.CharField):
    """Several values, one a line."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line for line in (clean(line) for line in (value or "").split("\n")) if line]
        if any(len(line) > self.longest for line in lines):
            raise forms.ValidationError(
                _("Eine Zeile ist zu lang. Schreiben Sie höchstens %(number)s Zeichen.") % {"number": self.longest}
            )
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("Das sind zu viele. Schreiben Sie höchstens %(number)s Zeilen.") % {"number": MOST_LINES}
            )
        return list(dict.fromkeys(lines))


class YesNo(forms.TypedChoiceField):
    """Yes, no, or nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", gettext_lazy("nicht bekannt")), ("yes", gettext_lazy("ja")), ("no", gettext_lazy("nein"))]
        super().__init__(
            choices=choices, coerce={"yes": True, "no": False}.get, empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class Day(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else None


def _several(choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


_LOOKS = {
    "textarea": "kern-form-input__input",
    "select": "kern-form-input__select",
    "checkbox": "kern-form-check__checkbox",
    "checkboxselectmultiple": "kern-form-check__checkbox",
    "hidden": "",
}


class KernForm(forms.Form):
    """A form that looks as KERN wants it; fields without a label are called as everywhere in the workspace."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, field in self.fields.items():
            field.label = field.label or LABELS.get(name, name)
            if look := _LOOKS.get(self[name].widget_type, "kern-form-input__input"):
                field.widget.attrs["class"] = look


class OfferForm(KernForm):
    """Everything of an offer but its needs and its weekly hours, which have forms of their own."""

    title = Line(max_length=300, help_text=gettext_lazy("Was bekommt man hier? Zum Beispiel: Hilfe beim Kita-Platz."))
    organisation = Line(
        max_length=200, help_text=gettext_lazy("Wer bietet es an? Der Name, wie er im Verzeichnis steht.")
    )
    is_new_organisation = forms.BooleanField(
        required=False, label=gettext_lazy("Diese Organisation ist neu: mit diesem Namen anlegen")
    )
    summary = Lines(
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Ein oder zwei kurze Sätze. Sie stehen im Suchergebnis."),
    )
    description = Lines(max_length=20_000, required=False)
    category = forms.ChoiceField(choices=Offer.Category.choices)
    target_groups = Listing(
        longest=120, required=False, help_text=gettext_lazy("Eine Gruppe je Zeile, zum Beispiel: Familien mit Kindern.")
    )
    audiences = _several(Trait.Audience.choices)
    languages = _several([(code, language.german) for code, language in ALL.items()])
    interpreters = Line(max_length=200, required=False)
    phone = Line(max_length=60, required=False, help_text=gettext_lazy("Leer: es gilt die Nummer der Organisation."))
    email = Line(max_length=254, required=False, validators=[validate_email])
    website = forms.URLField(max_length=400, required=False, assume_scheme="https")
    ways_in = _several(Trait.WayIn.choices)
    registration = Lines(max_length=2000, required=False)
    street = Line(max_length=160, required=False)
    postcode = Line(max_length=10, required=False)
    city = Line(max_length=120, required=False)
    district = forms.ChoiceField(required=False)
    step_free = YesNo()
    online = YesNo()
    is_free = YesNo()
    cost = Line(max_length=300, required=False, help_text=gettext_lazy("Zum Beispiel: 2,29 € pro Stunde."))
    conditions = Lines(max_length=2000, required=False)
    bring = Lines(max_length=2000, required=False)
    childcare = YesNo()
    women_only = YesNo()
    schedule = Line(max_length=500, required=False, help_text=gettext_lazy("Was die wöchentlichen Zeiten nicht sagen."))
    valid_from = Day(required=False)
    valid_until = Day(required=False, help_text=gettext_lazy("Danach wird es nicht mehr gefunden."))
    questions = Listing(
        longest=300, required=False,
        help_text=gettext_lazy("Eine Frage je Zeile, in jeder Sprache. Wer so fragt, findet das Angebot."),
    )  # fmt: skip
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    SECTIONS = (
        (
            gettext_lazy("Das Angebot"),
            ("title", "organisation", "is_new_organisation", "summary", "description", "category"),
        ),
        (
            gettext_lazy("Für wen"),
            ("target_groups", "audiences", "languages", "interpreters", "women_only", "childcare"),
        ),
        (gettext_lazy("Kontakt und Anmeldung"), ("phone", "email", "website", "ways_in", "registration")),
        (gettext_lazy("Ort"), ("street", "postcode", "city", "district", "step_free", "online")),
        (gettext_lazy("Kosten und Bedingungen"), ("is_free", "cost", "conditions", "bring")),
        (gettext_lazy("Wann"), ("schedule", "valid_from", "valid_until")),
        (gettext_lazy("Wie man danach fragt"), ("questions",)),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {code: tongue.german if get_language() == "de" else tongue.english for code, tongue in ALL.items()}
        self.fields["languages"].choices = sorted(names.items(), key=lambda pair: fold(pair[1]))  # type: ignore[attr-defined]
        areas = [(area.name, area.name) for area in Area.objects.all()]
        self.fields["district"].choices = [("", _("nicht bekannt")), *areas]  # type: ignore[attr-defined]

    def clean_organisation(self) -> str:
        name: str = self.cleaned_data["organisation"]
        known: Organisation | None = Organisation.objects.filter(folded=folded_name(name)).first()
        if known:
            return known.name
        if self["is_new_organisation"].data:
            return name
        there = list(Organisation.objects.values_list("name", flat=True))
        alike = get_close_matches(name, there, 3, 0.5) if len(there) < 5000 else []
        told = _("Diese Organisation steht noch nicht im Verzeichnis. Kreuzen Sie darunter an, dass sie neu ist.")
        if alike:
            told += " " + _("Oder meinen Sie: %(names)s?") % {"names": ", ".join(alike)}
        raise forms.ValidationError(told)

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("valid_from") and told.get("valid_until") and told["valid_from"] > told["valid_until"]:
            self.add_error("valid_until", _("Das Ende liegt vor dem Beginn. Ändern Sie einen der beiden Tage."))
        return told

    @property
    def content(self) -> Content:
        """What was typed, when it is valid."""
        told = {
            name: value for name, value in self.cleaned_data.items() if name not in {"is_new_organisation", "token"}
        }
        return {**told, "languages": sorted(told["languages"]), "audiences": sorted(told["audiences"]),
                "ways_in": sorted(told["ways_in"])}  # fmt: skip

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(str(title), [self[name] for name in names]) for title, names in self.SECTIONS]


TYPED = tuple(name for _title, names in OfferForm.SECTIONS for name in names if name != "is_new_organisation")
