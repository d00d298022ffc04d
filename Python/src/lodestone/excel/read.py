"""A workbook as a model file: every mistake with its sheet and cell."""

from __future__ import annotations

import datetime
import difflib
import os
import re
from pathlib import Path
from typing import Iterable

from ..document import Branch, Document, Leaf, Listing, Node, Origin, put, scalar, write
from ..errors import ModelError, Problem
from ..frames import ENTRIES, _ORDER
from ..model import Model, loads
from ..session import Session
from .cells import CellError, text_of
from .grid import Cell, Grid, read_grids
from .layout import ABOUT, CHANGES, CLASSES, COUNTRIES, RECIPES, SAMPLES, SERIES, SETTINGS, Column, Layout, Sheet, layout
from .write import FIRST

__all__ = ["model_document", "read_model"]

_YEAR = re.compile(r"^(19|20|21)\d\d$|^2200$")


def read_model(book: "str | os.PathLike[str]", session: Session | None = None) -> Model:
    """Reads a workbook as a model. Tables that it names lie in its folder.

    Raises `ModelError` whose problems have `sheet` and `cell`.
    """
    document = model_document(book)
    try:
        return loads(document.text, directory=Path(book).resolve().parent, file=Path(book).name, session=session)
    except ModelError as error:
        raise document.placed(error) from None


def model_document(book: "str | os.PathLike[str]") -> Document:
    """The model file that a workbook is, and where each place of it came from.

    Raises `ModelError` for what is no cell of a model: unknown sheets and columns, rows without id, dates among numbers.
    The model itself is not checked here.
    """
    reader = _Reader(read_grids(book), layout(), str(book))
    root = reader.root()
    if reader.problems:
        raise ModelError(reader.problems)
    return write(root, [f"Made from {Path(book).name} by lodestone-excel."])


