"""Pages: their tree, their addresses and what becomes of old ones, who sees them, and what the search is told."""

import io
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from teilhabe.audit.models import Entry
from teilhabe.centres.operations import grant_role
from teilhabe.centres.scope import in_centre
from teilhabe.editorial.access import editable_page, public_page
from teilhabe.editorial.models import Page, PageSlug
from teilhabe.editorial.operations import (
    DEEPEST,
    PageRefused,
    attach_document,
    create_page,
    delete_page,
    give_slug,
    list_offers_for,
    move_page,
    publish_page,
    show_contacts,
    withdraw_page,
    write_text,
)
from teilhabe.editorial.queries import PageTree, documents, page_at, page_view, stamps
from teilhabe.organisations.models import Person
from teilhabe.translation.models import Translation
from teilhabe.translation.queries import orphans
from tests.factories import make_need, make_organisation, make_page, make_user


@pytest.fixture
def family(centre):
    return make_page("Familie", "<p>Für Eltern.</p>")


@pytest.fixture
def kita(family):
    page = make_page("Kita-Platz", "<h2>Anmelden</h2><p>Im Portal.</p>", parent=family)
    write_text(page, "en", "Day care", "<h2>Register</h2><p>Online.</p>", by=None)
    return page


def titles(keys):
    return [Page.objects.get(pk=key).title for key in keys]


def test_an_address_is_made_of_the_slugs_above_in_the_readers_language(family, kita):
    tree = PageTree()
    assert tree.address(kita.pk, "de") == "/de/pages/familie/kita-platz/"
    assert tree.address(kita.pk, "en") == "/en/pages/familie/day-care/"
    assert tree.address(kita.pk, "ar") == "/ar/pages/familie/day-care/"
    assert tree.address("kein Schlüssel", "de") is None


def test_an_old_address_leads_to_the_page(family, kita):
    give_slug(kita, "de", "Betreuungsplatz", by=None)
    move_page(kita, parent=None, position=0, by=None)
    for path in ("familie/kita-platz", "betreuungsplatz", "familie/betreuungsplatz/"):
        found = public_page(path, "de")
        assert (found.key, found.path) == (kita.pk, "betreuungsplatz")


def test_a_slug_once_used_stays_with_its_page_and_can_come_back(family, kita):
    give_slug(kita, "de", "betreuung", by=None)
    assert make_page("Kita-Platz").slugs.get().slug == "kita-platz-2"
    give_slug(kita, "de", "kita-platz", by=None)
    give_slug(kita, "de", "kita-platz", by=None)
    assert [(s.slug, s.retired_at is None) for s in PageSlug.objects.filter(page=kita, language="de")] == [
        ("betreuung", False),
        ("kita-platz", True),
    ]


def test_the_database_lets_a_page_have_one_present_slug_only(kita):
    with pytest.raises(IntegrityError), transaction.atomic():
        PageSlug.objects.create(page=kita, language="de", slug="zweiter")


def test_addresses_of_two_centres_do_not_meet(family, other_centre):
    with in_centre(other_centre):
        theirs = make_page("Familie")
        assert page_at("familie", "de") == theirs.pk
    assert page_at("familie", "de") == family.pk


def test_a_page_is_public_only_with_all_above_it(family, kita):
    assert titles(PageTree().public()) == ["Familie", "Kita-Platz"]
    withdraw_page(family, by=None)
    withdraw_page(family, by=None)
    assert PageTree().public() == []
    for path in ("familie", "familie/kita-platz", "nirgends", ""):
        with pytest.raises(Http404):
            public_page(path, "de")
    publish_page(family, by=None)
    assert public_page("familie/kita-platz", "de").key == kita.pk


def test_a_draft_is_not_public(family):
    draft = make_page("Entwurf", parent=family, published=False)
    assert draft.pk not in PageTree().public()
    assert PageTree().children(family.pk) == []
    assert PageTree().children(family.pk, public=False) == [draft.pk]


