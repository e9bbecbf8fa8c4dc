from django.apps import AppConfig


class CentresConfig(AppConfig):
    name = "teilhabe.centres"
    verbose_name = "Zentren"
