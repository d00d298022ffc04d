#!/usr/bin/env python3
"""Checks the engine against an independent solver, and against itself on models that must give the same or a
comparable answer.

For each seed a random model is written. Then:
  highs      the exported program (MPS) has the same optimum in HiGHS
  units      the same model in other units (t and kt, MUSD and kUSD, years and months) has the same optimum
  commodity  so has the model in which one commodity is counted in another unit,
  names      so has the model with other names,
  order      with its entries in reverse order,
  split      with one facility split into two halves,
  useless    and with a facility that nobody needs
  beyond     and with `beyond: 0 years` a model that had nothing of the kind
  money      a quarter more money never makes the first objective worse
  private    nor does half the least private share
  late       nor do payments on loans that may be put off; and a share of 0 % is as none
  fewer      an import that is taken away never makes it better
  relax      without the whole-number rules it is never worse
  plan       in the plan no support is paid without output, none above the programme's rate; no price floor lies above
             full cost or the strike; private money keeps within its shares, programmes within theirs; no loan is
             made that the business does not serve; no more imports are shown than are used
  proof      the certificate of the answer is proven by `check`
Prints a line a failure and a closing line; exit code 1 on any failure. Whole-number models that are not solved in
a quarter of the time limit count as unfinished. Without `--lodestone` the reference is checked, as far as it can be.
"""
import argparse
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import highs
import random_forbearance
import random_model
import reference
from test_reference import other_units, renamed

SAME = 3e-6
UNFINISHED = ("feasible", "interrupted", "time limit reached", "no answer")


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
        # What stands beside a plan is asked for once a seed, with its proof.
        more = (*more, "--only-plan")
        status, value, self.plan = self.solve_fully(path, *more)
        return status, value

    def solve_fully(self, path, *more):
        """(status, first objective, tables of the plan)"""
        done = self.run("solve", path, "--json", "--time-limit", repr(self.limit / 4), *more)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return f"exit code {done.returncode}: {done.stderr.strip()[:200]}", None, None
        values = list((answer.get("objectives") or {}).values())
        return answer["status"], values[0] if values else None, answer.get("plan")


class Reference(Engine):
    """The reference in the engine's place."""

    def solve_fully(self, path, *more):
        scale = float(more[more.index("--budget-scale") + 1]) if "--budget-scale" in more else 1.0
        answer = reference.solve_file(path, budget_scale=scale, relax="--relax" in more, time_limit=self.limit / 4, tables=True)
        values = list(answer["objectives"].values())
        return answer["status"], values[0] if values else None, answer.get("tables")


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
        if any(k in facility or k in expansion for k in ("requires", "exclusive", "module", "min", "once")):
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
    """The model without one import; None where a rule speaks of it, or a price follows it."""
    gone = list(tree["imports"])[seed % len(tree["imports"])]
    rest = {k: v for k, v in tree.items() if k != "imports"}
    if len(tree["imports"]) < 2 or re.search(rf"\b{re.escape(gone)}\b", json.dumps(rest)):
        return None
    if tree["commodities"][tree["imports"][gone]["commodity"]].get("price") == "parity":
        return None
    result = copy.deepcopy(tree)
    del result["imports"][gone]
    return result


def recounted(tree, commodity, factor):
    """The model with a commodity counted in a unit of which a tonne has `factor`; None where its tonnes are added to others'."""
    if any(limit["measure"] == "import" for limit in tree.get("limits", [])):
        return None
    result = copy.deepcopy(tree)
    result.pop("scenarios", None)
    result.pop("uncertainty", None)
    result.pop("adversary", None)

    def times(entry, key, by):
        if key in entry and entry[key] != "parity":
            entry[key] = rescaled(entry[key], by)

    per_tonne = ("price", "premium")
    for key in per_tonne:
        times(result["commodities"][commodity], key, 1 / factor)
    for facility in result["facilities"].values():
        for side in ("in", "out"):
            amounts = facility["recipe"].get(side) or {}
            if commodity in amounts:
                amounts[commodity] = amounts[commodity] * factor
    for entry in result.get("imports", {}).values():
        if entry["commodity"] == commodity:
            times(entry, "limit", factor)
            for key in ("price", "freight"):
                times(entry, key, 1 / factor)
    for entry in result["demand"].values():
        if entry["commodity"] == commodity:
            times(entry, "quantity", factor)
            entry["weight"] = float(entry.get("weight", 1)) / factor
    for entry in result.get("stockpiles", {}).values():
        if entry["commodity"] == commodity:
            times(entry, "max", factor)
            for k in entry.get("opening", {}):
                times(entry["opening"], k, factor)
    for entry in result.get("returns", {}).values():
        share = 1.0
        if entry["commodity"] == commodity:
            times(entry, "base", factor)
            share *= factor
        sold = {result["demand"][d]["commodity"] == commodity for d in entry["from"]}
        if len(sold) > 1:
            return None                                  # one fraction for demand in both units
        if True in sold:
            share /= factor
        times(entry, "fraction", share)
        if float(entry["fraction"].rstrip("%")) > 100:
            return None
    for fund in result["funds"].values():
        pays = fund.get("pays", {})
        if pays.get("commodity") == commodity:
            for key in ("strike", "rate"):
                times(pays, key, 1 / factor)
        if "max" in pays:
            # for a tonne of the main product of every plant: only where all or none makes this commodity
            mains = {f["recipe"].get("main", next(iter(f["recipe"]["out"]))) == commodity for f in result["facilities"].values()}
            if len(mains) > 1:
                return None
            times(pays, "max", 1 / factor if True in mains else 1.0)
    return result


