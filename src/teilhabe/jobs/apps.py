from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "teilhabe.jobs"
    verbose_name = "Läufe"
