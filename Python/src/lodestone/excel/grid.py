"""The cells of a workbook, read by openpyxl, or by calamine where the file is of another kind."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from ..errors import LodestoneError, ModelError, Problem

__all__ = ["Cell", "Grid", "read_grids"]

#: Larger sheets are refused: a cell far out would make millions of empty ones.
MOST_ROWS, MOST_COLUMNS = 50_000, 1_000


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; `note` is its comment."""

    sheet: str
    row: int
    column: int
    value: Any
    format: str | None = None
    note: str | None = None

    @property
    def name(self) -> str:
        """Such as `B7`."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there, or spaces alone."""
        return self.value is None or isinstance(self.value, str) and not self.value.strip()

    @property
    def text(self) -> str:
        """A name or id: numbers without a fraction they do not have."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return "" if self.value is None else str(self.value).strip()


class Grid:
    """A sheet."""

    def __init__(self, name: str, rows: list[list[Cell]]):
        self.name, self._rows = name, rows

    def rows(self, first: int) -> Iterator[list[Cell]]:
        """The rows from one on (from 1) in which something stands."""
        for row in self._rows[first - 1:]:
            if any(not cell.is_empty for cell in row):
                yield row

    def row(self, number: int) -> list[Cell]:
        """One row; empty where the sheet is shorter."""
        return self._rows[number - 1] if number <= len(self._rows) else []


def read_grids(path: "str | os.PathLike[str]") -> dict[str, Grid]:
    """The sheets of a workbook by name.

    Raises `ModelError` for a file that is none, and for formulas that were never calculated.
    """
    book = Path(path)
    if not book.is_file():
        raise ModelError([Problem("error", "cannot be opened: there is no such file", str(book))])
    if book.suffix.lower() in (".xls", ".xlsb", ".ods"):
        return _calamine(book)
    try:
        values = load_workbook(book, data_only=True)
        formulas = load_workbook(book)
    except (InvalidFileException, OSError, KeyError, ValueError, SyntaxError) as error:
        raise ModelError([Problem("error", f"is no workbook: {error}", str(book),
                                  expected="a file of Excel (.xlsx, .xlsm)")]) from None
    except Exception as error:  # zip and XML have exceptions of their own
        raise ModelError([Problem("error", f"is no workbook: {type(error).__name__}", str(book),
                                  expected="a file of Excel (.xlsx, .xlsm)")]) from None
    problems: list[Problem] = []
    grids = {}
    for sheet in values.worksheets:
        if (far := _too_far(book, sheet.title, sheet.max_row, sheet.max_column)) is not None:
            problems.append(far)
            continue
        rows = []
        for number, (row, raw) in enumerate(zip(sheet.iter_rows(), formulas[sheet.title].iter_rows()), 1):
            cells: list[Cell] = []
            for place, (cell, source) in enumerate(zip(row, raw), 1):
                note = cell.comment.text if cell.comment is not None else None
                cells.append(Cell(sheet.title, number, place, cell.value, cell.number_format, note))
                if source.data_type == "f" and cell.value is None:
                    problems.append(Problem(
                        "error", "a formula that was never calculated", str(book), sheet=sheet.title, cell=cells[-1].name,
                        found=str(source.value), suggestion="open the workbook in a spreadsheet program and save it"))
            rows.append(cells)
        grids[sheet.title] = Grid(sheet.title, rows)
    problems = [problem for problem in problems if not (problem.sheet or "").startswith("_")]
    if problems:
        raise ModelError(problems)
    return grids


def _too_far(book: Path, name: str, rows: int, columns: int) -> Problem | None:
    """What is said of a sheet in which something stands so far out that nobody meant it."""
    if rows <= MOST_ROWS and columns <= MOST_COLUMNS:
        return None
    return Problem(
        "error", f"something stands in row {rows}, column {get_column_letter(columns)}", str(book), sheet=name,
        cell=f"{get_column_letter(columns)}{rows}", expected=f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns",
        suggestion="delete the rows and columns behind the last entry")


def _calamine(book: Path) -> dict[str, Grid]:
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise LodestoneError(f"{book.name}: python-calamine must be installed for files that are not .xlsx") from None
    try:
        opened = CalamineWorkbook.from_path(str(book))
        names = opened.sheet_names
    except Exception as error:  # calamine's own kinds of error differ between its versions
        raise ModelError([Problem("error", f"is no workbook: {error}", str(book))]) from None
    grids = {}
    for name in names:
        sheet = opened.get_sheet_by_name(name)
        if (far := _too_far(book, name, sheet.total_height, sheet.total_width)) is not None:
            raise ModelError([far])
        rows = [[Cell(name, row, column, _plain(value)) for column, value in enumerate(values, 1)]
                for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1)]
        grids[name] = Grid(name, rows)
    return grids


def _plain(value: Any) -> Any:
    """Calamine has no whole numbers, and empty text for nothing."""
    if value == "" and isinstance(value, str):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
