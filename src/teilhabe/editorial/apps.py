from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "teilhabe.editorial"
    verbose_name = "Seiten"
