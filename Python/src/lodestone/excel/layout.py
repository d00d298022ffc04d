"""Which sheets and columns a workbook has: worked out from the program's own schema."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping

from ..frames import ENTRIES
from ..program import run

__all__ = ["ABOUT", "CHANGES", "Column", "Layout", "RECIPES", "SAMPLES", "SERIES", "SETTINGS", "Sheet", "layout"]

ABOUT = "about"
SETTINGS, SERIES, RECIPES, CHANGES, SAMPLES = "model", "series", "recipes", "changes", "samples"
COUNTRIES, CLASSES = "countries", "classes"

#: What a key names, by its last word: the sheet whose ids may stand there.
_REFERENCES = {
    "commodity": "commodities", "country": COUNTRIES, "owner": COUNTRIES, "facility": "facilities", "requires": "facilities",
    "class": CLASSES, "scenario": "scenarios",
}
#: Units that a list offers, by the words of the schema; CUR is the model's currency.
_UNITS = {
    "tonnes a year": ("t/yr", "kt/yr", "t/month", "kt/month"),
    "a mass": ("t", "kt", "kg"),
    "money per mass": ("CUR/kg", "CUR/t", "kCUR/t", "MCUR/kt"),
    "money per yearly capacity": ("kCUR/(t/yr)", "CUR/(t/yr)", "MCUR/(kt/yr)"),
    "money": ("MCUR", "kCUR", "BCUR", "CUR"),
    "a time": ("years", "months"),
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: a dotted key of the entry, and what may stand in it."""

    key: str
    #: `text`, `quantity`, `number`, `whole`, `flag`, `choice`, `list` or `map`.
    kind: str = "text"
    words: str = ""
    choices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    #: Whether a map from year to value may stand here, which goes to the sheet `series`.
    is_series: bool = False

    @property
    def reference(self) -> str | None:
        """The sheet whose ids the column takes; None where it takes no single id."""
        return _REFERENCES.get(self.key.rsplit(".", 1)[-1]) if self.kind == "text" else None


@dataclass(frozen=True)
class Sheet:
    """A sheet with a row an entry."""

    name: str
    columns: tuple[Column, ...]
    words: str = ""
    #: Paths that hold maps: `{}` and the like may stand under them as they are.
    branches: frozenset[str] = field(default_factory=frozenset)

    def column(self, key: str) -> Column | None:
        """The column of a key; None where there is no such key."""
        for column in self.columns:
            if column.key == key:
                return column
        return Column(key, "map") if key in self.branches else None


@dataclass(frozen=True)
class Layout:
    """The sheets of a workbook by name, and the kinds of the settings by dotted key."""

    sheets: Mapping[str, Sheet]
    settings: tuple[Column, ...]

    def setting(self, key: str) -> Column:
        """What a setting takes; free maps take text and numbers as they are."""
        for column in self.settings:
            if column.key == key:
                return column
        return Column(key)

    def is_setting(self, key: str) -> bool:
        """Whether a key is one of the settings or lies in one of its free maps."""
        return any(column.key == key or (column.kind == "map" or column.is_series) and key.startswith(column.key + ".")
                   for column in self.settings)


@functools.lru_cache(maxsize=1)
def layout() -> Layout:
    """The layout of the program's model format."""
    return _layout(json.loads(run("schema").output))


