"""The pages of the guide, and the documents that hang on them."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from teilhabe.core.text import slug
from teilhabe.editorial.access import public_page
from teilhabe.editorial.models import Attachment
from teilhabe.editorial.queries import PageTree
from teilhabe.portal.guide_pages import GuidePage, chapters
from teilhabe.portal.queries import ABOUT_VIOLENCE, Surroundings
from teilhabe.portal.structured import of_page
from teilhabe.portal.views import of_centre


@require_safe
@of_centre
def index(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    return render(request, "portal/guide.html", {"chapters": chapters(language), "around": around})


@require_safe
@of_centre
def page(request: HttpRequest, around: Surroundings, language: str, path: str) -> HttpResponse:
    found = public_page(path, language)
    if found.path != path.strip("/"):
        return HttpResponsePermanentRedirect(f"/{language}/pages/{found.path}/")
    shown = GuidePage(found, around, language, timezone.now())
    home = request.build_absolute_uri(shown.address)
    alternates = {code: request.build_absolute_uri(address) for code, address in shown.addresses.items()}
    told = {
        "page": shown,
        "about": f"page:{found.key}",
        "view": shown.view,
        "is_about_violence": bool(ABOUT_VIOLENCE & {need for need, _ in shown.needs}),
        "structured": of_page(shown, home),
        "alternates": alternates,
        # a text in another language than asked for has its home there
        "canonical": alternates.get(shown.own_language.code, home),
    }
    return render(request, "portal/page.html", told)


@require_safe
@of_centre
def document(request: HttpRequest, around: Surroundings, language: str, key: int) -> HttpResponseBase:
    """A document of a public page, to keep or to read; never run by the browser."""
    found = get_object_or_404(Attachment, pk=key)
    if not PageTree().is_public(found.page_id):
        raise Http404
    try:
        file = found.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"{slug(found.title) or 'dokument'}.{found.kind.lower()}"
    return FileResponse(file, as_attachment=True, filename=name)
