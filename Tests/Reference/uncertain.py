#!/usr/bin/env python3
"""Holds plans for uncertain outcomes against HiGHS on the exported program of all outcomes.

For each seed a random model gets an `uncertainty` section: its scenarios, or samples around it. For each measure
of risk the program of all outcomes is exported as MPS and solved by HiGHS, and the first objective is compared
with what the engine finds by both of its methods. The values of the outcomes must add up to the measure, which is
computed here once more.

Models with scenarios are planned for once more with a target that outcomes of some probability may miss (`chance`): counted with
whole numbers and bounded by its CVaR, against the reference, which has rows of its own for both. A chance of 100 % is the target
itself, outcomes that are counted are never worse than bounded ones, and the outcomes of the plan keep the target as often as told.
Prints one line a mismatch and a closing line; exit code 1 on any failure.
"""
import copy
import random
import subprocess
import sys

import yaml

import driver
import highs
import random_model
import reference
from compare import run

RISKS = ["expected", "worst", "regret", "cvar"]
LEVEL = 0.6
# Seeds with this rest by four have very many outcomes.
MANY = 1
# Relative to the larger of the value and 0.01: the first objective is held to a millionth while later ones are
# minimised, and the decomposition is asked for a gap of 1e-5.
TOLERANCE = {"extensive": 5e-6, "decomposition": 2e-5}


def section(tree, seed):
    """An `uncertainty` for the model: scenarios on even seeds, samples on odd ones; on every other of these more than
    are decomposed at once, so that groups of them are."""
    horizon = tree["horizon"]
    reveal = min(horizon["start"] + 2, horizon["end"])
    if seed % 2 == 0:
        return {"reveal": reveal, "outcomes": {"base": "50%", "ban": "30%", "slump": "20%"}}
    vary = [{"path": "demand.*.quantity", "uniform": {"low": 0.8, "high": 1.1}},
            {"path": "commodities.*.price", "uniform": {"low": 0.95, "high": 1.1}}]
    if any("delivery" in f.get("expansion", {}) for f in tree["facilities"].values()):
        vary.append({"delivery": "facilities.*"})
    return {"reveal": reveal, "outcomes": {"base": "100%"}, "sample": {"count": 50 if seed % 4 == MANY else 4, "seed": seed, "vary": vary}}


def measured(risk, answer):
    """The measure of the outcomes' first objectives, for `regret` of their regrets."""
    key = "regret" if risk == "regret" else "dependency"
    values = [(o[key], o["probability"]) for o in answer["outcomes"]]
    if risk == "expected":
        return sum(value * share for value, share in values)
    if risk != "cvar":
        return max(value for value, _ in values)
    left, total = 1 - LEVEL, 0.0
    for value, share in sorted(values, reverse=True):
        part = min(left, share)
        total += part * value
        left -= part
    return total / (1 - LEVEL)


def reached(answer, year):
    """(dependency of a year, probability) of each outcome, the least dependent first."""
    return sorted((o["dependency_by_year"][str(year)], o["probability"]) for o in answer["outcomes"])


def with_chance(tree, seed, answer):
    """The model with a target that not every outcome can keep for nothing, and a chance; from draws of its own."""
    draw = random.Random(f"chance {seed}")
    last = int(tree["horizon"]["end"])
    year = draw.choice([last, last, max(int(tree["horizon"]["start"]), last - 2)])
    values = [value for value, _ in reached(answer, year)]
    value = min(1.0, draw.choice(values[:-1]) * draw.uniform(0.985, 1.0))
    result = copy.deepcopy(tree)
    result["targets"] = {year: f"{100 * value:.4f}%"}
    result["objective"] = draw.choice([["dependency"], ["public_cost", "dependency"], ["dependency", "public_cost"]])
    result["uncertainty"]["chance"] = {year: draw.choice(["50%", "60%", "70%", "75%", "80%"])}
    return result, year


