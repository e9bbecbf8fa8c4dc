from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "teilhabe.core"
    verbose_name = "Kern"
