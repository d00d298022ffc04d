"""A plan as arrays over named dimensions: xarray and NetCDF, with units as the CF conventions write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .tables import DIMENSIONS

if TYPE_CHECKING:
    import xarray

    from .plan import Plan

__all__ = ["cf_unit", "dataset", "write_netcdf"]

_EXACT = {"share": "1", "t/yr": "t yr-1", "million": "1e6"}
#: Figures of which a combination that has no row is nothing, not unknown.
_AMOUNTS = frozenset({
    "builds", "awards", "support", "refunds", "private", "purchases", "flows", "imports", "stock", "returns", "demand"})
#: What follows from another dimension and would only make arrays sparse.
_FOLLOWS = (("stage", "facility"), ("country", "facility"), ("commodity", "source"), ("country", "source"),
            ("commodity", "returns"))


def cf_unit(unit: str) -> str:
    """A unit as the CF conventions write it; a currency, which they do not know, stays its code.

    >>> cf_unit("t/yr"), cf_unit("million USD"), cf_unit("USD/t"), cf_unit("share")
    ('t yr-1', '1e6 USD', 'USD t-1', '1')
    """
    if unit in _EXACT:
        return _EXACT[unit]
    if unit.startswith("million "):
        return "1e6 " + unit[len("million "):]
    above, slash, below = unit.partition("/")
    return f"{above} {below}-1" if slash else unit


def dataset(plan: Plan) -> "xarray.Dataset":
    """Every table with years as arrays: `builds(facility, option, period)`, `builds_modules`, … The coordinate `period`
    is text where steps are shorter than a year; years are whole numbers.

    >>> import lodestone as ls
    >>> data = ls.read("Models/tutorial.yaml").solve().to_xarray()
    >>> float(data.builds.sel(facility="separation").sum()).__round__(1)
    450.0
    >>> data.builds.attrs["units"]
    't yr-1'
    """
    import xarray

    arrays: dict[str, Any] = {}
    for name in plan.table_names:
        arrays.update(_arrays(plan, name))
    result = xarray.Dataset({
        name: array.fillna(0.0) if name in _AMOUNTS else array for name, array in arrays.items()})
    for name, array in arrays.items():
        result[name].attrs.update(array.attrs)
    if "year" in result.coords:
        result["year"].attrs.update(long_name="year of the horizon")
    result.attrs.update(
        Conventions="CF-1.10", title=str(plan.raw.get("model", "")), status=plan.status, source="Lodestone",
        comment="Units of money name a currency code, which UDUNITS does not know.")
    for name, value in plan.objectives.items():
        result.attrs[f"objective_{name.replace(' ', '_')}"] = value
    return result


def _arrays(plan: Plan, name: str) -> dict[str, Any]:
    table = plan.table(name)
    if not len(table):
        return {}
    keys = _keys(table)
    units = plan.units(name)
    figures = [column for column in table.columns
               if column not in DIMENSIONS and column not in ("year", "online_year") and table[column].dtype != object]
    indexed = table.set_index(keys)
    found: dict[str, Any] = {}
    for figure in figures:
        if indexed[figure].notna().sum() == 0:
            continue
        array = indexed[figure].to_xarray()
        unit = units.get(figure)
        label = name if figure == "value" else f"{name}_{figure}"
        array.attrs = {"long_name": label.replace("_", " "), **({"units": cf_unit(unit)} if unit else {})}
        # A table of the name of one of its own dimensions would be taken for a coordinate.
        found[f"{label}_by_{'_'.join(keys)}" if label in keys or label == "returns" else label] = array
    return found


def _keys(table: pd.DataFrame) -> list[str]:
    """The dimensions of a table: what tells its rows apart."""
    keys = [column for column in table.columns
            if (column in DIMENSIONS or column == "year") and column not in ("online_period", "contract_bound")]
    if "period" in keys and "year" in keys:
        # A period says its year; where every step is a year the year alone says it.
        yearly = (table["period"].astype(str) == table["year"].astype(str)).all()
        keys.remove("period" if yearly else "year")
    for follower, leader in _FOLLOWS:
        if follower in keys and leader in keys:
            fewer = [key for key in keys if key != follower]
            if not table.duplicated(fewer).any():
                keys = fewer
    return keys


def write_netcdf(data: "xarray.Dataset", path: "str | os.PathLike[str]") -> None:
    """Writes a data set as NetCDF 4, whole."""
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        data.to_netcdf(part, engine="h5netcdf")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
