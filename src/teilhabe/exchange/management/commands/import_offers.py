from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teilhabe.centres.models import Centre
from teilhabe.core.text import clean
from teilhabe.exchange.operations import Report, import_offers
from teilhabe.exchange.tables import TableRefused
from teilhabe.matching.operations import refresh_index

SHOWN = 50  # rejected rows named in the report for people; --json names all


class Command(BaseCommand):
    help = "Take in a table of offers (CSV, XLSX, JSONL): all of it or nothing."
    requires_system_checks = []  # they would load every page first
    items = "rows"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--encoding", default="", metavar="E", help="of a file that is not UTF-8, such as cp1252")
        self.add_common_arguments(parser)

    def add_common_arguments(self, parser: ArgumentParser) -> None:
        """What every import may be told."""
        parser.add_argument("--centre", required=True, metavar="S", help="slug of the centre")
        parser.add_argument("--publish", action="store_true", help="put what is complete before the public")
        parser.add_argument("--dry-run", action="store_true", help="only report")
        parser.add_argument("--skip-bad", action="store_true", help=f"write the rest when {self.items} are rejected")
        parser.add_argument("--later", action="store_true", help="leave vectors and index to the task worker")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        self.check_usage(options)
        centre = self._centre(options["centre"])
        try:
            report = self.take_in(centre, options)
        except TableRefused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"written": False, "refused": str(refusal)}, ensure_ascii=False))
            raise CommandError(str(refusal)) from refusal
        if report.is_written and not options["later"]:
            refresh_index(centre, progress=lambda done, total: self.progress("made findable", done, total))
        self._tell(report, as_json=options["json"])
        if report.rejected and not options["skip_bad"]:
            raise CommandError(
                f"{len(report.rejected)} of {report.rows} {self.items} are rejected, so nothing was written."
                " Mend them, or say --skip-bad to take in the rest."
            )

    def take_in(self, centre: Centre, options: dict[str, Any]) -> Report:
        return import_offers(
            options["file"],
            centre=centre,
            by=None,
            publish=options["publish"],
            dry_run=options["dry_run"],
            skip_bad=options["skip_bad"],
            encoding=options["encoding"],
            progress=self.progress,
        )

    def check_usage(self, options: dict[str, Any]) -> None:
        """Raise CommandError with returncode 2 when the source cannot be meant."""
        if not options["file"].is_file():
            raise CommandError(f"There is no file {clean(str(options['file']))}.", returncode=2)
        try:
            "".encode(options["encoding"] or "utf-8")
        except (LookupError, UnicodeError) as fault:
            raise CommandError(
                f"Encoding {options['encoding']!r} is not known, or is none for texts.", returncode=2
            ) from fault

    def _centre(self, slug: str) -> Centre:
        centre = Centre.objects.filter(slug=slug).first()
        if centre is None:
            slugs = ", ".join(Centre.objects.values_list("slug", flat=True)) or "none yet; say: teilhabe centre create"
            raise CommandError(f"There is no centre {slug!r}. There are: {slugs}.", returncode=2)
        return centre

    def progress(self, what: str, done: int, total: int) -> None:
        self.stderr.write(f"{what}: {done:,} of {total:,}")

    def _tell(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        say = self.stdout.write
        say(f"{report.file} -> {report.centre}{' (dry run: nothing written)' if report.is_dry_run else ''}")
        counts = f"created {report.created}, changed {report.changed}, unchanged {report.unchanged},"
        say(f"  {self.items} {report.rows}: {counts}")
        say(f"  rejected {len(report.rejected)}; published {report.published}")
        item = self.items.removesuffix("s")
        for rejection in report.rejected[:SHOWN]:
            say(f"  {item} {rejection.row} ({rejection.source_id or 'no id'}) {rejection.reason}")
        if len(report.rejected) > SHOWN:
            say(f"  ... and {len(report.rejected) - SHOWN} more; --json names all")
        if report.kept_as_text:
            say("  kept as text: " + ", ".join(f"{column} {number}" for column, number in report.kept_as_text.items()))
        if report.unknown_columns:
            say("  unknown columns, ignored: " + ", ".join(report.unknown_columns))
