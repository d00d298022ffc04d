"""A plan: the JSON of `lodestone solve --json`, and its tables."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, overload

import pandas as pd

from . import tables
from .answer import Answer
from .errors import NotFound

if TYPE_CHECKING:
    import os
    import polars
    import pyarrow
    import xarray

__all__ = ["Plan"]


class _Table:
    """A table of the plan as an attribute, made when it is first asked for."""

    def __init__(self, words: str):
        self.__doc__ = words

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, plan: None, owner: type) -> _Table: ...
    @overload
    def __get__(self, plan: Plan, owner: type) -> pd.DataFrame: ...
    def __get__(self, plan: Plan | None, owner: type) -> _Table | pd.DataFrame:
        return self if plan is None else plan.table(self._name)


class Plan(Answer):
    """What a solve answered. `raw` is the JSON of `lodestone solve --json`, number for number.

    Tables are pandas frames whose `attrs["units"]` say what each figure is in.

    >>> import lodestone as ls
    >>> plan = ls.read("Models/tutorial.yaml").solve()
    >>> plan.status, round(plan.dependency, 6)
    ('optimal', 0.4)
    >>> plan.builds[["facility", "year", "value"]].head(2)
           facility  year  value
    0    separation  2026  300.0
    1  magnet_works  2026  600.0
    >>> plan.builds.attrs["units"]
    {'value': 't/yr'}
    """

    builds = _Table("Capacity awarded, by facility, option and year.")
    awards = _Table("Grants and loans, by programme, facility and year.")
    support = _Table("Price support paid, by programme, facility and year.")
    refunds = _Table("Support paid back, by programme, facility and year.")
    private = _Table("Private money, by facility and year.")
    purchases = _Table("Purchases for stockpiles, by programme and year.")
    price_floors = _Table("The price at which each facility just does not lose money.")
    flows = _Table("What goes into and out of each facility, by class of provenance and year.")
    imports = _Table("Imports by source and year.")
    stock = _Table("Stockpiles by class and year.")
    returns = _Table("Material that comes back at the end of its life.")
    demand = _Table("Who is served from where.")
    accounts = _Table("Each programme's account by year.")
    programmes = _Table("Each programme over the whole horizon.")
    facility_accounts = _Table("Each facility's account by year.")
    reliance_by_commodity = _Table("Net import reliance by commodity and year.")
    reliance_by_stage = _Table("Net import reliance by stage and year.")
    class_shares = _Table("Share of demand by class of provenance and year.")

    @property
    def objectives(self) -> dict[str, float]:
        """The value of each objective in the order of the model: shares as such, money in millions."""
        return dict(self.raw["objectives"])

    @property
    def dependency(self) -> float | None:
        """The dependency index over all years, by weighted demand; None where it was no objective.

        Of a plan for uncertain outcomes it is the value of the measure of risk.
        """
        for name, value in self.objectives.items():
            if name == "dependency" or name.endswith(" dependency"):
                return float(value)
        return None

    @property
    def dependency_by_year(self) -> pd.DataFrame:
        """The dependency index of each year."""
        return self.table("dependency")

    @property
    def outcomes(self) -> pd.DataFrame:
        """Of a plan for uncertain outcomes (`risk=`): one a row, with its probability or cost, the dependency that this
        plan has in it, the one that it would have had if it had been known, and the regret. Empty of other plans.
        """
        figures = ("name", "probability", "cost", "dependency", "wait_and_see", "regret")
        rows = [{name: outcome.get(name) for name in figures if name in outcome} for outcome in self.raw.get("outcomes") or []]
        table = pd.DataFrame(rows, columns=[name for name in figures if not rows or name in rows[0]])
        table.attrs["units"] = {name: "share" for name in table.columns if name != "name"}
        return table

    @property
    def is_verified(self) -> bool:
        """Whether feasibility, optimality and whole numbers were recomputed from the program and held."""
        return bool((self.raw.get("verification") or {}).get("verified", False))

    @property
    def table_names(self) -> list[str]:
        """The tables of the answer."""
        return list(self.raw.get("plan") or {})

    def units(self, table: str) -> dict[str, str]:
        """The unit of each figure of a table."""
        return dict((self.raw.get("units") or {}).get(table, {}))

    def table(self, name: str) -> pd.DataFrame:
        """A table by name, also one that this package does not know; raises `NotFound` where the plan has none of it."""
        plan = self.raw.get("plan") or {}
        if name not in plan and name not in tables.COLUMNS:
            raise NotFound(f"there is no table `{name}`; there are {', '.join(plan)}")
        return tables.frame(name, plan.get(name, []), self.units(name))

    def polars(self, name: str) -> "polars.DataFrame":
        """The same table in polars (which must be installed). Units are in `units(name)`."""
        return tables.polars_frame(self.table(name))

    def tidy(self, case: str | None = None) -> pd.DataFrame:
        """Every figure of every table in one long table, one a row: the schema is in Docs/python.md."""
        from .tidy import tidy

        return tidy(self, case)

    def to_arrow(self, name: str) -> "pyarrow.Table":
        """A table in Arrow, with the unit of each column in its metadata."""
        from .files import arrow_table

        return arrow_table(self.table(name))

    def to_xarray(self) -> "xarray.Dataset":
        """The plan's figures as arrays over named dimensions, with CF-style units."""
        from .arrays import dataset

        return dataset(self)

    def to_parquet(self, folder: "str | os.PathLike[str]") -> "list[str]":
        """Writes a Parquet file for each table into a folder, and the tidy one; returns their names."""
        from .files import write_tables

        return write_tables(self, folder, "parquet")

    def to_feather(self, folder: "str | os.PathLike[str]") -> "list[str]":
        """Writes an Arrow file (Feather version 2) for each table into a folder, and the tidy one."""
        from .files import write_tables

        return write_tables(self, folder, "feather")

    def to_netcdf(self, path: "str | os.PathLike[str]") -> None:
        """Writes `to_xarray()` as NetCDF."""
        from .arrays import write_netcdf

        write_netcdf(self.to_xarray(), path)

    def to_excel(self, path: "str | os.PathLike[str]") -> None:
        """Writes a workbook to send on: tables, assumptions, charts. Needs openpyxl."""
        from .excel.results import write_results

        write_results(self, path)

    def __repr__(self) -> str:
        values = ", ".join(f"{name} {value:.6g}" for name, value in self.objectives.items())
        return f"<Plan {self.raw.get('model')!r}: {self.status}, {values}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{value:.6g}</td></tr>" for name, value in self.objectives.items())
        words = "verified" if self.is_verified else "not verified"
        return (f"<p><b>{html.escape(str(self.raw.get('model')))}</b>: {html.escape(self.status)}, {words}</p>"
                f"<table>{rows}</table>")
