from django.utils import timezone

from teilhabe.jobs.models import Run
from teilhabe.jobs.operations import record_run


def test_a_run_keeps_its_counts_and_what_needs_an_eye(centre):
    record_run(
        "import.offers", started_at=timezone.now(), total=3, counts={"created": 2}, items=[(3, "rejected", "x" * 400)]
    )
    run = Run.objects.get()
    assert (run.kind, run.total, run.counts) == ("import.offers", 3, {"created": 2})
    assert [(item.position, item.outcome, len(item.reason)) for item in run.items.all()] == [(3, "rejected", 300)]
    assert list(Run.objects.all().unfinished()) == []
