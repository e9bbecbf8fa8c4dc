"""Files become rows, or are refused with a sentence that says what to do."""

import tracemalloc
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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("wrong", ["", "cp1252", "utf-8"])
def test_a_wide_encoding_is_named_by_its_mark(table, encoding, wrong):
    path = table({"title": "Übung"}, encoding=encoding, delimiter="\t")
    assert f"say --encoding {encoding}" in refusal(path, encoding=wrong)
    assert read(path, encoding=encoding).rows[0].cells["title"] == "Übung"


def test_a_wide_encoding_without_a_mark_is_not_taken_for_cp1252(table):
    told = refusal(table({"title": "Übung"}, encoding="utf-16-le"))
    assert "cp1252" not in told
    assert "not a text table" in told


@pytest.mark.parametrize("encoding", ["base64", "rot13", "undefined", "punycode", "klingonisch"])
def test_no_encoding_of_texts_is_refused(table, encoding):
    assert encoding in refusal(table({"title": "Übung"}), encoding=encoding)


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


def test_a_missing_quotation_mark_swallows_no_other_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        'source_id,title,organisation,summary\n1,"Deutsch" Kurs,O,S\n2,"Kurs zwei,O,S\n3,Kurs drei,O,S\n'
        '4,Kurs vier,O,"zwei\nZeilen"\n5,"Kurs" fuenf,O,S\n6,Kurs sechs,O,S\n'
    )
    rows = read(path).rows
    assert [(row.number, row.cells["source_id"]) for row in rows] == list(
        zip((2, 3, 4, 5, 7, 8), "123456", strict=True)
    )
    assert [row.number for row in rows if row.fault] == [3]
    assert "quotation mark" in rows[1].fault
    assert [row.cells["title"] for row in rows if not row.fault] == [
        *("Deutsch Kurs", "Kurs drei", "Kurs vier", "Kurs fuenf", "Kurs sechs"),
    ]
    assert rows[3].cells["summary"] == "zwei\nZeilen"


@pytest.mark.parametrize("end", ['2,"half', '2,b,"half', '2,"b" c,"half\n'])
def test_half_a_csv_with_loose_quotation_marks_is_refused_too(tmp_path, end):
    path = tmp_path / "t.csv"
    path.write_text(f'source_id,title,organisation\n1,"Deutsch" Kurs,O\n{end}')
    assert "cut off" in refusal(path)


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


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_empty_rows_count_and_are_not_built(tmp_path, name, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 10_000)
    path = tmp_path / name
    path.write_text("source_id,title\n" + ",\n" * 2_000_000 if name == "t.csv" else "\n" * 4_000_000)
    tracemalloc.start()
    try:
        assert "more than 10,000 rows" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


def test_more_columns_than_we_read_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text(",".join(f"c{n}" for n in range(301)) + "\n")
    assert "301 columns" in refusal(tmp_path / "t.csv")
    (tmp_path / "t.jsonl").write_text("".join(f'{{"c{n}": 1}}\n' for n in range(302)))
    assert "301 columns" in refusal(tmp_path / "t.jsonl")


@pytest.mark.parametrize("row", ["," * 6_000_000, '"' + ",\n" * 3_000_000 + '"'])
def test_a_row_that_is_endless_is_refused(tmp_path, row):
    (tmp_path / "t.csv").write_text(f"source_id,title\n{row}\n")
    refusal(tmp_path / "t.csv")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["t.csv", "t.jsonl", "t.xlsx"]))
def test_any_bytes_are_read_or_refused(tmp_path, data, name):
    path = tmp_path / name
    path.write_bytes(data)
    with suppress(TableRefused):
        assert all(row.number > 0 for row in read(path).rows)
