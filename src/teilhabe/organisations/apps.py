from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "teilhabe.organisations"
    verbose_name = "Organisationen"
