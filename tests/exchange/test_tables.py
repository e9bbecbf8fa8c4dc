"""Files become rows, or are refused with a sentence that says what to do."""

import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from teilhabe.exchange import tables
from teilhabe.exchange.columns import COLUMNS
from teilhabe.exchange.tables import TableRefused, read_table


def read(path, **options):
    return read_table(path, known=COLUMNS, **options)


def refusal(path, **options):
    with pytest.raises(TableRefused) as refused:
        read(path, **options)
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_delimiter_and_bom(table, delimiter, encoding):
    path = table({"summary": "Kurs; mit Komma, und\tTab"}, delimiter=delimiter, encoding=encoding)
    (row,) = read(path).rows
    assert row.cells["source_id"] == "a1"
    assert row.cells["summary"] == "Kurs; mit Komma, und\tTab"


def test_another_encoding_is_refused_until_it_is_named(table):
    path = table({"title": "Übung"}, encoding="cp1252")
    assert "--encoding cp1252" in refusal(path)
    assert read(path, encoding="cp1252").rows[0].cells["title"] == "Übung"


def test_rows_have_the_number_of_the_line_they_begin_in(table):
    path = table({"summary": "zwei\nZeilen"}, {}, {})
    assert [row.number for row in read(path).rows] == [2, 4, 5]


def test_names_of_columns_are_forgiving_and_empty_rows_left_out(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Source-ID, TITLE ,target groups,\nx,y,z,\n,,,\n\n")
    table = read(path)
    assert table.columns == ["source_id", "title", "target_groups"]
    assert [row.cells for row in table.rows] == [{"source_id": "x", "title": "y", "target_groups": "z"}]


def test_a_column_twice_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("source_id,title,title\n1,2,3\n")
    assert "title stands there twice" in refusal(path)


def test_cells_beyond_the_columns_are_a_fault_of_the_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("source_id,title\n1,a\n2,b,c\n")
    assert [bool(row.fault) for row in read(path).rows] == [False, True]


@pytest.mark.parametrize("text", ['source_id,title\n1,"half', "source_id,title,organisation\n1,a,b\n2,a"])
def test_half_a_csv_is_refused(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert "cut off" in refusal(path)


def test_a_short_row_in_the_middle_is_filled_up(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("source_id,title,organisation,summary\n1,a,b\n2,a,b,c")
    assert [row.cells.get("summary") for row in read(path).rows] == [None, "c"]


def test_quotation_marks_within_a_cell(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('source_id,title\n1,"Treff "Zuhause" heute"\n')
    assert "Zuhause" in read(path).rows[0].cells["title"]


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.xlsx"])
def test_an_empty_file_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"")
    assert path.name in refusal(path)


def test_jsonl_lists_booleans_and_numbers(table):
    path = table({"languages": ["de", "ar"], "online": True, "childcare": False, "latitude": 51.03}, name="t.jsonl")
    cells = read(path).rows[0].cells
    assert [cells[c] for c in ("languages", "online", "childcare", "latitude")] == ["de|ar", "yes", "no", "51.03"]


def test_half_a_jsonl_is_a_fault_of_its_last_row(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"source_id": "1", "title": "a"}\n{"source_id": "2", "ti')
    assert [(row.number, bool(row.fault)) for row in read(path).rows] == [(1, False), (2, True)]


def test_xlsx_cells_read_as_in_csv(tmp_path):
    book = Workbook()
    book.active.append(["source_id", "title", "valid_from", "valid_until", "online", "latitude"])
    book.active.append([5484720, "Übung", date(2027, 1, 2), datetime(2027, 3, 4, 0, 0), True, 51.5])
    book.save(tmp_path / "t.xlsx")
    (row,) = read(tmp_path / "t.xlsx").rows
    assert (row.number, list(row.cells.values())) == (
        2,
        ["5484720", "Übung", "2027-01-02", "2027-03-04", "yes", "51.5"],
    )


def test_half_an_xlsx_is_refused(table):
    path = table({}, name="t.xlsx")
    path.write_bytes(path.read_bytes()[:2000])
    assert "damaged or cut off" in refusal(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "damaged" in refusal(tmp_path / "t.xlsx")


def test_an_archive_bomb_is_refused_before_it_is_opened(table):
    path = table({}, name="t.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * 30_000_000)
    assert path.stat().st_size < 100_000
    assert "packed tighter" in refusal(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(table, monkeypatch):
    path = table({}, name="t.xlsx")
    monkeypatch.setattr(tables, "MOST_BYTES", 10_000)
    monkeypatch.setattr(tables, "MOST_RATIO", 10**9)
    assert path.stat().st_size < 10_000
    assert "would unpack" in refusal(path)


def test_more_rows_than_we_read_are_refused(table, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    assert "more than 2 rows" in refusal(table({}, {}, {}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["t.csv", "t.jsonl", "t.xlsx"]))
def test_any_bytes_are_read_or_refused(tmp_path, data, name):
    path = tmp_path / name
    path.write_bytes(data)
    with suppress(TableRefused):
        assert all(row.number > 0 for row in read(path).rows)
