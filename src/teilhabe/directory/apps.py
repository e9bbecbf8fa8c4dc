from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "teilhabe.directory"
    verbose_name = "Angebote"
