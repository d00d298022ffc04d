"""A model file as a workbook."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import Any, Iterable

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ..errors import UsageError
from ..model import read
from ..output import check_place
from .cells import cell_of, unit_of
from .layout import (
    ABOUT, CHANGES, CLASSES, COUNTRIES, RECIPES, SAMPLES, SERIES, SETTINGS, Column, Layout, Sheet, layout)
from .source import Entry, Items, Tree, Word, flow, notes_of, parse
from .style import add_note, choices, fit, head_row, ids_of, unit_row

__all__ = ["FIRST", "write_model", "workbook_of"]

#: The first row of entries: names stand above them, and units between.
FIRST = 3
#: Rows that lists of choices reach, beyond those that are filled.
_ROOM = 500
_YEAR = re.compile(r"^(19|20|21|22)\d\d$")
_WORDS = """\
A Lodestone model as a workbook. Each sheet is a section; each row from the third on is an entry.
Row 2 holds the unit of the numbers below it. A cell with text may have a unit of its own, such as 800 t/yr.
Values by year stand in the sheet `series`, recipes in `recipes`, what scenarios change in `changes`.
Several values in a cell are separated by semicolons. An empty cell is a key that is not given.
A note on a cell says where its number comes from; it becomes the comment of its line in the model file.
Sheets whose names begin with _ are your own and are not read.

lodestone-excel check BOOK.xlsx              every mistake with its sheet and cell
lodestone-excel to-yaml BOOK.xlsx MODEL.yaml
lodestone-excel results BOOK.xlsx OUT.xlsx   solves it and writes a workbook of results"""


def write_model(model: "str | os.PathLike[str]", book: "str | os.PathLike[str]") -> None:
    """Writes a model file as a workbook. Comments at the ends of lines become notes; lines that are comments alone stay
    behind.

    Raises `ModelError` where the file is wrong, `UsageError` where the workbook would replace it or is not called `.xlsx`.
    """
    check_place(book, [model], [".xlsx"])
    read(model)
    save(workbook_of(Path(model).read_text(encoding="utf-8-sig")), book)


def save(book: Workbook, path: "str | os.PathLike[str]") -> None:
    """Writes a workbook whole: nobody sees half of it."""
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        book.save(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def workbook_of(text: str) -> Workbook:
    """The workbook of a model file's text. A model that is made of several files has no workbook."""
    tree = parse(text)
    if "include" in tree.children:
        raise UsageError(
            "the model is made of parts (`include`), and a workbook holds one file\n"
            "  help: `lodestone show MODEL > whole.yaml` writes the model that comes of them, without its scenarios")
    return _Writer(tree, layout()).book


