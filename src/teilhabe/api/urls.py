from django.urls import URLPattern, URLResolver, path

from teilhabe.api import hsds, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1", views.door),
    path("api/v1/<path:address>", views.door),
    path("api/v1/", views.door),
    path("api/hsds", hsds.door),
    path("api/hsds/<path:address>", hsds.door),
    path("api/hsds/", hsds.door),
]
