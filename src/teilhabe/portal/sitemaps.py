"""For search engines: which pages there are, by language."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from teilhabe.core.languages import INTERFACE
from teilhabe.directory.queries import public_offers
from teilhabe.editorial.queries import PageTree
from teilhabe.portal.queries import public_organisations, surroundings

MOST = 50_000  # addresses in one file, by the protocol
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in ("/account/", "/workspace/", "/my/", "/api/", "/*/search", "/*/suggest")]
    lines += ["", f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One file a language."""
    centre = request.centre  # type: ignore[attr-defined]
    if centre is None:
        raise Http404
    entries = "".join(
        f"<sitemap><loc>{escape(request.build_absolute_uri(f'/{code}/sitemap.xml'))}</loc></sitemap>"
        for code in centre.languages
        if code in INTERFACE
    )
    return _xml(f"<sitemapindex {NAMESPACE}>{entries}</sitemapindex>")


@require_safe
def of_language(request: HttpRequest, language: str) -> HttpResponse:
    centre = request.centre  # type: ignore[attr-defined]
    if centre is None:
        raise Http404
    around = surroundings(centre)
    paths = ["", "needs/", "districts/", "organisations/", "about/", "imprint/", "privacy/", "accessibility/"]
    paths += [f"topics/{topic.group.pk}/" for topic in around.topics]
    paths += [f"needs/{need}/" for need in around.needs]
    paths += [f"districts/{area}/" for area in around.areas]
    paths += [f"organisations/{slug}/" for slug in public_organisations().values_list("slug", flat=True)]
    paths += [f"offers/{slug}/" for slug in public_offers().values_list("slug", flat=True)]
    tree = PageTree()
    paths += ["pages/", *(f"pages/{tree.path(key, language)}/" for key in tree.public())] if around.has_guide else []
    base = request.build_absolute_uri(f"/{language}/")
    entries = "".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths[:MOST])
    return _xml(f"<urlset {NAMESPACE}>{entries}</urlset>")


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', content_type="application/xml")
