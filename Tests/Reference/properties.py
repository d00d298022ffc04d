#!/usr/bin/env python3
"""Checks the engine against an independent solver, and against itself on models that must give the same or a
comparable answer.

For each seed a random model is written. Then:
  highs      the exported program (MPS) has the same optimum in HiGHS
  units      the same model in other units (t and kt, MUSD and kUSD, years and months) has the same optimum
  names      so has the model with other names,
  order      with its entries in reverse order,
  split      with one facility split into two halves,
  useless    and with a facility that nobody needs
  money      a quarter more money never makes the first objective worse
  fewer      an import that is taken away never makes it better
  relax      without the whole-number rules it is never worse
  proof      the certificate of the answer is proven by `check`
Prints a line a failure and a closing line; exit code 1 on any failure. Whole-number models that are not solved in
a quarter of the time limit count as unfinished.
"""
import argparse
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import random_model
from test_reference import other_units, renamed

SAME = 3e-6
UNFINISHED = ("feasible", "interrupted", "time limit reached")


class Engine:
    def __init__(self, program, folder, limit):
        self.program, self.folder, self.limit = program, folder, limit

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=self.limit)

    def write(self, name, text):
        path = os.path.join(self.folder, name + ".yaml")
        with open(path, "w") as file:
            file.write(text)
        return path

    def solve(self, path, *more):
        """(status, first objective)"""
        done = self.run("solve", path, "--json", "--time-limit", repr(self.limit / 4), *more)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return f"exit code {done.returncode}: {done.stderr.strip()[:200]}", None
        values = list((answer.get("objectives") or {}).values())
        return answer["status"], values[0] if values else None


def highs(path, limit):
    import highspy
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("mip_rel_gap", 1e-7)
    solver.setOptionValue("time_limit", limit)
    solver.readModel(path)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus()).lower()
    return status, solver.getInfo().objective_function_value


def text_of(tree):
    return "\n".join(random_model.emit(tree)) + "\n"


def halved(value):
    if isinstance(value, dict):
        return {k: halved(v) for k, v in value.items()}
    return re.sub(r"^[\d.]+", lambda m: repr(float(m.group(0)) / 2), str(value))


def split(tree):
    """The model with a facility in two halves; None where every facility is one that rules speak of."""
    for name, facility in tree["facilities"].items():
        expansion = facility.get("expansion") or {}
        rest = {k: v for k, v in tree.items() if k != "facilities"}
        others = {k: v for k, v in tree["facilities"].items() if k != name}
        if re.search(rf"\b{re.escape(name)}\b", json.dumps([rest, others])):
            continue
        if any(k in facility or k in expansion for k in ("requires", "exclusive", "module", "min")):
            continue
        if "projects" in json.dumps(tree.get("limits", [])) or "max_per_facility" in json.dumps(tree.get("funds", {})):
            continue
        half = copy.deepcopy(facility)
        if "existing" in half:
            half["existing"] = halved(half["existing"])
        if "max" in expansion:
            half["expansion"]["max"] = halved(expansion["max"])
        result = copy.deepcopy(tree)
        result["facilities"] = {}
        for key, value in tree["facilities"].items():
            if key == name:
                result["facilities"] |= {name + "_left": half, name + "_right": copy.deepcopy(half)}
            else:
                result["facilities"][key] = value
        return result
    return None


def with_useless(tree):
    """The model with a facility whose product nobody takes; None where a rule might count it."""
    if "at_least" in json.dumps(tree.get("limits", [])):
        return None
    result = copy.deepcopy(tree)
    stage = next(iter(tree["commodities"].values()))["stage"]
    result["commodities"]["slag"] = {"stage": stage}
    result["facilities"]["dump"] = {"stage": stage, "country": "US", "recipe": {"out": {"slag": 1}},
                                    "existing": "1 kt/yr", "opex": f"1 {tree['money']['currency']}/kg"}
    return result


def fewer_imports(tree, seed):
    """The model without one import; None where a rule speaks of it."""
    gone = list(tree["imports"])[seed % len(tree["imports"])]
    rest = {k: v for k, v in tree.items() if k != "imports"}
    if len(tree["imports"]) < 2 or re.search(rf"\b{re.escape(gone)}\b", json.dumps(rest)):
        return None
    result = copy.deepcopy(tree)
    del result["imports"][gone]
    return result


