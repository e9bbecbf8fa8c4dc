"""The workspace: for the staff of the centre on the host. Every view stands behind a door of `access`."""

from django.urls import path

from teilhabe.workspace.views import home, offers, versions

app_name = "workspace"
urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.language, name="language"),
    path("offers/", offers.offers, name="offers"),
    path("offers/new/", offers.new_offer, name="new_offer"),
    path("offers/<uuid:key>/", offers.offer, name="offer"),
    path("offers/<uuid:key>/draft/", offers.draft, name="draft"),
    path("offers/<uuid:key>/draft/deletion/", offers.drop, name="drop"),
    path("offers/<uuid:key>/publication/", offers.publication, name="publication"),
    path("offers/<uuid:key>/withdrawal/", offers.withdrawal, name="withdrawal"),
    path("offers/<uuid:key>/confirmation/", offers.confirmation, name="confirmation"),
    path("offers/<uuid:key>/finding/", offers.finding, name="finding"),
    path("offers/<uuid:key>/needs/", offers.needs, name="needs"),
    path("offers/<uuid:key>/preview/", versions.preview, name="preview"),
    path("offers/<uuid:key>/history/", versions.history, name="history"),
    path("offers/<uuid:key>/history/restorations/", versions.restoration, name="restoration"),
]
