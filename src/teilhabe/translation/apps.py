from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "teilhabe.translation"
    verbose_name = "Übersetzung"
