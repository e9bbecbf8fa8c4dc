from django.apps import AppConfig


class VocabularyConfig(AppConfig):
    name = "teilhabe.vocabulary"
    verbose_name = "Vokabular"
