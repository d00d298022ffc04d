#!/usr/bin/env python3
"""Holds plans for uncertain outcomes against HiGHS on the exported program of all outcomes.

For each seed a random model gets an `uncertainty` section: its scenarios, or samples around it. For each measure
of risk the program of all outcomes is exported as MPS and solved by HiGHS, and the first objective is compared
with what the engine finds by both of its methods. The values of the outcomes must add up to the measure, which is
computed here once more. Prints one line a mismatch and a closing line; exit code 1 on any failure.
"""
import subprocess
import sys

import driver
import highs
import random_model
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


def one(task):
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
        return tree, [(seed, risk, path, is_many, options) for risk in risks]

    return driver.check(options, tasks_of, one)


if __name__ == "__main__":
    sys.exit(main())