def chance_faults(answer, expected, year, label):
    """What differs from the reference, and what the plan tells wrongly of its target."""
    if answer["status"] != expected["status"]:
        return [f"{label}: status {answer['status']}, expected {expected['status']}: {answer.get('reason')}"]
    if answer["status"] != "optimal":
        return []
    out = []
    name, value = next(iter(expected["objectives"].items()))
    got = answer["objectives"][name]
    if abs(got - value) > 2e-5 * max(abs(value), 0.01):
        out.append(f"{label}: {name} {got:.12g}, expected {value:.12g} (off by {got - value:.3g})")
    told = answer["chance_targets"][0]
    missed = {m["outcome"]: m for m in told["missed"]}
    kept = 0.0
    for o in answer["outcomes"]:
        over = o["dependency_by_year"][str(year)] - float(answer["target"])
        if (over > 1e-5) != (o["name"] in missed) and abs(over) > 1e-5:
            out.append(f"{label}: {o['name']} is {over:.3g} above its target")
        if o["name"] in missed and abs(missed[o["name"]]["by"] - over) > 1e-5:
            out.append(f"{label}: {o['name']} is told to be {missed[o['name']]['by']:.3g} above, and is {over:.3g}")
        kept += 0 if o["name"] in missed else o["probability"]
    if abs(kept - told["kept"]) > 1e-9 or kept < told["chance"] - 1e-9:
        out.append(f"{label}: kept with {kept:.12g}, told {told['kept']:.12g}, asked {told['chance']:.12g}")
    return out


def chance(task):
    """A model with scenarios and a target that outcomes may miss, by both kinds of rows."""
    seed, path, options = task
    label = f"seed {seed}, chance"
    with open(path, encoding="utf-8") as file:
        tree = yaml.load(file, Loader=yaml.BaseLoader)
    tree.pop("targets", None)
    for facility in tree["facilities"].values():
        for key in ("module", "min", "once", "exclusive"):      # so that whole numbers are those of the chance alone
            facility.get("expansion", {}).pop(key, None)
    file = f"{path}.chance.yaml"

    def solve(tree, risk, *more):
        random_model.write(tree, file, tables=False)
        answer, problem = run([options.lodestone, "solve", file, "--risk", risk, "--only-plan", "--gap", "1e-6", "--json", *more], options.time_limit)
        if answer is not None:
            answer["target"] = float(str(next(iter(tree.get("targets", {0: "0%"}).values()))).rstrip("%")) / 100
        return answer, problem

    free, problem = solve(tree, "expected", "--relax")
    if problem or free["status"] != "optimal":
        return "skipped", f"{label}: no plan to draw a target from: {problem or free['status']}"
    tree, year = with_chance(tree, seed, free)
    out, values = [], {}
    risk = random.Random(f"chance risk {seed}").choice(["expected", "worst", "cvar"])
    more = ["--level", repr(LEVEL)] if risk == "cvar" else []
    for rows, options_of in (("whole_numbers", []), ("cvar", ["--relax"])):
        answer, problem = solve(tree, risk, *options_of, *more)
        if problem:
            out.append(f"{label}, {rows}: {problem}")
            continue
        expected = reference.solve_joint(file, risk, level=LEVEL, relax=rows == "cvar", time_limit=options.time_limit)
        if expected["status"] not in ("optimal", "infeasible"):
            return "skipped", f"{label}: the reference: {expected['status']}"
        out += chance_faults(answer, expected, year, f"{label}, {risk}, {rows}")
        values[rows] = next(iter((answer.get("objectives") or {}).values())) if answer["status"] == "optimal" else float("inf")
        if answer["status"] == "optimal" and answer["chance_targets"][0]["rows"] != rows:
            out.append(f"{label}: {answer['chance_targets'][0]['rows']}, expected {rows}")
    whole = copy.deepcopy(tree)
    whole["uncertainty"]["chance"] = {year: "100%"}
    all_of_them, one = solve(whole, risk, "--relax", *more)
    del whole["uncertainty"]["chance"]
    plain, other = solve(whole, risk, "--relax", *more)
    if one or other or (all_of_them["status"], all_of_them["objectives"]) != (plain["status"], plain["objectives"]):
        out.append(f"{label}: a chance of 100 % is not the target itself: {one or other or ''}")
    elif len(values) == 2:
        every = next(iter(plain["objectives"].values())) if plain["status"] == "optimal" else float("inf")
        room = 1e-5 * max(abs(every) if every < float("inf") else 1, 0.01)
        if not values["whole_numbers"] <= values["cvar"] + room or not values["cvar"] <= every + room:
            out.append(f"{label}: counted {values['whole_numbers']:.12g}, bounded {values['cvar']:.12g}, in all {every:.12g}")
    return ("failed", "; ".join(out)) if out else ("passed", label)


