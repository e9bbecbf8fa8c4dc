"""Every address of the house; which room answers it."""

from django.urls import include, path

urlpatterns = [
    path("", include("teilhabe.api.urls")),
    path("", include("teilhabe.accounts.urls")),
    path("workspace/", include("teilhabe.workspace.urls", namespace="workspace")),
    path("", include("teilhabe.portal.urls", namespace="portal")),
]
handler400 = "teilhabe.ui.views.bad_request"
handler403 = "teilhabe.ui.views.forbidden"
handler404 = "teilhabe.ui.views.not_found"
handler500 = "teilhabe.ui.views.server_error"
