from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "teilhabe.history"
    verbose_name = "Verlauf"
