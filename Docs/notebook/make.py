"""Writes plan.ipynb and runs it: python3 Docs/notebook/make.py (see requirements.txt; lodestone must be on the PATH)."""

import pathlib

import nbformat
from nbclient import NotebookClient

HERE = pathlib.Path(__file__).parent

CELLS = [
    ("markdown", """# Results in pandas, DuckDB and Parquet

`lodestone solve --out FOLDER` writes one CSV table a kind and `plan.json`; `lodestone sweep --store FILE` writes SQLite.
This notebook reads them. It runs as it stands in this folder, with `lodestone` on the `PATH` and
`pip install -r requirements.txt`."""),
    ("code", """import json, pathlib, sqlite3, subprocess, tempfile
import duckdb, matplotlib.pyplot as plt, pandas as pd

model = pathlib.Path("../../Models/us-batteries/model.yaml")
work = pathlib.Path(tempfile.mkdtemp())

def lodestone(*arguments):
    subprocess.run(["lodestone", *map(str, arguments)], check=True, capture_output=True)

lodestone("solve", model, "--relax", "--out", work / "plan")
sorted(path.name for path in (work / "plan").iterdir())"""),
    ("markdown", """## A table in pandas

A column's unit stands in brackets after its name."""),
    ("code", """awards = pd.read_csv(work / "plan" / "awards.csv")
awards.head()"""),
    ("code", """amount = "value [million USD]"
awards.pivot_table(index="stage", columns="year", values=amount, aggfunc="sum", fill_value=0).round(1)"""),
    ("markdown", "## The plan as JSON"),
    ("code", """plan = json.loads((work / "plan" / "plan.json").read_text())
print(list(plan))
plan["status"], plan["objectives"]"""),
    ("code", """dependency = pd.read_csv(work / "plan" / "dependency.csv")
ax = dependency.plot(x="year", y="value [share]", marker="o", legend=False, figsize=(6, 2.6))
ax.set(ylabel="dependency", ylim=(0, 1), xlabel="")
ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
plt.tight_layout()"""),
    ("markdown", """## Tables joined in DuckDB

DuckDB reads the CSV files where they are."""),
    ("code", """folder = work / "plan"
duckdb.sql(f'''
    select b.stage, count(distinct b.facility) as facilities,
           round(sum(b."value [t/yr]")) as capacity_t_per_year,
           round((select sum(a."{amount}") from '{folder}/awards.csv' a where a.stage = b.stage), 1) as million_usd
    from '{folder}/builds.csv' b group by b.stage order by million_usd desc nulls last
''').df()"""),
    ("markdown", """## Parquet

Lodestone writes no Parquet itself; DuckDB (or pandas with pyarrow) makes it of the CSV files, types included."""),
    ("code", """for table in sorted(folder.glob("*.csv")):
    duckdb.sql(f"copy (select * from '{table}') to '{table.with_suffix('.parquet')}' (format parquet)")
pd.read_parquet(folder / "builds.parquet").dtypes"""),
    ("markdown", "## A sweep: many cases in SQLite"),
    ("code", """store = work / "sweep.db"
lodestone("sweep", model, "--relax", "--vary", "budget_scale=0.25,0.5,0.75,1,1.5,2", "--store", store)
with sqlite3.connect(store) as connection:
    cases = pd.read_sql("select * from cases where verified = 1 order by id", connection)
cases["budget_scale"] = [json.loads(inputs)[0] for inputs in cases["inputs"]]
cases[["budget_scale", "dependency", "public_money", "private_money"]].round(4)"""),
]

notebook = nbformat.v4.new_notebook(cells=[
    nbformat.v4.new_markdown_cell(text, id=f"cell-{index}") if kind == "markdown"
    else nbformat.v4.new_code_cell(text, id=f"cell-{index}")
    for index, (kind, text) in enumerate(CELLS)
], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
             "language_info": {"name": "python"}})
NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": HERE}}).execute()
for cell in notebook.cells:
    cell.metadata.pop("execution", None)  # Times, which differ from run to run.
nbformat.write(notebook, HERE / "plan.ipynb")
