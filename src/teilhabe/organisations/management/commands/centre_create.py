from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teilhabe.centres.operations import CentreRefused, create_centre
from teilhabe.organisations.operations import set_up_centre


class Command(BaseCommand):
    help = "Make the centre of a municipality. A second call with the same key changes nothing."
    requires_system_checks = []  # they would load every page first

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ags", metavar="AGS", help="municipality key, 8 digits")
        parser.add_argument("--name", default="")
        parser.add_argument("--slug", default="")
        parser.add_argument("--host", default="", help="host name under which it answers")
        parser.add_argument("--languages", default="", help="codes separated by commas, such as de,en,ar")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        languages = [code.strip() for code in options["languages"].split(",") if code.strip()]
        try:
            centre = create_centre(
                options["ags"],
                by=None,
                name=options["name"],
                slug=options["slug"],
                host=options["host"],
                languages=languages,
            )
            set_up_centre(centre)
        except CentreRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"slug": centre.slug, "name": centre.name, "ags": centre.ags}))
        else:
            self.stdout.write(f"{centre.name}: centre {centre.slug}, http://{centre.slug}.localhost:8000/")