def one(task):
    if len(task) == 3:
        return chance(task)
    seed, risk, path, is_many, options = task
    label = f"seed {seed}, {risk}"
    common = [path, "--relax", "--risk", risk] + (["--level", repr(LEVEL)] if risk == "cvar" else [])
    file = f"{path}.{risk}.mps"
    done = subprocess.run([options.lodestone, "export"] + common + ["--mps", file],
                          capture_output=True, text=True, timeout=options.time_limit)
    if done.returncode != 0:
        if "no plan" in done.stderr or "infeasible" in done.stderr:
            return "skipped", f"{label}: no outcome can be planned for: {done.stderr.strip()[:100]}"
        return "failed", f"{label}: export: {done.stderr.strip()[:200]}"
    status, expected = highs.solve(file, options.time_limit)
    if status not in ("optimal", "infeasible"):
        return "skipped", f"{label}: HiGHS: {status}"
    out = []
    for method, tolerance in TOLERANCE.items():
        # The extensive form of very many is for HiGHS alone.
        if is_many and method == "extensive":
            continue
        answer, problem = run([options.lodestone, "solve"] + common + ["--method", method, "--gap", "1e-5", "--json"]
                              + (["--only-plan"] if is_many else []), options.time_limit)
        if problem:
            out.append(f"{method}: {problem}")
            continue
        if status == "infeasible":
            # The decomposition proves no infeasibility; it must not find a plan.
            if answer["status"] not in ("infeasible", "failed"):
                out.append(f"{method}: status {answer['status']}, expected infeasible")
            continue
        if answer["status"] != "optimal":
            out.append(f"{method}: status {answer['status']}, expected optimal: {answer.get('reason')}")
            continue
        value = answer["objectives"][f"{risk} dependency"]
        allowed = tolerance * max(abs(expected), 0.01)
        if abs(value - expected) > allowed:
            out.append(f"{method}: {value:.12g}, expected {expected:.12g} (off by {value - expected:.3g})")
        if answer["bound"] > expected + 1e-7 * max(abs(expected), 0.01):
            out.append(f"{method}: bound {answer['bound']:.12g} above the optimum {expected:.12g}")
        if risk != "regret" or all(o["regret"] is not None for o in answer["outcomes"]):
            own = measured(risk, answer)
            if abs(own - value) > allowed:
                out.append(f"{method}: the outcomes make {own:.12g}, told {value:.12g}")
    return ("failed", f"{label}: " + "; ".join(out)) if out else ("passed", label)


def main():
    options = driver.options(__doc__, "1-8", "a line for every model and measure")

    def tasks_of(seed, path):
        tree = random_model.generate(seed, options.size, None, "year", False)
        tree["objective"] = ["dependency"]
        tree["uncertainty"] = section(tree, seed)
        tree.pop("adversary", None)
        is_many = seed % 4 == MANY
        # The others are solved at once, whatever their number.
        risks = ["expected", "cvar"] if is_many else RISKS
        tasks = [(seed, risk, path, is_many, options) for risk in risks]
        return tree, tasks + ([(seed, path, options)] if seed % 2 == 0 else [])

    return driver.check(options, tasks_of, one)


if __name__ == "__main__":
    sys.exit(main())
