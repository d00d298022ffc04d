#!/usr/bin/env python3
"""Compares a sweep with cold solves of the same programs by HiGHS through highspy, one thread each.

    sweep.py MODEL --sample 20 --seed 7                     draws from the model's uncertainty.sample
    sweep.py MODEL --vary budget_scale=0.5,0.75,1,1.25      a grid
    sweep.py MODEL --sample 20 --seed 7 --solve 5           HiGHS on five of the cases

For Lodestone the user CPU seconds of the whole process `lodestone sweep --relax --jobs 1` (reading, building,
verifying and storing included), for HiGHS at its defaults those of solving alone: the first objective cold, and the
second with the first held, cold as well. Where its answers are more than 1e-6 (second objective: 1e-3) from the
verified ones the line says so: its default tolerances leave rows short by up to 1e-7 of the scaled program.
"""
import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile

import yaml

LODESTONE = os.environ.get("LODESTONE", "lodestone")


def used(who):
    return resource.getrusage(who).ru_utime


def sweep(model, design, store):
    before = used(resource.RUSAGE_CHILDREN)
    subprocess.run([LODESTONE, "sweep", model, "--relax", "--jobs", "1", "--store", store, *design],
                   check=True, capture_output=True)
    return used(resource.RUSAGE_CHILDREN) - before


def cases(store, objectives):
    with sqlite3.connect(store) as database:
        paths = [path for (path,) in database.execute("SELECT path FROM inputs ORDER BY position")]
        rows = database.execute(f"SELECT inputs, {', '.join(objectives)} FROM cases ORDER BY id").fetchall()
    return paths, [(json.loads(row[0]), row[1:]) for row in rows]


def exported(model, paths, inputs, objectives, folder):
    """The programs of both objectives of a case, written by Lodestone as MPS files."""
    scale, changes = "1", []
    for path, value in zip(paths, inputs):
        if path == "budget_scale":
            scale = str(value).removeprefix("x")
        else:
            factor = float(value) if isinstance(value, (int, float)) else float(value.removeprefix("x"))
            changes.append({"scale": path, "by": factor})
    files = []
    for order in (objectives, objectives[::-1]):
        with open(model, encoding="utf-8") as file:
            text = yaml.safe_load(file)
        text["objective"] = list(order)
        text.setdefault("scenarios", {})["sweep_case"] = {"changes": changes}
        # Beside the model: tables are named relative to it.
        variant = os.path.join(os.path.dirname(os.path.abspath(model)), f".sweep-{os.getpid()}.yaml")
        target = os.path.join(folder, f"{order[0]}.mps")
        try:
            with open(variant, "w", encoding="utf-8") as file:
                yaml.safe_dump(text, file, sort_keys=False)
            scenario = ["--scenario", "sweep_case"] if changes else []
            subprocess.run([LODESTONE, "export", variant, "--relax", "--budget-scale", scale, *scenario, "--mps", target],
                           check=True, capture_output=True)
        finally:
            os.unlink(variant)
        files.append(target)
    return files


def highs(files):
    import highspy

    def read(path):
        solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1)):
            solver.setOptionValue(name, value)
        solver.readModel(path)
        return solver

    first, second = read(files[0]), read(files[1])
    before = used(resource.RUSAGE_SELF)
    first.run()
    value = first.getInfo().objective_function_value
    if len(files) == 1:
        return used(resource.RUSAGE_SELF) - before, [value]
    lp = first.getLp()
    place = {name: j for j, name in enumerate(second.getLp().col_names_)}
    held = value + max(1e-6 * abs(value), 1e-9) - lp.offset_
    terms = []
    for name, cost, fixed in zip(lp.col_names_, lp.col_cost_, lp.col_lower_):
        # The objective's constant stands as a fixed column, which the other program has with its own cost or not at all.
        if name == "objective_constant":
            held -= cost * fixed
        elif cost != 0:
            terms.append((place[name], cost))
    second.addRow(-highspy.kHighsInf, held, len(terms), [j for j, _ in terms], [c for _, c in terms])
    second.run()
    return used(resource.RUSAGE_SELF) - before, [value, second.getInfo().objective_function_value]


def main():
    if sys.argv[1:2] == ["child"]:
        print(json.dumps(highs(sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--sample")
    parser.add_argument("--seed", default="7")
    parser.add_argument("--vary", action="append", default=[])
    parser.add_argument("--repeat", type=int, default=3, help="sweeps; the median counts")
    parser.add_argument("--solve", type=int, default=5, help="cases that HiGHS solves, evenly spread")
    arguments = parser.parse_args()
    design = ["--sample", arguments.sample, "--seed", arguments.seed] if arguments.sample else []
    for values in arguments.vary:
        design += ["--vary", values]
    with open(arguments.model, encoding="utf-8") as file:
        objectives = yaml.safe_load(file)["objective"]
    with tempfile.TemporaryDirectory() as folder:
        ours = []
        for number in range(arguments.repeat):
            store = os.path.join(folder, f"{number}.db")
            ours.append(sweep(arguments.model, design, store))
        paths, found = cases(store, objectives)
        mine = statistics.median(ours) / len(found)
        print(f"lodestone: {mine:.3f} s a case ({len(found)} cases, median of {arguments.repeat})", flush=True)
        theirs = []
        stride = max(1, len(found) // arguments.solve)
        for inputs, values in found[::stride][:arguments.solve]:
            files = exported(arguments.model, paths, inputs, objectives, folder)
            out = subprocess.run([sys.executable, __file__, "child", *files], check=True, capture_output=True, text=True)
            seconds, answers = json.loads(out.stdout.splitlines()[-1])
            theirs.append(seconds)
            # The second value may use up what the first leaves open, so only the first is compared to 1e-6.
            difference = [abs(a - b) / max(abs(b), 1e-3) for a, b in zip(answers, values)]
            note = "" if difference[0] <= 1e-6 and max(difference) <= 1e-3 else "  DIFFERS"
            print(f"highs: {seconds:.2f} s, {answers} against {list(values)}{note}", flush=True)
        mean = statistics.mean(theirs)
        print(f"highs: {mean:.2f} s a case (mean of {len(theirs)}); {mean / mine:.1f} times as long as lodestone")


if __name__ == "__main__":
    main()
