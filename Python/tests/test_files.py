"""Results for data people: the tidy table, Parquet, Arrow, NetCDF; DuckDB and xarray on them."""

import pytest

import lodestone as ls
from lodestone.arrays import cf_unit
from lodestone.tidy import TIDY_COLUMNS

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")


def test_the_tidy_table_has_every_figure_once(gallium):
    plan = gallium.solve(relax=True)
    tidy = plan.tidy("base")
    assert list(tidy.columns) == list(TIDY_COLUMNS)
    assert not tidy.drop(columns="value").duplicated().any()
    for table, measure in (("builds", "value"), ("accounts", "appropriated"), ("class_shares", "value")):
        rows = tidy[(tidy["table"] == table) & (tidy["measure"] == measure)]
        column = plan.table(table)[measure]
        assert rows["value"].tolist() == column[column.notna()].tolist()
        assert set(rows["unit"]) == {plan.units(table)[measure]}


def test_parquet_and_arrow_keep_bits_types_and_units(gallium, tmp_path):
    from pyarrow import feather, parquet

    plan = gallium.solve(relax=True)
    names = plan.to_parquet(tmp_path / "parquet")
    assert "tidy.parquet" in names and len(names) == len(plan.table_names) + 1
    plan.to_feather(tmp_path / "arrow")
    for table in (parquet.read_table(tmp_path / "parquet" / "builds.parquet"),
                  feather.read_table(tmp_path / "arrow" / "builds.feather")):
        assert table.column("value").to_pylist() == plan.builds["value"].tolist()
        assert table.schema.field("value").metadata[b"unit"] == b"t/yr"
        assert str(table.schema.field("year").type) == "int64"
        assert table.schema.metadata[b"model"] == b"Japan and gallium"
    support = parquet.read_table(tmp_path / "parquet" / "refunds.parquet")
    assert str(support.schema.field("value").type) == "double" and str(support.schema.field("fund").type) == "string"


@pytest.mark.slow
def test_duckdb_reads_the_tidy_table_and_finds_what_pandas_finds(gallium, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    plan = gallium.solve(relax=True)
    plan.to_parquet(tmp_path)
    rows = duckdb.sql(f"""
        select stage, sum(value) as tonnes from '{tmp_path}/tidy.parquet'
        where "table" = 'builds' and measure = 'value' group by stage order by stage""").fetchall()
    assert dict(rows) == pytest.approx(plan.builds.groupby("stage")["value"].sum().to_dict())


@pytest.mark.slow
def test_netcdf_has_the_figures_with_cf_units(gallium, tmp_path):
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")
    pytest.importorskip("h5netcdf", reason="h5netcdf is not installed")
    plan = gallium.solve(relax=True)
    plan.to_netcdf(tmp_path / "plan.nc")
    with xarray.open_dataset(tmp_path / "plan.nc") as data:
        assert data.attrs["Conventions"] == "CF-1.10"
        assert data.builds.attrs["units"] == "t yr-1" and data.awards.attrs["units"] == "1e6 USD"
        assert float(data.builds.sum()) == pytest.approx(plan.builds["value"].sum())
        assert data.dependency.to_numpy().tolist() == plan.dependency_by_year["value"].tolist()
        assert data.class_shares.sum("class").to_numpy() == pytest.approx(1)
        by_stage = plan.reliance_by_stage.set_index(["stage", "year"])["value"]
        first = by_stage.dropna().index[0]
        assert float(data.reliance_by_stage.sel(stage=first[0], year=first[1])) == by_stage[first]


def test_plans_with_outcomes_and_quarters_become_arrays(tmp_path):
    pytest.importorskip("xarray", reason="xarray is not installed")
    ls.run("new", "chain", "--template", "full", cwd=tmp_path)
    text = (tmp_path / "chain.yaml").read_text()
    plan = ls.read(tmp_path / "chain.yaml").solve(relax=True, risk="expected")
    assert plan.to_xarray().builds.dims == ("outcome", "facility", "option", "year")
    assert "step: year" in text
    quarters = ls.loads(text.replace("step: year", "step: quarter")).solve(relax=True)
    data = quarters.to_xarray()
    assert "period" in data.builds.dims and "year" in data.dependency.dims
    assert float(data.builds.sum()) == pytest.approx(quarters.builds["value"].sum())


def test_a_sweep_becomes_files_and_arrays(tutorial, tmp_path):
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")
    found = tutorial.sweep(vary={"budget_scale": [0.5, 1], "scenario": ["base", "export_ban"]})
    assert found.to_parquet(tmp_path) == ["cases.parquet", "builds.parquet", "awards.parquet"]
    found.to_feather(tmp_path)
    found.to_netcdf(tmp_path / "sweep.nc")
    with xarray.open_dataset(tmp_path / "sweep.nc") as data:
        assert data["dependency_by_year"].dims == ("case", "year")
        assert data["scenario"].to_numpy().tolist() == ["base", "export_ban"] * 2
        assert data["dependency"].to_numpy().tolist() == found.cases["dependency"].tolist()
        assert data["public_cost"].attrs["units"] == "1e6 USD"


def test_a_file_of_an_unknown_kind_is_refused(tutorial, tmp_path):
    from lodestone.files import write_frame

    with pytest.raises(ValueError, match="must end with"):
        write_frame(tutorial.solve().builds, tmp_path / "builds.xyz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unit, written", [
    ("t", "t"), ("t/yr", "t yr-1"), ("share", "1"), ("million USD", "1e6 USD"), ("USD/t", "USD t-1"), ("kUSD", "kUSD")])
def test_units_are_written_as_cf_does(unit, written):
    assert cf_unit(unit) == written
