from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "teilhabe.audit"
    verbose_name = "Protokoll"
