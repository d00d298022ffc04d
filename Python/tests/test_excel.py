"""Workbooks: there and back, mistakes with sheet and cell, results that spreadsheet programs open."""

import datetime
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")

import lodestone as ls  # noqa: E402
from lodestone.excel import model_document, read_model, write_model, write_results  # noqa: E402
from lodestone.excel.cells import CellError, cell_of, split_quantity, text_of  # noqa: E402
from lodestone.excel.command import main  # noqa: E402
from lodestone.excel.write import workbook_of  # noqa: E402

MODELS = ["tutorial.yaml", "jp-gallium/model.yaml", "eu-magnets/model.yaml", "us-batteries/model.yaml"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("books") / "tutorial.xlsx"
    write_model("Models/tutorial.yaml", path)
    return path


@pytest.fixture
def book(whole, tmp_path):
    """The tutorial as a workbook, to be damaged."""
    return shutil.copy(whole, tmp_path / "tutorial.xlsx")


def changed(path, sheet, cell, value, format=None):
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    if format:
        book[sheet][cell].number_format = format
    book.save(path)
    return path


def refused(path):
    with pytest.raises(ls.ModelError) as caught:
        read_model(path)
    return caught.value.first


def column_of(path, sheet, key):
    return next(cell.column_letter for cell in openpyxl.load_workbook(path)[sheet][1] if cell.value == key)


@pytest.mark.parametrize("name", MODELS[:1])
def test_a_model_goes_through_a_workbook_and_keeps_its_plan_to_the_bit(tmp_path, name):
    write_model(f"Models/{name}", tmp_path / "book.xlsx")
    there, back = ls.read(f"Models/{name}"), read_model(tmp_path / "book.xlsx")
    for scenario in [None, *there.scenarios[:2]]:
        assert _answer(there.at(scenario=scenario)) == _answer(back.at(scenario=scenario))


def _answer(model):
    """Objectives and every table; the status where there is no plan."""
    try:
        plan = model.solve(relax=True)
        return plan.raw["objectives"], plan.raw["plan"]
    except ls.NoPlan as error:
        return error.status


@pytest.mark.slow
@pytest.mark.parametrize("name", [*MODELS[1:], "us-ndfeb/model.yaml"])
def test_large_models_too(tmp_path, name):
    test_a_model_goes_through_a_workbook_and_keeps_its_plan_to_the_bit(tmp_path, name)


def test_where_numbers_come_from_goes_along(tmp_path):
    write_model("Models/jp-gallium/model.yaml", tmp_path / "book.xlsx")
    shutil.copy("Models/jp-gallium/sources.csv", tmp_path)
    (tmp_path / "model.yaml").write_text(model_document(tmp_path / "book.xlsx").text)
    told = ls.run("sources", tmp_path / "model.yaml")
    assert told.code == 0 and "10 numbers are derived; each was worked out again" in told.output


def test_there_and_back_twice_is_the_same_text(tmp_path):
    write_model("Models/jp-gallium/model.yaml", tmp_path / "first.xlsx")
    text = model_document(tmp_path / "first.xlsx").text
    (tmp_path / "first.yaml").write_text(text)
    write_model(tmp_path / "first.yaml", tmp_path / "second.xlsx")
    again = model_document(tmp_path / "second.xlsx").text
    assert again.splitlines()[1:] == text.splitlines()[1:]


def test_numbers_are_numbers_and_shares_are_per_cent(book):
    sheet = openpyxl.load_workbook(book)["facilities"]
    column = column_of(book, "facilities", "expansion.max")
    assert sheet[f"{column}3"].value == 10 and sheet[f"{column}2"].value == "kt/yr"
    model = openpyxl.load_workbook(book)["model"]
    discount = next(row for row in model.iter_rows() if row[0].value == "money.discount")[1]
    assert discount.value == 0.05 and discount.number_format == "0%"


def test_lists_are_offered_for_ids_units_and_words(book):
    sheet = openpyxl.load_workbook(book)["imports"]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert any("'commodities'!" in formula for formula in offered.values())
    assert any("kt/yr" in formula for formula in offered.values())


@pytest.mark.parametrize("text, unit, value", [
    ("45 kt/yr", "kt/yr", 45), ("62.5 kUSD/(t/yr)", "kUSD/(t/yr)", 62.5), ("800 t/yr", "kt/yr", "800 t/yr"),
    ("0.1 t", "t", 0.1), ("30%", None, 0.3), ("7.5%", None, 0.075), ("+8%", None, "+8%"), ("parity", "USD/kg", "parity"),
    ("1 year", "years", 1), ("2", None, 2), ("1e3 t", "t", 1000.0), ("0.12345678901234567 t", "t", "0.12345678901234567 t"), ("123456789.123456789 t", "t", "123456789.123456789 t"),
    ("0.1234567%", None, 0.001234567)])
def test_a_cell_holds_a_quantity_and_gives_it_back(text, unit, value):
    held = cell_of(text, unit)
    assert held.value == value
    back = text_of(held.value, held.format, unit if not isinstance(held.value, str) else None)
    if (meant := split_quantity(text)) is not None:
        found = split_quantity(back.strip('"'))
        assert (float(found[0]), found[1]) == (float(meant[0]), meant[1])
    if text.endswith("%"):
        assert back.strip('"') == text


@pytest.mark.parametrize("value", [datetime.datetime(2026, 1, 2), datetime.date(2026, 1, 2), datetime.time(3), "#REF!", "{a: "])
def test_what_no_model_takes_is_no_value(value):
    with pytest.raises(CellError):
        text_of(value, None, None)


def test_a_mistake_of_the_model_names_sheet_and_cell(book):
    column = column_of(book, "facilities", "existing")
    problem = refused(changed(book, "facilities", f"{column}3", "4 kt/yrr"))
    assert (problem.sheet, problem.cell) == ("facilities", f"{column}3")
    assert problem.suggestion == "did you mean `yr`?"
    assert str(problem).startswith(f"facilities!{column}3: error: facilities.mine.existing: unknown unit")


@pytest.mark.parametrize("sheet, cell, value, told", [
    ("imports", "C3", "XX", "no class"),
    ("recipes", "C3", "gold", "gold"),
    ("facilities", "A5", "mine", "given twice"),
    ("facilities", "A4", None, "without id"),
    ("facilities", "B1", "nmae", "no key `nmae`"),
    ("series", "C3", "apropriations", "no values by year"),
    ("series", "B3", "grantz", "no `grantz` in funds"),
    ("series", "E1", "soon", "no year"),
    ("series", "E3", "much", "money"),
    ("changes", "A3", "bann", "no `bann` in scenarios"),
    ("recipes", "B3", "through", "no direction"),
    ("recipes", "D3", None, "without amount"),
    ("model", "A3", "nmae", "no setting"),
    ("imports", "A9", "=1/0", "never calculated"),
    ("classes", "B3", None, "has no weight"),
])
def test_each_mistake_has_its_cell(book, sheet, cell, value, told):
    problem = refused(changed(book, sheet, cell, value))
    assert told in problem.message or told in str(problem)
    assert problem.sheet == sheet and re.fullmatch(r"[A-Z]+\d+", problem.cell)
    if value is not None:
        assert problem.cell == cell


def test_a_date_among_numbers_is_told(book):
    column = column_of(book, "facilities", "existing")
    problem = refused(changed(book, "facilities", f"{column}3", datetime.datetime(2026, 4, 1)))
    assert problem.cell == f"{column}3" and "date" in problem.message and "format the cell" in problem.suggestion


def test_a_decimal_comma_as_text_is_told_and_as_a_number_is_no_matter(book):
    column = column_of(book, "facilities", "opex")
    problem = refused(changed(book, "facilities", f"{column}3", "4,5 USD/kg"))
    assert problem.cell == f"{column}3" and "4.5" in f"{problem.suggestion} {problem.message} {problem.expected}"
    # In a number cell the comma is a matter of the language of the spreadsheet alone.
    assert read_model(changed(book, "facilities", f"{column}3", 4.5))["facilities.mine.opex"] == "4.5 USD/kg"


def test_dates_may_stand_where_dates_are_meant(book):
    with_date = changed(book, "model", "B3", "as_of")
    sheet = openpyxl.load_workbook(book)["model"]
    row = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "as_of")
    changed(with_date, "model", "B3", "Tutorial")
    changed(with_date, "model", f"B{row}", datetime.date(2026, 11, 15))
    assert "as_of: 2026-11-15" in model_document(with_date).text


