"""What is answered, as plain values: one function a body. The shapes are described in schemas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from teilhabe.api.queries import topics
from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.core.languages import interface_of
from teilhabe.directory.hours import offer_hours, spans_of
from teilhabe.directory.models import Offer, Trait
from teilhabe.matching.queries import Answer, Hit, Reason, need_labels, reason_labels
from teilhabe.organisations.hours import Hours
from teilhabe.organisations.models import Place
from teilhabe.translation.queries import Text, texts_of

PAGES = {"offer": "offers", "need": "needs", "page": "pages", "event": "events"}
TEXTS = (
    "title", "summary", "description", "cost", "conditions", "registration", "bring", "schedule", "interpreters",
)  # fmt: skip


def centre_address(centre: Centre, port: int | None) -> str:
    """Where `centre` answers, without final slash: its own host name, else its name under localhost and `port`."""
    host = centre.hosts.values_list("name", flat=True).first()
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{host}" if host else f"{scheme}://{centre.slug}.localhost{f':{port}' if port else ''}"


def search_body(answer: Answer, centre: Centre, base_url: str) -> dict[str, Any]:
    """The body of /api/v1/search, and of `teilhabe find --json`; addresses begin with `base_url`."""
    base = f"{base_url}/{interface_of(answer.language)}"
    with in_centre(centre):
        labels = _reason_labels(answer)
    return {
        "query": answer.query,
        "truncated": answer.truncated,
        "language": answer.language,
        "detected_language": answer.detected_language,
        "took_ms": round(answer.took_ms, 2),
        "outcome": answer.outcome,
        "total": answer.total,
        "hits": [_hit(hit, base, labels) for hit in answer.hits],
        "groups": [
            {"need": {"id": group.need, "label": labels[Reason("need", group.need)]}, "hits": group.hits}
            for group in answer.groups
        ],
    }


def _reason_labels(answer: Answer) -> dict[Reason, str]:
    """The words for all reasons and groups of an answer, looked up together."""
    reasons = dict.fromkeys(reason for hit in answer.hits for reason in hit.reasons)
    reasons |= dict.fromkeys(Reason("need", group.need) for group in answer.groups)
    with translation.override(interface_of(answer.language)):
        return dict(zip(reasons, reason_labels(reasons, answer.language), strict=True))


def _hit(hit: Hit, base: str, labels: dict[Reason, str]) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "id": hit.id,
        "source_id": hit.source_id or None,
        "source_ids": hit.source_ids or ([hit.source_id] if hit.source_id else []),
        "title": hit.title,
        "organisation": hit.organisation,
        "url": f"{base}/{PAGES[hit.kind]}/{hit.slug}/",
        "score": hit.score,
        "reasons": [{"code": reason.code, "label": labels[reason]} for reason in hit.reasons],
    }


def needs_body(language: str, base_url: str) -> dict[str, Any]:
    """The body of /api/v1/needs."""
    base = f"{base_url}/{interface_of(language)}"
    return {
        "language": language,
        "groups": [
            {
                "id": group.pk,
                "label": group.label(language),
                "icon": group.icon,
                "needs": [
                    {
                        "id": need.pk,
                        "label": need.label(language),
                        "help": need.help(language),
                        "icon": need.icon,
                        "related": need.related,
                        "offers": count,
                        "url": f"{base}/needs/{need.pk}/",
                    }
                    for need, count in rows
                ],
            }
            for group, rows in topics(language)
        ],
    }


def offer_bodies(offers: Sequence[Offer], language: str, base_url: str, at: datetime) -> list[dict[str, Any]]:
    """The bodies of `offers` (`with_facts`) for a reader of `language`; their texts take one query."""
    texts = texts_of(offers, TEXTS, language)
    labels = need_labels(language)
    base = f"{base_url}/{interface_of(language)}"
    return [_offer(offer, texts, labels, base, at) for offer in offers]


def _offer(
    offer: Offer, texts: dict[tuple[str, str], Text], labels: dict[str, str], base: str, at: datetime
) -> dict[str, Any]:
    shown = {name: texts[str(offer.pk), name] for name in TEXTS}
    place, body = offer.place, offer.organisation
    step_free = offer.step_free if offer.step_free is not None or not place else place.step_free
    return {
        "id": str(offer.pk),
        "source_id": offer.source_id or None,
        "url": f"{base}/offers/{offer.slug}/",
        "language": shown["title"].language if shown["title"].origin else offer.language,
        "machine_translated": any(text.is_machine_made for text in shown.values()),
        **{name: text.text for name, text in shown.items()},
        "organisation": {"id": str(body.pk), "name": body.name, "url": f"{base}/organisations/{body.slug}/"},
        "category": offer.category,
        "needs": [
            {"id": n.need_id, "label": labels[n.need_id], "suggested": n.origin == n.Origin.SUGGESTED}
            for n in offer.offer_needs.all()
            if n.need_id in labels
        ],
        "audience": offer.codes(Trait.Kind.AUDIENCE),
        "target_groups": offer.codes(Trait.Kind.TARGET_GROUP),
        "spoken": offer.codes(Trait.Kind.LANGUAGE),
        "ways_in": offer.codes(Trait.Kind.WAY_IN),
        "free": offer.is_free,
        "childcare": offer.childcare,
        "step_free": step_free,
        "women_only": offer.women_only,
        "online": offer.online,
        **_when(offer, at),
        "place": _place(place) if place else None,
        "course": _course(offer),
        "phone": offer.call,
        "email": offer.write,
        "website": offer.read_more,
        "valid_from": offer.valid_from,
        "valid_until": offer.valid_until,
        "confirmed_on": offer.confirmed_on,  # type: ignore[attr-defined]  # annotated by with_details
        "confirmed_by": offer.confirmed_for or "",  # type: ignore[attr-defined]
        "updated_at": offer.updated_at,
    }


def _when(offer: Offer, at: datetime) -> dict[str, Any]:
    hours = offer_hours(offer)
    today = timezone.localdate(at)
    is_open = any(start <= at < end for start, end in spans_of(offer, today, today)) if hours else None
    return {"open_now": is_open, "hours": _hours(hours), "hours_exceptions": _exceptions(hours)}


def _hours(hours: Hours) -> list[dict[str, Any]]:
    return [
        {
            "weekday": row.weekday + 1,
            "nth": row.nth,
            "opens": _clock(row.opens),
            "closes": _clock(row.closes),
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "on_holidays": row.on_holidays,
        }
        for row in hours.weekly
    ]


def _exceptions(hours: Hours) -> list[dict[str, Any]]:
    return [
        {
            "first_day": row.first_day,
            "last_day": row.last_day,
            "opens": _clock(row.opens),
            "closes": _clock(row.closes),
            "note": row.note,
        }
        for row in hours.exceptions
    ]


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


def _place(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "street": place.street,
        "postcode": place.postcode,
        "city": place.city,
        "district": {"id": place.area.slug, "label": place.area.name} if place.area else None,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "directions": place.directions,
    }


def _course(offer: Offer) -> dict[str, Any] | None:
    course = getattr(offer, "course", None)
    if course is None:
        return None
    return {
        "level_from": course.level_from,
        "level_to": course.level_to,
        "starts_on": course.starts_on,
        "ends_on": course.ends_on,
        "exam": course.exam,
        "seats_total": course.seats_total,
        "seats_free": course.seats_free,
        "waiting_list": course.has_waiting_list,
    }
