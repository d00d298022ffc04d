"""Values of a model as cells, and cells as values: numbers as numbers, shares as per cent, dates as dates."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ..document import number, scalar

__all__ = ["CellError", "CellValue", "cell_of", "split_quantity", "text_of", "unit_of"]

_QUANTITY = re.compile(r"^\s*([+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z(][A-Za-z0-9/()_ .]*)?$")
_PERCENT = re.compile(r"^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*%$")
_SAME_UNIT = {"year": "years", "yr": "years", "month": "months"}
_FORMULA_ERRORS = frozenset({"#REF", "#N/A", "#DIV/0", "#VALUE", "#NAME", "#NUM", "#NULL"})
_WORDS = {"true": True, "false": False}


class CellError(ValueError):
    """What stands in a cell is nothing that a model can take; says why and how to mend it."""

    def __init__(self, message: str, found: str, expected: str | None = None, suggestion: str | None = None):
        super().__init__(message)
        self.found, self.expected, self.suggestion = found, expected, suggestion


@dataclass(frozen=True)
class CellValue:
    """What goes into a cell, and how it is shown."""

    value: Any
    format: str | None = None


def split_quantity(text: str) -> tuple[str, str] | None:
    """Number and unit of a quantity; None where it is none. Times get one name a unit.

    >>> split_quantity("250 kUSD/(t/yr)"), split_quantity("1 year"), split_quantity("parity")
    (('250', 'kUSD/(t/yr)'), ('1', 'years'), None)
    """
    match = _QUANTITY.match(text)
    if match is None or not match[2]:
        return None
    unit = match[2].strip()
    return match[1], _SAME_UNIT.get(unit, unit)


def unit_of(texts: list[str]) -> str | None:
    """The unit that most of these quantities have, the first of those where several are as many."""
    units = [parts[1] for parts in map(split_quantity, texts) if parts is not None]
    return max(dict.fromkeys(units), key=units.count) if units else None


def cell_of(text: str, unit: str | None = None, is_text: bool = False) -> CellValue:
    """A scalar of a model file as a cell of a column that has a unit (or none).

    >>> cell_of("45 kt/yr", "kt/yr").value, cell_of("800 t/yr", "kt/yr").value, cell_of("7.5%")
    (45, '800 t/yr', CellValue(value=0.075, format='0.0%'))
    """
    # A sign says that a share is a surcharge; a number cell would lose it.
    if is_text or text.lstrip().startswith("+"):
        return CellValue(text)
    if text.lower() in _WORDS:
        return CellValue(_WORDS[text.lower()])
    if (match := _PERCENT.match(text)) is not None:
        share = float(Decimal(match[1]) / 100)
        decimals = len(match[1].partition(".")[2])
        if _held(share) * 100 == Decimal(match[1]):
            return CellValue(share, "0" + ("." + "0" * decimals if decimals else "") + "%")
        return CellValue(text)
    parts = split_quantity(text)
    if parts is not None and parts[1] == unit and (found := _number(parts[0])) is not None:
        return CellValue(found)
    if unit is None and (match := _QUANTITY.match(text)) is not None and not match[2]:
        if (found := _number(match[1])) is not None:
            return CellValue(found)
    return CellValue(text)


def _number(text: str) -> int | float | None:
    """A number that a cell holds without another value coming of it; None where it does not."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    if exact == exact.to_integral_value() and abs(exact) < 10**15 and "e" not in text.lower():
        return int(exact)
    held = float(exact)
    return held if _held(held) == exact else None


def _held(value: float) -> Decimal:
    """What a cell holds of a number: files of spreadsheets have sixteen digits."""
    return Decimal(f"{value:.16g}")


def text_of(value: Any, format: str | None, unit: str | None, expected: str | None = None) -> str:
    """A cell as a scalar of a model file. A number takes the column's unit unless it is shown as per cent.

    >>> text_of(0.075, "0.0%", None), text_of(45, "General", "kt/yr"), text_of(True, None, None), text_of("45 t", None, "kt")
    ('7.5%', '45 kt/yr', 'true', '45 t')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.datetime, datetime.date)):
        raise CellError(
            "a date where none is taken", value.isoformat(), expected,
            "spreadsheets make dates of what looks like one: format the cell as text or as a number and type it again")
    if isinstance(value, (datetime.time, datetime.timedelta)):
        raise CellError("a time of day where none is taken", str(value), expected, "format the cell as a number")
    if isinstance(value, (int, float)):
        if isinstance(value, float) and value != value:
            raise CellError("no number", str(value), expected)
        if format and "%" in format:
            shown = Decimal(repr(value)) * 100
            return f"{shown.normalize():f}%"
        # One year is a year.
        named = unit[:-1] if value == 1 and unit in ("years", "months") else unit
        return number(value) + (f" {named}" if named else "")
    text = str(value).strip()
    if text.rstrip("!?").upper() in _FORMULA_ERRORS:
        raise CellError("a formula that has no value", text, expected, "mend the formula")
    if text[:1] in "{[" or text in ("null", "~"):
        return _literal(text)
    return scalar(text)


def _literal(text: str) -> str:
    """YAML in a cell, in one line."""
    import yaml

    from .source import flow, parse

    try:
        tree = parse("value: " + text)
    except (yaml.YAMLError, AssertionError):
        raise CellError("YAML that does not close", text, "a map such as { JP: 40%, CN: 60% }") from None
    if list(tree.children) != ["value"]:
        raise CellError("YAML that does not close", text, "a map such as { JP: 40%, CN: 60% }")
    return flow(tree.children["value"])
