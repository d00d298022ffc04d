"""A plan's figures in one long table: a row a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .tables import DIMENSIONS

if TYPE_CHECKING:
    from .plan import Plan

__all__ = ["TIDY_COLUMNS", "tidy"]

#: The columns of the tidy table, in order. What a figure is not divided by is empty.
TIDY_COLUMNS = (
    "case", "outcome", "table", "measure", "unit", "year", "period", "facility", "stage", "country", "option", "fund",
    "instrument", "class", "direction", "commodity", "source", "segment", "stockpile", "returns", "capacity", "value",
)


def tidy(plan: Plan, case: str | None = None) -> pd.DataFrame:
    """Every figure of a plan that is not empty, one a row.

    >>> import lodestone as ls
    >>> table = ls.read("Models/tutorial.yaml").solve().tidy("base")
    >>> rows = table[(table["table"] == "builds") & (table.measure == "value")]
    >>> rows[["case", "facility", "year", "value", "unit"]].head(1).to_dict("records")
    [{'case': 'base', 'facility': 'separation', 'year': 2026, 'value': 300.0, 'unit': 't/yr'}]
    """
    parts = [_long(plan, name) for name in plan.table_names]
    whole = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    whole["case"] = case
    result = whole.reindex(columns=list(TIDY_COLUMNS))
    result["year"] = result["year"].astype("Int64")
    for name in TIDY_COLUMNS:
        if name not in ("year", "value"):
            result[name] = result[name].astype("object").where(result[name].notna(), None)
    result.attrs["table"] = "tidy"
    return result


def _long(plan: Plan, name: str) -> pd.DataFrame:
    table = plan.table(name)
    keys = [column for column in table.columns if (column in DIMENSIONS and column in TIDY_COLUMNS) or column == "year"]
    figures = [column for column in table.columns
               if column not in DIMENSIONS and column != "year" and table[column].dtype != object]
    units = {**plan.units(name), "online_year": "year"}
    pieces = []
    for figure in figures:
        piece = table[keys].copy()
        piece["table"], piece["measure"], piece["unit"] = name, figure, units.get(figure)
        piece["value"] = table[figure].astype("float64")
        pieces.append(piece[piece["value"].notna()])
    return pd.concat(pieces, ignore_index=True)