def _layout(schema: Mapping[str, Any]) -> Layout:
    properties = schema["properties"]
    sheets: dict[str, Sheet] = {}
    identity = Column("id", "text", "The name of the entry; other sheets refer to it.")
    for section in ENTRIES:
        entry = properties[section]["additionalProperties"]
        leaves = [column for column in _columns(entry) if column.key not in ("recipe.in", "recipe.out")]
        sheets[section] = Sheet(section, (identity, *leaves), properties[section].get("description", ""), _branches(entry))
    sheets["limits"] = _list_sheet("limits", properties["limits"])
    scenario = properties["scenarios"]["additionalProperties"]
    sheets["scenarios"] = Sheet(
        "scenarios", (identity, *(column for column in _columns(scenario) if column.key != "changes")),
        properties["scenarios"].get("description", ""))
    changes = _list_sheet(CHANGES, scenario["properties"]["changes"])
    sheets[CHANGES] = Sheet(CHANGES, (Column("scenario", "text", "Which scenario the change belongs to."), *changes.columns),
                            "What each scenario changes, in order.")
    sample = properties["uncertainty"]["properties"]["sample"]["properties"]
    sheets[SAMPLES] = _list_sheet(SAMPLES, sample["vary"])
    weight = Column("weight", "number", "Dependency weight: 0 is home, 1 fully foreign.")
    sheets[CLASSES] = Sheet(CLASSES, (Column("class"), weight), "Classes of provenance, most secure first.")
    sheets[COUNTRIES] = Sheet(COUNTRIES, (Column("country"), Column("class")), "The class of each country.")
    sheets[RECIPES] = Sheet(RECIPES, (
        Column("facility"), Column("direction", "choice", choices=("in", "out")), Column("commodity"),
        Column("amount", "number", "Tonnes for a tonne of activity.")), "What a tonne of activity uses and makes.")
    elsewhere = {*ENTRIES, "limits", "scenarios"}
    settings = [column for name, value in properties.items() if name not in elsewhere
                for column in _columns({"properties": {name: value}})]
    kept = {"provenance.classes", "provenance.countries", "uncertainty.sample.vary"}
    return Layout(sheets, tuple(column for column in settings if column.key not in kept))


def _list_sheet(name: str, schema: Mapping[str, Any]) -> Sheet:
    items = schema["items"]
    return Sheet(name, tuple(_columns(items)), schema.get("description", ""), _branches(items))


def _columns(schema: Mapping[str, Any], before: str = "") -> Iterator[Column]:
    for name, value in schema.get("properties", {}).items():
        key = before + name
        if value.get("properties"):
            yield from _columns(value, key + ".")
        else:
            yield _column(key, value)


def _branches(schema: Mapping[str, Any], before: str = "") -> frozenset[str]:
    found: set[str] = set()
    for name, value in schema.get("properties", {}).items():
        if value.get("properties"):
            found |= {before + name} | _branches(value, before + name + ".")
    return frozenset(found)


def _column(key: str, schema: Mapping[str, Any]) -> Column:
    forms = list(_forms(schema))
    kinds = {form.get("type") for form in forms if isinstance(form.get("type"), str)}
    words = schema.get("description", "")
    is_series = any("patternProperties" in form for form in forms)
    inner = forms + [item for form in forms for item in _forms(next(iter(form.get("patternProperties", {}).values()), {}))]
    choices = tuple(choice for form in forms for choice in form.get("enum", ()))
    described = [form.get("description", "") for form in inner] + [words]
    units = next((options for text in described for start, options in _UNITS.items() if text.startswith(start + " (")), ())
    if "array" in kinds:
        return Column(key, "list", words, tuple(dict.fromkeys(
            choice for form in forms for item in _forms(form.get("items", {})) for choice in item.get("enum", ()))))
    if choices and not units:
        return Column(key, "choice", words, choices)
    if units:
        return Column(key, "quantity", words, choices, units, is_series)
    if "boolean" in kinds:
        return Column(key, "flag", words)
    if "integer" in kinds:
        return Column(key, "whole", words)
    if any("pattern" in form and form.get("type") == "string" and "format" not in form for form in inner):
        return Column(key, "number", words, is_series=is_series)
    if "object" in kinds and not is_series:
        return Column(key, "map", words)
    return Column(key, "text", words, is_series=is_series)


def _forms(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and its alternatives, all the way down."""
    yield schema
    for form in schema.get("anyOf", ()):
        yield from _forms(form)