def test_sheets_of_ones_own_are_passed_over_and_others_are_told(book):
    own = openpyxl.load_workbook(book)
    own.create_sheet("_scratch")["A1"] = "=NOW()"
    own.save(book)
    assert read_model(book).name == "Tutorial"
    own.create_sheet("facilitys")
    own.save(book)
    assert refused(book).suggestion == "did you mean `facilities`?"


def test_a_note_without_a_value_and_a_value_without_a_name_are_told(book):
    damaged = openpyxl.load_workbook(book)
    damaged["imports"]["Z9"] = 5
    damaged.save(book)
    assert refused(book).cell == "Z1"


def test_a_cell_far_out_is_told_at_once(book):
    problem = refused(changed(book, "imports", "B1048576", 5))
    assert problem.sheet == "imports" and problem.cell.endswith("1048576") and "delete the rows" in problem.suggestion


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"name: Tutorial\n"])
def test_what_is_no_workbook_is_told(tmp_path, content):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert "is no workbook" in refused(path).message
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a>")
    assert "is no workbook" in refused(path).message


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    text = Path("Models/tutorial.yaml").read_text().replace("name: Tutorial", 'name: "=1+1"')
    (tmp_path / "model.yaml").write_text(text)
    write_model(tmp_path / "model.yaml", tmp_path / "book.xlsx")
    assert read_model(tmp_path / "book.xlsx").name == "=1+1"


