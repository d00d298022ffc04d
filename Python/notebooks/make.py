"""Writes the notebooks of this folder and runs them: python Python/notebooks/make.py (needs lodestone[all] and nbclient)."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent

FIRST_PLAN = [
    ("markdown", """# A first plan

A model is a file, a plan is what `solve` answers. Everything here is the tutorial's chain, small enough to check by hand."""),
    ("code", """import lodestone as ls

model = ls.read("../../Models/tutorial.yaml")
plan = model.solve()
plan"""),
    ("markdown", "What is built, and with whose money. The unit of each column stands in `attrs`."),
    ("code", """print(plan.builds.attrs["units"])
plan.builds[["facility", "year", "value", "online_year"]]"""),
    ("code", """plan.awards.pivot_table(index="facility", columns="year", values="value", aggfunc="sum")"""),
    ("code", """axes = plan.dependency_by_year.plot(x="year", y="value", marker="o", legend=False, figsize=(5, 2.4))
axes.set(xlabel="", ylabel="dependency", ylim=(0, 1.05), xticks=plan.dependency_by_year["year"])
axes.yaxis.set_major_formatter("{x:.0%}")"""),
    ("markdown", """## A change

A change is kept in the model and sent along with the question; the file stays as it is. Twice the money of 2026:"""),
    ("code", """model["funds.grants.appropriations.2026"] = "120 MUSD"
more = model.solve()
plan.dependency, more.dependency"""),
    ("markdown", "A change that does not fit is an error that says where and why."),
    ("code", """try:
    model.at({"funds.grants.max_share": "fifty"}).solve()
except ls.ModelError as error:
    print(error)"""),
]

SCENARIOS = [
    ("markdown", """# Scenarios and regret

What each scenario would do to Japan's gallium, and a plan that has to be made before one knows which comes."""),
    ("code", """import lodestone as ls
import pandas as pd

model = ls.read("../../Models/jp-gallium/model.yaml")
names = [None, *model.scenarios]
plans = ls.ask_all([model.at(scenario=name) for name in names], relax=True)
pd.DataFrame({"dependency": [plan.dependency for plan in plans],
              "public_cost": [plan.objectives["public_cost"] for plan in plans]},
             index=["as it is", *model.scenarios]).sort_values("dependency").round(3)"""),
    ("markdown", """Each of these plans knows its scenario from the first year on. A plan that must be made before 2030, with
probabilities for what comes then:"""),
    ("code", """uncertain = model.at({
    "uncertainty.outcomes": {"base": "50%", "export_ban": "25%", "price_dumping": "25%"},
    "uncertainty.sample": {"count": 1, "seed": 1, "vary": [{"path": "demand.*.quantity", "normal": {"mean": 1, "sd": 0}}]},
})
expected = uncertain.solve(relax=True, risk="expected", beside=True)
expected.outcomes.round(3)"""),
    ("code", """regret = uncertain.solve(relax=True, risk="regret", beside=True)
pd.DataFrame({"expected": expected.outcomes.set_index("name")["regret"],
              "least regret": regret.outcomes.set_index("name")["regret"]}).round(3)"""),
    ("markdown", """The measure `regret` counts the largest alone; the others may be as large. What both award in the years before anyone
knows, million USD:"""),
    ("code", """def early(plan):
    first = plan.awards[plan.awards["year"] < 2030]
    first = first[first["outcome"] == first["outcome"].iloc[0]]
    return first.groupby("facility")["value"].sum()

pd.DataFrame({"expected": early(expected), "least regret": early(regret)}).fillna(0).round(1)"""),
]

