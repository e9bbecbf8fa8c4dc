from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "teilhabe.feedback"
    verbose_name = "Meldungen"
