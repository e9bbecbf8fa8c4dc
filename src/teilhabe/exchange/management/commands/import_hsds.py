from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from teilhabe.centres.models import Centre
from teilhabe.core.text import clean
from teilhabe.exchange.hsds.importing import import_hsds
from teilhabe.exchange.management.commands import import_offers
from teilhabe.exchange.operations import Report


class Command(import_offers.Command):
    help = "Take in services of HSDS 3.x (JSON, folder or ZIP of tables, paged API): all of it or nothing."
    items = "services"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="PATH-OR-URL")
        self.add_common_arguments(parser)

    def take_in(self, centre: Centre, options: dict[str, Any]) -> Report:
        return import_hsds(
            options["source"],
            centre=centre,
            by=None,
            publish=options["publish"],
            dry_run=options["dry_run"],
            skip_bad=options["skip_bad"],
            progress=self.progress,
        )

    def check_usage(self, options: dict[str, Any]) -> None:
        source = options["source"]
        if not source.lower().startswith(("http://", "https://")) and not Path(source).exists():
            raise CommandError(f"There is no file or folder {clean(source)}.", returncode=2)
