from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "teilhabe.exchange"
    verbose_name = "Austausch"