def test_pages_are_moved_among_and_below_others(centre):
    first, second, third = (make_page(title) for title in ("A", "B", "C"))
    move_page(third, parent=None, position=0, by=None)
    assert titles(PageTree().children(None)) == ["C", "A", "B"]
    move_page(first, parent=second, position=5, by=None)
    assert titles(PageTree().lineage(first.pk)) == ["B", "A"]
    for above in (first, second):
        with pytest.raises(PageRefused, match="below itself"):
            move_page(second, parent=above, position=0, by=None)


def test_a_tree_is_only_so_deep(centre):
    page = None
    for number in range(DEEPEST):
        page = make_page(f"Ebene {number}", parent=page)
    with pytest.raises(PageRefused, match="deep"):
        create_page("Zu tief", by=None, parent=page)
    pair = make_page("Oben")
    make_page("Darunter", parent=pair)
    with pytest.raises(PageRefused, match="deep"):
        move_page(pair, parent=page.parent, position=0, by=None)


def test_a_reader_sees_the_page_in_the_nearest_language(family, kita):
    view = page_view(kita.pk, "en", PageTree())
    assert (view.title.text, view.path) == ("Day care", "familie/day-care")
    assert view.content.text == '<h2 id="register">Register</h2><p>Online.</p>'
    assert [h.text for h in view.headings] == ["Register"]
    assert [(address, str(title)) for address, title in view.breadcrumb] == [("/en/pages/familie/", "Familie")]
    above = page_view(family.pk, "de", PageTree())
    assert [(address, str(title)) for address, title in above.children] == [
        ("/de/pages/familie/kita-platz/", "Kita-Platz")
    ]


def test_a_page_costs_the_same_whatever_it_holds(family, kita, django_assert_num_queries):
    for number in range(5):
        make_page(f"Kind {number}", parent=kita)
    list_offers_for(kita, [make_need("kita-platz"), make_need("familie-leben")], by=None)
    show_contacts(kita, [(make_organisation(), None), (make_organisation(), None)], by=None)
    with django_assert_num_queries(2):
        tree = PageTree()
    for page in (family, kita):
        with django_assert_num_queries(7):
            view = page_view(page.pk, "ar", tree)
            assert [need.need.pk for need in view.page.page_needs.all()] in ([], ["kita-platz", "familie-leben"])
            assert all(contact.organisation.name for contact in view.page.contacts.all())


def test_contacts_are_chosen_as_a_whole(kita):
    body = make_organisation()
    person = Person.objects.create(organisation=body, name="A. Muster (Demo)")
    show_contacts(kita, [(make_organisation(), None)], by=None)
    show_contacts(kita, [(body, person), (body, None), (body, person)], by=None)
    assert [(card.organisation, card.person) for card in kita.contacts.all()] == [(body, person), (body, None)]


def test_links_between_pages_outlive_their_addresses(family, kita):
    write_text(family, "de", "Familie", f'<p><a href="page:{kita.pk}">Kita</a></p>', by=None)
    give_slug(kita, "de", "betreuung", by=None)

    def content(language):
        return page_view(family.pk, language, PageTree()).content.text

    assert content("de") == '<p><a href="/de/pages/familie/betreuung/">Kita</a></p>'
    withdraw_page(kita, by=None)
    assert content("de") == "<p>Kita</p>"
    write_text(family, "de", "Familie", f'<p><a href="page:{uuid4()}">x</a> <a href="page:x">y</a></p>', by=None)
    assert content("de") == "<p>x y</p>"


def test_a_changed_source_makes_its_translations_outdated(kita):
    write_text(kita, "de", "Kita", "<p>Anders.</p>", by=None)
    view = page_view(kita.pk, "en", PageTree())
    assert view.title.is_outdated
    assert view.content.is_outdated


def test_a_page_written_in_english_is_read_in_english(centre):
    page = make_page("Housing", "<p>Flats.</p>", language="en")
    assert page_view(page.pk, "de", PageTree()).title.language == "en"
    write_text(page, "de", "Wohnen", "<p>Wohnungen.</p>", by=None)
    assert page_view(page.pk, "de", PageTree()).title.text == "Wohnen"
    assert page_view(page.pk, "en", PageTree()).title.text == "Housing"