FRONTIER = [
    ("markdown", """# Frontier and Pareto

The frontier is exact: between two breakpoints the best value is a straight line in the budget."""),
    ("code", """import lodestone as ls
import pandas as pd

model = ls.read("../../Models/tutorial.yaml")
frontier = pd.DataFrame(model.frontier(end=2)["breakpoints"])
frontier[["scale", "budget", "dependency", "slope_right"]]"""),
    ("code", """axes = frontier.plot(x="budget", y="dependency", marker="o", legend=False, figsize=(5, 2.6))
axes.set(xlabel="budget, million USD", ylim=(0, 1.05))
axes.yaxis.set_major_formatter("{x:.0%}")"""),
    ("markdown", """## Dependency against cost

The Pareto set of two objectives: for each dependency the least public money that reaches it in 2029. Points that cannot be
reached are none of it."""),
    ("code", """points = []
for percent in range(100, 0, -10):
    answer = model.reach({2029: f"{percent}%"})
    if answer["reached"]:
        points.append({"dependency in 2029": percent / 100, "public money": answer["public_money"]})
pareto = pd.DataFrame(points)
pareto"""),
    ("code", """axes = pareto.plot(x="public money", y="dependency in 2029", marker="o", legend=False, figsize=(5, 2.6))
axes.set(xlabel="public money, million USD", ylabel="dependency in 2029")
axes.yaxis.set_major_formatter("{x:.0%}")"""),
    ("markdown", "A grid of both, as a sweep, in one table and as arrays:"),
    ("code", """found = model.sweep(vary={"budget_scale": [0.5, 1, 1.5], "demand.*.quantity": ["x0.8", "x1", "x1.2"]})
found.cases.pivot(index="demand.*.quantity", columns="budget_scale", values="dependency").round(3)"""),
]

ADVERSARY = [
    ("markdown", """# An adversary

The model says which moves the other side has from 2028 on and what each must gain to be worth it. One plan is made so that the
worst answer to it is mildest."""),
    ("code", """import lodestone as ls
import pandas as pd

model = ls.read("../../Models/jp-gallium/model.yaml")
model["adversary.moves"]"""),
    ("code", """against = model.solve(relax=True, risk="adversary")
against.outcomes.round(4)"""),
    ("markdown", """What each set of moves would do if it were known from the start: the same questions one by one, as tasks that can as well
go to a cluster (`client=`)."""),
    ("code", """moves = list(against.outcomes["name"][1:])
known = ls.ask_all([model, *(model.at(scenario=name) for name in moves)], relax=True)
table = against.outcomes.set_index("name")[["dependency"]]
table["known from the start"] = [plan.dependency for plan in known]
table.round(4)"""),
    ("markdown", "What standing ready for the answer changes in the first awards, million USD:"),
    ("code", """naive = known[0].awards.query("year < 2028").groupby("facility")["value"].sum()
ready = against.awards.query("year < 2028 and outcome == 'no answer'").groupby("facility")["value"].sum()
pd.DataFrame({"as if nothing came": naive, "ready": ready}).fillna(0).round(1)"""),
]

OWN_REPORT = [
    ("markdown", """# A report of one's own

Every figure of a plan is in its tables, so that a report says what its readers ask."""),
    ("code", """import lodestone as ls
import pandas as pd

model = ls.read("../../Models/jp-gallium/model.yaml")
plan = model.solve(relax=True)
names = {path.split(".")[1]: name for path, name in model["facilities.*.name"].items()}"""),
    ("markdown", "## What a tonne costs the public"),
    ("code", """public = plan.awards.groupby("facility")["value"].sum()
private = plan.private.groupby("facility")["value"].sum()
capacity = plan.builds.groupby("facility")["value"].sum()
table = pd.DataFrame({"t/yr": capacity, "public, MUSD": public, "private, MUSD": private}).fillna(0)
table["public kUSD a t/yr"] = 1000 * table["public, MUSD"] / table["t/yr"]
table.rename(index=names).sort_values("public, MUSD", ascending=False).round(1)"""),
    ("markdown", "## Who is served from where, with the tidy table in DuckDB"),
    ("code", """import duckdb

tidy = plan.tidy()
duckdb.sql('''
    select segment, class, round(sum(value)) as tonnes from tidy
    where "table" = 'demand' and year >= 2034 group by all order by all''').df().pivot(
        index="segment", columns="class", values="tonnes").fillna(0)"""),
    ("code", """shares = plan.class_shares.pivot(index="year", columns="class", values="value")
axes = shares.plot.area(figsize=(6, 2.8), linewidth=0, color=["#2e8b57", "#1f4e79", "#c0504d", "#7f7f7f"])
axes.set(xlabel="", ylabel="share of demand", ylim=(0, 1))
axes.yaxis.set_major_formatter("{x:.0%}")
axes.legend(loc="upper right", fontsize=8)"""),
    ("markdown", "## To send on"),
    ("code", """import pathlib, tempfile

folder = pathlib.Path(tempfile.mkdtemp())
plan.to_excel(folder / "plan.xlsx")
plan.to_parquet(folder / "tables")
sorted(path.name for path in folder.iterdir())"""),
]

