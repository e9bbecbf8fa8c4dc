"""A program that publishes one offer after another and says each one's title once it is committed.

With a mark that stands in every title: until killed. Without: one offer for each title it reads from its input.
`--centre SLUG` chooses the centre; else the first.
"""

from __future__ import annotations

import argparse
import os
import sys
from itertools import count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mark", nargs="?")
    parser.add_argument("--centre", default="")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    import django

    django.setup()
    endless = (f"Nachmittag {chosen.mark}{number}x im Garten" for number in count())
    for title in endless if chosen.mark else map(str.strip, sys.stdin):
        print(publish(title, chosen.centre), flush=True)


def publish(title: str, centre: str = "") -> str:
    """Write and publish one offer in one transaction; its title."""
    from django.db import transaction

    from teilhabe.centres.models import Centre
    from teilhabe.centres.scope import in_centre
    from teilhabe.core.text import slug
    from teilhabe.directory.models import Offer
    from teilhabe.directory.operations import publish_offer
    from teilhabe.organisations.models import Organisation

    with in_centre(Centre.objects.filter(slug__startswith=centre).order_by("pk")[0]), transaction.atomic():
        offer = Offer.objects.create(
            title=title,
            slug=slug(title),
            summary=f"{title}: wir pflanzen Bohnen.",
            organisation=Organisation.objects.order_by("pk")[0],
        )
        publish_offer(offer, by=None)
    return title


if __name__ == "__main__":
    main()
