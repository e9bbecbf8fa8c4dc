"""`teilhabe import integreat`: two languages become one page, a second run writes changes only, nothing half done."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command

from teilhabe.audit.models import Entry
from teilhabe.centres.scope import in_centre
from teilhabe.editorial.models import Page, PageSlug, PageSource
from teilhabe.editorial.operations import give_slug, move_page, withdraw_page, write_text
from teilhabe.editorial.queries import PageTree, documents, page_at, page_view
from teilhabe.exchange.integreat import import_integreat
from teilhabe.exchange.integreat_pages import MOST_BYTES, IntegreatRefused
from teilhabe.jobs.models import Run
from teilhabe.translation.models import Translation

HOST = "https://admin.integreat-app.de"


def page(path, title, content="", *, id, parent=None, order=1, others=None, **more):
    """One page as API v3 tells it."""
    return {
        "id": id,
        "url": HOST + path,
        "path": path,
        "title": title,
        "content": content,
        "excerpt": "",
        "parent": {"id": 7 if parent else 0, "url": parent and HOST + parent, "path": parent},
        "order": order,
        "available_languages": {code: {"id": 0, "url": HOST + p, "path": p} for code, p in (others or {}).items()},
        "thumbnail": None,
        "organization": None,
        "embedded_offers": [],
        **more,
    }


DE = "/muster/de/familie/"
EN = "/muster/en/family/"
GERMAN = [
    page(
        DE + "kita-plätze/",
        "Kita-Plätze",
        '<div><h3><strong>Anmelden</strong></h3><p>Im <a href="https://integreat.app/muster/de/arbeit/">Portal</a>.</p>'
        '<p>&nbsp;</p><img src="pin.svg" alt=""></div>',
        id=12,
        parent=DE,
        order=4,
        others={"en": EN + "day-care/", "ar": "/muster/ar/روضة/"},
    ),
    page(
        DE,
        "Familie",
        '<p><a href="/muster/de/familie/kita-pl%C3%A4tze/">Kita</a></p>',
        id=11,
        order=20,
        others={"en": EN},
    ),
    page(DE + "schule/", "Schule", "<p>Für alle.</p>", id=13, parent=DE, order=2),
    page("/muster/de/arbeit/", "Arbeit", "<p>Jobs</p>", id=14, order=10, others={"en": "/muster/en/work/"}),
]
ENGLISH = [
    page(
        EN,
        "Family",
        '<p><a href="https://integreat.app/muster/de/arbeit">work</a></p>',
        id=21,
        order=20,
        others={"de": DE},
    ),
    page(EN + "day-care/", "Day care", "<p>Register.</p>", id=22, parent=EN, others={"de": DE + "kita-plätze/"}),
    page("/muster/en/work/", "Work", "<p>Jobs</p>", id=24, order=10, others={"de": "/muster/de/arbeit/"}),
]


@pytest.fixture
def files(tmp_path):
    """Write lists of pages as files; the names of the files."""

    def write(*lists):
        names = []
        for number, told in enumerate(lists):
            path = tmp_path / f"{number}.json"
            path.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
            names.append(str(path))
        return names

    return write


@pytest.fixture
def take_in(centre, files):
    return lambda *lists, **options: import_integreat(files(*lists), centre=centre, by=None, **options)


def counts(report):
    return report.created, report.changed, report.moved, report.unchanged


def changed(told, number, **fields):
    return [{**one, **fields} if n == number else one for n, one in enumerate(told)]


def snapshot():
    """All that an import can write, but for keys and times."""
    return (
        sorted(Page.objects.values_list("title", "content", "parent__title", "position", "publication__page__title")),
        sorted(PageSlug.objects.values_list("language", "slug", "retired_at")),
        sorted(PageSource.objects.values_list("language", "source_id", "path")),
        sorted(Translation.objects.values_list("language", "field", "text")),
    )


def test_two_languages_become_one_tree_of_pages(take_in):
    report = take_in(ENGLISH, GERMAN)
    assert report.languages == {"en": 3, "de": 4}
    assert (report.pages, counts(report), report.published) == (4, (4, 0, 0, 0), 4)
    tree = PageTree()
    assert [tree.path(key, "de") for key in tree.public()] == [
        "arbeit",
        "familie",
        "familie/schule",
        "familie/kita-plaetze",
    ]
    assert tree.path(page_at("day-care", "en"), "en") == "family/day-care"
    told = {(d.title, d.source_id, d.source_ids) for d in documents() if d.key == page_at("kita-plaetze", "de")}
    assert told == {("Kita-Plätze", "12", ("12", "22")), ("Day care", "12", ("12", "22"))}


def test_contents_are_made_plain_and_links_lead_to_our_pages(take_in):
    report = take_in(GERMAN, ENGLISH)
    work = page_at("arbeit", "de")
    assert Page.objects.get(title="Kita-Plätze").content == (
        f'<h3>Anmelden</h3><p>Im <a href="page:{work}">Portal</a>.</p>'
    )
    tree = PageTree()
    family = page_at("familie", "de")
    assert page_view(family, "de", tree).content.text == '<p><a href="/de/pages/familie/kita-plaetze/">Kita</a></p>'
    # a link that the translators forgot to change leads to the page in the reader's language
    assert page_view(family, "en", tree).content.text == '<p><a href="/en/pages/work/">work</a></p>'
    assert report.links == {"to pages": 3}


def test_other_links_stay_and_links_to_nothing_go(take_in):
    html = (
        '<p><a href="https://integreat.app/muster/de/weg/">dort</a> <a href="https://integreat.app/anderswo/de/x/">da</a>'
        ' <a href="#oben">oben</a> <a href="page:1">eins</a> <a href="http://[kaputt">k</a>'
        ' <a href="/muster/de/arbeit/">selbst</a> <a href="mailto:a@example.org">m</a> <a href="tel:123">t</a></p>'
    )
    report = take_in([page("/muster/de/arbeit/", "Arbeit", html, id=1)])
    assert Page.objects.get().content == (
        '<p><a href="https://integreat.app/muster/de/weg/">dort</a> <a href="https://integreat.app/anderswo/de/x/">da</a>'
        ' oben eins k selbst <a href="mailto:a@example.org">m</a> <a href="tel:123">t</a></p>'
    )
    assert report.links == {"left as they are": 1, "taken away": 1}


def test_a_second_run_writes_nothing(take_in, centre):
    take_in(GERMAN, ENGLISH)
    centre.refresh_from_db()
    before, stamps = snapshot(), list(Page.objects.values_list("updated_at", flat=True))
    report = take_in(GERMAN, ENGLISH)
    assert (counts(report), report.published) == ((0, 0, 0, 4), 0)
    assert (snapshot(), list(Page.objects.values_list("updated_at", flat=True))) == (before, stamps)
    version = centre.version
    centre.refresh_from_db()
    assert centre.version == version
    assert [entry.deed for entry in Entry.objects.filter(deed="pages.imported")] == ["pages.imported"]


def test_a_second_run_takes_what_has_changed(take_in):
    take_in(GERMAN, ENGLISH)
    withdraw_page(Page.objects.get(title="Arbeit"), by=None)
    new = page(DE + "ferien/", "Ferien", "<p>Spaß</p>", id=15, parent=DE, order=1)
    # ids of the source change with every version; the path stays
    report = take_in([*changed(GERMAN, 2, content="<p>Für alle Kinder.</p>", id=99), new], ENGLISH)
    assert counts(report) == (1, 1, 1, 2)  # Kita-Plätze only moves on
    assert report.published == 1
    tree = PageTree()
    assert [tree.path(key, "de") for key in tree.public()] == [
        "familie", "familie/ferien", "familie/schule", "familie/kita-plaetze",
    ]  # fmt: skip
    school = Page.objects.get(title="Schule")
    assert (school.content, school.source_id) == ("<p>Für alle Kinder.</p>", "99")


def test_a_translation_that_has_not_followed_its_source_is_outdated(take_in):
    take_in(GERMAN, ENGLISH)
    take_in(changed(GERMAN, 3, content="<p>Arbeit und mehr</p>"), ENGLISH)
    view = page_view(page_at("arbeit", "de"), "en", PageTree())
    assert (view.content.text, view.content.is_outdated, view.title.is_outdated) == ("<p>Jobs</p>", True, False)


def test_what_was_done_here_stays_while_the_source_does_not_move(take_in):
    take_in(GERMAN, ENGLISH)
    school = Page.objects.get(title="Schule")
    write_text(school, "de", "Schule hier", "<p>Selbst geschrieben.</p>", by=None)
    give_slug(school, "de", "schulen", by=None)
    move_page(school, parent=None, position=0, by=None)
    before = snapshot()
    assert counts(take_in(GERMAN, ENGLISH)) == (0, 0, 0, 4)
    assert snapshot() == before


def test_a_page_renamed_at_the_source_keeps_its_old_address(take_in):
    take_in(GERMAN)
    moved = changed(GERMAN, 2, path="/muster/de/familie/schulen/", slug_history=["schule"], id=77)
    assert counts(take_in(moved)) == (0, 1, 0, 3)
    assert page_at("schule", "de") == page_at("schulen", "de") == Page.objects.get(title="Schule").pk
    assert counts(take_in(moved)) == (0, 0, 0, 4)


def test_two_pages_may_change_their_paths_with_each_other(take_in):
    take_in(GERMAN)
    old, new = GERMAN[2], GERMAN[3]
    swapped = [*GERMAN[:2], {**old, "id": new["id"]}, {**new, "id": old["id"]}]
    take_in(swapped)
    assert sorted(PageSource.objects.values_list("path", "source_id"))[0] == ("muster/de/arbeit", "13")


def test_a_language_may_come_later(take_in):
    take_in(GERMAN)
    report = take_in(ENGLISH)
    assert counts(report) == (0, 3, 0, 0)
    assert Page.objects.count() == 4
    assert page_view(page_at("arbeit", "de"), "en", PageTree()).title.text == "Work"
    assert counts(take_in(GERMAN, ENGLISH)) == (0, 0, 0, 4)


def test_a_page_without_german_is_written_in_its_own_language(take_in):
    alone = page(EN + "visa/", "Visa", "<p>Papers.</p>", id=30, parent=EN)
    take_in(GERMAN, [*ENGLISH, alone])
    visa = Page.objects.get(title="Visa")
    assert (visa.language, visa.source_id, visa.parent.title) == ("en", "30", "Familie")


def test_pages_that_are_gone_are_told_and_withdrawn_on_demand(take_in):
    take_in(GERMAN, ENGLISH)
    less = [one for one in GERMAN if one["title"] != "Schule"]
    assert (report := take_in(less, ENGLISH)).missing == 1
    assert report.withdrawn == 0
    assert take_in(less, ENGLISH, withdraw_missing=True).withdrawn == 1
    assert page_at("schule", "de") not in PageTree().public()
    assert take_in(less, ENGLISH, withdraw_missing=True).withdrawn == 0


def test_publishing_can_be_said(take_in):
    assert take_in(GERMAN, publish=False).published == 0
    assert PageTree().public() == []
    assert take_in(GERMAN, publish=None).published == 0
    assert take_in(GERMAN, publish=True).published == 4


def test_a_notice_that_a_language_is_missing_is_no_text(take_in):
    notice = '<p>Gibt es nur hier:</p><ul>\n<li>\n<a href="https://integreat.app/muster/ar/a/">العربية</a></li></ul>'
    told = page("/muster/de/nur/", "Nur", notice, id=1, others={"ar": "/muster/ar/a/"})
    assert take_in([told]).without_text == 1
    assert Page.objects.get().content == ""
    assert take_in([{**told, "available_languages": []}]).without_text == 0


def test_hostile_contents_are_cut(take_in):
    report = take_in([page("/muster/de/x/", "X<script>", "<script>alert(1)</script><p onclick=a>gut</p>", id=1)])
    assert report.cut == 1
    assert list(Page.objects.values_list("title", "content")) == [("X<script>", "<p>gut</p>")]


def test_a_dry_run_tells_the_same_and_writes_nothing(take_in):
    report = take_in(GERMAN, ENGLISH, dry_run=True)
    assert (counts(report), report.published, report.is_written) == ((4, 0, 0, 0), 4, False)
    assert snapshot() == ([], [], [], [])


def test_the_run_is_kept(take_in):
    take_in(GERMAN, ENGLISH)
    run = Run.objects.get()
    assert (run.kind, run.total, run.counts["created"]) == ("import.integreat", 4, 4)


def test_centres_take_in_the_same_pages_apart(take_in, files, other_centre):
    take_in(GERMAN)
    assert counts(import_integreat(files(GERMAN), centre=other_centre, by=None)) == (4, 0, 0, 0)
    with in_centre(other_centre):
        assert Page.objects.count() == 4


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (b"", "cut off"),
        (json.dumps(GERMAN).encode()[:700], "cut off"),
        (b"[" * 200_000, "beyond measure"),
        (b"[1" + b"0" * 5_000 + b"]", "beyond measure"),
        (b"\xff\xfe[", "not UTF-8"),
        (b"<html>404</html>", "no valid JSON"),
        (b"[]", "empty list"),
        (b'{"error": "Region not found"}', "not a list of pages"),
        (b" " * (MOST_BYTES + 1), "MB; at most"),
        ([page(f"/muster/de/{n}/", "A", id=n, parent=f"/muster/de/{1 - n}/") for n in (0, 1)], "circle"),
        ([page("/muster/de/a/", "A", id=1, parent="/muster/de/a/")], "circle"),
        ([page(f"/muster/de/{n}/", "A", id=n, parent=n and f"/muster/de/{n - 1}/") for n in range(2_000)], "deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_list_of_pages_is_refused_with_a_sentence(take_in, told, reason):
    with pytest.raises(IntegreatRefused, match=reason):
        take_in(told)
    assert snapshot() == ([], [], [], [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (5, "is no JSON object"),
        ({}, "has no path"),
        ({**GERMAN[3], "path": "/muster/"}, "has no path"),
        ({**GERMAN[3], "path": "/muster/tlh/a/"}, "not known"),
        ({**GERMAN[3], "path": "/muster/de-si/a/"}, "simple German"),
        ({**GERMAN[3], "path": "/muster/en/a/"}, "ones before it"),
        ({**GERMAN[3], "path": "/muster/de/" + "a" * 900}, "has no path"),
        ({**GERMAN[3], "id": None}, "has no id"),
        ({**GERMAN[3], "id": [1]}, "id that is no text"),
        ({**GERMAN[3], "title": " "}, "has no title"),
        ({**GERMAN[3], "title": "x" * 400}, "title of 400"),
        ({**GERMAN[3], "content": {"a": 1}}, "content that is no text"),
        ({**GERMAN[3], "content": "<div>" * 90_000}, "characters"),
        ({**GERMAN[3], "content": "<div>" * 900}, "inside one another"),
        ({**GERMAN[3], "parent": "oben"}, "parent that is no JSON object"),
        ({**GERMAN[3], "id": 13}, "the id 13 of page 3 again"),
        ({**GERMAN[2], "id": 99}, "of page 3 again"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_bad_page_means_that_nothing_is_written(take_in, bad, reason):
    report = take_in([*GERMAN[:3], bad])
    assert [(fault.position, reason in fault.reason) for fault in report.rejected] == [(4, True)], report.rejected
    assert (report.is_written, snapshot()) == (False, ([], [], [], []))


@pytest.mark.parametrize(
    "odd",
    [
        {"available_languages": []}, {"available_languages": {"en": None}}, {"parent": None}, {"order": "x"},
        {"order": float("nan")}, {"content": None}, {"slug_history": {}}, {"url": "http://[x"},
        {"content": "\x00\ud800"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_odd_but_harmless_is_taken_in(take_in, odd):
    assert counts(take_in([*GERMAN[:3], {**GERMAN[3], **odd}])) == (4, 0, 0, 0)


def test_a_page_whose_parent_is_not_there_stands_at_the_top_and_is_told(take_in):
    report = take_in(GERMAN[2:3])
    assert [tuple(note.split(":")[:1]) for note in report.notes] == [("muster/de/familie/schule",)]
    assert PageTree().lineage(Page.objects.get().pk) == [Page.objects.get().pk]


def test_two_pages_that_claim_the_same_pair_stay_two(take_in):
    second = page("/muster/en/labour/", "Labour", id=25, others={"de": "/muster/de/arbeit/"})
    report = take_in(GERMAN, [*ENGLISH, second])
    assert report.pages == 5
    assert Page.objects.get(title="Labour").language == "en"


def test_one_language_in_two_files_and_two_regions_are_refused(take_in):
    with pytest.raises(IntegreatRefused, match="both the pages of muster/de"):
        take_in(GERMAN, GERMAN)
    with pytest.raises(IntegreatRefused, match="several regions"):
        take_in(GERMAN, [page("/anderswo/en/a/", "A", id=1)])


@pytest.fixture
def served():
    """An Integreat system on this machine: its address, and what it answers."""
    answer = {"body": json.dumps(GERMAN).encode(), "status": 200}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(answer["status"])
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v3/muster/de/pages/", answer
    server.shutdown()
    thread.join()
    server.server_close()


def test_pages_come_from_an_address_too(centre, served, settings):
    settings.TEILHABE_FETCH_PRIVATE = True
    address, answer = served
    assert counts(import_integreat([address], centre=centre, by=None)) == (4, 0, 0, 0)
    answer["status"] = 404
    with pytest.raises(IntegreatRefused, match="answers 404"):
        import_integreat([address], centre=centre, by=None)


@pytest.fixture
def run(centre, capsys):
    def run(*arguments):
        code = 0
        try:
            call_command("import_integreat", *arguments, "--centre", "leverkusen", "--later")
        except CommandError as refusal:
            code = refusal.returncode
        return code, *capsys.readouterr()

    return run


def test_done_is_0_and_the_report_one_object(run, files):
    code, out, err = run(*files(GERMAN, ENGLISH), "--json")
    told = json.loads(out)
    assert (code, told["created"], told["languages"], told["written"]) == (0, 4, {"de": 4, "en": 3}, True)
    assert "pages written: 4 of 4" in err
    code, out, _ = run(*files(GERMAN, ENGLISH))
    assert (code, "pages 4 (de 4, en 3): created 0, changed 0" in out) == (0, True)


def test_refused_is_1_with_a_sentence_and_a_report(run, files):
    code, out, _ = run(*files(b"[{"), "--json")
    assert (code, json.loads(out)["written"], "no valid JSON" in json.loads(out)["refused"]) == (1, False, True)
    code, out, _ = run(*files([*GERMAN[:3], 5]))
    assert (code, "page 4 of 0.json (no id) is no JSON object" in out) == (1, True)


def test_wrong_usage_is_2(run, files, tmp_path):
    assert run(str(tmp_path / "nichts.json"))[0] == 2
    with pytest.raises(CommandError, match="no centre") as refusal:
        call_command("import_integreat", *files(GERMAN), "--centre", "nirgends")
    assert refusal.value.returncode == 2
