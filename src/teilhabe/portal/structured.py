"""Offers and organisations for machines that read schema.org (JSON-LD in the page; data, nothing that runs)."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from teilhabe.organisations.hours import Hours
from teilhabe.organisations.models import Organisation, Place
from teilhabe.portal.guide_pages import GuidePage
from teilhabe.portal.pages import OfferPage

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Told = dict[str, Any]


def of_offer(page: OfferPage, address: str) -> SafeString:
    offer = page.offer
    told: Told = {
        "@context": "https://schema.org",
        "@type": "Course" if offer.category in {offer.Category.LANGUAGE_COURSE, offer.Category.COURSE} else "Service",
        "@id": address,
        "url": address,
        "name": offer.title,
        "description": offer.summary or offer.description,
        "inLanguage": offer.language,
        "provider": _organisation(offer.organisation),
        "availableLanguage": [language.code for language in page.languages],
        "isAccessibleForFree": offer.is_free,
        "audience": [{"@type": "Audience", "audienceType": group} for group in page.for_whom],
    }
    if told["@type"] == "Service":
        told["availableChannel"] = {
            "@type": "ServiceChannel",
            "servicePhone": {"@type": "ContactPoint", "telephone": offer.call} if offer.call else None,
            "serviceLocation": _place(offer.place, page.hours) if offer.place else None,
            "availableLanguage": told["availableLanguage"],
        }
    return _script(told)


def of_organisation(organisation: Organisation, address: str) -> SafeString:
    told = {"@context": "https://schema.org", "@id": address, **_organisation(organisation)}
    told["description"] = organisation.summary
    told["alternateName"] = organisation.abbreviation
    told["location"] = [_place(place) for place in organisation.places.all()]
    return _script(told)


def of_page(page: GuidePage, address: str) -> SafeString:
    """`address` is that of the page; those above it stand below the same host."""
    base = address[: -len(page.address)]
    above = [(f"{base}{path}", str(title)) for path, title in page.view.breadcrumb]
    told: Told = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": page.view.title.text,
        "inLanguage": page.view.content.language,
        "dateModified": page.record.updated_at.date().isoformat(),
        "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": number, "name": name, "item": item}
                for number, (item, name) in enumerate([*above, (address, page.view.title.text)], 1)
            ],
        },
    }
    return _script(told)


def _organisation(organisation: Organisation) -> Told:
    return {
        "@type": "Organization",
        "name": organisation.name,
        "telephone": organisation.phone,
        "email": organisation.email,
        "url": organisation.website,
    }


def _place(place: Place, hours: Hours | None = None) -> Told:
    told: Told = {
        "@type": "Place",
        "name": place.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "postalCode": place.postcode,
            "addressLocality": place.city,
            "addressCountry": "DE",
        },
    }
    if place.latitude is not None and place.longitude is not None:
        told["geo"] = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    if hours:
        told["openingHoursSpecification"] = [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{DAYS[row.weekday]}",
                "opens": f"{row.opens:%H:%M}",
                "closes": f"{row.closes:%H:%M}",
            }
            for row in hours.weekly
            if row.nth is None
        ]
    return told


def _said(told: Any) -> Any:
    """Without what is not known."""
    if isinstance(told, dict):
        return {
            key: value for key, value in ((k, _said(v)) for k, v in told.items()) if value not in (None, "", [], {})
        }
    if isinstance(told, list):
        return [_said(item) for item in told]
    return told


def _script(told: Told) -> SafeString:
    """JSON inside an element: what could end the element is written otherwise."""
    text = json.dumps(_said(told), ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026"))  # noqa: S308 escaped
