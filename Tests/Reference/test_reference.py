#!/usr/bin/env python3
"""Checks of the reference itself: models small enough to solve by hand, and
random models that must not change their answer when written differently."""
import copy
import os
import re
import sys
import tempfile
import unittest

import random_model
import reference

HEAD = """
lodestone: 1
name: tiny
money: { currency: USD, discount: 0% }
provenance:
  classes: { domestic: 0, allied: 0.25, foreign: 1 }
  countries: { US: domestic, NO: allied, CN: foreign }
"""


def solve(text, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return reference.solve_file(path, **options)


class ByHand(unittest.TestCase):
    def near(self, text, places=9, **expected):
        scenarios = expected.pop("scenarios", ())
        answer = solve(HEAD + text, scenarios=scenarios)
        self.assertEqual(answer["status"], "optimal")
        for name, value in expected.items():
            self.assertAlmostEqual(answer["objectives"][name], value, places=places, msg=name)
        return answer

    BASE = """
horizon: { start: 2026, end: 2028 }
commodities: { metal: { stage: metal, price: 10 kUSD/t } }
demand: { all: { commodity: metal, quantity: 100 t/yr } }
imports: { cn: { commodity: metal, country: CN } }
"""

    def test_existing_capacity_alone(self):
        answer = self.near(self.BASE + "facilities: { p: { stage: metal, country: US, recipe: { out: { metal: 1 } }, existing: 40 t/yr } }",
                           dependency=0.6, public_cost=0)
        self.assertAlmostEqual(answer["dependency_by_year"]["2027"], 0.6)

    def test_allied_by_country_named_NO(self):
        self.near(self.BASE + "facilities: { p: { stage: metal, country: NO, recipe: { out: { metal: 1 } }, existing: 40 t/yr } }",
                  dependency=0.6 + 0.4 * 0.25)

    def test_magnet_of_foreign_metal_is_foreign(self):
        self.near("""
horizon: { start: 2026, end: 2026 }
commodities: { metal: { stage: metal }, magnet: { stage: magnet } }
demand: { all: { commodity: magnet, quantity: 10 t/yr } }
imports: { cn: { commodity: metal, country: CN } }
facilities: { p: { stage: magnet, country: US, recipe: { in: { metal: 0.3 }, out: { magnet: 1 } }, existing: 40 t/yr } }
""", dependency=1)

    GRANT = BASE + """
facilities:
  p: { stage: metal, country: US, recipe: { out: { metal: 1 } }, expansion: { max: 1 kt/yr, capex: 1 MUSD/(t/yr), construction: 12 months } }
"""

    def test_one_grant(self):
        # 30 t/yr from 2027: 60 of 300 tonnes
        self.near(self.GRANT + "funds: { g: { instruments: [grant], appropriations: { 2026: 30 MUSD } } }", places=4,
                  dependency=0.8, public_cost=30 - 120 * 1e-6)

    def test_spending_later_needs_later_money(self):
        text = self.GRANT.replace("construction:", "spending: [40%, 60%], construction:") + \
            "funds: { g: { instruments: [grant], appropriations: { 2026: 30 MUSD }, keep: 0% } }"
        self.near(text, dependency=1)
        # kept at 50 %: 0.4 b + 0.6 b / 0.5 = 30, for b = 18.75 awarded in 2026
        self.near(text.replace("keep: 0%", "keep: 50%"), dependency=1 - 2 * 18.75 / 300)

    def test_max_share_and_facility_cap(self):
        text = self.GRANT + "funds: { g: { instruments: [grant], appropriations: { 2026: 30 MUSD }, max_share: 75% } }"
        self.near(text, dependency=1)
        private = text.replace("construction:", "private: { max_share: 50%, hurdle: 0% }, construction:")
        # private ≤ 0.01 · 2 b per 1 b of cost, a quarter of the cost is needed: nothing can be built
        self.near(private, dependency=1)
        rich = private.replace("price: 10 kUSD/t", "price: 200 kUSD/t")
        # private ≤ min(50 %, 0.2·2 = 40 %) of cost: grant is 60 %, so b = 50
        self.near(rich, dependency=1 - 2 * 50 / 300)
        # at a 25 % hurdle the margin of 2027 and 2028 is worth 0.2·(0.8 + 0.64) = 28.8 % of cost
        self.near(rich.replace("hurdle: 0%", "hurdle: 25%"), dependency=1 - 2 * (30 / 0.712) / 300)
        self.near(rich.replace("max_share: 75%", "max_per_facility: 12 MUSD"), dependency=1 - 2 * 20 / 300)

    def test_revolving_loan(self):
        # 30 lent in 2026 at 0 % over 3 years: 10 back in 2027, lent again, on line in 2028
        text = self.GRANT.replace("price: 10 kUSD/t", "price: 900 kUSD/t") + """
funds: { l: { instruments: [loan], appropriations: { 2026: 30 MUSD }, loan: { rate: 0%, tenor: 3 years, revolving: true } } }
"""
        self.near(text, dependency=1 - (30 + 40) / 300)
        self.near(text.replace("revolving: true", "revolving: false"), dependency=1 - 60 / 300, public_cost=30 - 20, places=3)
        self.near(text.replace("tenor: 3 years", "tenor: 3 years, grace: 1 year"), dependency=1 - 60 / 300, public_cost=30 - 10, places=3)
        # 10 kUSD/t of margin cannot serve a third of 1 MUSD a year
        self.near(text.replace("price: 900 kUSD/t", "price: 10 kUSD/t"), dependency=1)

    def test_annuity(self):
        text = self.GRANT.replace("price: 10 kUSD/t", "price: 900 kUSD/t") + """
funds: { l: { instruments: [loan], appropriations: { 2026: 30 MUSD }, loan: { rate: 10%, tenor: 2 years } } }
"""
        self.near(text, dependency=0.8, public_cost=30 - 2 * 30 * 0.1 / (1 - 1.1 ** -2), places=3)

    def test_price_support_at_a_loss(self):
        text = self.BASE + """
facilities: { p: { stage: metal, country: US, recipe: { out: { metal: 1 } }, existing: 40 t/yr, opex: 12 kUSD/t COMMERCIAL } }
funds: { s: { instruments: [price_support], appropriations: { 2026: 0.1 MUSD } } }
"""
        self.near(text.replace("COMMERCIAL", ""), dependency=1 - 50 / 300)
        self.near(text.replace("COMMERCIAL", ", commercial: false"), dependency=0.6, public_cost=0)

    def test_ramp_life_and_earliest_by_half_years(self):
        text = """
horizon: { start: 2026, end: 2028, step: half }
commodities: { metal: { stage: metal } }
demand: { all: { commodity: metal, quantity: 100 t/yr } }
imports: { cn: { commodity: metal, country: CN } }
facilities:
  p: { stage: metal, country: US, recipe: { out: { metal: 1 } }, expansion: { max: 1 kt/yr, capex: 1 MUSD/(t/yr), permit: 3 months, construction: 4 months, RAMP }, LIFE }
funds: { g: { instruments: [grant], appropriations: { 2026: 30 MUSD } } }
"""
        longer, text = text, text.replace(", LIFE", "")
        # seven months are two half-years: on line for four of the six steps
        self.near(text.replace(", RAMP", ""), dependency=1 - 0.5 * 30 * 4 / 300)
        self.near(text.replace("RAMP", "ramp: [50%, 100%]"), dependency=1 - 0.5 * 30 * 3 / 300)
        self.near(longer.replace(", RAMP", "").replace("LIFE", "life: 18 months"), dependency=1 - 0.5 * 30 * 3 / 300)
        self.near(text.replace("RAMP", "earliest: 2027"), dependency=1 - 0.5 * 30 * 2 / 300)

    def test_fast_track_costs_more(self):
        text = self.GRANT.replace("construction: 12 months", "permit: 1 year, construction: 1 year, fast_track: { permit: 0 years, capex: +25% }") + \
            "funds: { g: { instruments: [grant], appropriations: { 2026: 30 MUSD } } }"
        self.near(text, dependency=1 - 2 * 24 / 300)
        self.near(text.replace("+25%", "+150%"), dependency=1 - 30 / 300)

    def test_stockpile_returns_and_loss(self):
        self.near("""
horizon: { start: 2026, end: 2027 }
commodities: { metal: { stage: metal } }
demand: { all: { commodity: metal, quantity: { 2026: 100 t/yr, 2027: 200 t/yr } } }
stockpiles: { s: { commodity: metal, opening: { domestic: 60 t, allied: 100 t }, loss: 50% } }
returns: { r: { commodity: metal, country: NO, from: [all], after: 1 year, fraction: 20%, base: 10 t/yr } }
objective: [unmet, dependency]
""", unmet=300 - 90 - 28, dependency=(0.25 * (50 + 10 + 28) + 2 * 182) / 300, places=7)
        # 80 are left of the stock in 2026 (30 home, 50 allied) and 10 return; 10 + 20 % of 90 return in 2027

    def test_weights_required_classes_and_unmet(self):
        self.near("""
horizon: { start: 2026, end: 2027 }
commodities: { metal: { stage: metal } }
demand:
  defence: { commodity: metal, quantity: 10 t/yr, weight: 3, require: { classes: [domestic, allied], from: 2027 } }
  rest: { commodity: metal, quantity: 70 t/yr }
imports: { cn: { commodity: metal, country: CN } }
""", dependency=(3 * 10 + 70 + 3 * 10 * 2 + 70) / 200)

    def test_stockpile_fund_buys_before_a_ban(self):
        self.near(self.BASE.replace("country: CN }", "country: CN, limit: { 2027: 1 kt/yr, 2028: 0 t/yr } }") + """
stockpiles: { s: { commodity: metal } }
funds: { s: { instruments: [stockpile], appropriations: { 2027: 0.3 MUSD } } }
""", dependency=(100 + 100 + 30 + 2 * 70) / 300)

    def test_scenario_window_on_an_unlimited_import(self):
        text = self.BASE + """
scenarios:
  cut: { changes: [ { set: imports.*.limit, to: 25 t/yr, from: 2027, until: 2027 } ] }
  more: { extends: [cut], changes: [ { scale: "imports.*[country=CN].limit", by: 200% }, { shift: demand.all.quantity, by: 100 t/yr, from: 2028 } ] }
"""
        self.near(text, dependency=(100 + 25 + 150 + 100) / 300, scenarios=["cut"])
        self.near(text, dependency=(100 + 50 + 100 + 200) / 400, scenarios=["more"])

    def test_modules_and_least_award(self):
        text = self.GRANT + "funds: { g: { instruments: [grant], appropriations: { 2026: 30 MUSD } } }"
        self.near(text.replace("max: 1 kt/yr", "max: 1 kt/yr, module: 12 t/yr"), dependency=1 - 2 * 24 / 300)
        self.near(text.replace("max: 1 kt/yr", "max: 1 kt/yr, min: 31 t/yr"), dependency=1)

    def test_limits_targets_and_keep(self):
        text = self.GRANT + "funds: { g: { instruments: [grant], appropriations: { 2026: 10 MUSD, 2027: 10 MUSD } } }\n"
        self.near(text, dependency=1 - (10 + 20) / 300)
        self.near(text + "limits: [ { measure: build, at_most: 5 t/yr } ]", dependency=1 - (5 + 10) / 300)
        self.near(text + "limits: [ { measure: award, per: horizon, at_most: 16 MUSD } ]", dependency=1 - (10 + 16) / 300)
        self.near(text + "limits: [ { measure: import, at_most: 70 t, from: 2028 } ]", dependency=1 - (10 + 20 - 10) / 300)
        self.near(text + "targets: { 2028: 80% }", dependency=1 - (10 + 20) / 300)
        self.assertEqual(solve(HEAD + text + "targets: { 2028: 79% }")["status"], "infeasible")

    def test_system_cost(self):
        # 2027 is worth 1/1.1; opex 4, import 10 kUSD/t
        answer = solve((HEAD + self.BASE).replace("discount: 0%", "discount: 10%").replace("end: 2028", "end: 2027") +
                       "facilities: { p: { stage: metal, country: US, recipe: { out: { metal: 1 } }, existing: 40 t/yr, opex: 4 USD/kg } }\nobjective: [unmet, system_cost, peak_dependency]\n")
        self.assertAlmostEqual(answer["objectives"]["system_cost"], (40 * 4 + 60 * 10) / 1000 * (1 + 1 / 1.1), places=7)
        self.assertAlmostEqual(answer["objectives"]["peak_dependency"], 0.6, places=5)


def other_units(text):
    """The same quantities in other units."""
    def change(match):
        number, unit = match.group(1), match.group(2)
        for old, factor, new in (("kt/yr", 1e3, "t/yr"), ("t/yr", 1e-3, "kt/yr"), ("/kg", 1e3, "/t"), ("MUSD", 1e3, "kUSD"), ("MEUR", 1e3, "kEUR"),
                                 ("years", 12, "months"), ("months", 1 / 12, "years")):
            if unit == old or (old == "/kg" and unit[-3:] == old) :
                return f"{float(number) * factor!r} {unit.replace(old, new)}"
        return match.group(0)
    return re.sub(r"(?<![\w.])(\d+(?:\.\d+)?) ((?:kt/yr|t/yr|MUSD|MEUR|years|months|(?:USD|EUR)/kg)(?![\w/(]))", change, text)


def renamed(node, names):
    if isinstance(node, dict):
        return {renamed(k, names): renamed(v, names) for k, v in node.items()}
    if isinstance(node, list):
        return [renamed(v, names) for v in node]
    return names.get(node, node) if isinstance(node, str) else node


class WrittenDifferently(unittest.TestCase):
    SEEDS = range(1, 13)

    def answers(self, seed):
        step = ["year", "half", "quarter", "month"][seed % 4]
        tree = random_model.generate(seed, "small", None, step, seed % 3 == 0)
        text = "\n".join(random_model.emit(tree)) + "\n"
        return tree, text, solve(text)

    def same(self, seed, one, other, first=1e-8):
        self.assertEqual(one["status"], other["status"], f"seed {seed}")
        for place, (name, value) in enumerate(one["objectives"].items()):
            allowed = (first if place == 0 else 1e-4) * max(1, abs(value))
            self.assertAlmostEqual(value, other["objectives"][name], delta=allowed, msg=f"seed {seed} {name}")

    def test_units_names_order_and_capacity_written_out(self):
        for seed in self.SEEDS:
            tree, text, answer = self.answers(seed)
            changed = other_units(text)
            self.assertNotEqual(text, changed)
            self.same(seed, answer, solve(changed))
            with self.subTest(seed=seed, kind="names"):
                names = {n: f"{n}_renamed" for section in ("facilities", "commodities", "funds", "demand") for n in tree[section]}
                self.same(seed, answer, solve("\n".join(random_model.emit(renamed(tree, names))) + "\n"))
                backwards = copy.deepcopy(tree)
                for section in ("facilities", "commodities", "funds", "demand", "imports"):
                    backwards[section] = dict(reversed(list(backwards[section].items())))
                self.same(seed, answer, solve("\n".join(random_model.emit(backwards)) + "\n"))
            with self.subTest(seed=seed, kind="capacity"):
                self.same(seed, solve(text, direct=True), solve(text, direct=False))


if __name__ == "__main__":
    unittest.main()
