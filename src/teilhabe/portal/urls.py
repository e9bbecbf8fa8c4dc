"""The public addresses. `/<lang>/` stands before everything; names never change once given."""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from teilhabe.core.languages import INTERFACE
from teilhabe.portal import guide, health, legal, reports, sitemaps, views


class LanguageConverter:
    regex = "|".join(INTERFACE)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")

app_name = "portal"
urlpatterns = [
    path("", views.front, name="front"),
    path("health", health.health, name="health"),
    path("health/", health.health),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("<language:language>", RedirectView.as_view(pattern_name="portal:home")),
    path("<language:language>/", views.home, name="home"),
    path("<language:language>/sitemap.xml", sitemaps.of_language, name="sitemap_of_language"),
    path("<language:language>/search", views.search, name="search"),
    path("<language:language>/search/", views.search),
    path("<language:language>/suggest", views.suggest, name="suggest"),
    path("<language:language>/count", views.count, name="count"),
    path("<language:language>/tell", views.tell, name="tell"),
    path("<language:language>/told/", views.told, name="told"),
    path("<language:language>/offers/<slug:slug>/", views.offer, name="offer"),
    path("<language:language>/needs/", views.topics, name="topics"),
    path("<language:language>/needs/<slug:slug>/", views.need, name="need"),
    path("<language:language>/topics/<slug:slug>/", views.topic, name="topic"),
    path("<language:language>/districts/", views.districts, name="districts"),
    path("<language:language>/districts/<slug:slug>/", views.district, name="district"),
    path("<language:language>/pages/", guide.index, name="guide"),
    path("<language:language>/pages/<path:path>/", guide.page, name="page"),
    path("<language:language>/documents/<int:key>/", guide.document, name="document"),
    path("<language:language>/organisations/", views.organisations, name="organisations"),
    path("<language:language>/organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("<language:language>/about/", views.about, name="about"),
    path("<language:language>/imprint/", legal.imprint, name="imprint"),
    path("<language:language>/privacy/", legal.privacy, name="privacy"),
    path("<language:language>/accessibility/", legal.accessibility, name="accessibility"),
    # what people and checkers type
    path("<language:language>/impressum/", RedirectView.as_view(pattern_name="portal:imprint")),
    path("<language:language>/datenschutz/", RedirectView.as_view(pattern_name="portal:privacy")),
    path("<language:language>/barrierefreiheit/", RedirectView.as_view(pattern_name="portal:accessibility")),
    path("<language:language>/feedback/", reports.feedback, name="feedback"),
    path("<language:language>/feedback/thanks/", reports.thanks, name="thanks"),
]
