"""Many cases of one model: `lodestone sweep`, here or on a cluster, and its tables."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

import pandas as pd

from .cluster.bundle import Bundle
from .cluster.tasks import RETRIES, at_hand, settled, solve_part
from .cluster.templates import part_name
from .errors import LodestoneError, UsageError
from .model import Model, Value, setting
from .program import run
from .progress import Asked, watcher

if TYPE_CHECKING:
    import xarray
    from distributed import Client

__all__ = ["TABLES", "Sweep", "merge", "sweep"]

#: The tables of a sweep.
TABLES = ("cases", "builds", "awards")


@dataclass(frozen=True)
class Sweep:
    """The answers of a sweep, a row a case; the tables are those of `lodestone results`, digit for digit.

    `cases` has the inputs, the status, the objectives and the index of each year; `builds` and `awards` say what was
    funded in each case. `summary` is `results --json`: quantiles, what moves the answer, what is funded how often.
    """

    cases: pd.DataFrame
    builds: pd.DataFrame
    awards: pd.DataFrame
    summary: Mapping[str, Any]

    @property
    def inputs(self) -> list[str]:
        """The paths that vary."""
        return list(self.summary.get("inputs", []))

    def to_parquet(self, folder: "str | os.PathLike[str]") -> list[str]:
        """Writes cases, builds and awards as Parquet files."""
        return self._write(folder, "parquet")

    def to_feather(self, folder: "str | os.PathLike[str]") -> list[str]:
        """Writes cases, builds and awards as Arrow files (Feather version 2)."""
        return self._write(folder, "feather")

    def to_csv(self, folder: "str | os.PathLike[str]") -> list[str]:
        """Writes cases, builds and awards as CSV files, without their units."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            _keep(place / f"{name}.csv", getattr(self, name).to_csv(index=False).encode())
        return [f"{name}.csv" for name in TABLES]

    def _write(self, folder: "str | os.PathLike[str]", ending: str) -> list[str]:
        from .files import write_frame

        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        about = {"model": str(self.summary.get("model", "")), "design": str(self.summary.get("design", ""))}
        for name in TABLES:
            write_frame(getattr(self, name), place / f"{name}.{ending}", about)
        return [f"{name}.{ending}" for name in TABLES]

    def to_xarray(self) -> "xarray.Dataset":
        """The figures of each case over `case`, the index of years over `case` and `year`, inputs as coordinates."""
        import xarray

        from .arrays import cf_unit

        years = {name: int(name.rsplit("_", 1)[-1]) for name in self.cases.columns if name.startswith("dependency_")}
        units = self.cases.attrs.get("units", {})
        table = self.cases.set_index("case")
        data = xarray.Dataset(coords={"case": table.index.to_numpy()})
        for name in table.columns:
            if name not in years:
                values = table[name].to_numpy(dtype=object if table[name].dtype == object else None)
                if name in self.inputs:
                    data = data.assign_coords({name: ("case", values)})
                else:
                    data[name] = ("case", values, {"units": cf_unit(units[name])} if name in units else {})
        if years:
            data["dependency_by_year"] = (("case", "year"), table[list(years)].to_numpy(dtype=float), {"units": "1"})
            data = data.assign_coords(year=list(years.values()))
        data.attrs.update(Conventions="CF-1.10", title=str(self.summary.get("model", "")), source="Lodestone")
        return data

    def to_netcdf(self, path: "str | os.PathLike[str]") -> None:
        """Writes `to_xarray()` as NetCDF; text and flags are written as text."""
        from .arrays import write_netcdf

        data = self.to_xarray()
        for name in [*data.data_vars, *data.coords]:
            if data[name].dtype == object:
                words = {name: ("case", ["" if value is None else str(value) for value in data[name].to_numpy()])}
                data = data.assign_coords(words) if name in data.coords else data.assign(words)
        write_netcdf(data, path)


def sweep(
    model: Model, *, vary: Mapping[str, Sequence[Value]] | None = None, sample: int | None = None, morris: int | None = None,
    cases: "pd.DataFrame | str | os.PathLike[str] | None" = None, seed: int | None = None, relax: bool = False,
    gap: float | str | None = None, time_limit: float | None = None, parts: int | None = None, jobs: int | None = None,
    client: "Client | None" = None, folder: "str | os.PathLike[str] | None" = None, progress: Asked = None,
) -> Sweep:
    """Solves many cases of a model as it stands with its changes.

    - The cases are a grid (`vary`), draws (`sample`, `morris`), or a table (`cases`: a frame or a CSV file whose columns
      are paths, `scenario` and `budget_scale`); without any of these the model's own sample.
    - `parts` cuts them into as many parts, each solved by itself: tasks of `client` (Dask) where one is given, else one
      after the other in one process of `jobs` threads. A worker that is lost costs the part it was at, which another
      solves.
    - `folder` keeps each part's file as it arrives; a part that is there is not solved again.

    The tables do not depend on where parts are solved, on their order or on lost workers, to the bit. Where cases of a
    large program help each other within a part (docs/sweeps.md), they do depend on `parts`.

    >>> import lodestone as ls
    >>> found = ls.read("Models/tutorial.yaml").sweep(vary={"budget_scale": [0.5, 1]})
    >>> found.cases[["case", "status", "dependency"]].round(4).to_dict("records")
    [{'case': 0, 'status': 'optimal', 'dependency': 0.7}, {'case': 1, 'status': 'optimal', 'dependency': 0.4}]
    """
    with tempfile.TemporaryDirectory(prefix="lodestone-") as scratch, model._with_advice():
        bundle, options = _task(model, vary, sample, morris, cases, seed, relax, gap, time_limit)
        place = Path(folder) if folder is not None else Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        count = parts or (4 * _width(client) if client is not None else 1)
        stores = [place / part_name(number, count) for number in range(1, count + 1)]
        missing = [(number, store) for number, store in enumerate(stores, 1) if not store.exists()]
        with watcher(progress) as watching:
            done = count - len(missing)
            for number, content in _solved(bundle, options, [number for number, _ in missing], count, jobs, client):
                _keep(stores[number - 1], content)
                done += 1
                if watching is not None:
                    watching({"phase": "sweep", "done": done, "total": count})
        return merge(stores)


