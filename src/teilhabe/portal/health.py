"""Whether this process can answer, and on what it stands. For the operator's watchers and `teilhabe serve`."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from teilhabe.core.encoder import encoder


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    told = {"status": "ok", "database": connection.vendor, "embeddings": encoder() is not None}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({**told, "status": "the database does not answer"}, status=503)
    return JsonResponse(told)