def test_the_search_is_told_every_public_page_in_each_of_its_languages(family, kita):
    make_page("Entwurf", "<p>geheim</p>", published=False)
    found = [(d.key, d.language, d.is_source, d.title, [p.text for p in d.passages]) for d in documents()]
    assert found == [
        (family.pk, "de", True, "Familie", ["Für Eltern."]),
        (kita.pk, "de", True, "Kita-Platz", ["Im Portal."]),
        (kita.pk, "en", False, "Day care", ["Online."]),
    ]
    assert [d.title for d in documents([kita.pk])] == ["Kita-Platz", "Day care"]


def test_documents_cost_the_same_for_many_pages(family, kita, django_assert_num_queries):
    for _ in range(10):
        make_page()
    with django_assert_num_queries(5):
        assert len(list(documents())) == 13


def test_a_stamp_moves_with_a_text_in_any_language(family, kita):
    before = stamps()
    write_text(kita, "en", "Child care", "<p>New.</p>", by=None)
    after = stamps()
    assert {key for key in before if before[key] != after[key]} == {str(kita.pk)}


def test_deeds_are_audited_and_tell_the_centre(centre):
    editor = make_user()
    page = create_page("Neu", by=editor)
    publish_page(page, by=editor)
    publish_page(page, by=editor)
    deeds = [entry.deed for entry in Entry.objects.filter(key=str(page.pk)).order_by("pk")]
    assert deeds == ["page.created", "page.published"]
    centre.refresh_from_db()
    assert centre.version >= 2


@pytest.mark.parametrize(
    ("title", "content", "language", "reason"),
    [
        (" ", "", "de", "needs a title"),
        ("x" * 301, "", "de", "301 characters"),
        ("Gut", "<div>" * 100, "de", "inside one another"),
        ("Gut", "", "tlh", "not known"),
    ],
)
def test_a_page_that_cannot_be_kept_is_refused_with_a_sentence(centre, title, content, language, reason):
    with pytest.raises(PageRefused, match=reason):
        create_page(title, content, by=None, language=language)
    assert not Page.objects.exists()


def test_a_document_is_kept_with_size_and_date(kita, settings):
    held = attach_document(
        kita,
        io.BytesIO(b"%PDF-1.7 Konzept"),
        "Konzept.PDF",
        title="Integrationskonzept",
        by=None,
        dated_on=date(2026, 3, 1),
    )
    assert (held.size, held.language, held.dated_on) == (16, "de", date(2026, 3, 1))
    assert held.file.name.startswith(f"pages/{kita.centre_id}/")
    assert held.file.name.endswith(".pdf")
    assert "onzept" not in held.file.name
    with held.file.open() as kept:
        assert kept.read() == b"%PDF-1.7 Konzept"
    held.file.delete()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.exe", b"MZ", "Documents are"),
        ("a.pdf", b"<html>", "is none"),
        ("a.pdf", b"", "1 byte"),
        ("a", b"x", "without"),
    ],
)
def test_what_is_no_document_is_refused(kita, name, data, reason):
    with pytest.raises(PageRefused, match=reason):
        attach_document(kita, io.BytesIO(data), name, title="Konzept", by=None)
    assert list(kita.attachments.all()) == []


def test_a_page_goes_with_its_texts_and_only_alone(family, kita):
    with pytest.raises(PageRefused, match="below"):
        delete_page(family, by=None)
    delete_page(kita, by=None)
    assert list(Translation.objects.all()) == []
    assert orphans() == []
    assert list(Page.objects.all()) == [family]


def test_only_those_who_write_pages_may_change_them(centre, other_centre, family):
    editor, translator, stranger = make_user(), make_user(), make_user()
    grant_role(editor, "editor", by=None, centre=centre)
    grant_role(translator, "translator", by=None, centre=centre)
    with in_centre(other_centre):
        grant_role(stranger, "head", by=None, centre=other_centre)
    assert editable_page(editor, family.pk) == family
    for user in (translator, stranger):
        with pytest.raises(Http404):
            editable_page(user, family.pk)
