"""Small invented records for tests. Owned ones are made in the centre in scope."""

from __future__ import annotations

from itertools import count
from typing import Any

from teilhabe.accounts.models import User
from teilhabe.centres.models import Centre
from teilhabe.centres.operations import create_centre
from teilhabe.core.text import fold, slug
from teilhabe.directory.models import Offer, Publication
from teilhabe.editorial.models import Page
from teilhabe.editorial.operations import create_page, publish_page
from teilhabe.organisations.models import Organisation
from teilhabe.vocabulary.models import Area, Need, NeedGroup

_numbers = count(1)


def make_centre(ags: str = "05316000", **fields: Any) -> Centre:
    return create_centre(ags, by=None, **fields)


def make_user(**fields: Any) -> User:
    fields.setdefault("email", f"person{next(_numbers)}@example.org")
    return User.objects.create_user(**fields)


def make_need(id: str = "kita-platz", **fields: Any) -> Need:
    group, _ = NeedGroup.objects.get_or_create(
        id="familie", defaults={"position": 1, "icon": "home", "labels": {"de": "Kinder und Familie"}}
    )
    fields.setdefault("labels", {"de": id})
    need, _ = Need.objects.get_or_create(id=id, defaults={"group": group, "position": 1, "icon": "home", **fields})
    return need


def make_area(name: str = "Opladen") -> Area:
    area, _ = Area.objects.get_or_create(slug=slug(name), defaults={"name": name})
    return area


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    name = name or f"Verein {next(_numbers)}"
    return Organisation.objects.create(name=name, slug=slug(name), folded=fold(name), **fields)


def make_offer(title: str = "", *, published: bool = True, **fields: Any) -> Offer:
    title = title or f"Angebot {next(_numbers)}"
    fields.setdefault("summary", f"{title} für alle.")
    fields.setdefault("organisation", None)
    fields["organisation"] = fields["organisation"] or make_organisation()
    offer = Offer.objects.create(title=title, slug=f"{slug(title)}-{next(_numbers)}", **fields)
    if published:
        Publication.objects.create(offer=offer)
    return offer


def make_page(title: str = "", content: str = "", *, published: bool = True, **fields: Any) -> Page:
    page = create_page(title or f"Seite {next(_numbers)}", content, by=None, **fields)
    if published:
        publish_page(page, by=None)
    return page
