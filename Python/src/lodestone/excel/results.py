"""A plan as a workbook that can be sent on: figures with units, assumptions, charts that Excel draws itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..model import setting
from ..output import check_place
from ..tables import COLUMNS, DIMENSIONS
from .style import fit, head_row, unit_row
from .write import save

if TYPE_CHECKING:
    from ..model import Model
    from ..plan import Plan

__all__ = ["write_results"]

_TITLE = Font(bold=True, size=14)
_COLORS = ("1F4E79", "2E8B57", "C0504D", "E3A21A", "6A51A3", "17A2B8", "8C564B")
_UNMET = "7F7F7F"
_WORDS = {
    "builds": "Capacity awarded", "awards": "Grants and loans", "support": "Price support", "refunds": "Support paid back",
    "private": "Private money", "purchases": "Purchases for stockpiles", "price_floors": "Prices that just keep plants running",
    "flows": "What goes into and out of each facility", "imports": "Imports", "stock": "Stockpiles",
    "returns": "Material that comes back", "demand": "Who is served from where", "accounts": "Accounts of programmes by year",
    "programmes": "Programmes over the whole horizon", "facility_accounts": "Accounts of facilities by year",
    "reliance_by_commodity": "Net import reliance by commodity", "reliance_by_stage": "Net import reliance by stage",
    "dependency": "Dependency index by year", "class_shares": "Share of demand by provenance",
}
_SUMMARY, _ASSUMPTIONS = "summary", "assumptions"
#: What the first rows of the summary are called.
_HEADS = ["status", "verified by recomputation"]
#: Tables that are summed by year, and by what.
_SUMS = (("awards", "fund"), ("builds", "stage"))
_SHEETS = {_SUMMARY, _ASSUMPTIONS, *(f"{table} by {key}" for table, key in _SUMS), *COLUMNS}


def write_results(plan: Plan, path: "str | os.PathLike[str]", model: Model | None = None) -> None:
    """Writes a plan as a workbook. With its model, names stand beside ids and the assumptions are listed.

    The cells hold sixteen digits, which is what such files can; formats show fewer. Raises `UsageError` where the file
    would replace the model's or is not called `.xlsx`.
    """
    read_from = model._source.origin if model is not None else None
    check_place(path, [read_from] if read_from is not None else [], [".xlsx"])
    save(results_workbook(plan, model), path)


def is_results(path: Path) -> bool:
    """Whether a file is a workbook of results as it is written here, without sheets that somebody has added."""
    try:
        book = load_workbook(path, read_only=True)
    except Exception:  # openpyxl raises anything for what is no workbook
        return False
    try:
        heads = [book.worksheets[0][cell].value for cell in ("A3", "A4")] if book.worksheets else []
        return book.sheetnames[0] == _SUMMARY and heads == _HEADS and set(book.sheetnames) <= _SHEETS
    finally:
        book.close()


def results_workbook(plan: Plan, model: Model | None = None) -> Workbook:
    """The workbook of a plan, not yet written."""
    book = Workbook()
    summary = book.active
    assert isinstance(summary, Worksheet)
    summary.title = _SUMMARY
    names = _names(model) if model is not None else {}
    _summary(summary, plan)
    for summed, key in _SUMS:
        _by_year(book, plan, summed, key, names if key == "fund" else {})
    _assumptions(book, plan, model)
    for name in plan.table_names:
        table = plan.table(name)
        if len(table):
            _table(book, name, table, plan.units(name), names)
    for sheet in book.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return book


def _names(model: Model) -> dict[str, dict[str, str]]:
    """The names of entries, by what they are and id."""
    found: dict[str, dict[str, str]] = {}
    for dimension, section in (("facility", "facilities"), ("fund", "funds"), ("commodity", "commodities")):
        try:
            told = model[f"{section}.*.name"]
        except Exception:  # a section none of whose entries has a name
            told = {}
        found[dimension] = {path.split(".")[1]: str(name) for path, name in told.items()}
    return found


def format_of(unit: str | None) -> str:
    """How a figure of a unit is shown.

    >>> format_of("share"), format_of("t/yr"), format_of("million USD")
    ('0.0%', '#,##0', '#,##0.0')
    """
    if unit == "share":
        return "0.0%"
    return "#,##0.0" if unit and unit.startswith("million") else "#,##0"


# The sheets

def _summary(sheet: Worksheet, plan: Plan) -> None:
    sheet["A1"], sheet["A1"].font = str(plan.raw.get("model", "")), _TITLE
    rows: list[tuple[str, Any, str | None]] = [
        (_HEADS[0], plan.status, None),
        (_HEADS[1], "yes" if plan.is_verified else "no", None),
        ("scenarios", ", ".join(plan.raw.get("scenarios", [])) or "the model as it is", None),
        ("budget scale", plan.raw.get("budget_scale"), "0.00")]
    for name, value in plan.objectives.items():
        is_money = name.endswith("cost")
        rows.append((f"{name.replace('_', ' ')}, {_money(plan) if is_money else 'share'}", value,
                     "#,##0.0" if is_money else "0.00%"))
    for row, (words, value, shown) in enumerate(rows, 3):
        sheet.cell(row, 1, words)
        cell = sheet.cell(row, 2, value)
        if shown:
            cell.number_format = shown
    shares = plan.class_shares
    if "outcome" in shares.columns or not len(shares):
        sheet.column_dimensions["A"].width = 34
        return
    first = len(rows) + 5
    wide = shares.pivot(index="year", columns="class", values="value")[list(dict.fromkeys(shares["class"]))]
    dependency = plan.dependency_by_year.set_index("year")["value"]
    head_row(sheet, ("year", "dependency index", *wide.columns), first)
    for row, (year, values) in enumerate(wide.iterrows(), first + 1):
        cells = (year, dependency.get(year), *values)
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(row, column, None if value is None or value != value else _plain(value))
            if column > 1:
                cell.number_format = "0.0%"
    last = first + len(wide)
    line = LineChart()
    line.title, line.height, line.width = "Dependency index", 7.5, 16
    _lay(line, sheet, first, last, range(2, 3))
    line.series[0].smooth = False  # a curve would rise above what any year has
    line.series[0].graphicalProperties.line.solidFill = _COLORS[0]
    sheet.add_chart(line, "H2")
    bars = BarChart()
    bars.title, bars.height, bars.width, bars.grouping, bars.overlap = "Share of demand by provenance", 7.5, 16, "stacked", 100
    _lay(bars, sheet, first, last, range(3, 3 + len(wide.columns)))
    for place, series in enumerate(bars.series):
        series.graphicalProperties.solidFill = _UNMET if wide.columns[place] == "unmet" else _COLORS[place % len(_COLORS)]
    sheet.add_chart(bars, "H18")
    sheet.column_dimensions["A"].width = 34
    for column in range(2, 4 + len(wide.columns)):
        sheet.column_dimensions[get_column_letter(column)].width = 18


def _by_year(book: Workbook, plan: Plan, name: str, key: str, names: Mapping[str, Mapping[str, str]]) -> None:
    """Sums by year as a table with a chart beside it."""
    table = plan.table(name)
    if not len(table) or "outcome" in table.columns:
        return
    wide = table.pivot_table(index="year", columns=key, values="value", aggfunc="sum", fill_value=0.0, sort=True)
    sheet = book.create_sheet(f"{name} by {key}")
    labels = [names.get(key, {}).get(str(column), str(column)) for column in wide.columns]
    unit = plan.units(name).get("value")
    head_row(sheet, ("year", *labels))
    unit_row(sheet, (None, *(unit for _ in labels)))
    for row, (year, values) in enumerate(wide.iterrows(), 3):
        sheet.cell(row, 1, _plain(year))
        for column, value in enumerate(values, 2):
            sheet.cell(row, column, _plain(value)).number_format = format_of(unit)
    fit(sheet, "B3")
    chart = BarChart()
    chart.title, chart.height, chart.width = f"{_WORDS[name]} by {key}, {unit}", 10, 24
    chart.grouping, chart.overlap = "stacked", 100
    for column in range(2, 2 + len(labels)):
        # The row of units stands between the name of a series and its values.
        values_of = Reference(sheet, min_col=column, min_row=3, max_row=2 + len(wide))
        chart.add_data(values_of, titles_from_data=False)

        chart.series[-1].graphicalProperties.solidFill = _COLORS[(column - 2) % len(_COLORS)]
        chart.series[-1].tx = SeriesLabel(strRef=StrRef(f"'{sheet.title}'!${get_column_letter(column)}$1"))
    chart.set_categories(Reference(sheet, min_col=1, min_row=3, max_row=2 + len(wide)))
    _show_axes(chart)
    sheet.add_chart(chart, f"A{5 + len(wide)}")


def _assumptions(book: Workbook, plan: Plan, model: Model | None) -> None:
    sheet = book.create_sheet(_ASSUMPTIONS)
    head_row(sheet, ("what", "value"))
    rows: list[tuple[str, Any]] = [
        ("model", plan.raw.get("model")), ("scenarios", ", ".join(plan.raw.get("scenarios", [])) or "none"),
        ("budget scale", plan.raw.get("budget_scale")), ("risk", plan.raw.get("risk") or "none: one outcome")]
    if model is not None:
        rows.append(("file", model.path or "made from tables"))
        rows += [(f"set: {path}", setting(value)) for path, value in model.changes.items()]
        for section in ("horizon", "money", "objective", "provenance.classes", "provenance.unmet", "targets"):
            try:
                rows += _flat(section, model[section])
            except Exception:  # the model leaves it out
                continue
    verification = plan.raw.get("verification") or {}
    rows += [(f"verification: {name.replace('_', ' ')}", value) for name, value in verification.items()]
    for row, (words, value) in enumerate(rows, 2):
        sheet.cell(row, 1, words)
        sheet.cell(row, 2, value if isinstance(value, (int, float, str, bool)) or value is None else str(value))
    fit(sheet, "A2")


def _flat(path: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [row for name, item in value.items() for row in _flat(f"{path}.{name}", item)]
    if isinstance(value, list):
        return [(path, ", ".join(map(str, value)))]
    return [(path, value)]


def _table(book: Workbook, name: str, table: pd.DataFrame, units: Mapping[str, str],
           names: Mapping[str, Mapping[str, str]]) -> None:
    sheet = book.create_sheet(name)
    heads: list[str] = []
    columns: list[tuple[list[Any], str | None]] = []
    for column in table.columns:
        values = table[column].tolist()
        heads.append(str(column))
        columns.append((values, units.get(column)))
        if names.get(column):
            heads.append(f"{column} name")
            columns.append(([names[column].get(str(value)) for value in values], None))
    head_row(sheet, heads)
    unit_row(sheet, [unit for _, unit in columns])
    for place, (values, unit) in enumerate(columns, 1):
        is_figure = heads[place - 1] not in DIMENSIONS and "year" not in heads[place - 1]
        for row, value in enumerate(values, 3):
            held = _plain(value)
            if held is None:
                continue
            cell = sheet.cell(row, place, held)
            if isinstance(held, float) and is_figure:
                cell.number_format = format_of(unit)
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(heads))}{len(table) + 2}"
    sheet.sheet_properties.tabColor = "1F4E79" if name in ("builds", "awards", "dependency") else None
    fit(sheet, "B3")


# Charts

def _lay(chart: Any, sheet: Worksheet, first: int, last: int, columns: range) -> None:
    for column in columns:
        chart.add_data(Reference(sheet, min_col=column, min_row=first, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=last))
    chart.y_axis.number_format = "0%"
    _show_axes(chart)


def _show_axes(chart: Any) -> None:
    # Without this newer versions of Excel leave the axes away.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend.position = "b"


def _money(plan: Plan) -> str:
    return next((unit for units in (plan.raw.get("units") or {}).values() for unit in units.values()
                 if unit.startswith("million")), "millions")


def _plain(value: Any) -> Any:
    """A value of a frame as a cell takes it; None for nothing."""
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if hasattr(value, "item") else value
