"""A program that publishes offers one after another and says each one's name once it is committed; until killed.

Arguments: a mark that stands in every title, and how many seconds to wait between two (0).
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count


def main(mark: str, pause: float = 0) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    import django

    django.setup()
    for number in count():
        print(publish(f"Nachmittag {mark}{number}x im Garten"), flush=True)
        time.sleep(pause)


def publish(title: str) -> str:
    """Write and publish one offer of the first centre in one transaction; its title."""
    from django.db import transaction

    from teilhabe.centres.models import Centre
    from teilhabe.centres.scope import in_centre
    from teilhabe.core.text import slug
    from teilhabe.directory.models import Offer
    from teilhabe.directory.operations import publish_offer
    from teilhabe.organisations.models import Organisation

    with in_centre(Centre.objects.order_by("pk")[0]), transaction.atomic():
        offer = Offer.objects.create(
            title=title,
            slug=slug(title),
            summary=f"{title}: wir pflanzen Bohnen.",
            organisation=Organisation.objects.order_by("pk")[0],
        )
        publish_offer(offer, by=None)
    return title


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0)
