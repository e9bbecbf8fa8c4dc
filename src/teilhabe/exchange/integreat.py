"""The import of guide pages from an Integreat system: one door, all or nothing; a second run writes changes only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import in_centre
from teilhabe.exchange.integreat_pages import Fault, IntegreatRefused, Reading, SourcePage, plain_path, read_pages
from teilhabe.exchange.integreat_plan import Plan
from teilhabe.jobs.operations import record_run

Progress = Callable[[str, int, int], None]  # what is done, done, to do


@dataclass
class IntegreatReport:
    """What an import did, or would do; all counts are of pages, whose languages are one, but for `languages`."""

    files: list[str]
    centre: str
    languages: dict[str, int] = field(default_factory=dict)  # language -> pages in it
    pages: int = 0
    created: int = 0
    changed: int = 0
    moved: int = 0  # only their place in the tree
    unchanged: int = 0
    published: int = 0
    withdrawn: int = 0
    missing: int = 0  # taken in before, not in the files any more
    links: dict[str, int] = field(default_factory=dict)  # "to pages", "left as they are", "taken away"
    without_text: int = 0  # that only say in which languages they are
    cut: int = 0  # scripts, frames and forms were taken out of
    notes: list[str] = field(default_factory=list)
    rejected: list[Fault] = field(default_factory=list)
    is_dry_run: bool = False
    is_written: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name.removeprefix("is_"): value for name, value in asdict(self).items()}


def import_integreat(
    sources: Sequence[str],
    *,
    centre: Centre,
    by: User | None,
    publish: bool | None = None,
    withdraw_missing: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> IntegreatReport:
    """Take the pages in `sources` (files or addresses, one for each language) into `centre`, or nothing of them.

    `publish`: None publishes pages that are new (at the source they are public), True all, False none.
    IntegreatRefused when a source is no list of pages; a page that cannot be taken in stands in the report's
    `rejected`, and then nothing is written.
    """
    started_at = timezone.now()
    readings: list[Reading] = []
    for number, source in enumerate(sources, 1):
        readings.append(read_pages(source))
        progress("files read", number, len(sources))
    _refuse_twice(readings)
    report = IntegreatReport([reading.file for reading in readings], centre.slug, is_dry_run=dry_run)
    report.languages = {reading.language: len(reading.pages) for reading in readings if reading.language}
    report.rejected = [fault for reading in readings for fault in reading.faults]
    report.cut = sum(page.is_cut for reading in readings for page in reading.pages)
    if report.rejected:
        return report
    pages = [_without_placeholder(page, report) for reading in readings for page in reading.pages]
    with in_centre(centre), transaction.atomic():
        # two imports at once would both make the pages: the second waits, and finds them
        Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
        plan = Plan(pages, publish=publish, withdraw_missing=withdraw_missing, by=by)
        _tell(plan, report)
        if dry_run:
            return report
        plan.write()
        report.is_written = True
        progress("pages written", len(plan.written), report.pages)
        if plan.has_changed:
            record("pages.imported", None, by=by, centre=centre.slug)
            touch(centre)
        counts = {name: getattr(report, name) for name in ("created", "changed", "moved", "unchanged", "published")}
        items = [(n, "note", note) for n, note in enumerate(report.notes, 1)]
        record_run("import.integreat", started_at=started_at, total=report.pages, counts=counts, items=items)
    return report


def _refuse_twice(readings: list[Reading]) -> None:
    """One language of one region in two files would mean that one of them is overwritten."""
    seen: dict[tuple[str, str], str] = {}
    for reading in readings:
        place = (reading.region, reading.language)
        if reading.pages and place in seen:
            raise IntegreatRefused(
                f"{seen[place]} and {reading.file} are both the pages of {'/'.join(place)}; give each language once."
            )
        seen[place] = reading.file
    if len({region for region, _ in seen if region}) > 1:
        regions = ", ".join(sorted({region for region, _ in seen if region}))
        raise IntegreatRefused(f"The files are of several regions ({regions}); take in one after the other.")


_PLACEHOLDER = re.compile(r'<p>[^<]*</p><ul>(?:<li><a href="page:[^"]*">[^<]*</a></li>)+</ul>')


def _without_placeholder(page: SourcePage, report: IntegreatReport) -> SourcePage:
    """What Integreat writes where a language is missing ("is available in these languages") is no text of the page."""
    if _PLACEHOLDER.fullmatch(page.html):
        targets = re.findall(r'href="page:([^"]*)"', page.html)
        if {plain_path(urlsplit(unescape(url)).path) for url in targets} <= set(page.others):
            report.without_text += 1
            return SourcePage(**{**vars(page), "html": ""})
    return page


def _tell(plan: Plan, report: IntegreatReport) -> None:
    report.pages = len(plan.pages)
    for name in ("created", "changed", "moved", "published", "withdrawn", "missing"):
        setattr(report, name, len(getattr(plan, name)))
    report.unchanged = report.pages - report.created - report.changed - report.moved
    report.links = dict(Counter(plan.links))
    report.notes = plan.notes
