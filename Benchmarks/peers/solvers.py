#!/usr/bin/env python3
"""Compares the solver with others on the same program, one thread each.

    solvers.py first  facilities=80,step=quarter,seed=1 …    the first objective, cold
    solvers.py both   facilities=80,step=quarter,seed=1 …    both objectives in order

Generated programmes with all their rules, without whole numbers. For Lodestone the user CPU seconds of the whole
process `lodestone solve --relax` (reading, building and verifying included); for the others of solving
alone. HiGHS has its tolerances at 1e-9, as the answers here are held to 1e-9, and solves the second objective
from the basis of the first. Solvers that are not installed are left out: HiGHS is `highspy` of PyPI, GLOP `ortools`,
CLP the command `clp` (coinor-clp).
"""
import argparse
import importlib.util
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

LODESTONE = os.environ.get("LODESTONE", "lodestone")


def children():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def own():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def lodestone(model, objectives, limit):
    before = children()
    out = subprocess.run([LODESTONE, "solve", model, "--relax", "--objective", ",".join(objectives), "--json"],
                         capture_output=True, text=True, timeout=limit, check=True).stdout
    answer = json.loads(out)
    return children() - before, [answer["objectives"][o] for o in objectives]


def highs(paths, method, limit):
    """Runs in a process of its own: see `child`."""
    out = subprocess.run([sys.executable, __file__, "child", method, str(limit), *paths],
                         capture_output=True, text=True, timeout=2.5 * limit + 30, check=True).stdout
    answer = json.loads(out.strip().splitlines()[-1])
    return answer["seconds"], answer["values"]


def child(method, limit, paths):
    if method == "glop":
        from ortools.linear_solver.python import model_builder
        model = model_builder.ModelBuilder()
        model.import_from_mps_file(paths[0])
        solver = model_builder.Solver("glop")
        solver.set_time_limit_in_seconds(float(limit))
        start = own()
        status = solver.solve(model)
        ok = status == model_builder.SolveStatus.OPTIMAL
        print(json.dumps({"seconds": own() - start, "values": [solver.objective_value if ok else None]}))
        return
    import highspy
    h = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("solver", method), ("time_limit", float(limit)),
                        ("primal_feasibility_tolerance", 1e-9), ("dual_feasibility_tolerance", 1e-9)):
        h.setOptionValue(name, value)
    h.readModel(paths[0])
    second = None
    if len(paths) > 1:
        other = highspy.Highs()
        other.setOptionValue("output_flag", False)
        other.readModel(paths[1])
        lp = other.getLp()
        place = {name: j for j, name in enumerate(h.getLp().col_names_)}
        second = [(place[name], cost) for name, cost in zip(lp.col_names_, lp.col_cost_)]
        offset = lp.offset_
    values = []
    start = own()
    h.run()
    optimal = highspy.HighsModelStatus.kOptimal
    values.append(h.getInfo().objective_function_value if h.getModelStatus() == optimal else None)
    if second is not None and values[0] is not None:
        lp = h.getLp()
        first = [(j, c) for j, c in enumerate(lp.col_cost_) if c != 0]
        held = values[0] + max(1e-6 * abs(values[0]), 1e-9) - lp.offset_
        h.addRow(-highspy.kHighsInf, held, len(first), [j for j, _ in first], [c for _, c in first])
        for j, cost in second:
            h.changeColCost(j, cost)
        h.changeObjectiveOffset(offset)
        h.setOptionValue("solver", "choose")
        h.run()
        values.append(h.getInfo().objective_function_value if h.getModelStatus() == optimal else None)
    print(json.dumps({"seconds": own() - start, "values": values}))


def clp(path, limit):
    before = children()
    text = subprocess.run(["clp", path, "-seconds", str(limit), "-primalTolerance", "1e-9", "-dualTolerance", "1e-9",
                           "-dualSimplex"], capture_output=True, text=True, timeout=2 * limit + 30).stdout
    whole = children() - before
    # What reading alone takes is no part of it.
    before = children()
    subprocess.run(["clp", path, "-quit"], capture_output=True, input="", text=True, timeout=limit)
    reading = children() - before
    found = re.search(r"Optimal objective (\S+)", text)
    return max(whole - reading, 0.0), [float(found.group(1)) if found else None]


