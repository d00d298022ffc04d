#!/usr/bin/env python3
"""Compares the engine with the reference on random models (and the pinned corpus).

For each seed the model is written, both programs solve it, and the status and every
objective are compared. A plan that the time limit ended must fit the reference within the
gap that it claims to be proven; it is counted as unfinished. Prints one line a mismatch and
a closing line; exit code 1 on any failure.
"""
import argparse
import glob
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import yaml

import random_forbearance
import random_model
import random_rules

HERE = os.path.dirname(os.path.abspath(__file__))
FLOOR = {"dependency": 1e-9, "peak_dependency": 1e-9, "public_cost": 1e-6, "system_cost": 1e-6, "unmet": 1e-4}


# Plans for several outcomes are asked for a gap of 1e-5.
RISK_TOLERANCE = 2e-5
RISKS = ["expected", "worst", "regret", "cvar", "adversary"]


def run(command, limit):
    """(parsed JSON or None, problem or None)"""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None, f"no answer in {limit:g} s"
    except OSError as error:
        return None, str(error)
    try:
        answer = json.loads(done.stdout)
        if isinstance(answer, dict) and "status" in answer:
            return answer, None
    except ValueError:
        pass
    text = (done.stderr or done.stdout).strip().splitlines()
    return None, f"exit code {done.returncode}, no JSON with a status: {text[0] if text else 'no output'}"


def objectives(answer):
    found = answer.get("objectives") or {}
    if isinstance(found, list):
        found = {o.get("name"): o.get("value") for o in found}
    return found


def differences(engine, reference):
    """What differs, as a list of texts. The plan may use up the slack each objective is held to."""
    unfinished = engine["status"] == "feasible" and reference["status"] == "optimal"
    if engine["status"] != reference["status"] and not unfinished:
        return [f"status {engine['status']}, expected {reference['status']}"]
    if reference["status"] != "optimal":
        return []
    # Where the time limit ended an objective, later ones are not asked for.
    mine = objectives(engine)
    reached = list(reference["objectives"])
    if unfinished:
        # Of several outcomes the last objective that is told is the one that is not proven.
        reached = [stage["objective"] for stage in engine["stages"]] if "stages" in engine else list(mine)[:-1]
    out = []
    under_risk = any(" " in name for name in reference["objectives"])
    for place, (name, expected) in enumerate(reference["objectives"].items()):
        if name not in reached:
            break
        got = mine.get(name)
        if not isinstance(got, (int, float)):
            out.append(f"{name} missing, expected {expected:.12g}")
            continue
        allowed = max((1e-6 if place == 0 else 1e-3) * abs(expected), FLOOR.get(name.split()[-1], 1e-9))
        held = max(1e-6 * abs(expected), 1e-9)
        if under_risk and place == 0:
            allowed = RISK_TOLERANCE * max(abs(expected), 0.01)
            if abs(got - expected) > 1e-6 * abs(expected):        # within the gap, but later objectives may then differ
                reached = [name]
        if unfinished and "stages" in engine and name == reached[-1]:
            held += engine["verification"]["relative_gap"] * max(abs(got), abs(expected))
        if not expected - allowed <= got <= expected + allowed + held:
            out.append(f"{name} {got:.12g}, expected {expected:.12g} (off by {got - expected:.3g})")
    return out


def plan_of(seed, options):
    step = options.step or ["year", "year", "half", "year", "quarter", "month"][seed % 6]
    discrete = options.discrete if options.discrete is not None else seed % 4 == 3 and options.size == "small"
    return step, discrete


def commit(tree, path, seed, options):
    """Writes the model with some of its plan's awards as made; False where it has none."""
    limit = ["--only-plan", "--json", "--time-limit", repr(0.8 * options.time_limit)]
    engine, problem = run([options.lodestone, "solve", path] + limit, options.time_limit)
    plan = None if problem else engine.get("plan")
    if not plan:
        return False
    draw = random.Random(f"{seed} committed")
    currency = tree["money"]["currency"]
    made = []
    for row in plan["builds"]:
        if draw.random() < 0.3:
            part = 1 if row["modules"] is not None else draw.choice([1, draw.uniform(0.2, 1)])
            made.append({"facility": row["facility"], "option": row["option"], "time": row["period"], "capacity": f"{row['value'] * part:.12g} t/yr"})
    for row in plan["awards"]:
        if draw.random() < 0.3:
            made.append({"facility": row["facility"], "fund": row["fund"], "time": row["period"],
                         "money": f"{row['value'] * draw.choice([1, draw.uniform(0.2, 1)]):.12g} M{currency}"})
    for row in plan["purchases"]:
        if draw.random() < 0.5:
            made.append({"stockpile": row["stockpile"], "fund": row["fund"], "time": row["period"], "money": f"{row['value'] * 0.5:.12g} M{currency}"})
    # A few are what no plan would award.
    if made and draw.random() < 0.3:
        made[0]["time"] = tree["horizon"]["start"]
    tree["committed"] = [entry for i, entry in enumerate(made) if all(
        any(entry.get(k) != other.get(k) for k in ("facility", "stockpile", "fund", "option", "time")) for other in made[:i])]
    random_model.write(tree, path)
    return bool(made)