def test_the_command_does_it_all(tmp_path, capsys):
    book, yaml, results = (str(tmp_path / name) for name in ("chain.xlsx", "chain.yaml", "results.xlsx"))
    assert main(["new", book, "--template", "full"]) == 0
    assert main(["new", book]) == 2
    assert main(["check", book]) == 0
    assert main(["to-yaml", book, yaml]) == 0
    assert main(["from-yaml", yaml, str(tmp_path / "again.xlsx")]) == 0
    assert main(["results", book, results, "--relax", "--scenario", "export_ban", "--set", "funds.grants.max_share=50%"]) == 0
    assert main(["results", book, results, "--set", "targets={2027: 1%}"]) == 3
    assert main(["results", book, results, "--set", "nonsense"]) == 2
    assert main(["check", yaml + ".xlsx"]) == 1
    assert "no such file" in capsys.readouterr().err


def test_results_have_units_formats_frozen_heads_charts_and_assumptions(tmp_path, gallium):
    gallium["funds.*.max_share"] = "50%"
    plan = gallium.solve(relax=True)
    write_results(plan, tmp_path / "plan.xlsx", gallium)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    sheet = book["builds"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:2] == ["facility", "facility name"] and sheet.freeze_panes == "B3"
    value = heads.index("value") + 1
    assert sheet.cell(2, value).value == "t/yr" and sheet.cell(3, value).number_format == "#,##0"
    assert [sheet.cell(row, value).value for row in range(3, 3 + len(plan.builds))] == pytest.approx(
        plan.builds["value"].tolist(), rel=1e-15)
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        assert sum(name.startswith("xl/charts/chart") for name in archive.namelist()) == 4
    assumptions = {row[0].value: row[1].value for row in book["assumptions"].iter_rows()}
    assert assumptions["set: funds.*.max_share"] == "50%" and assumptions["money.discount"] == "2%"


def _office():
    return shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.slow
@pytest.mark.skipif(_office() is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_both_and_keeps_what_is_in_them(tmp_path, tutorial, book):
    write_results(tutorial.solve(), tmp_path / "plan.xlsx", tutorial)
    home = f"-env:UserInstallation=file://{tmp_path / 'office'}"
    for source, kind in ((tmp_path / "plan.xlsx", "pdf"), (book, "ods")):
        done = subprocess.run(
            [_office(), "--headless", home, "--convert-to", kind, "--outdir", str(tmp_path / "out"), str(source)],
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "plan.pdf").stat().st_size > 10_000
    expected = tutorial.solve().raw["plan"]
    pytest.importorskip("python_calamine", reason="python-calamine is not installed")
    assert read_model(tmp_path / "out" / "tutorial.ods").solve().raw["plan"] == expected


@pytest.mark.slow
def test_no_damage_does_more_than_raise_a_model_error(tmp_path):
    import random

    draw = random.Random(5)
    values = [None, "", "x", 7, -1.5, 1e300, True, "=A1", "#REF!", "{", "[a", "{ a: b }", "a: b", "1,5 t", "50%", "~", "é→\n", "'",
              datetime.datetime(2026, 1, 2), datetime.time(1)]
    path = tmp_path / "book.xlsx"
    for turn in range(60):
        write_model("Models/tutorial.yaml", path) if turn == 0 else None
        book = openpyxl.load_workbook(path)
        for _ in range(3):
            sheet = draw.choice(book.worksheets)
            cell = sheet.cell(draw.randint(1, 6), draw.randint(1, max(2, sheet.max_column)))
            cell.value = draw.choice(values)
        damaged = tmp_path / "damaged.xlsx"
        book.save(damaged)
        try:
            read_model(damaged).solve()
        except (ls.ModelError, ls.NoPlan) as error:
            assert str(error)


def test_a_model_made_of_parts_has_no_workbook(tmp_path):
    with pytest.raises(ls.UsageError, match="made of parts"):
        workbook_of("lodestone: 1\ninclude: [{ file: chain.yaml }]\n")
