"""Invented services of HSDS, and a server on this machine that gives out answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID


def key(number: int) -> str:
    return str(UUID(int=number, version=4))


def service(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A small service; the fields of `fields` stand in place of its own."""
    return {
        "id": key(number),
        "name": f"Beratung {number}",
        "description": "Wir beraten.",
        "status": "active",
        "organization": {"id": key(900), "name": "Lernhaus e. V.", "description": "Ein Haus zum Lernen."},
    } | fields


def full_service() -> dict[str, Any]:
    """A service that says something in every table."""
    phone = {"id": key(20), "number": "0214 55 10", "extension": 7, "type": "voice", "description": "Zentrale"}
    contact = {"id": key(21), "name": "A. Muster (Demo)", "title": "Leitung", "email": "muster@example.org"}
    return service(
        1,
        alternate_name="Beratungsstube",
        url="https://example.org/beratung",
        additional_urls=[{"id": key(22), "label": "Blog", "url": "https://example.org/blog"}],
        email="beratung@example.org",
        interpretation_services="Dolmetschen nach Absprache",
        application_process="Bitte anrufen.",
        fees_description="Ermäßigt 3 Euro",
        wait_time="zwei Wochen",
        accreditations="geprüft",
        eligibility_description="Für Zugewanderte",
        minimum_age=16,
        maximum_age=27,
        assured_date="2026-09-30",
        assurer_email="pruefung@example.org",
        licenses="keine",
        alert="Im Juli geschlossen.",
        phones=[phone, {"id": key(23), "number": "0214 55 11"}],
        schedules=[
            {"id": key(24), "freq": "WEEKLY", "byday": "MO,WE", "opens_at": "09:00", "closes_at": "12:30"},
            {"id": key(25), "freq": "MONTHLY", "byday": "-1FR", "opens_at": "14:00", "closes_at": "16:00",
             "valid_from": "2026-01-01", "valid_to": "2026-12-31", "notes": "nur nach Anruf"},
        ],
        service_areas=[{"id": key(26), "name": "Leverkusen", "extent": "{}", "extent_type": "geojson"}],
        service_at_locations=[
            {
                "id": key(27),
                "description": "Im ersten Stock",
                "location": {
                    "id": key(28), "location_type": "physical", "name": "Haus am Markt", "alternate_name": "Markthaus",
                    "transportation": "Bus 1", "latitude": 51.0333, "longitude": 6.9833,
                    "addresses": [{"id": key(29), "address_1": "Lindenweg 1", "address_2": "Hinterhaus",
                                   "city": "Leverkusen", "region": "Opladen", "state_province": "NW",
                                   "postal_code": "51379", "country": "DE", "address_type": "physical"}],
                    "accessibility": [{"id": key(30), "description": "stufenlos", "details": "Aufzug links"}],
                },
            },
            {"id": key(31), "location": {"id": key(32), "location_type": "virtual", "url": "https://example.org/raum"}},
        ],
        languages=[{"id": key(33), "code": "ar", "note": "vormittags"}, {"id": key(34), "name": "Klingonisch"}],
        funding=[{"id": key(35), "source": "Land"}],
        cost_options=[{"id": key(36), "option": "ermäßigt", "amount": 3, "currency": "EUR"}],
        program={"id": key(37), "name": "Ankommen", "description": "Ein Programm."},
        required_documents=[{"id": key(38), "document": "Ausweis", "uri": "https://example.org/ausweis"}],
        contacts=[contact],
        capacities=[{"id": key(39), "unit": {"id": key(40), "name": "Betten"}, "available": 3,
                     "updated": "2026-09-24T14:23:06+01:00"}],
        attributes=[{"id": key(41), "link_type": "x", "link_entity": "service", "taxonomy_term": {
            "id": key(42), "name": "Deutschkurs", "description": "Kurse", "taxonomy": "eigene"}}],
        organization={
            "id": key(900), "name": "Lernhaus e. V.", "alternate_name": "Lernhaus", "description": "Ein Haus.",
            "email": "haus@example.org", "website": "https://example.org/", "year_incorporated": 1999,
            "organization_identifiers": [{"id": key(43), "identifier_type": "VR", "identifier": "123"}],
        },
    )  # fmt: skip


@contextmanager
def answering(answer: Callable[[str], Any]) -> Iterator[str]:
    """The address of a server that gives `answer(path and query)`: (status, headers, bytes), or a value as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answer(self.path)
            status, headers, body = found if isinstance(found, tuple) else (200, {}, json.dumps(found).encode())
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