def rescaled(value, factor):
    if isinstance(value, dict):
        return {k: rescaled(v, factor) for k, v in value.items()}
    return re.sub(r"^[\d.]+", lambda m: f"{float(m.group(0)) * factor:.15f}".rstrip("0").rstrip("."), str(value))


class PlanCheck:
    """What must hold in every plan, recomputed from the tables that the program shows and the model's data."""

    def __init__(self, path, plan):
        self.model = m = reference.Formulation(reference.Document(path), read_only=True)
        m.choose_units()
        self.plan, self.wrong = plan, []
        for f in m.facilities.values():
            f["activity"] = {"old": [], "new": []} if f["max"] > 0 and f["existing"].max() > 0 else {"new" if f["max"] > 0 else "old": []}
        self.rates = {(g, name): m.rates(fund, f) for g, fund in m.funds.items() for name, f in m.facilities.items()
                      if fund["price_support"] and m.admits(fund["eligible"], f)}

    def step(self, row):
        parts = [int(n) for n in re.findall(r"\d+", row["period"])]
        return (parts[0] - self.model.start) * self.model.per_year + (parts[1] - 1 if len(parts) > 1 else 0)

    def sums(self, table, *keys, where=lambda row: True, value="value"):
        out = defaultdict(lambda: np.zeros(self.model.T))
        for row in self.plan.get(table) or []:
            t = self.step(row)
            if where(row) and 0 <= t < self.model.T:
                out[tuple(row[k] for k in keys)][t] += row[value]
        return out

    def activity(self):
        """The activity of facilities, from what they make or else take in."""
        made = self.sums("flows", "facility", "direction", "commodity")
        out = {}
        for name, f in self.model.facilities.items():
            direction, c = next((("out", c) for c in f["out"] if f["out"][c] > 0), None) or \
                next((("in", c) for c in f["in"] if f["in"][c] > 0), ("out", None))
            out[name] = made[name, direction, c] / f[direction][c] if c else np.zeros(self.model.T)
        return out

    def say(self, text):
        self.wrong.append(text)

    def check(self):
        m = self.model
        money, mass = 1e-5 * m.money, 1e-5 * m.mass
        activity = self.activity()
        support = self.sums("support", "fund", "facility")
        for (g, name), paid in support.items():
            rates, _ = self.rates.get((g, name), ({"none": np.zeros(m.T)}, None))
            most = np.max(list(rates.values()), axis=0) * activity[name]
            worst = int(np.argmax(paid - most - 1e-5 * paid))
            if paid[worst] > most[worst] * (1 + 1e-5) + money:
                self.say(f"{g} pays {name} {paid[worst]:g} in step {worst}, at most {most[worst]:g} are earned")
        self.floors()
        award, private = self.sums("awards", "facility"), self.sums("private", "facility")
        for name, f in m.facilities.items():
            if f["max"] <= 0:
                continue
            a, p = award[name,], private[name,]
            cost = a + p
            slack = 1e-5 * cost + money
            if (p > f["private_share"] * cost + slack).any() or (p < f["private_least"] * cost - slack).any():
                self.say(f"private money of {name} outside its shares")
            if (a > f["combined_share"] * cost + slack).any():
                self.say(f"programmes pay too much of {name}")
        self.loans(activity, support)
        self.imports(mass)
        return self.wrong

    def floors(self):
        """Market price and support for a tonne made: at most the strike, or full cost."""
        m = self.model
        for row in self.plan.get("price_floors") or []:
            name, f = row["facility"], m.facilities[row["facility"]]
            if f["main"] <= 0:
                continue
            paying = [max(rate.max() for rate in self.within(rates, row["year"])) for (g, p), (rates, _) in self.rates.items() if p == name]
            most = row["market_price"] + 1e6 * sum(paying) / f["main"]
            if row["value"] > most * (1 + 1e-5) + 1e-6:
                self.say(f"a price floor of {row['value']:g} for {name} in {row['year']}, at most {most:g}")

    def within(self, rates, year):
        return [rate[self.model.year == year] for rate in rates.values()]

    def loans(self, activity, support):
        m = self.model
        lent = self.sums("awards", "fund", "facility", where=lambda row: m.funds[row["fund"]]["loan"])
        service, service_due = defaultdict(lambda: np.zeros(len(m.all_years))), defaultdict(lambda: np.zeros(len(m.all_years)))
        for (g, name), amounts in lent.items():
            loan = m.funds[g]["loan"]
            for t in np.flatnonzero(amounts > 0):
                due = {(t + o) // m.per_year for o in loan["offsets"]}
                for y in due:
                    if y < len(m.all_years):
                        service_due[name][y] += loan["annuity"] * amounts[t]
                if max(due) >= len(m.all_years) - 1:
                    due.add(len(m.all_years) - 1)
                for y in due:
                    if y < len(m.all_years):
                        service[name][y] += loan["annuity"] * amounts[t]
        for name, owed in service.items():
            f = m.facilities[name]
            if not f["commercial"]:
                continue
            business = f["margin"] * activity[name]
            for (g, p), (_, refund) in self.rates.items():
                if p == name:
                    business = business + support[g, p] - refund * activity[name]
            business = business.reshape(-1, m.per_year).sum(axis=1)
            told = len(m.years)                          # tables end with `end`
            late = {g: m.funds[g]["late"] for g, p in lent if p == name and m.funds[g].get("late")}
            if late:
                owed = owed - self.late(name, late, service_due[name])
                told -= len(m.all_years) == len(m.years)  # of its last year they have what falls due there alone
            short = (owed - business)[:told] - 1e-5 * owed[:told] - 1e-5 * m.money
            if (short > 0).any():
                y = int(np.argmax(short))
                self.say(f"{name} owes {owed[y]:g} in {m.start + y} and earns {business[y]:g}")

    def late(self, name, late, due):
        """What a facility puts off less what it catches up, by year; no more is put off than may be, and what is owed grows."""
        m = self.model
        rows = [row for row in self.plan.get("facility_accounts") or [] if row["facility"] == name]
        put, caught, owed = (np.zeros(len(m.all_years)) for _ in range(3))
        for row in rows:
            y = row["year"] - m.start
            put[y], caught[y], owed[y] = row["put_off"], row["caught_up"], row["arrears"]
        money = 1e-5 * m.money
        share = max(terms["share"] for terms in late.values())
        if (put > share * due * (1 + 1e-5) + money).any() or put.min() < -money or caught.min() < -money or owed.min() < -money:
            self.say(f"{name} puts off {put}, of {due} due, and catches up {caught}")
        if m.per_year == 1 and len(late) == 1:
            (terms,) = late.values()
            years = terms["years"]
            if (put[:len(m.years)] > money)[~years[:len(m.years)]].any():
                self.say(f"{name} puts off {put} outside the years of its forbearance")
            grown = (1 + terms["rate"]) * np.concatenate([[0.0], owed[:-1]])
            wrong = np.abs(owed - grown - put + caught)[:len(m.years)]
            if (wrong > 1e-5 * np.maximum(owed, grown)[:len(m.years)] + money).any():
                self.say(f"{name} owes {owed} of {put} put off and {caught} caught up at {terms['rate']}")
        return put - caught

    def imports(self, mass):
        """What comes in may be used as less secure, never as more."""
        m = self.model
        came = self.sums("imports", "commodity", "class")
        used = self.sums("flows", "commodity", "class", where=lambda row: row["direction"] == "in")
        for (segment, k), amounts in self.sums("demand", "segment", "class").items():
            used[m.demand[segment]["commodity"], k] += amounts
        for (pile, k), amounts in self.sums("stock", "stockpile", "class", value="stored").items():
            used[m.stockpiles[pile]["commodity"], k] += amounts
        for c in m.price:
            for k in range(m.K):
                least = m.classes[k:]
                there = sum(came[c, n] for n in least)
                taken = sum(used[c, n] for n in least)
                if (there > taken * (1 + 1e-5) + mass).any():
                    t = int(np.argmax(there - taken))
                    self.say(f"{there[t]:g} t of {c} are imported in step {t} as {m.classes[k]} or less, {taken[t]:g} are used")
                    break


class Seed:
    """The checks of one seed: names of what was done, and what is wrong."""

    def __init__(self, seed, options, folder):
        self.seed, self.limit = seed, options.time_limit
        self.program = options.lodestone
        self.engine = (Engine if self.program else Reference)(options.lodestone, folder, options.time_limit)
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
        if self.status == "optimal" and self.engine.plan:
            self.done.append("plan")
            plan = self.engine.plan
            if not self.program:
                plan["imports"] = []                     # the reference shows what it has, used or not
            self.wrong += [f"plan: {what}" for what in PlanCheck(path, plan).check()]
        if self.program:
            mps = os.path.join(self.folder, f"{self.seed}.mps")
            self.engine.run("export", path, "--mps", mps)
            self.same("highs", highs.solve(mps, self.limit / 4))
        self.same("units", self.solve("units", other_units(text)))
        self.rearranged()
        commodity = list(self.tree["commodities"])[self.seed % len(self.tree["commodities"])]
        others = [("split", split(self.tree)), ("useless", with_useless(self.tree)), ("commodity", recounted(self.tree, commodity, 8.0))]
        for kind, other in others:
            if other:
                self.same(kind, self.solve(kind, text_of(other)))
        self.without_beyond()
        self.not_worse("money", self.engine.solve(path, "--budget-scale", "1.25"), (self.status, self.value))
        less = copy.deepcopy(self.tree)
        eased = [p for f in less["facilities"].values() if "min_share" in (p := f.get("expansion", {}).get("private", {}))]
        for private in eased:
            private["min_share"] = rescaled(private["min_share"], 0.5)
        if eased:
            self.not_worse("private", self.solve("private", text_of(less)), (self.status, self.value))
        self.put_off()
        fewer = fewer_imports(self.tree, self.seed)
        if fewer:
            self.not_worse("fewer", (self.status, self.value), self.solve("fewer", text_of(fewer)))
        if self.discrete:
            self.not_worse("relax", self.engine.solve(path, "--relax"), (self.status, self.value))
        if self.program:
            self.proof(path)

    def put_off(self):
        """With payments that may be put off, and with none of them."""
        late = copy.deepcopy(self.tree)
        for key in ("scenarios", "uncertainty", "adversary"):
            late.pop(key, None)
        if not random_forbearance.add(late, self.seed):
            return
        path = self.engine.write(f"{self.seed}-late", text_of(late))
        self.not_worse("late", self.engine.solve(path), (self.status, self.value))
        if self.program and self.engine.plan:
            self.wrong += [f"late: {what}" for what in PlanCheck(path, self.engine.plan).check()]
        for fund in late["funds"].values():
            if "forbearance" in fund.get("loan", {}):
                fund["loan"]["forbearance"]["at_most"] = "0%"
        self.same("none late", self.solve("none-late", text_of(late)))

    def without_beyond(self):
        none, zero = copy.deepcopy(self.tree), copy.deepcopy(self.tree)
        for key in ("beyond", "beyond_weight"):
            none["horizon"].pop(key, None)
        zero["horizon"] |= {"beyond": "0 years"}
        kept = self.status, self.value
        if "beyond" in self.tree["horizon"]:
            self.status, self.value = self.solve("no-beyond", text_of(none))
        self.same("beyond", self.solve("beyond", text_of(zero)))
        self.status, self.value = kept

    def rearranged(self):
        sections = ("facilities", "commodities", "funds", "demand")
        # Scenarios speak of entries by name.
        plain = {k: v for k, v in self.tree.items() if k not in ("scenarios", "uncertainty", "adversary")}
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
    parser.add_argument("--lodestone", help="path of the program; the reference where it is left out")
    parser.add_argument("--seeds", default="1-40", help="A-B")
    parser.add_argument("--time-limit", type=float, default=80, help="seconds a command")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.lodestone = options.lodestone and os.path.abspath(options.lodestone)
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