class Seed:
    """The checks of one seed: names of what was done, and what is wrong."""

    def __init__(self, seed, options, folder):
        self.seed, self.limit = seed, options.time_limit
        self.engine = Engine(options.lodestone, folder, options.time_limit)
        self.folder, self.done, self.wrong = folder, [], []
        self.step = ["year", "half", "year", "quarter", "year", "month"][seed % 6]
        self.discrete = seed % 4 == 3
        self.tree = random_model.generate(seed, "small", None, self.step, self.discrete)

    def same(self, kind, other):
        got, there = other
        self.done.append("unfinished" if got in UNFINISHED else kind)
        if got not in (self.status, *UNFINISHED):
            self.wrong.append(f"{kind}: status {got}, expected {self.status}")
        elif got == self.status == "optimal" and abs(there - self.value) > SAME * max(abs(self.value), abs(there)) + 1e-9:
            self.wrong.append(f"{kind}: {there!r}, expected {self.value!r}")

    def not_worse(self, kind, better, worse):
        if better[0] in UNFINISHED or worse[0] in UNFINISHED:
            self.done.append("unfinished")
            return
        self.done.append(kind)
        if worse[0] == "optimal" and better[0] != "optimal":
            self.wrong.append(f"{kind}: {better[0]}, expected a plan")
        elif worse[0] == better[0] == "optimal" and better[1] > worse[1] + SAME * max(abs(worse[1]), abs(better[1])) + 1e-9:
            self.wrong.append(f"{kind}: {better[1]!r} is worse than {worse[1]!r}")

    def solve(self, kind, text):
        return self.engine.solve(self.engine.write(f"{self.seed}-{kind}", text))

    def check(self):
        text = text_of(self.tree)
        path = self.engine.write(f"{self.seed}", text)
        self.status, self.value = self.engine.solve(path)
        if self.status in UNFINISHED:
            self.done.append("unfinished")
            return
        if self.status not in ("optimal", "infeasible"):
            self.wrong.append(f"base: {self.status}")
            return
        mps = os.path.join(self.folder, f"{self.seed}.mps")
        self.engine.run("export", path, "--mps", mps)
        self.same("highs", highs(mps, self.limit / 4))
        self.same("units", self.solve("units", other_units(text)))
        self.rearranged()
        for kind, other in (("split", split(self.tree)), ("useless", with_useless(self.tree))):
            if other:
                self.same(kind, self.solve(kind, text_of(other)))
        self.not_worse("money", self.engine.solve(path, "--budget-scale", "1.25"), (self.status, self.value))
        fewer = fewer_imports(self.tree, self.seed)
        if fewer:
            self.not_worse("fewer", (self.status, self.value), self.solve("fewer", text_of(fewer)))
        if self.discrete:
            self.not_worse("relax", self.engine.solve(path, "--relax"), (self.status, self.value))
        self.proof(path)

    def rearranged(self):
        sections = ("facilities", "commodities", "funds", "demand")
        # Scenarios speak of entries by name.
        plain = {k: v for k, v in self.tree.items() if k != "scenarios"}
        names = {n: f"{n}_renamed" for section in sections for n in plain[section]}
        self.same("names", self.solve("names", text_of(renamed(plain, names))))
        backwards = copy.deepcopy(self.tree)
        for section in (*sections, "imports"):
            backwards[section] = dict(reversed(list(backwards[section].items())))
        self.same("order", self.solve("order", text_of(backwards)))

    def proof(self, path):
        proof = os.path.join(self.folder, f"{self.seed}-proof.json")
        relax = ["--relax"] if self.discrete and self.step != "year" else []
        self.engine.run("solve", path, *relax, "--prove", proof)
        checked = self.engine.run("check", proof, path, "--json", "--quick")
        self.done.append("proof")
        if checked.returncode != 0:
            self.wrong.append(f"proof: {(checked.stdout or checked.stderr).strip()[:300]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lodestone", required=True, help="path of the program")
    parser.add_argument("--seeds", default="1-40", help="A-B")
    parser.add_argument("--time-limit", type=float, default=80, help="seconds a command")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.lodestone = os.path.abspath(options.lodestone)
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    count, failures = Counter(), 0

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        def one(number):
            seed = Seed(number, options, folder)
            try:
                seed.check()
            except subprocess.TimeoutExpired as error:
                seed.done.append("unfinished")
                print(f"seed {number}: no answer in {error.timeout:g} s: {' '.join(error.cmd[1:4])}", flush=True)
            return seed

        for number, seed in zip(seeds, pool.map(one, seeds)):
            count.update(seed.done)
            failures += len(seed.wrong)
            for what in seed.wrong:
                print(f"seed {number}: {what}", flush=True)
    print(", ".join(f"{kind} {number}" for kind, number in sorted(count.items())) + f"; {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
