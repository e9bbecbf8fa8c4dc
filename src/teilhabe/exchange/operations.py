"""The table import: one door, all or nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import in_centre
from teilhabe.exchange.columns import COLUMNS, MORE_COLUMNS, REQUIRED, Draft, RowFault, understand
from teilhabe.exchange.offers import Known, Plan
from teilhabe.exchange.tables import Row, Table, TableRefused, name_of, read_table
from teilhabe.jobs.operations import record_run
from teilhabe.vocabulary.queries import needs_by_name

# a change of how cells are understood makes every row of the next import count as changed
RECIPE = "2"

Progress = Callable[[str, int, int], None]  # what is done, done, to do


@dataclass(frozen=True)
class Rejection:
    """A row that is not taken in, and why."""

    row: int
    source_id: str
    reason: str


@dataclass
class Report:
    """What an import did, or would do."""

    file: str
    centre: str
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    published: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    kept_as_text: dict[str, int] = field(default_factory=dict)  # column -> number of rows
    unknown_columns: list[str] = field(default_factory=list)
    is_dry_run: bool = False
    is_written: bool = False
    written_ids: list[str] = field(default_factory=list)  # source ids of created and changed offers

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        return {name.removeprefix("is_"): value for name, value in told.items() if name != "written_ids"}


def import_offers(
    path: Path,
    *,
    centre: Centre,
    by: User | None,
    publish: bool = False,
    dry_run: bool = False,
    skip_bad: bool = False,
    encoding: str = "",
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Take the offers of the table in `path` (CSV, XLSX, JSONL) into `centre`, or nothing of it.

    One bad row means that nothing is written, unless `skip_bad`. TableRefused when the file is no such table.
    """
    table = read_table(path, known=COLUMNS, encoding=encoding)
    if missing := [column for column in REQUIRED if column not in table.columns]:
        raise TableRefused(
            f"{name_of(path)} has no column {', '.join(missing)}. Required are {', '.join(REQUIRED)};"
            f" the first row must name the columns. It names: {', '.join(table.columns[:12])}."
        )
    return take_in(
        table,
        name_of(path),
        centre=centre,
        by=by,
        publish=publish,
        dry_run=dry_run,
        skip_bad=skip_bad,
        progress=progress,
    )


def take_in(
    table: Table,
    source: str,
    *,
    centre: Centre,
    by: User | None,
    publish: bool = False,
    dry_run: bool = False,
    skip_bad: bool = False,
    with_more: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Take in a table that has been read; `with_more`: the columns that only our own files have, too."""
    started_at = timezone.now()
    columns = {**COLUMNS, **MORE_COLUMNS} if with_more else COLUMNS
    report = Report(source, centre.slug, rows=len(table.rows), is_dry_run=dry_run)
    report.unknown_columns = [column for column in table.columns if column not in columns]
    drafts = _drafts(table, columns, report, with_more, progress)
    with in_centre(centre):
        known = Known()
        plan = Plan(drafts, known, source=source[:120], publish=publish, by=by)
        if dry_run or (report.rejected and not skip_bad):
            report.created, report.changed, report.unchanged = plan.created, plan.changed, plan.unchanged
            return report
        with transaction.atomic():
            # two imports of one table at once would both make its offers: the second waits, and finds them
            Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
            if (now := Known()) != known:  # somebody wrote while the plan was made
                plan = Plan(drafts, now, source=source[:120], publish=publish, by=by)
            plan.write()
            progress("written", len(plan.written_ids), len(plan.written_ids))
            _tell(plan, report, started_at=started_at, centre=centre, by=by)
        return report


def _tell(plan: Plan, report: Report, *, started_at: datetime, centre: Centre, by: User | None) -> None:
    """Keep what was done: in the report, the audit log, the runs, and the centre's version."""
    report.written_ids, report.is_written = plan.written_ids, True
    counts = {name: getattr(plan, name) for name in ("created", "changed", "unchanged", "published")}
    for name, count in counts.items():
        setattr(report, name, count)
    if report.created or report.changed or report.published:
        record("offers.imported", None, by=by, centre=centre.slug)
        touch(centre)
    record_run(
        "import.offers",
        started_at=started_at,
        total=report.rows,
        counts={**counts, "rejected": len(report.rejected)},
        items=[(r.row, "rejected", r.reason) for r in report.rejected],
    )


def _drafts(
    table: Table, columns: Mapping[str, Any], report: Report, with_more: bool, progress: Progress
) -> list[Draft]:
    """The rows that can be taken in; `report` gets the others, and what stays as text."""
    needs = needs_by_name()
    drafts: dict[str, Draft] = {}
    kept: Counter[str] = Counter()
    for done, row in enumerate(table.rows, 1):
        try:
            draft = _draft(row, needs, with_more)
            if draft.source_id in drafts:
                raise RowFault(f"has the source_id of row {drafts[draft.source_id].number} again")
        except RowFault as fault:
            report.rejected.append(Rejection(row.number, row.cells.get("source_id", "").strip()[:120], str(fault)))
            continue
        draft.digest = _digest(row, columns)
        drafts[draft.source_id] = draft
        kept.update({column for column, _ in draft.kept} | set(draft.in_words))
        if done % 1000 == 0:
            progress("read", done, len(table.rows))
    report.kept_as_text = dict(sorted(kept.items()))
    return list(drafts.values())


def _draft(row: Row, needs: Mapping[str, Any], with_more: bool) -> Draft:
    if row.fault:
        raise RowFault(row.fault)
    return understand(row.number, row.cells, needs, with_more=with_more)


def _digest(row: Row, columns: Mapping[str, Any]) -> str:
    """Changes when a cell does that counts, or the way cells are understood."""
    told = json.dumps([RECIPE, sorted((c, v) for c, v in row.cells.items() if c in columns and v.strip())])
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
