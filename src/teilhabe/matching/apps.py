from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "teilhabe.matching"
    verbose_name = "Finden"
