"""The tables of a plan: their columns, units, and how they become data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

import pandas as pd

if TYPE_CHECKING:
    import polars

__all__ = ["COLUMNS", "DIMENSIONS", "frame", "polars_frame"]

#: Columns that say what a figure is of; all others are figures.
DIMENSIONS = frozenset({
    "case", "outcome", "facility", "stage", "country", "option", "fund", "instrument", "class", "direction", "commodity",
    "source", "segment", "stockpile", "returns", "capacity", "period", "online_period", "contract_bound",
})
#: Columns of whole numbers.
_WHOLE = frozenset({"year", "online_year", "corner", "point", "proven"})

#: Every table of a plan with its columns, so that an empty table has the columns of a full one. The units are in the
#: answer itself.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "builds": ("facility", "stage", "country", "option", "year", "period", "value", "online_year", "online_period", "modules"),
    "awards": ("fund", "instrument", "facility", "stage", "year", "period", "value"),
    "support": ("fund", "facility", "capacity", "year", "period", "value"),
    "refunds": ("fund", "facility", "capacity", "year", "period", "value"),
    "private": ("facility", "year", "period", "value"),
    "purchases": ("fund", "stockpile", "year", "period", "value"),
    "price_floors": ("facility", "year", "commodity", "market_price", "value"),
    "flows": ("facility", "class", "direction", "commodity", "year", "period", "value"),
    "imports": ("source", "commodity", "country", "class", "year", "period", "value"),
    "stock": ("stockpile", "class", "year", "period", "stored", "released", "value"),
    "returns": ("returns", "commodity", "year", "period", "value"),
    "demand": ("segment", "class", "year", "period", "value"),
    "accounts": ("fund", "year", "appropriated", "repaid", "awarded", "support", "refunds", "purchases", "value"),
    "programmes": (
        "fund", "appropriated", "authority", "grants", "loans", "loan_charge", "support", "refunds", "purchases", "repaid",
        "owed_after_end", "lapsed", "value", "contract_tonnes", "contract_bound", "contract_cost",
        "contract_cost_prices_90", "contract_cost_prices_70"),
    "facility_accounts": (
        "facility", "year", "awards", "private", "capex", "made_by_existing", "made_by_new", "margin", "support", "refunds",
        "service", "debt_cover", "market_price", "stop_price", "stop_price_with_support", "value"),
    "reliance_by_commodity": ("commodity", "year", "imported", "domestic", "value"),
    "reliance_by_stage": ("stage", "year", "imported", "domestic", "value"),
    "dependency": ("year", "value"),
    "class_shares": ("class", "year", "value"),
}


def columns_of(table: str, records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns of a table: those of its records, or where there are none those that it would have."""
    names: dict[str, None] = dict.fromkeys(records[0]) if records else dict.fromkeys(COLUMNS.get(table, ()))
    for record in records:
        names.update(dict.fromkeys(record))
    return list(names)


def _series(name: str, values: Iterable[Any]) -> "pd.Series[Any]":
    listed = list(values)
    if name in DIMENSIONS:
        return pd.Series(listed, dtype="object")
    if name in _WHOLE:
        return pd.Series(listed, dtype="int64" if all(value is not None for value in listed) else "Int64")
    if any(isinstance(value, (str, bool)) for value in listed):
        return pd.Series(listed, dtype="object")
    return pd.Series(listed, dtype="float64")


def frame(table: str, records: Sequence[Mapping[str, Any]], units: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A pandas table of records, with the unit of each figure in `attrs["units"]`.

    Years are whole numbers, figures are double precision with every bit as the program wrote it.

    >>> table = frame("dependency", [{"year": 2026, "value": 0.4}], {"value": "share"})
    >>> table.attrs["units"]
    {'value': 'share'}
    >>> list(frame("dependency", []).columns)
    ['year', 'value']
    """
    columns = columns_of(table, records)
    result = pd.DataFrame({name: _series(name, (record.get(name) for record in records)) for name in columns}, columns=columns)
    result.attrs["table"] = table
    result.attrs["units"] = {name: unit for name, unit in (units or {}).items() if name in columns}
    return result


def polars_frame(table: pd.DataFrame) -> "polars.DataFrame":
    """The same table in polars, which has no place for units: those stay in `Plan.units`."""
    import polars

    schema = {
        name: polars.String if name in DIMENSIONS else polars.Int64 if name in _WHOLE else polars.Float64
        for name in table.columns}
    columns = {
        name: [None if value is None or value is pd.NA or value != value else value for value in table[name].tolist()]
        for name in table.columns}
    texts = {name for name, values in columns.items() if name not in DIMENSIONS and any(isinstance(v, str) for v in values)}
    return polars.DataFrame(
        columns, schema={name: polars.String if name in texts else kind for name, kind in schema.items()})