def one(task):
    label, path, scenarios, risk, options = task
    more = [part for name in scenarios for part in ("--scenario", name)]
    if options.budget_scale is not None:
        more += ["--budget-scale", repr(options.budget_scale)]
    if risk:
        more += ["--risk", risk]
    ask = [sys.executable, os.path.join(HERE, "reference.py"), path, "--json", "--time-limit", repr(options.time_limit)] + more
    reference, problem = run(ask, options.time_limit + 30)
    if problem or reference["status"] in ("interrupted", "failed"):
        return "skipped", f"{label}: reference: {problem or reference['status']}"
    limit = ["--only-plan", "--time-limit", repr(0.8 * options.time_limit)] + (["--gap", "1e-5"] if risk else [])
    engine, problem = run([options.lodestone, "solve", path, "--json"] + limit + more, options.time_limit)
    if problem:
        return "failed", f"{label}: {problem}"
    out = differences(engine, reference)
    if out:
        # HiGHS may call a whole-number plan optimal that is above the best: a little with its usual tolerances, by more
        # after its presolve.
        for again in (["--tolerance", "1e-10"], ["--no-presolve"]):
            other, problem = run(ask + again, options.time_limit + 30)
            if out and not problem and other["status"] == reference["status"]:
                out = differences(engine, other)
    if out:
        return "failed", f"{label}: " + "; ".join(out)
    if engine["status"] != reference["status"]:
        return "unfinished", f"{label}: agrees as far as it is proven: {engine['reason']}"
    return "passed", f"{label}: {reference['status']}"


def corpus_tasks(path, scenarios, options):
    """A model of the corpus as it is; and where nothing else is asked for, under each of its scenarios and measures of risk."""
    name = os.path.basename(path)
    with open(path, encoding="utf-8") as file:
        tree = yaml.load(file, Loader=yaml.BaseLoader)
    if scenarios or options.risk:
        return [(f"{name}, {'+'.join(scenarios)} {options.risk or ''}", path, scenarios, options.risk, options)]
    tasks = [(name, path, [], None, options)]
    tasks += [(f"{name}, {scenario}", path, [scenario], None, options) for scenario in tree.get("scenarios", {})]
    risks = (RISKS[:4] if "uncertainty" in tree else []) + (RISKS[4:] if "adversary" in tree else [])
    return tasks + [(f"{name}, {risk}", path, [], risk, options) for risk in risks]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lodestone", required=True, help="path of the program")
    parser.add_argument("--seeds", default="1-60", help="A-B")
    parser.add_argument("--size", choices=random_model.FACILITIES, default="small")
    parser.add_argument("--facilities", type=int)
    parser.add_argument("--step", choices=random_model.PER_YEAR, help="default: by seed")
    parser.add_argument("--discrete", action=argparse.BooleanOptionalAction, help="default: every fourth seed of the small ones")
    parser.add_argument("--scenario", action="append", nargs="+", default=[], metavar="NAME",
                        help="solve under these scenarios of the generator: ban, slump, mixed, both")
    parser.add_argument("--budget-scale", type=float)
    parser.add_argument("--committed", action="store_true", help="some of what the plan awards, all or a part of it, has been awarded already")
    parser.add_argument("--rules", action="store_true", help="with random factors, measures and rules")
    parser.add_argument("--forbearance", action="store_true", help="payments on loans may be put off; only models with loans")
    parser.add_argument("--plain", action="store_true", help="without what the second edition of the format brought")
    parser.add_argument("--risk", choices=RISKS, help="plan for uncertain outcomes, or for an adversary, where the model has them")
    parser.add_argument("--corpus", action="store_true", help="the pinned corpus instead of random models")
    parser.add_argument("--time-limit", type=float, default=60, help="seconds a model")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", metavar="FOLDER", help="where models that fail are copied to")
    parser.add_argument("--verbose", action="store_true", help="a line for every model")
    options = parser.parse_args()
    options.lodestone = os.path.abspath(options.lodestone) if os.path.exists(options.lodestone) else options.lodestone
    scenarios = [name for group in options.scenario for name in group]

    count = {"passed": 0, "failed": 0, "unfinished": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as folder:
        tasks = []
        if options.corpus:
            for path in sorted(glob.glob(os.path.join(HERE, "corpus", "*.yaml"))):
                tasks += corpus_tasks(path, scenarios, options)
        else:
            first, _, last = options.seeds.partition("-")
            for seed in range(int(first), int(last or first) + 1):
                step, discrete = plan_of(seed, options)
                path = os.path.join(folder, f"seed-{seed}.yaml")
                tree = random_model.generate(seed, options.size, options.facilities, step, discrete, options.plain)
                if options.rules:
                    tree = random_rules.add(tree, seed)
                if options.forbearance and not random_forbearance.add(tree, seed):
                    continue
                if options.risk and ("adversary" if options.risk == "adversary" else "uncertainty") not in tree:
                    continue
                random_model.write(tree, path, tables=seed % 7 == 0)
                if options.committed and not commit(tree, path, seed, options):
                    continue
                label = f"seed {seed} ({options.size}, {step}{', discrete' if discrete else ''}{', ' + '+'.join(scenarios) if scenarios else ''}{', ' + options.risk if options.risk else ''})"
                tasks.append((label, path, scenarios, options.risk, options))
        with ThreadPoolExecutor(options.jobs) as pool:
            for (_, path, *_), (verdict, text) in zip(tasks, pool.map(one, tasks)):
                count[verdict] += 1
                if verdict != "passed" or options.verbose:
                    print(f"{verdict}: {text}", flush=True)
                if verdict == "failed" and options.keep:
                    os.makedirs(options.keep, exist_ok=True)
                    for file in glob.glob(os.path.splitext(path)[0] + ".yaml") + glob.glob(os.path.splitext(path)[0] + "-*.csv"):
                        shutil.copy(file, options.keep)
    more = "".join(f", {count[kind]} {kind}" for kind in ("unfinished", "skipped") if count[kind])
    print(f"{count['passed']} passed, {count['failed']} failed{more}")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
