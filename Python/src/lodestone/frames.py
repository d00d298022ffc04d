"""Models from tables: a frame a section, a row an entry, read by the program's own reader.

>>> import pandas as pd
>>> import lodestone as ls
>>> facilities = pd.DataFrame({
...     "id": ["works"], "stage": ["magnet"], "country": ["US"], "recipe.out.magnet": [1], "opex": ["30 USD/kg"],
...     "expansion.max": [2000.0], "expansion.capex": ["50 kUSD/(t/yr)"], "expansion.construction": ["1 year"]})
>>> facilities.attrs["units"] = {"expansion.max": "t/yr"}
>>> model = ls.Model.from_frames(
...     {"commodities": pd.DataFrame({"id": ["magnet"], "stage": ["magnet"], "price": ["80 USD/kg"]}),
...      "facilities": facilities,
...      "imports": pd.DataFrame({"id": ["cn"], "commodity": ["magnet"], "country": ["CN"]}),
...      "demand": pd.DataFrame({"id": ["industry"], "commodity": ["magnet"], "quantity": [{2026: "1 kt/yr"}]}),
...      "funds": pd.DataFrame({"id": ["grants"], "instruments": [["grant"]], "appropriations": [{2026: "30 MUSD"}]})},
...     {"name": "Made of frames", "horizon": {"start": 2026, "end": 2029},
...      "provenance": {"classes": {"domestic": 0, "foreign": 1}, "countries": {"US": "domestic", "CN": "foreign"}}})
>>> model.solve().builds[["facility", "value"]].round(1).to_dict("records")
[{'facility': 'works', 'value': 600.0}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from .document import Branch, Document, Leaf, Listing, Node, Origin, put, scalar, write
from .errors import ModelError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENTRIES", "LISTS", "model_text"]

#: Sections that map an id to an entry, and sections that are lists.
ENTRIES = ("commodities", "facilities", "imports", "demand", "stockpiles", "returns", "funds")
LISTS = ("limits",)
_ORDER = ("lodestone", "name", "description", "author", "as_of", "horizon", "money", "objective", "provenance", *ENTRIES, *LISTS,
          "targets", "scenarios", "uncertainty", "adversary")


def model_text(frames: Mapping[str, "pd.DataFrame"], settings: Mapping[str, Any]) -> Document:
    """The model file that frames and settings make.

    A frame's columns are `id` (or the index is it) and dotted keys as in a CSV table of a model: `recipe.out.magnet`,
    `expansion.max`. A cell is a quantity with its unit, a number whose unit stands in `attrs["units"]` of the frame, a
    list, or a map from year to quantity; an empty cell is a key that is not given. `settings` holds all other sections.

    Raises `ModelError` for a frame that is no section, and for rows without id or with one twice.
    """
    problems: list[Problem] = []
    sections: dict[str, Node] = {}
    if "lodestone" not in settings:
        sections["lodestone"] = Leaf("1")
    for name, value in settings.items():
        if name in frames:
            problems.append(Problem("error", f"`{name}` is given as a frame and among the settings", sheet=name, cell=""))
        sections[name] = _tree(value, Origin("settings", name))
    for name, frame in frames.items():
        if name in ENTRIES:
            sections[name] = _entries(name, frame, problems)
        elif name in LISTS:
            sections[name] = Listing([_row(name, index, row, frame, problems) for index, row in _rows(frame)])
        else:
            known = ", ".join((*ENTRIES, *LISTS))
            problems.append(Problem("error", f"no section `{name}` is made of rows", sheet=name, cell="", expected=known))
    if problems:
        raise ModelError(problems)
    root = Branch({name: sections.pop(name) for name in _ORDER if name in sections})
    root.children.update(sections)
    return write(root)


def _tree(value: Any, origin: Origin) -> Node:
    if isinstance(value, Mapping) and value:
        return Branch({str(key): _tree(item, Origin(origin.sheet, f"{origin.cell}.{key}")) for key, item in value.items()},
                      origin)
    return Leaf(scalar(value), origin=origin)


def _rows(frame: "pd.DataFrame") -> list[tuple[Any, dict[str, Any]]]:
    # Columns one by one: rows of a frame would make whole numbers into fractions.
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    return [(index, {name: values[place] for name, values in columns.items()})
            for place, index in enumerate(frame.index.tolist())]


def _entries(name: str, frame: "pd.DataFrame", problems: list[Problem]) -> Branch:
    section = Branch()
    for index, row in _rows(frame):
        key = row.pop("id", index if frame.index.name == "id" else None)
        if _is_empty(key):
            problems.append(Problem("error", "an entry without id", sheet=name, cell=f"row {index}",
                                    expected="a column or an index named `id`"))
        elif str(key) in section.children:
            problems.append(Problem("error", f"the id `{key}` stands twice", sheet=name, cell=f"row {index}"))
        else:
            section.children[str(key)] = _row(name, key, row, frame, problems)
    return section


def _row(name: str, index: Any, row: Mapping[str, Any], frame: "pd.DataFrame", problems: list[Problem]) -> Branch:
    units = frame.attrs.get("units", {})
    entry = Branch(origin=Origin(name, f"row {index}"))
    for column, value in row.items():
        if _is_empty(value):
            continue
        origin = Origin(name, f"row {index}, column {column}")
        try:
            put(entry, column, _cell(value, units.get(column), origin))
        except KeyError:
            problems.append(Problem("error", f"{column} is given twice", sheet=name, cell=origin.cell))
        except ValueError as error:
            problems.append(Problem("error", str(error), sheet=name, cell=origin.cell))
    return entry


def _cell(value: Any, unit: str | None, origin: Origin) -> Node:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, Mapping):
        return Branch({str(key): _cell(item, unit, origin) for key, item in value.items()}, origin)
    if unit and isinstance(value, (int, float)) and not isinstance(value, bool):
        return Leaf(scalar(value) + ("" if unit == "%" else " ") + unit, origin=origin)
    return Leaf(scalar(value), origin=origin)


def _is_empty(value: Any) -> bool:
    if value is None or value == "" if isinstance(value, (str, type(None))) else False:
        return True
    return isinstance(value, float) and value != value or type(value).__name__ in ("NAType", "NaTType")
