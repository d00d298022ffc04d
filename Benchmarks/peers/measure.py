#!/usr/bin/env python3
"""Measures *model file to answer* of Lodestone and its peers, in turn, and writes what it found.

CPU seconds (user and system), medians; Lodestone's phases are wall time, medians of 15 by `lodestone bench`.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import statistics
import sys
import tempfile

import outcomes
from common import HERE, LODESTONE, Failed, process, processor, seconds, times

# What the table shows; the others are for the plots.
TABLE = [("40 facilities, year", "facilities=40,seed=1"), ("80 facilities, year", "facilities=80,seed=1"),
         ("160 facilities, year", "facilities=160,seed=1"),
         ("40 facilities, quarter", "facilities=40,step=quarter,seed=1")]
GROWTH = [("20 facilities, year", "facilities=20,seed=1"), ("320 facilities, year", "facilities=320,seed=1"),
          ("40 facilities, half", "facilities=40,step=half,seed=1"),
          ("40 facilities, month", "facilities=40,step=month,seed=1")]
TOOLS = ["lodestone", "mathprog", "pyomo", "linopy"]
NAMES = {"lodestone": "Lodestone", "mathprog": "GNU MathProg, GLPK", "pyomo": "Pyomo, HiGHS",
         "linopy": "linopy, HiGHS"}


def lodestone(files, limit):
    # Only the first phases count here: the solves after them are cut short.
    text, _, _ = process([LODESTONE, "bench", files["yaml"], "--repeat", "15", "--time-limit", "0.01", "--json"],
                         limit, codes=(0, 4, 5))
    phases = json.loads(text)["benchmarks"][0]["phases"]
    build = sum(statistics.median(phases[name]) for name in ("read", "build", "load"))
    try:
        text, total, memory = process([LODESTONE, "solve", files["yaml"], "--json"], limit)
    except Failed as failed:
        return {"build": build, "problem": str(failed)}
    answer = json.loads(text)
    if not answer["verification"]["verified"]:
        raise Failed("not verified")
    return {"build": build, "total": total, "memory": memory, "objective": answer["objectives"]["dependency"]}


def mathprog(files, limit):
    model = ["glpsol", "-m", str(HERE / "model.mod"), "-d", files["dat"]]
    _, build, _ = process(model + ["--check"], limit)
    found = files["dat"] + ".out"
    try:
        _, total, memory = process(model + ["-o", found], limit)
    except Failed as failed:
        return {"build": build, "problem": str(failed)}
    head = pathlib.Path(found).read_text(encoding="utf-8")[:2000]
    value = float(re.search(r"^Objective: .*= *(\S+) ", head, re.M).group(1))
    return {"build": build, "total": total, "memory": memory, "objective": value / files["whole"]}


def python(name):
    def run(files, limit):
        command = [sys.executable, str(HERE / "peer.py"), name, files["json"], str(limit)]
        text, total, memory = process(command, 2 * limit + 60)
        phases = json.loads(text.strip().splitlines()[-1])
        if phases["objective"] is None:
            return {"build": phases["build"] + phases["load"], "start": phases["start"],
                    "problem": f"more than {limit:.0f} s"}
        return {"build": phases["build"] + phases["load"], "start": phases["start"], "total": total,
                "memory": memory, "objective": phases["objective"]}
    return run


RUN = {"lodestone": lodestone, "mathprog": mathprog, "pyomo": python("pyomo"), "linopy": python("linopy")}


def prepare(folder, name, generator):
    """The model, taken down to the subset, in every language."""
    stem = os.path.join(folder, re.sub(r"\W+", "-", name))
    process([LODESTONE, "new", stem + "-whole.yaml", "--generate", generator], 60)
    files = {"yaml": stem + ".yaml", "json": stem + ".json", "dat": stem + ".dat"}
    process([sys.executable, str(HERE / "subset.py"), stem + "-whole.yaml", *files.values()], 300)
    with open(files["json"], encoding="utf-8") as file:
        data = json.load(file)
    files["whole"] = sum(d["weight"] * sum(d["quantity"]) for d in data["demand"].values())
    files["steps"] = data["steps"]
    files["facilities"] = len(data["facilities"])
    return files


def measure(sizes, repeats, limit):
    """Yields the results after every model, so that a run that is ended early leaves what it has."""
    runs = {name: {tool: [] for tool in TOOLS} for name, _ in sizes}
    problems = {name: {} for name, _ in sizes}
    with tempfile.TemporaryDirectory() as folder:
        models = {name: prepare(folder, name, generator) for name, generator in sizes}
        for turn in range(repeats):
            for name, _ in sizes:
                for tool in TOOLS:
                    # What takes too long once is not tried again.
                    if tool in problems[name]:
                        continue
                    print(f"\r{turn + 1}/{repeats}  {name:24}  {tool:10}", end="", file=sys.stderr, flush=True)
                    try:
                        run = RUN[tool](models[name], limit)
                        runs[name][tool].append(run)
                        if "problem" in run:
                            problems[name][tool] = run["problem"]
                    except Failed as failed:
                        problems[name][tool] = str(failed)
                yield [result(n, models[n], runs[n], problems[n]) for n, _ in sizes if all(
                    runs[n][tool] or tool in problems[n] for tool in TOOLS)]
    print(file=sys.stderr)


def result(name, model, runs, problems):
    """The medians of one model."""
    tools = {}
    for tool in TOOLS:
        keys = {key for run in runs[tool] for key in run} - {"problem"}
        of = {key: statistics.median(r[key] for r in runs[tool] if key in r) for key in sorted(keys)}
        if tool in problems:
            of = {key: of[key] for key in ("build", "start") if key in of} | {"problem": problems[tool]}
        elif of:
            of["solve"] = max(0.0, of["total"] - of["build"] - of.get("start", 0.0))
        tools[tool] = of
    ours = tools["lodestone"].get("objective")
    for of in tools.values():
        if "objective" in of:
            of["agrees"] = ours is not None and abs(of["objective"] - ours) <= 1e-6 * max(abs(ours), 1e-3)
    return {"model": name, "facilities": model["facilities"], "steps": model["steps"],
            "repeats": max(len(run) for run in runs.values()), "tools": tools}


def table(results):
    lines = ["# Model file to answer", "",
             "The same model written in four languages: facilities with capacity, lead times and ramps, balances by "
             "commodity and class, imports, demand, eight rules of money; the least dependency is sought. "
             f"CPU seconds, medians of {results[0]['repeats']} interleaved runs, one thread each, {processor()}. "
             "*Read and build*: from the file until the program is in the solver's hands. *Whole process*: "
             "everything, the start of Python included. “Theirs / ours” is how many times as long theirs takes.", "",
             "| Model | | Read and build | Theirs / ours | Solve | Whole process | Theirs / ours | Memory | Dependency |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for result in results:
        ours = result["tools"]["lodestone"]
        for tool in TOOLS:
            of = result["tools"][tool]
            label = result["model"] if tool == "lodestone" else ""
            build = seconds(of["build"]) if "build" in of else "—"
            apart = times(of["build"], ours["build"]) if tool != "lodestone" and {"build"} <= of.keys() & ours.keys() else ""
            if "total" not in of:
                reason = (of.get("problem", "").splitlines() or [""])[-1]
                lines.append(f"| {label} | {NAMES[tool]} | {build} | {apart} | {reason} | | | | |")
                continue
            whole = times(of["total"], ours["total"]) if tool != "lodestone" and "total" in ours else ""
            mark = "" if of["agrees"] else " **differs**"
            lines.append(f"| {label} | {NAMES[tool]} | {build} | {apart} | {seconds(of['solve'])} "
                         f"| {seconds(of['total'])} | {whole} | {of['memory']:.0f} MB | {of['objective']:.9f}{mark} |")
    lines += ["", "`Benchmarks/peers/run` installs the peers, measures and writes this file, `results.json` and the "
              "plots. The peers start from numbers already converted to kilotonnes, millions and steps (`subset.py`); "
              "Lodestone reads the model as people write it, with units and series, checks it, and verifies its answer "
              "in the time shown. Its reading and building is wall time, the median of 15 in one process.", ""]
    return "\n".join(lines)


def write(results, rows=()):
    """The results of this run and the last ones of the other models, as JSON and Markdown."""
    file = HERE / "results.json"
    last = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known = {r["model"]: r for r in last.get("results", [])} | {r["model"]: r for r in results}
    counted = {r["outcomes"]: r for r in last.get("outcomes", [])} | {r["outcomes"]: r for r in rows}
    results = [known[name] for name, _ in TABLE + GROWTH if name in known]
    rows = [counted[count] for count in sorted(counted)]
    file.write_text(json.dumps({"results": results, "outcomes": rows}, indent=1) + "\n", encoding="utf-8")
    shown = [r for r in results if r["model"] in dict(TABLE)]
    text = (table(shown) if shown else "") + (outcomes.table(rows) if rows else "")
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")


def counts(text):
    return [int(count) for count in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=120, help="seconds for one solve")
    parser.add_argument("--only", action="append", help="a model by its name; nothing is written then")
    parser.add_argument("--models", choices=["all", "table", "growth", "outcomes"], default="all",
                        help="which models are measured; of the others the last results stay")
    parser.add_argument("--outcomes", type=counts, default=outcomes.COUNTS,
                        help="numbers of sampled outcomes, separated by commas")
    parser.add_argument("--outcome-limit", type=float, default=300,
                        help="CPU seconds for one solve of a peer with sampled outcomes")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sizes = {"all": TABLE + GROWTH, "table": TABLE, "growth": GROWTH, "outcomes": []}[arguments.models]
    if arguments.only:
        sizes = [s for s in TABLE + GROWTH if s[0] in arguments.only]
    results, rows = [], []
    for results in measure(sizes, arguments.repeat, arguments.limit):
        if not arguments.only:
            write(results)
    if results:
        print(table(results))
    if arguments.models in ("all", "outcomes") and not arguments.only:
        for rows in outcomes.measure(arguments.outcomes, arguments.repeat, arguments.outcome_limit):
            write(results, rows)
        print(outcomes.table(rows))
    if not arguments.only:
        # A process of its own: a child's most memory starts from that of this one.
        process([sys.executable, str(HERE / "plots.py")], 300)
    differs = any(of.get("agrees") is False for r in results + rows for of in r["tools"].values())
    sys.exit("objectives differ" if differs else 0)


if __name__ == "__main__":
    main()
