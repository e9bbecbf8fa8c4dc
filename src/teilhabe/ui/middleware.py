"""The language of a page stands in its address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from teilhabe.core.http import Handler
from teilhabe.core.languages import INTERFACE


class LanguageOfAddress:
    """`/ar/search` is Arabic; addresses without a language follow the browser."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path.split("/", 2)[1]
        is_named = first in INTERFACE
        language = first if is_named else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or "de"
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if not is_named:
            patch_vary_headers(response, ("Accept-Language",))
        return response