def merge(stores: "Iterable[str | os.PathLike[str]]") -> Sweep:
    """The tables of the parts of one sweep, as `lodestone results` merges them.

    Raises `LodestoneError` where they are not of one sweep.
    """
    paths = [os.fspath(store) for store in stores]
    summary = run("results", *paths, "--json").json or {}
    inputs = set(summary.get("inputs", []))
    tables = [_table(run("results", *paths, "--csv", "--table", name).output, name, inputs)
              for name in TABLES]
    # Parts have every n-th case: in one table they stand in the order of cases, as in one store.
    tables = [table.sort_values("case", kind="stable", ignore_index=True) for table in tables]
    return Sweep(tables[0], tables[1], tables[2], summary)


def options_of(vary: Mapping[str, Sequence[Value]] | None = None, sample: int | None = None, morris: int | None = None,
               seed: int | None = None, relax: bool = False, gap: float | str | None = None,
               time_limit: float | None = None) -> list[str]:
    """What is asked as options of `lodestone sweep`.

    >>> options_of({"budget_scale": [0.5, 1]}, relax=True)
    ['--vary', 'budget_scale=0.5,1', '--relax']
    """
    words: list[str] = []
    for path, values in (vary or {}).items():
        texts = [setting(value) for value in values]
        if bad := [text for text in texts if "," in text]:
            raise UsageError(f"{path}: {bad[0]} has a comma in it; give the cases as a table")
        words += ["--vary", f"{path}={','.join(texts)}"]
    for name, value in (("--sample", sample), ("--morris", morris), ("--seed", seed), ("--gap", gap),
                        ("--time-limit", time_limit)):
        words += [name, str(value)] if value is not None else []
    return words + (["--relax"] if relax else [])


def _task(model: Model, vary: Any, sample: Any, morris: Any, cases: Any, seed: Any, relax: bool, gap: Any,
          time_limit: Any) -> tuple[Bundle, list[str]]:
    """The files and the options of every part."""
    bundle = Bundle.of(model)
    options = model.options() + options_of(vary, sample, morris, seed, relax, gap, time_limit)
    if cases is not None:
        content = cases.to_csv(index=False).encode() if isinstance(cases, pd.DataFrame) else Path(cases).read_bytes()
        # The table travels with the model, beside it.
        bundle = Bundle((*bundle.files, (_CASES, content)))
        options += ["--cases", str(bundle.unpack().parent / _CASES)]
    return bundle, options


_CASES = "cases-of-this-sweep.csv"


def _solved(bundle: Bundle, options: list[str], numbers: list[int], parts: int, jobs: int | None,
            client: "Client | None") -> Iterable[tuple[int, bytes]]:
    """The stores of parts as they are done."""
    if client is None:
        for number in numbers:
            yield number, solve_part(bundle, options, number, parts, jobs or os.cpu_count() or 1)
        return
    from distributed import as_completed

    files = at_hand(client, bundle)
    futures = {
        client.submit(settled, solve_part, files, options, number, parts, jobs or 1, retries=RETRIES, pure=False): number
        for number in numbers}
    try:
        for future in as_completed(list(futures)):
            content = future.result()
            if isinstance(content, LodestoneError):
                raise content
            number = futures.pop(future)
            # What has arrived need not be kept, nor solved again where a worker is lost.
            future.release()
            yield number, content
    finally:
        client.cancel(list(futures))


def _width(client: "Client") -> int:
    """How many tasks a cluster works on at a time."""
    return max(1, sum(client.nthreads().values()))


def _keep(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


_WHOLE = frozenset({"case", "step", "year", "online_year", "iterations"})
_TEXT = frozenset({"status", "reason", "facility", "option", "fund", "instrument"})


def _table(text: str, name: str, inputs: "set[str]") -> pd.DataFrame:
    """A table of `results --csv`, with the units of its heads in `attrs`."""
    rows = list(csv.reader(io.StringIO(text)))
    heads = [head.partition(" [") for head in rows[0]]
    columns: dict[str, pd.Series[Any]] = {}
    units: dict[str, str] = {}
    for place, (head, bracket, unit) in enumerate(heads):
        key = rows[0][place] if rows[0][place] in inputs else head
        if bracket and key == head:
            units[key] = unit.rstrip("]")
        values: list[Any] = [row[place] or None for row in rows[1:]]
        columns[key] = _column(key, values)
    table = pd.DataFrame(columns)
    table.attrs["table"], table.attrs["units"] = name, units
    return table


def _column(key: str, values: list[Any]) -> "pd.Series[Any]":
    if key == "verified":
        return pd.Series([value == "yes" for value in values], dtype="bool")
    if key in _TEXT:
        return pd.Series(values, dtype="object")
    if key in _WHOLE:
        return pd.Series([None if value is None else int(value) for value in values],
                         dtype="Int64" if None in values else "int64")
    try:
        return pd.Series([None if value is None else float(value) for value in values], dtype="float64")
    except ValueError:  # an input that is no factor: a quantity or a scenario
        return pd.Series(values, dtype="object")
