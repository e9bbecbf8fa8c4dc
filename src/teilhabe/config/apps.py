from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "teilhabe.config"
    verbose_name = "Betrieb"