def contenders(goal):
    if goal == "both":
        return {"highs simplex": lambda f, limit: highs([f["first"], f["second"]], "simplex", limit),
                "highs ipm": lambda f, limit: highs([f["first"], f["second"]], "ipm", limit)}
    return {"highs simplex": lambda f, limit: highs([f["first"]], "simplex", limit),
            "highs ipm": lambda f, limit: highs([f["first"]], "ipm", limit),
            "clp": lambda f, limit: clp(f["first"], limit),
            "glop": lambda f, limit: highs([f["first"]], "glop", limit)}


def is_installed(name):
    if name == "clp":
        return shutil.which("clp") is not None
    return importlib.util.find_spec("ortools" if name == "glop" else "highspy") is not None


def main():
    if sys.argv[1:2] == ["child"]:
        return child(sys.argv[2], sys.argv[3], sys.argv[4:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("goal", choices=["first", "both"])
    parser.add_argument("generators", nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=200, help="seconds of one solve")
    parser.add_argument("--without", default="", help="solvers to leave out, separated by commas")
    arguments = parser.parse_args()
    objectives = ["dependency"] if arguments.goal == "first" else ["dependency", "public_cost"]
    peers = {n: f for n, f in contenders(arguments.goal).items() if n not in arguments.without.split(",")}
    missing = [name for name in peers if not is_installed(name)]
    if missing:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        peers = {name: solve for name, solve in peers.items() if name not in missing}
    if not peers:
        parser.error("no solver to compare with is installed")
    print("| Programme | Lodestone | " + " | ".join(peers) + " | Ratio to the best |")
    print("| --- " * (len(peers) + 3) + "|", flush=True)
    for generator in arguments.generators:
        with tempfile.TemporaryDirectory() as folder:
            model = os.path.join(folder, "model.yaml")
            subprocess.run([LODESTONE, "new", model, "--generate", generator], check=True, capture_output=True)
            with open(model, encoding="utf-8") as file:
                text = file.read()
            files = {}
            for name, order in (("first", "dependency, public_cost"), ("second", "public_cost, dependency")):
                variant = os.path.join(folder, name + ".yaml")
                with open(variant, "w", encoding="utf-8") as file:
                    file.write(f"{text}objective: [{order}]\n")
                files[name] = os.path.join(folder, name + ".mps")
                subprocess.run([LODESTONE, "export", variant, "--relax", "--mps", files[name]], check=True,
                               capture_output=True)
            seconds = {name: [] for name in ["lodestone", *peers]}
            notes = {}
            for _ in range(arguments.repeat):
                time, ours = lodestone(model, objectives, 4 * arguments.limit)
                seconds["lodestone"].append(time)
                for name, solve in peers.items():
                    if name in notes:
                        continue
                    try:
                        time, theirs = solve(files, arguments.limit)
                    except (subprocess.SubprocessError, ValueError) as failed:
                        notes[name] = type(failed).__name__
                        continue
                    if theirs[-1] is None:
                        notes[name] = f"> {time:.0f} s"
                        continue
                    # The second value may use up what the first leaves open, so only the first must agree.
                    if abs(theirs[0] - ours[0]) > 1e-6 * abs(ours[0]) + 1e-9:
                        notes[name] = f"{theirs[0]:.9f} differs"
                        continue
                    seconds[name].append(time)
        ours = statistics.median(seconds["lodestone"])
        cells, best = [], None
        for name in peers:
            if name in notes:
                cells.append(notes[name])
                continue
            median = statistics.median(seconds[name])
            best = median if best is None else min(best, median)
            cells.append(f"{median:.2f}")
        ratio = f"{ours / best:.2f}" if best else "—"
        print(f"| {generator} | {ours:.2f} | {' | '.join(cells)} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
