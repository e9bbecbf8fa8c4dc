"""The import of HSDS: the way of the table import, with what only HSDS says beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import in_centre
from teilhabe.core.text import clean
from teilhabe.directory.models import Offer
from teilhabe.exchange.columns import RowFault
from teilhabe.exchange.hsds.beside import Beside
from teilhabe.exchange.hsds.packages import services_of
from teilhabe.exchange.hsds.reading import Around, HsdsDraft, id_of, read_service
from teilhabe.exchange.hsds.telling import region_of
from teilhabe.exchange.offers import Known, Plan
from teilhabe.exchange.operations import Progress, Rejection, Report
from teilhabe.exchange.tables import MOST_ROWS, TableRefused
from teilhabe.jobs.operations import record_run
from teilhabe.vocabulary.models import Area
from teilhabe.vocabulary.queries import needs_by_name


@dataclass
class HsdsReport(Report):
    withdrawn: int = 0  # offers that the package says are no longer there


def import_hsds(
    source: str,
    *,
    centre: Centre,
    by: User | None,
    publish: bool = False,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> HsdsReport:
    """Take the services at `source` (a path or an address) into `centre`, or nothing of it.

    One bad service means that nothing is written, unless `skip_bad`. TableRefused when there is no such package.
    """
    started_at = timezone.now()
    report = HsdsReport(clean(source.split("?", 1)[0], 200), centre.slug, is_dry_run=dry_run)
    origin = clean(source.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1], 100)
    with in_centre(centre):
        drafts = _drafts(source, centre, report, progress)
        known = Known()
        plan = _plan(drafts, known, origin, publish, by)
        if dry_run or (report.rejected and not skip_bad):
            report.created, report.changed, report.unchanged = plan.created, plan.changed, plan.unchanged
            return report
        beside = _beside(plan, drafts, known, by)
        with transaction.atomic():
            Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
            if (now := Known()) != known:  # somebody wrote while the plan was made
                plan = _plan(drafts, now, origin, publish, by)
                beside = _beside(plan, drafts, now, by)
            plan.write()
            report.withdrawn = beside.write()
            progress("written", len(plan.written_ids), len(plan.written_ids))
            report.written_ids, report.is_written = plan.written_ids, True
            counts = {name: getattr(plan, name) for name in ("created", "changed", "unchanged", "published")}
            for name, count in counts.items():
                setattr(report, name, count)
            if plan.written_ids or report.published:
                record("offers.imported", None, by=by, centre=centre.slug)
                touch(centre)
            record_run(
                "import.hsds",
                started_at=started_at,
                total=report.rows,
                counts={**counts, "rejected": len(report.rejected), "withdrawn": report.withdrawn},
                items=[(r.row, "rejected", r.reason) for r in report.rejected],
            )
        return report


def _plan(drafts: list[HsdsDraft], known: Known, origin: str, publish: bool, by: User | None) -> Plan:
    return Plan(list(drafts), known, source=f"HSDS {origin}", publish=publish, by=by)


def _beside(plan: Plan, drafts: list[HsdsDraft], known: Known, by: User | None) -> Beside:
    return Beside([d for d in drafts if d.source_id in plan.keys], plan.keys, changed=set(known.offers), by=by)


def _drafts(source: str, centre: Centre, report: HsdsReport, progress: Progress) -> list[HsdsDraft]:
    """The services that can be taken in; `report` gets the others, and what stays as text."""
    around = Around(
        needs=needs_by_name(),
        areas={area.folded: area.name for area in Area.objects.all()},
        region=region_of(centre),
        own=frozenset(str(key) for key in Offer.objects.order_by().values_list("pk", flat=True)),
    )
    drafts: dict[str, HsdsDraft] = {}
    kept: Counter[str] = Counter()
    for number, value in enumerate(services_of(source), 1):
        if number > MOST_ROWS:
            raise TableRefused(f"{report.file} has more than {MOST_ROWS:,} services. Split it.")
        report.rows = number
        try:
            draft = read_service(number, value, around)
            twin = drafts.get(draft.source_id)
            if twin and twin.digest != draft.digest:
                raise RowFault(f"has the id of service {twin.number} again, and says something else")
        except RowFault as fault:
            report.rejected.append(Rejection(number, id_of(value)[:120], str(fault)))
            continue
        if twin is None:
            drafts[draft.source_id] = draft
            kept.update({column for column, _ in draft.kept} | set(draft.in_words))
        if number % 1000 == 0:
            progress("read", number, number)
    report.kept_as_text = dict(sorted(kept.items()))
    return list(drafts.values())
