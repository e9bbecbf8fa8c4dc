"""Database queries of each public page: first after a change of the centre, then again; no response is kept.

`python -m ... SLUG` prints JSON.
"""

from __future__ import annotations

import json
import os
import sys


def main(slug: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from teilhabe.centres.middleware import CentreOfHost
    from teilhabe.centres.models import Centre
    from teilhabe.centres.operations import touch
    from teilhabe.portal.middleware import KeptResponses

    client = Client(headers={"host": f"{slug}.localhost"})
    counts = {}
    for name, path in addresses(slug).items():
        client.get(path)  # what a process loads once is there
        touch(Centre.objects.get(slug=slug))  # what it keeps of this centre is stale
        CentreOfHost.known.clear()
        queries = []
        for _ in range(2):
            KeptResponses.forget()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            queries.append(len(asked))
        counts[name] = {"path": path, "queries": queries}
    print(json.dumps(counts))


def addresses(slug: str) -> dict[str, str]:
    """One address of each kind of page; needs Django."""
    from teilhabe.centres.models import Centre
    from teilhabe.centres.scope import in_centre
    from teilhabe.directory.models import Offer
    from teilhabe.vocabulary.models import Area

    with in_centre(Centre.objects.get(slug=slug)):
        offer = Offer.objects.published().select_related("organisation")[7]
        area = Area.objects.all()[0]
    return {
        "home": "/de/",
        "results": "/de/search?q=Deutschkurs+am+Abend",
        "no match": "/de/search?q=Visum+nach+Australien+beantragen",
        "offer": f"/de/offers/{offer.slug}/",
        "organisation": f"/de/organisations/{offer.organisation.slug}/",
        "organisations": "/de/organisations/",
        "need": "/de/needs/deutsch-anfaenger/",
        "needs": "/de/needs/",
        "district": f"/de/districts/{area.slug}/",
        "districts": "/de/districts/",
        "about": "/de/about/",
        "API search": "/api/v1/search?q=Deutschkurs+am+Abend",
        "API offers": "/api/v1/offers",
        "API needs": "/api/v1/needs",
    }


if __name__ == "__main__":
    main(sys.argv[1])
