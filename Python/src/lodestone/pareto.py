"""What one objective costs in others: the JSON of `lodestone pareto --json`, and its tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import tables
from .answer import Answer
from .errors import NotFound

__all__ = ["Pareto"]


class Pareto(Answer):
    """A Pareto frontier of two objectives, or the surface of three. `raw` is the JSON of the command, number for number.

    Tables are pandas frames whose `attrs["units"]` say what each figure is in. The corners of a frontier, and the plans of
    a surface, are numbered from 1 in the first column.

    >>> import lodestone as ls
    >>> found = ls.read("Models/tutorial.yaml").pareto("dependency", "public_cost")
    >>> found.corners[["corner", "dependency", "public_cost"]].round(3)
       corner  dependency  public_cost
    0       1        1.00        0.000
    1       2        0.55       60.000
    2       3        0.40       88.571
    >>> found.corners.attrs["units"]["rate_above"]
    'share per million USD'
    >>> found.awards(2)[["fund", "facility", "year", "value"]].round(3)
         fund      facility  year  value
    0  grants    separation  2026   30.0
    1  grants  magnet_works  2026   30.0
    """

    @property
    def objectives(self) -> list[str]:
        """As they are written for the command: `dependency`, `maximize jobs`."""
        return [str(name) for name in self.raw["objectives"]]

    @property
    def is_surface(self) -> bool:
        """Whether it is of three objectives."""
        return "points" in self.raw

    @property
    def is_exact(self) -> bool:
        """Whether the corners are all there are, and every plan between two of them is a mix of both."""
        return bool(self.raw.get("exact", False))

    @property
    def error(self) -> float | None:
        """Of a surface: no plan is better than every mix of its plans in all three by more than this share of the ranges.

        None of a frontier, and where nothing is known.
        """
        value = self.raw.get("error")
        return None if value is None else float(value)

    @property
    def error_is_proven(self) -> bool:
        """Whether `error` rests on proven bounds alone."""
        return bool(self.raw.get("error_proven", False))

    @property
    def corners(self) -> pd.DataFrame:
        """The corners by the second objective, with the rates on both sides; of a surface its plans by the first."""
        return self.table("points" if self.is_surface else "corners")

    @property
    def boxes(self) -> pd.DataFrame:
        """With whole numbers: where plans of the frontier that are not listed may lie."""
        return self.table("boxes")

    @property
    def planes(self) -> pd.DataFrame:
        """Of a surface: every plan has at least `least` as the weighted sum of its values."""
        return self.table("planes")

    def awards(self, corner: int | None = None) -> pd.DataFrame:
        """Grants and loans of the plan at a corner, or of all of them under their numbers."""
        return self._of("awards", corner)

    def builds(self, corner: int | None = None) -> pd.DataFrame:
        """Capacity awarded by the plan at a corner, or by all of them under their numbers."""
        return self._of("builds", corner)

    def table(self, name: str) -> pd.DataFrame:
        """A table by name; raises `NotFound` where there is none of it."""
        found = {key for key, value in self.raw.items() if isinstance(value, list) and key in self.raw.get("units", {})}
        if name not in found:
            raise NotFound(f"there is no table `{name}`; there are {', '.join(sorted(found))}")
        return tables.frame(name, self.raw[name], self.raw["units"][name])

    def _of(self, name: str, corner: int | None) -> pd.DataFrame:
        whole = self.table(name)
        if corner is None:
            return whole
        count = len(self.corners)
        if not 1 <= corner <= count:
            raise NotFound(f"there is no corner {corner}; they are numbered from 1 to {count}")
        number = "point" if self.is_surface else "corner"
        if not len(whole):
            return whole
        return whole[whole[number] == corner].drop(columns=number).reset_index(drop=True)

    def __repr__(self) -> str:
        return f"<Pareto {' against '.join(self.objectives)}: {self.status}, {len(self.corners)} plans>"