CALIBRATION = [
    ("markdown", """# Calibration and back-cast

A model's first year is held to published figures, and a number nobody publishes can be set so that they fit."""),
    ("code", """import lodestone as ls
import pandas as pd

model = ls.read("../../Models/jp-gallium/model.yaml")
told = model.command("validate", "--base-year", "--json", settings=False).json["base_year"]
pd.DataFrame(told["rows"])[["name", "model_text", "published_text", "off_text", "verdict"]]"""),
    ("markdown", """## One number to fit one figure

Recyclers made 70 t in the year of the figure, the model 63 t. How much scrap falls at the making of wafers is a guess: 1.25 t
for a tonne in wafers. Which share would give 70 t? The answer rises with it, so halving finds it; each step is a solve of
the process that is warm already."""),
    ("code", """published = 70.0
makers = [path for path, recipe in model["facilities.*.recipe"].items() if "ga_scrap" in recipe["out"]]

def recycled(scrap):
    changed = model.at({f"{path}.out.ga_scrap": scrap for path in makers})
    flows = changed.solve(relax=True).flows
    made = flows.query("facility.str.endswith('recycling') and direction == 'out' and commodity == 'ga_pure' and year == 2026")
    return made["value"].sum()

pd.Series({scrap: recycled(scrap) for scrap in (1.15, 1.25, 1.35, 1.45)}, name="t in 2026").round(1)"""),
    ("code", """low, high = 1.25, 1.45
while high - low > 1e-4:
    middle = round((low + high) / 2, 6)
    low, high = (middle, high) if recycled(middle) < published else (low, middle)
print(f"{recycled(high):.2f} t with {high:.3f} t of scrap for a tonne in wafers")"""),
    ("markdown", """That is 1.39 t of scrap from 2.35 t of pure gallium with a tonne in wafers: more than is left over (1.35 t), so the gap
has another cause. A fit is a question, not yet an answer. What it would mean for the plan:"""),
    ("code", """fitted = model.at({f"{path}.out.ga_scrap": 1.35 for path in makers})
pd.DataFrame({"as it is": model.solve(relax=True).objectives, "as much scrap as can be": fitted.solve(relax=True).objectives}).round(3)"""),
    ("markdown", """## Back-cast

The same kind of model as of 2018: what would it have said, and what came? `as_it_came` has the prices and works that
nobody knew then."""),
    ("code", """past = ls.read("../../Models/us-ndfeb/backcast-2018.yaml")
plans = {"prices stay": past, "as it came": past.at(scenario="as_it_came")}
plans = {name: version.solve(relax=True) for name, version in plans.items()}
pd.DataFrame({name: plan.dependency_by_year.set_index("year")["value"] for name, plan in plans.items()}).round(3).T"""),
    ("code", """plans["as it came"].builds.groupby("facility")["value"].sum().round().astype(int)"""),
]

NOTEBOOKS = {
    "1-first-plan": FIRST_PLAN, "2-scenarios-and-regret": SCENARIOS, "3-frontier-and-pareto": FRONTIER,
    "4-adversary": ADVERSARY, "5-own-report": OWN_REPORT, "6-calibration-and-back-cast": CALIBRATION,
}


def notebook(cells):
    """A notebook of these cells, with ids that stay."""
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(text, id=f"cell-{place}") if kind == "markdown"
            else nbformat.v4.new_code_cell(text, id=f"cell-{place}") for place, (kind, text) in enumerate(cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                  "language_info": {"name": "python"}})


def main(wanted):
    for name, cells in NOTEBOOKS.items():
        if wanted and name not in wanted:
            continue
        made = notebook(cells)
        NotebookClient(made, timeout=300, kernel_name="python3", resources={"metadata": {"path": HERE}}).execute()
        for cell in made.cells:
            cell.metadata.pop("execution", None)  # Times, which differ from run to run.
        nbformat.write(made, HERE / f"{name}.ipynb")
        print(f"{name}.ipynb")


if __name__ == "__main__":
    main(sys.argv[1:])
