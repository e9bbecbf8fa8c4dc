from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teilhabe.centres.models import Centre
from teilhabe.matching.operations import refresh_index


class Command(BaseCommand):
    help = "Give every text its vector and make every index current; returns when that is so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centre", metavar="S", default="", help="slug; all centres when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        centres = Centre.objects.filter(slug=options["centre"]) if options["centre"] else Centre.objects.all()
        if options["centre"] and not centres:
            raise CommandError(f"There is no centre {options['centre']!r}.")
        for centre in centres:
            index = refresh_index(centre, self._progress)
            self.stdout.write(f"{centre.slug}: {len(index)} records, {len(index.arrays['vectors'])} vectors")

    def _progress(self, done: int, total: int) -> None:
        if done % 320 == 0 or done == total:
            print(f"vectors: {done} of {total}", file=sys.stderr)
