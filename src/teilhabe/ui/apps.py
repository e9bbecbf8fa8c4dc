from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "teilhabe.ui"
    verbose_name = "Oberfläche"
