from __future__ import annotations

import json
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teilhabe.centres.models import Centre
from teilhabe.core.text import clean
from teilhabe.exchange.integreat import IntegreatReport, import_integreat
from teilhabe.exchange.integreat_pages import IntegreatRefused, is_address
from teilhabe.matching.operations import refresh_index

SHOWN = 20  # rejected pages and notes named in the report for people; --json names all


class Command(BaseCommand):
    help = "Take in the guide pages of an Integreat region, one file or address for each language: all or nothing."
    requires_system_checks = []  # they would load every page first

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FILE-OR-URL", nargs="+", help="the answer of .../<language>/pages/")
        parser.add_argument("--centre", required=True, metavar="S", help="slug of the centre")
        parser.add_argument(
            "--publish",
            action=BooleanOptionalAction,
            help="put all of them before the public, or none; else only those that are new",
        )
        parser.add_argument(
            "--withdraw-missing", action="store_true", help="take from the public what the files no longer have"
        )
        parser.add_argument("--dry-run", action="store_true", help="only report")
        parser.add_argument("--later", action="store_true", help="leave vectors and index to the task worker")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = self._usage(options)
        try:
            report = import_integreat(
                options["source"],
                centre=centre,
                by=None,
                publish=options["publish"],
                withdraw_missing=options["withdraw_missing"],
                dry_run=options["dry_run"],
                progress=self._progress,
            )
        except IntegreatRefused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"written": False, "refused": str(refusal)}, ensure_ascii=False))
            raise CommandError(str(refusal)) from refusal
        if report.is_written and not options["later"]:
            refresh_index(centre, progress=lambda done, total: self._progress("made findable", done, total))
        self._tell(report, as_json=options["json"])
        if report.rejected:
            raise CommandError(f"{len(report.rejected)} pages cannot be taken in, so nothing was written. Mend them.")

    def _usage(self, options: dict[str, Any]) -> Centre:
        for source in options["source"]:
            if not is_address(source) and not Path(source).is_file():
                raise CommandError(f"There is no file {clean(source)}.", returncode=2)
        centre = Centre.objects.filter(slug=options["centre"]).first()
        if centre is None:
            slugs = ", ".join(Centre.objects.values_list("slug", flat=True)) or "none yet; say: teilhabe centre create"
            raise CommandError(f"There is no centre {options['centre']!r}. There are: {slugs}.", returncode=2)
        return centre

    def _progress(self, what: str, done: int, total: int) -> None:
        self.stderr.write(f"{what}: {done:,} of {total:,}")

    def _tell(self, report: IntegreatReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        say = self.stdout.write
        languages = ", ".join(f"{language} {number}" for language, number in report.languages.items())
        say(f"{', '.join(report.files)} -> {report.centre}{' (dry run: nothing written)' if report.is_dry_run else ''}")
        say(f"  pages {report.pages} ({languages}): created {report.created}, changed {report.changed},")
        say(f"  moved {report.moved}, unchanged {report.unchanged}; published {report.published}")
        say("  links: " + (", ".join(f"{number} {what}" for what, number in report.links.items()) or "none to pages"))
        for number, what in (
            (report.without_text, "only say in which languages they are, and stay without text"),
            (report.cut, "had scripts, frames or forms, which were taken out"),
            (report.missing, f"are no longer in the files; {report.withdrawn} of them withdrawn"),
        ):
            if number:
                say(f"  {number} {what}")
        told = [f"page {f.position} of {f.file} ({f.source_id or 'no id'}) {f.reason}" for f in report.rejected]
        for line in [*told, *report.notes][:SHOWN]:
            say(f"  {line}")
        if (more := len(told) + len(report.notes) - SHOWN) > 0:
            say(f"  ... and {more} more; --json names all")