class _Writer:
    def __init__(self, tree: Entry, plan: Layout):
        self.tree, self.layout = tree, plan
        self.book = Workbook()
        self.series: list[tuple[str, str, str, Entry]] = []
        self.currency = self._currency()
        about = self.book.active
        assert isinstance(about, Worksheet)
        about.title = ABOUT
        for row, line in enumerate(_WORDS.split("\n"), 1):
            about.cell(row, 1, line)
        about.column_dimensions["A"].width = 110
        self._settings()
        self._classes()
        for section in ("commodities", "facilities"):
            self._entries(section)
        self._recipes()
        for section in ("imports", "demand", "stockpiles", "returns", "funds"):
            self._entries(section)
        limits = tree.children.get("limits")
        self._listing("limits", [(item, None) for item in limits.items] if isinstance(limits, Items) else [])
        self._scenarios()
        self._samples()
        self._series()

    def _currency(self) -> str:
        money = self.tree.children.get("money")
        found = money.children.get("currency") if isinstance(money, Entry) else None
        return found.text if isinstance(found, Word) else "USD"

    def _sheet(self, name: str) -> Worksheet:
        return self.book.create_sheet(name)

    # Settings

    def _settings(self) -> None:
        sheet = self._sheet(SETTINGS)
        head_row(sheet, ("key", "value", "what it is"))
        row = 2
        for key, tree in self._flat_settings():
            column = self.layout.setting(key)
            sheet.cell(row, 1, key)
            self._fill(sheet.cell(row, 2), tree, column, None)
            sheet.cell(row, 3, column.words)
            if column.kind == "choice":
                choices(sheet, f"B{row}", column.choices)
            row += 1
        for column in self.layout.settings:
            if column.kind != "map" and not column.is_series and not self._has_setting(column.key):
                sheet.cell(row, 1, column.key)
                sheet.cell(row, 3, column.words)
                if column.kind == "choice":
                    choices(sheet, f"B{row}", column.choices)
                row += 1
        fit(sheet, "B2")
        sheet.column_dimensions["C"].width = 70

    def _flat_settings(self) -> Iterable[tuple[str, Tree]]:
        elsewhere = {"commodities", "facilities", "imports", "demand", "stockpiles", "returns", "funds", "limits", "scenarios"}
        kept = {"provenance.classes", "provenance.countries", "uncertainty.sample.vary"}

        def visit(key: str, tree: Tree) -> Iterable[tuple[str, Tree]]:
            if key in kept:
                return
            if isinstance(tree, Entry) and tree.children and not any("." in name for name in tree.children):
                for name, child in tree.children.items():
                    yield from visit(f"{key}.{name}" if key else name, child)
            else:
                yield key, tree

        for name, child in self.tree.children.items():
            if name not in elsewhere:
                yield from visit(name, child)

    def _has_setting(self, key: str) -> bool:
        here: Tree | None = self.tree
        for part in key.split("."):
            here = here.children.get(part) if isinstance(here, Entry) else None
        return here is not None

    def _classes(self) -> None:
        provenance = self.tree.children.get("provenance")
        assert isinstance(provenance, Entry)
        for name, key in ((CLASSES, "classes"), (COUNTRIES, "countries")):
            plan = self.layout.sheets[name]
            found = provenance.children.get(key)
            sheet = self._sheet(name)
            self._heads(sheet, plan, [None, None])
            rows = found.children.items() if isinstance(found, Entry) else ()
            for row, (id, tree) in enumerate(rows, FIRST):
                sheet.cell(row, 1, id)
                self._fill(sheet.cell(row, 2), tree, plan.columns[1], None)
            self._offers(sheet, plan, 2)
            fit(sheet, f"B{FIRST}")

    # Sections

    def _entries(self, section: str) -> None:
        found = self.tree.children.get(section)
        entries = list(found.children.items()) if isinstance(found, Entry) else []
        self._table(section, self.layout.sheets[section], [(id, entry) for id, entry in entries])

    def _table(self, name: str, plan: Sheet, entries: "list[tuple[str, Tree]]") -> None:
        rows = []
        for id, entry in entries:
            cells = dict(_leaves(entry, plan))
            for key in [key for key, tree in cells.items() if _is_series(tree)]:
                column = plan.column(key)
                if column is not None and column.is_series:
                    years = cells.pop(key)
                    assert isinstance(years, Entry)
                    self.series.append((name, id, key, years))
            rows.append((id, entry, {key: tree for key, tree in cells.items() if not key.startswith("recipe.")
                                     or key == "recipe.main"}))
        keys = [column.key for column in plan.columns]
        keys += [key for key in dict.fromkeys(key for _, _, cells in rows for key in cells) if key not in keys]
        columns = [plan.column(key) or Column(key) for key in keys]
        units = [unit_of([tree.text for _, _, cells in rows if isinstance(tree := cells.get(column.key), Word)])
                 or (column.units[0].replace("CUR", self.currency) if column.units else None) if column.units else None
                 for column in columns]
        sheet = self._sheet(name)
        self._heads(sheet, Sheet(name, tuple(columns)), units)
        for row, (id, entry, cells) in enumerate(rows, FIRST):
            if columns[0].key == "id":
                cell = sheet.cell(row, 1, id)
                add_note(cell, entry.note if isinstance(entry, Entry) and not _inner_has(entry, entry.note) else None)
            for place, (column, unit) in enumerate(zip(columns, units), 1):
                if column.key in cells:
                    self._fill(sheet.cell(row, place), cells[column.key], column, unit)
        self._offers(sheet, Sheet(name, tuple(columns)), len(rows))
        fit(sheet, f"B{FIRST}")

    def _recipes(self) -> None:
        sheet = self._sheet(RECIPES)
        plan = self.layout.sheets[RECIPES]
        self._heads(sheet, plan, [None] * 4)
        row = FIRST
        facilities = self.tree.children.get("facilities")
        for id, facility in facilities.children.items() if isinstance(facilities, Entry) else ():
            recipe = facility.children.get("recipe") if isinstance(facility, Entry) else None
            for direction in ("in", "out"):
                amounts = recipe.children.get(direction) if isinstance(recipe, Entry) else None
                for commodity, amount in amounts.children.items() if isinstance(amounts, Entry) else ():
                    for place, text in enumerate((id, direction, commodity), 1):
                        sheet.cell(row, place, text)
                    self._fill(sheet.cell(row, 4), amount, plan.columns[3], None)
                    row += 1
        self._offers(sheet, plan, row)
        fit(sheet, f"A{FIRST}")

    def _listing(self, name: str, items: "list[tuple[Tree, str | None]]") -> None:
        plan = self.layout.sheets[name]
        rows = []
        for item, scenario in items:
            cells = dict(_leaves(item, plan))
            if scenario is not None:
                cells = {"scenario": Word(scenario), **cells}
            rows.append(cells)
        keys = [column.key for column in plan.columns]
        keys += [key for key in dict.fromkeys(key for cells in rows for key in cells) if key not in keys]
        columns = [plan.column(key) or Column(key, "map") for key in keys]
        sheet = self._sheet(name)
        self._heads(sheet, Sheet(name, tuple(columns)), [None] * len(columns))
        for row, cells in enumerate(rows, FIRST):
            for place, column in enumerate(columns, 1):
                if column.key in cells:
                    self._fill(sheet.cell(row, place), cells[column.key], column, None)
        self._offers(sheet, Sheet(name, tuple(columns)), len(rows))
        fit(sheet, f"B{FIRST}")

    def _scenarios(self) -> None:
        found = self.tree.children.get("scenarios")
        scenarios = found.children.items() if isinstance(found, Entry) else ()
        plan = self.layout.sheets["scenarios"]
        changes: list[tuple[Tree, str | None]] = []
        entries: list[tuple[str, Tree]] = []
        for id, entry in scenarios:
            if not isinstance(entry, Entry):
                continue
            rest = {key: child for key, child in entry.children.items() if key != "changes"}
            listed = entry.children.get("changes")
            changes += [(item, id) for item in listed.items] if isinstance(listed, Items) else []
            entries.append((id, Entry(rest, entry.note)))
        self._table("scenarios", plan, entries)
        self._listing(CHANGES, changes)

    def _samples(self) -> None:
        here: Tree | None = self.tree
        for part in ("uncertainty", "sample", "vary"):
            here = here.children.get(part) if isinstance(here, Entry) else None
        self._listing(SAMPLES, [(item, None) for item in here.items] if isinstance(here, Items) else [])

    def _series(self) -> None:
        years = sorted({int(year) for *_, entry in self.series for year in entry.children})
        sheet = self._sheet(SERIES)
        head_row(sheet, ["section", "id", "key", "unit", *map(str, years)])
        for place, year in enumerate(years, 5):
            sheet.cell(1, place).value = year
        unit_row(sheet, (None,) * (4 + len(years)))
        for row, (section, id, key, entry) in enumerate(self.series, FIRST):
            unit = unit_of([tree.text for tree in entry.children.values() if isinstance(tree, Word)])
            for place, text in enumerate((section, id, key, unit), 1):
                sheet.cell(row, place, text)
            for place, year in enumerate(years, 5):
                if (tree := entry.children.get(str(year))) is not None:
                    self._fill(sheet.cell(row, place), tree, Column(key, "quantity"), unit)
        sections = [name for name, plan in self.layout.sheets.items() if any(column.is_series for column in plan.columns)]
        choices(sheet, f"A{FIRST}:A{FIRST + _ROOM}", sections)
        fit(sheet, f"E{FIRST}")

    # Cells

    def _fill(self, cell: Any, tree: Tree, column: Column, unit: str | None) -> None:
        if isinstance(tree, Items) and all(isinstance(item, Word) for item in tree.items) and column.kind == "list":
            texts = [item.text for item in tree.items if isinstance(item, Word)]
            cell.value = flow(tree) if not texts or any(re.search("[;,]", text) for text in texts) else "; ".join(texts)
        elif not isinstance(tree, Word):
            cell.value = flow(tree)
        elif column.key == "as_of":
            cell.value, cell.number_format = datetime.date.fromisoformat(tree.text), "yyyy-mm-dd"
        elif column.kind == "list":
            cell.value = tree.text
        else:
            held = cell_of(tree.text, unit, column.kind == "text" and (tree.is_quoted or column.key not in ("to", "by")))
            cell.value = held.value
            if held.format is not None:
                cell.number_format = held.format
        if isinstance(cell.value, str):
            # Text that begins with = or looks like an error would be taken for a formula.
            cell.data_type = "s"
        add_note(cell, "; ".join(notes_of(tree)))

    def _heads(self, sheet: Worksheet, plan: Sheet, units: "list[str | None]") -> None:
        head_row(sheet, [column.key for column in plan.columns])
        unit_row(sheet, units)
        for place, column in enumerate(plan.columns, 1):
            add_note(sheet.cell(1, place), column.words)
            if column.units:
                letter = sheet.cell(2, place).coordinate
                choices(sheet, letter, [unit.replace("CUR", self.currency) for unit in column.units], strict=False)

    def _offers(self, sheet: Worksheet, plan: Sheet, count: int) -> None:
        """The lists that the cells of each column offer."""
        last = FIRST + count + _ROOM
        for place, column in enumerate(plan.columns, 1):
            letter = get_column_letter(place)
            cells = f"{letter}{FIRST}:{letter}{last}"
            if column.kind == "choice":
                choices(sheet, cells, column.choices)
            elif column.kind == "flag":
                choices(sheet, cells, ("TRUE", "FALSE"))
            elif column.reference is not None and column.reference != plan.name:
                ids_of(sheet, cells, column.reference, FIRST, last)


def _leaves(entry: Tree, plan: Sheet, before: str = "") -> Iterable[tuple[str, Tree]]:
    """The cells of an entry: what the sheet has a column for, and maps under it taken apart as far as it has."""
    if not isinstance(entry, Entry):
        return
    for name, child in entry.children.items():
        key = before + name
        if isinstance(child, Entry) and key in plan.branches and child.children:
            yield from _leaves(child, plan, key + ".")
        else:
            yield key, child


def _is_series(tree: Tree) -> bool:
    return isinstance(tree, Entry) and bool(tree.children) and all(
        _YEAR.match(year) and isinstance(child, Word) for year, child in tree.children.items())


def _inner_has(entry: Entry, note: str | None) -> bool:
    """Whether a note of an entry's line is that of something in it, on the same line."""
    return note is not None and any(note in notes_of(child) for child in entry.children.values())
