"""Tables as Parquet and Arrow files, with units where readers look for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

import pandas as pd

from .errors import UsageError

if TYPE_CHECKING:
    import pyarrow

    from .plan import Plan

__all__ = ["arrow_table", "write_frame", "write_tables"]


def arrow_table(table: pd.DataFrame, about: Mapping[str, str] | None = None) -> "pyarrow.Table":
    """A frame in Arrow: text, whole years, doubles. The field metadata `unit` is the column's unit.

    >>> import lodestone as ls
    >>> table = arrow_table(ls.read("Models/tutorial.yaml").solve().builds)
    >>> table.schema.field("value").metadata
    {b'unit': b't/yr'}
    """
    import pyarrow

    units = table.attrs.get("units", {})
    columns, fields = [], []
    for name in table.columns:
        kind = _kind(pyarrow, table[name])
        metadata = {"unit": units[name]} if name in units else None
        values = [None if value is pd.NA or value is None or value != value else value for value in table[name].tolist()]
        columns.append(pyarrow.array(values, type=kind))
        fields.append(pyarrow.field(str(name), kind, metadata=metadata))
    described = {"table": str(table.attrs.get("table", "")), **(about or {})}
    return pyarrow.table(columns, schema=pyarrow.schema(fields, metadata=described))


def _kind(pyarrow: Any, column: "pd.Series[Any]") -> Any:
    kind = str(column.dtype).lower()
    if kind.startswith("int"):
        return pyarrow.int64()
    if kind.startswith("bool"):
        return pyarrow.bool_()
    if kind.startswith("float"):
        return pyarrow.float64()
    if any(isinstance(value, bool) for value in column) and not any(isinstance(value, str) for value in column):
        return pyarrow.bool_()
    return pyarrow.string()


def write_frame(table: pd.DataFrame, path: "str | os.PathLike[str]", about: Mapping[str, str] | None = None) -> None:
    """Writes one table as its name says: `.parquet`, or `.feather` and `.arrow` for Arrow."""
    target = Path(path)
    data = arrow_table(table, about)
    # Written whole and then put in place: a reader never sees half a file.
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.suffix == ".parquet":
            from pyarrow import parquet

            parquet.write_table(data, part)
        elif target.suffix in (".feather", ".arrow"):
            from pyarrow import feather

            feather.write_feather(data, str(part))
        else:
            raise UsageError(f"{target.name}: the name must end with .parquet, .feather or .arrow")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def write_tables(plan: Plan, folder: "str | os.PathLike[str]", ending: str) -> list[str]:
    """Writes each table of a plan into a folder, and `tidy`; returns the names of the files."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    about = {"model": str(plan.raw.get("model", "")), "status": plan.status}
    named = {name: plan.table(name) for name in plan.table_names}
    named["tidy"] = plan.tidy()
    for name, table in named.items():
        write_frame(table, place / f"{name}.{ending}", about)
    return [f"{name}.{ending}" for name in named]