class _Reader:
    def __init__(self, grids: "dict[str, Grid]", plan: Layout, file: str):
        self.grids, self.layout, self.file = grids, plan, file
        self.problems: list[Problem] = []

    def root(self) -> Branch:
        known = [SETTINGS, SERIES, *self.layout.sheets]
        for name in self.grids:
            if name not in known and name != ABOUT and not name.startswith("_"):
                self._wrong(Cell(name, 1, 1, name), f"`{name}` is no sheet of a model", suggestion=_nearest(name, known)
                            or "sheets of your own have names that begin with _")
        root = Branch()
        if SETTINGS not in self.grids:
            self._wrong(Cell(SETTINGS, 1, 1, None), f"there is no sheet `{SETTINGS}`",
                        suggestion="begin with `lodestone-excel new BOOK.xlsx`")
            return root
        self._settings(root)
        self._pairs(root, CLASSES, "provenance.classes")
        self._pairs(root, COUNTRIES, "provenance.countries")
        for section in ENTRIES:
            self._entries(root, section)
        self._recipes(root)
        self._listing(root, "limits", "limits")
        self._entries(root, "scenarios")
        self._changes(root)
        self._listing(root, SAMPLES, "uncertainty.sample.vary")
        self._series(root)
        return Branch({name: root.children[name] for name in (*_ORDER, *root.children) if name in root.children})

    # What is told

    def _wrong(self, cell: Cell, message: str, found: str | None = None, expected: str | None = None,
               suggestion: str | None = None) -> None:
        self.problems.append(Problem("error", message, self.file, found=found, expected=expected, suggestion=suggestion,
                                     sheet=cell.sheet, cell=cell.name))

    def _put(self, branch: Branch, path: str, node: Node, cell: Cell) -> None:
        try:
            put(branch, path, node)
        except KeyError:
            self._wrong(cell, f"{path} is given twice", suggestion="a value by year stands in `series` alone")

    # Cells

    def _leaf(self, cell: Cell, column: Column, unit: Cell | None = None) -> Leaf | None:
        """A cell as a value; None where it is empty or wrong. A note on an empty cell is left over from a value."""
        if cell.is_empty:
            return None
        origin = Origin(cell.sheet, cell.name)
        unit_text = unit.text if unit is not None and not unit.is_empty else None
        try:
            if column.key == "as_of":
                text = _date(cell)
            elif column.kind == "list":
                text = _list(cell)
            elif column.kind in ("text", "choice") and isinstance(cell.value, float) and column.key not in ("to", "by"):
                text = cell.text
            else:
                text = text_of(cell.value, cell.format, unit_text, column.words or None)
        except CellError as error:
            self._wrong(cell, str(error), error.found, error.expected, error.suggestion)
            return None
        return Leaf(text, _note(cell), origin)

    def _heads(self, grid: Grid, plan: Sheet) -> "list[tuple[int, Column]]":
        """The columns that a sheet has, by their place in a row (from 0)."""
        found: list[tuple[int, Column]] = []
        seen: set[str] = set()
        for place, cell in enumerate(grid.row(1)):
            if cell.is_empty:
                if any(place < len(row) and not row[place].is_empty for row in grid.rows(FIRST)):
                    self._wrong(cell, "values in a column without a name")
                continue
            column = plan.column(cell.text)
            if column is None:
                self._wrong(cell, f"no key `{cell.text}` in {plan.name}",
                            suggestion=_nearest(cell.text, [column.key for column in plan.columns]))
            elif cell.text in seen:
                self._wrong(cell, f"the column `{cell.text}` stands twice")
            else:
                seen.add(cell.text)
                found.append((place, column))
        return found

    def _cells(self, grid: Grid, heads: "list[tuple[int, Column]]",
               row: "list[Cell]") -> "Iterable[tuple[Column, Cell, Cell | None]]":
        """The cells of a row with their columns and, where numbers have one, the cell of the unit."""
        units = grid.row(2)
        for place, column in heads:
            if place < len(row):
                yield column, row[place], units[place] if column.units and place < len(units) else None

    # Sheets

    def _settings(self, root: Branch) -> None:
        for row in self.grids[SETTINGS].rows(2):
            key, value = row[0], row[1] if len(row) > 1 else Cell(SETTINGS, row[0].row, 2, None)
            if key.is_empty:
                if not value.is_empty:
                    self._wrong(key, "a value without a key", found=value.text)
                continue
            if not self.layout.is_setting(key.text):
                self._wrong(key, f"there is no setting `{key.text}`",
                            suggestion=_nearest(key.text, [column.key for column in self.layout.settings]))
                continue
            leaf = self._leaf(value, self.layout.setting(key.text))
            if leaf is not None:
                self._put(root, key.text, leaf, value)

    def _pairs(self, root: Branch, name: str, path: str) -> None:
        grid = self.grids.get(name)
        if grid is None:
            return
        heads = self._heads(grid, self.layout.sheets[name])
        for row in grid.rows(FIRST):
            cells = {column.key: cell for column, cell, _ in self._cells(grid, heads, row)}
            id = cells.get(self.layout.sheets[name].columns[0].key)
            if id is None or id.is_empty:
                self._wrong(row[0], "a row without a name")
                continue
            column = self.layout.sheets[name].columns[1]
            cell = cells.get(column.key)
            leaf = self._leaf(cell, column) if cell is not None else None
            if leaf is None:
                self._wrong(cell or id, f"`{id.text}` has no {column.key}")
            else:
                self._put(root, f"{path}.{id.text}", leaf, id)

    def _entries(self, root: Branch, section: str) -> None:
        grid = self.grids.get(section)
        if grid is None:
            return
        heads = self._heads(grid, self.layout.sheets[section])
        for row in grid.rows(FIRST):
            entry = Branch()
            id: Cell | None = None
            for column, cell, unit in self._cells(grid, heads, row):
                if column.key == "id":
                    id = cell
                elif (leaf := self._leaf(cell, column, unit)) is not None:
                    self._put(entry, column.key, leaf, cell)
            if id is None or id.is_empty:
                self._wrong(row[0], "a row without id")
                continue
            if "." in id.text:
                self._wrong(id, "an id with a point in it", found=id.text, expected="letters, digits and _")
                continue
            entry.origin = Origin(section, id.name)
            entry.note = _note(id)
            self._put(root, f"{section}.{id.text}", entry, id)

    def _entry(self, root: Branch, section: str, id: Cell) -> Branch | None:
        """An entry that another sheet adds to."""
        there = root.children.get(section)
        entry = there.children.get(id.text) if isinstance(there, Branch) else None
        if not isinstance(entry, Branch):
            known = list(there.children) if isinstance(there, Branch) else []
            self._wrong(id, f"there is no `{id.text}` in {section}", suggestion=_nearest(id.text, known))
            return None
        return entry

    def _recipes(self, root: Branch) -> None:
        grid = self.grids.get(RECIPES)
        if grid is None:
            return
        plan = self.layout.sheets[RECIPES]
        heads = self._heads(grid, plan)
        for row in grid.rows(FIRST):
            cells = {column.key: cell for column, cell, _ in self._cells(grid, heads, row)}
            missing = [column.key for column in plan.columns if column.key not in cells or cells[column.key].is_empty]
            if missing:
                self._wrong(cells.get(missing[0], row[0]), f"a recipe without {' and '.join(missing)}")
                continue
            direction = cells["direction"].text
            if direction not in ("in", "out"):
                self._wrong(cells["direction"], "no direction of a recipe", direction, "in or out")
                continue
            entry = self._entry(root, "facilities", cells["facility"])
            leaf = self._leaf(cells["amount"], plan.columns[3])
            if entry is not None and leaf is not None:
                leaf.key = Origin(RECIPES, cells["commodity"].name)
                self._put(entry, f"recipe.{direction}.{cells['commodity'].text}", leaf, cells["amount"])

    def _listing(self, root: Branch, name: str, path: str) -> None:
        grid = self.grids.get(name)
        if grid is None:
            return
        items = [item for _, item in self._items(grid, self.layout.sheets[name])]
        if items:
            self._put(root, path, Listing(list(items), Origin(name, "A1")), grid.row(1)[0])

    def _items(self, grid: Grid, plan: Sheet) -> "Iterable[tuple[list[Cell], Branch]]":
        heads = self._heads(grid, plan)
        for row in grid.rows(FIRST):
            item = Branch(origin=Origin(grid.name, row[0].name))
            for column, cell, unit in self._cells(grid, heads, row):
                leaf = None if column.key == "scenario" else self._leaf(cell, column, unit)
                if leaf is not None:
                    self._put(item, column.key, leaf, cell)
            yield row, item

    def _changes(self, root: Branch) -> None:
        grid = self.grids.get(CHANGES)
        if grid is None:
            return
        place = next((place for place, cell in enumerate(grid.row(1)) if cell.text == "scenario"), None)
        lists: dict[str, Listing] = {}
        for row, item in self._items(grid, self.layout.sheets[CHANGES]):
            id = row[place] if place is not None and place < len(row) else row[0]
            if place is None or id.is_empty:
                self._wrong(id, "a change without a scenario")
                continue
            entry = self._entry(root, "scenarios", id)
            if entry is not None:
                if id.text not in lists:
                    lists[id.text] = Listing(origin=Origin(CHANGES, id.name))
                    self._put(entry, "changes", lists[id.text], id)
                lists[id.text].items.append(item)

    def _series(self, root: Branch) -> None:
        grid = self.grids.get(SERIES)
        if grid is None:
            return
        heads = {cell.text: place for place, cell in enumerate(grid.row(1)) if not cell.is_empty}
        years = [(name, place) for name, place in heads.items() if _YEAR.match(name)]
        for name, place in heads.items():
            if name not in ("section", "id", "key", "unit") and not _YEAR.match(name):
                self._wrong(grid.row(1)[place], f"`{name}` is no year", expected="section, id, key, unit and years")
        if missing := [name for name in ("section", "id", "key") if name not in heads]:
            self._wrong(Cell(SERIES, 1, 1, None), f"there is no column {' and '.join(missing)}")
            return
        for row in grid.rows(FIRST):
            named = {name: row[heads[name]] for name in ("section", "id", "key")}
            empty = [name for name, cell in named.items() if cell.is_empty]
            if empty:
                self._wrong(named[empty[0]], f"a series without {' and '.join(empty)}")
                continue
            section, key = named["section"].text, named["key"].text
            plan = self.layout.sheets.get(section)
            column = plan.column(key) if plan is not None else None
            if plan is None or column is None or not column.is_series:
                known = [found.key for found in plan.columns if found.is_series] if plan is not None else list(ENTRIES)
                self._wrong(named["key" if plan is not None else "section"], f"no values by year for `{section}.*.{key}`",
                            suggestion=_nearest(key if plan is not None else section, known))
                continue
            entry = self._entry(root, section, named["id"])
            unit = row[heads["unit"]] if "unit" in heads else None
            values = Branch(origin=Origin(SERIES, named["key"].name))
            for year, place in sorted(years):
                if place < len(row) and (leaf := self._leaf(row[place], Column(key, "quantity"), unit)) is not None:
                    values.children[year] = leaf
            if not values.children:
                self._wrong(named["key"], "a series without values")
            elif entry is not None:
                self._put(entry, key, values, named["key"])


def _note(cell: Cell) -> str | None:
    """The note of a cell as a comment of one line."""
    if not cell.note:
        return None
    # Excel begins a note with the name of who wrote it, on a line of its own.
    words = re.sub(r"\A[^\n]{1,40}:\n", "", cell.note)
    return " ".join(words.split()) or None


def _date(cell: Cell) -> str:
    if isinstance(cell.value, (datetime.datetime, datetime.date)):
        return cell.value.strftime("%Y-%m-%d")
    return text_of(cell.value, cell.format, None, "a date")


def _list(cell: Cell) -> str:
    if not isinstance(cell.value, str):
        return f"[{text_of(cell.value, cell.format, None)}]"
    text = cell.value.strip()
    if text[:1] in "[{":
        return text_of(text, None, None)
    # As in tables of a model: commas separate only where they cannot be decimal commas.
    parts = text.split(";") if ";" in text or re.search(r"\d,\d", text) else text.split(",")
    return "[" + ", ".join(scalar(part.strip()) for part in parts if part.strip()) + "]"


def _nearest(name: str, known: "list[str]") -> str | None:
    found = difflib.get_close_matches(name, known, 1)
    return f"did you mean `{found[0]}`?" if found else None
