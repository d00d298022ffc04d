"""How sheets look: heads, widths, and the lists that cells offer."""

from __future__ import annotations

from typing import Any, Iterable

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["HEAD", "UNIT", "add_note", "choices", "fit", "head_row", "ids_of"]

HEAD = Font(bold=True, color="FFFFFF")
UNIT = Font(italic=True, color="555555")
_HEAD_FILL = PatternFill("solid", fgColor="1F4E79")
_UNIT_FILL = PatternFill("solid", fgColor="E8EEF4")
_WIDEST = 46


def head_row(sheet: Worksheet, names: Iterable[str], row: int = 1) -> None:
    """Writes a row of column names, white on blue."""
    for column, name in enumerate(names, 1):
        cell = sheet.cell(row, column, name)
        cell.font, cell.fill, cell.alignment = HEAD, _HEAD_FILL, Alignment(vertical="top", wrap_text=True)


def unit_row(sheet: Worksheet, units: Iterable[str | None], row: int = 2) -> None:
    """Writes the row of units below the names."""
    for column, unit in enumerate(units, 1):
        cell = sheet.cell(row, column, unit)
        cell.font, cell.fill = UNIT, _UNIT_FILL


def add_note(cell: Any, text: str | None) -> None:
    """A note on a cell, large enough to be read."""
    if text:
        note = Comment(text, "Lodestone")
        note.width, note.height = 320, 60 + 18 * (len(text) // 45)
        cell.comment = note


def choices(sheet: Worksheet, cells: str, values: Iterable[str], strict: bool = True) -> None:
    """Offers values in a range of cells; what is not among them is refused where that is strict."""
    listed = list(values)
    if listed and len(",".join(listed)) <= 250:
        _offer(sheet, cells, '"' + ",".join(listed) + '"', strict)


def ids_of(sheet: Worksheet, cells: str, other: str, first: int, last: int) -> None:
    """Offers the ids in column A of another sheet; others are warned of, for they may be patterns."""
    _offer(sheet, cells, f"'{other}'!$A${first}:$A${last}", False)


def _offer(sheet: Worksheet, cells: str, formula: str, strict: bool) -> None:
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="stop" if strict else "warning",
                          showErrorMessage=True)
    rule.error = "This is not among what can stand here."
    sheet.add_data_validation(rule)
    rule.add(cells)


def fit(sheet: Worksheet, freeze: str, smallest: int = 9) -> None:
    """Freezes the heads and makes columns as wide as what is in them."""
    sheet.freeze_panes = freeze
    for place, column in enumerate(sheet.iter_cols(), 1):
        texts = [str(cell.value) for cell in column if cell.value is not None]
        width = max((max(map(len, text.split("\n"))) for text in texts), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width + 2, smallest), _WIDEST)
