"""What every page of a centre shows, kept in this process while the centre's version stands."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from teilhabe.centres.models import Centre
from teilhabe.directory.queries import areas_with_counts, counts_by_need, public_offers
from teilhabe.editorial.models import PagePublication
from teilhabe.organisations.models import Organisation
from teilhabe.organisations.queries import own_organisations
from teilhabe.vocabulary.models import Area, HiddenNeed, Need, NeedGroup, NeedWording

# on their pages somebody may be watched: they get the quick exit
ABOUT_VIOLENCE = frozenset(
    {"haeusliche-gewalt", "frauenhaus", "sexualisierte-gewalt", "zwangsheirat", "ausbeutung", "kinderschutz"}
)
KEPT_FOR = 300  # seconds; offers run out without a change of version


@dataclass
class Topic:
    """One group of needs, as this centre shows it."""

    group: NeedGroup
    needs: list[Need] = field(default_factory=list)


@dataclass
class Surroundings:
    """What stands around every page of a centre: its topics, districts, itself and its Service-Point."""

    topics: list[Topic]
    needs: dict[str, Need]
    offers_of_need: dict[str, int]
    areas: dict[str, Area]  # with `offers`: how many
    centre: Organisation | None
    service_point: Organisation | None
    wordings: dict[tuple[str, str], NeedWording]
    has_guide: bool  # whether there are guide pages to read

    def need_label(self, need_id: str, language: str) -> str:
        """What this centre calls a need; the id when it is not (or no longer) known."""
        if wording := self.wordings.get((need_id, language)):
            return wording.label
        need = self.needs.get(need_id)
        return need.label(language) if need else need_id

    def need_help(self, need_id: str, language: str) -> str:
        if (wording := self.wordings.get((need_id, language))) and wording.help:
            return wording.help
        need = self.needs.get(need_id)
        return need.help(language) if need else ""


_kept: dict[int, tuple[int, float, Surroundings]] = {}


def forget_surroundings() -> None:
    """For tests, whose rows are rolled back."""
    _kept.clear()


def surroundings(centre: Centre) -> Surroundings:
    """Those of `centre`, which is in scope; from this process's memory while its version stands."""
    now = time.monotonic()
    kept = _kept.get(centre.pk)
    if kept and kept[0] == centre.version and now - kept[1] < KEPT_FOR:
        return kept[2]
    found = _look_around()
    _kept[centre.pk] = (centre.version, now, found)
    return found


def _look_around() -> Surroundings:
    hidden = set(HiddenNeed.objects.values_list("need_id", flat=True))
    needs = {need.pk: need for need in Need.objects.all() if need.pk not in hidden}
    topics = {group.pk: Topic(group) for group in NeedGroup.objects.all()}
    for need in needs.values():
        topics[need.group_id].needs.append(need)
    own, service_points = own_organisations()
    return Surroundings(
        topics=[topic for topic in topics.values() if topic.needs],
        needs=needs,
        offers_of_need=counts_by_need(),
        areas={area.slug: area for area in areas_with_counts()},
        centre=own,
        service_point=next(iter(service_points), None),
        wordings={(w.need_id, w.language): w for w in NeedWording.objects.all()},
        has_guide=PagePublication.objects.filter(page__parent=None).exists(),
    )


def public_organisations() -> QuerySet[Organisation]:
    """Those with a page: the centre, what stands under its roof, and whoever offers something today."""
    offering = public_offers().order_by().values("organisation")
    is_ours = Q(kind=Organisation.Kind.CENTRE) | Q(umbrella__kind=Organisation.Kind.CENTRE)
    found: QuerySet[Organisation] = Organisation.objects.filter(is_ours | Q(pk__in=offering))
    return found
