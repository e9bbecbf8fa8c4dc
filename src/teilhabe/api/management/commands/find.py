from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from teilhabe.api.bodies import centre_address, search_body
from teilhabe.api.queries import reader_of, search
from teilhabe.centres.models import Centre
from teilhabe.centres.queries import check_default_centre, default_centre
from teilhabe.centres.scope import in_centre
from teilhabe.core.languages import interface_of
from teilhabe.core.text import clean
from teilhabe.matching.operations import is_whole, refresh_index
from teilhabe.matching.queries import LONGEST, Filters, reason_labels

PORT = 8000  # where `teilhabe serve` answers unless told otherwise


class Command(BaseCommand):
    help = "Find what meets a need, in anybody's words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("need", metavar="NEED")
        parser.add_argument("--centre", metavar="S", default="")
        parser.add_argument("--language", metavar="L", default="de", help="the reader's")
        parser.add_argument("--limit", metavar="N", type=int, default=10)
        parser.add_argument("--kind", metavar="K", default=None, choices=["offer", "page", "event", "need"])
        parser.add_argument("--json", action="store_true", help="print the body of /api/v1/search")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["centre"]
        if not slug:
            check_default_centre()
        centre = Centre.objects.filter(slug=slug).first() if slug else default_centre()
        if centre is None:
            known = ", ".join(Centre.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"Which centre? Say --centre SLUG; there are: {known}.")
        if not clean(options["need"], LONGEST):
            raise CommandError("Say what is needed, such as: teilhabe find 'Kita-Platz'.", returncode=2)
        if not is_whole(centre):
            refresh_index(centre)
        language = reader_of(options["language"])
        with in_centre(centre), translation.override(interface_of(language)):
            answer = search(
                options["need"],
                language=language,
                filters=Filters(kind=options["kind"]),
                limit=max(1, min(50, options["limit"])),
            )
            if options["json"]:
                body = search_body(answer, centre, centre_address(centre, PORT))
                self.stdout.write(json.dumps(body, ensure_ascii=False))
                return
            self.stdout.write(f"{answer.outcome}, {answer.total} hits, {answer.took_ms:.0f} ms, {answer.needs}")
            for hit in answer.hits:
                why = ", ".join(reason_labels(hit.reasons, language))
                self.stdout.write(f"{hit.score:.2f}  {hit.title} ({hit.organisation})  [{why}]")
