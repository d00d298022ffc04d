#!/usr/bin/env python3
"""Seeded generator of random but meaningful model files.

The same arguments always give the same file. Over the seeds every feature of the
format appears. What the second edition of the format brought is drawn apart, and added to
the model that the seed always gave: `plain` leaves it out.
"""
import argparse
import csv
import os
import random
import re
import sys

PER_YEAR = {"year": 1, "half": 2, "quarter": 4, "month": 12}
FACILITIES = {"small": (5, 9), "medium": (16, 26), "large": (45, 60)}
YEARS = {"small": {"year": (6, 10), "half": (5, 7), "quarter": (4, 5), "month": (2, 4)},
         "medium": {"year": (10, 13), "half": (8, 10), "quarter": (6, 8), "month": (4, 5)},
         "large": {"year": (14, 16), "half": (12, 14), "quarter": (10, 12), "month": (7, 8)}}

# stage: (share of facilities, capex kUSD/(t/yr), opex USD/kg, throughput per tonne of magnets)
STAGES = {"mine": (0.2, (2, 9), (1.5, 6.5), 5.5), "separation": (0.25, (3, 12), (2, 8), 5.5),
          "metal": (0.2, (10, 40), (6, 22), 0.9), "magnet": (0.25, (30, 110), (12, 34), 1.0),
          "recycling": (0.1, (5, 25), (2, 12), 0.3)}


def number(value):
    text = f"{value:.4g}"
    if "e" in text:
        text = f"{float(text):.12f}".rstrip("0").rstrip(".")
    return text


def scaled(value, factor):
    """A quantity, or each of a series, times a factor."""
    if isinstance(value, dict):
        return {k: scaled(v, factor) for k, v in value.items()}
    return re.sub(r"^[\d.]+", lambda m: number(float(m.group(0)) * factor), str(value))


def plain(text):
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_ ./()%+.-]*", text) is not None and not text.endswith(" ")


def scalar(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number(value) if isinstance(value, float) else str(value)
    return value if plain(value) or re.fullmatch(r"[+-]\d[\d.]*%", value) else '"' + value.replace('"', '\\"') + '"'


def flow(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    return scalar(value)


def emit(tree, indent=0):
    lines = []
    for key, value in tree.items():
        pad = "  " * indent
        one = f"{pad}{scalar(key)}: {flow(value)}"
        nested = isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values())
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{pad}{scalar(key)}:")
            lines += [f"{pad}  - {flow(item)}" for item in value]
        elif isinstance(value, dict) and value and (nested or len(one) > 110 or indent == 0):
            lines.append(f"{pad}{scalar(key)}:")
            lines += emit(value, indent + 1)
        else:
            lines.append(one)
    return lines


class Generator:
    def __init__(self, seed, size="small", facilities=None, step="year", discrete=False, plain=False):
        self.r = random.Random(f"{seed}/{size}/{facilities}/{step}/{discrete}")
        self.later = random.Random(f"second/{seed}/{size}/{facilities}/{step}/{discrete}")
        self.plain = plain
        self.seed, self.size, self.step, self.discrete = seed, size, step, discrete
        low, high = FACILITIES[size]
        self.count = facilities or self.r.randint(low, high)
        self.length = self.r.randint(*YEARS[size][step])
        self.start = self.r.choice([2025, 2026, 2027])
        self.end = self.start + self.length - 1
        self.currency = self.r.choice(["USD", "USD", "EUR"])
        self.scale = 10 ** self.r.uniform(-0.5, 1.2)         # demand for magnets, kt/yr

    # ---- helpers ---------------------------------------------------------
    def chance(self, probability):
        return self.r.random() < probability

    def pick(self, items):
        return self.r.choice(list(items))

    def tonnes_a_year(self, kt):
        return f"{number(kt)} kt/yr" if kt >= 1 and self.chance(0.7) else f"{number(kt * 1000)} t/yr"

    def tonnes(self, kt):
        return f"{number(kt)} kt" if kt >= 1 else f"{number(kt * 1000)} t"

    def money(self, millions):
        if millions >= 1000 and self.chance(0.5):
            return f"{number(millions / 1000)} B{self.currency}"
        return f"{number(millions)} M{self.currency}" if self.chance(0.9) else f"{number(millions * 1000)} k{self.currency}"

    def price(self, per_kg):
        return f"{number(per_kg)} {self.currency}/kg" if self.chance(0.6) else \
            self.pick([f"{number(per_kg * 1000)} {self.currency}/t", f"{number(per_kg)} k{self.currency}/t"])

    def capex(self, thousand):
        c = self.currency
        return f"{number(thousand)} k{c}/(t/yr)" if self.chance(0.7) else f"{number(thousand)} M{c}/(kt/yr)"

    def percent(self, low, high):
        return f"{number(self.r.uniform(low, high))}%"

    def duration(self, years):
        months = round(years * 12)
        if months % 12 == 0 and self.chance(0.8):
            return f"{months // 12} year{'s' if months != 12 else ''}"
        return f"{months} months"

    def series(self, write, value, spread=0.3, odds=0.4, trend=0.0):
        """A level: one quantity, or a few years of it."""
        if not self.chance(odds):
            return write(value)
        years = sorted(self.r.sample(range(self.start, self.end + 2), min(self.length, self.r.choice([2, 2, 3]))))
        return {y: write(value * (1 + trend * (y - self.start) / self.length) * self.r.uniform(1 - spread, 1 + spread)) for y in years}

    def lead(self, low, high):
        """A duration, a share of the horizon, in whole years or quarters."""
        value = self.r.uniform(low, high) * self.length
        return round(value) if self.length > 4 and self.chance(0.5) else round(value * 4) / 4

    # ---- the model -------------------------------------------------------
    def model(self):
        self.provenance()
        self.commodities()
        self.facilities()
        self.markets()
        self.funds()
        self.rules()
        self.horizon_, self.uncertainty_, self.adversary_ = {}, {}, {}
        if not self.plain:
            first, self.r = self.r, self.later
            self.second_edition()
            self.r = first
        tree = {"lodestone": 1, "name": f"Random model {self.seed}"}
        if self.chance(0.3):
            tree["description"] = "Generated: not a real programme."
        tree["horizon"] = {"start": self.start, "end": self.end, "step": self.step} | self.horizon_
        if self.step == "year" and self.chance(0.4):
            del tree["horizon"]["step"]
        tree["money"] = {"currency": self.currency, "discount": self.percent(2, 9)}
        objective = self.objective()
        if objective:
            tree["objective"] = objective
        for key in ("provenance", "commodities", "facilities", "imports", "demand", "stockpiles", "returns", "funds",
                    "limits", "targets", "scenarios", "uncertainty", "adversary"):
            value = getattr(self, key + "_")
            if value:
                tree[key] = value
        return tree

    def objective(self):
        return self.pick([None, None, ["dependency"], ["dependency", "public_cost"], ["peak_dependency", "public_cost"],
                          ["dependency", "system_cost"], ["unmet", "dependency"], ["unmet", "dependency", "public_cost"],
                          ["dependency", "peak_dependency", "public_cost"], ["peak_dependency", "dependency"],
                          ["dependency", "unmet", "system_cost"]])

    def provenance(self):
        self.classes = self.pick([{"domestic": 0, "foreign": 1}, {"domestic": 0, "allied": 0.25, "foreign": 1},
                                  {"domestic": 0, "allied": 0.25, "foreign": 1}, {"home": 0, "allied": "20%", "partner": 0.6, "foreign": 1},
                                  {"home": 0.05, "allied": 0.3, "foreign": 0.9}])
        names = list(self.classes)
        self.home, self.foreign = "US", "CN"
        self.countries = {"US": names[0], "CN": names[-1]}
        for country in ("AU", "NO", "CA"):
            self.countries[country] = names[1] if len(names) > 2 else names[-1]
        if len(names) > 3:
            self.countries["VN"] = names[2]
        self.allied = [c for c in self.countries if c not in ("US", "CN")]
        self.provenance_ = {"classes": self.classes, "countries": self.countries}
        if self.chance(0.3):
            self.provenance_["unmet"] = self.pick([1.5, 2, 3])
        if self.chance(0.3):
            self.provenance_["year_weights"] = {self.start: 1, self.end: self.pick([0.4, 1.5, 2])}

    def commodities(self):
        r = self.r
        self.prices = {"concentrate": r.uniform(4, 9), "ndpr_oxide": r.uniform(55, 90), "dy_oxide": r.uniform(200, 400),
                       "ndpr_metal": r.uniform(80, 120), "magnet": r.uniform(55, 95), "scrap": r.uniform(2, 8)}
        stage = {"concentrate": "mine", "ndpr_oxide": "separation", "dy_oxide": "separation", "ndpr_metal": "metal",
                 "magnet": "magnet", "scrap": "recycling"}
        self.commodities_ = {}
        for name, value in self.prices.items():
            self.commodities_[name] = {"stage": stage[name], "price": self.series(self.price, value, 0.25)}
        if self.chance(0.3):
            del self.commodities_["scrap"]["price"]
        if self.chance(0.2):
            self.commodities_["magnet"]["name"] = "NdFeB magnets"

    def facilities(self):
        r, self.facilities_ = self.r, {}
        stages = ["magnet", "separation", "mine", "metal"] + \
            r.choices(list(STAGES), [s[0] for s in STAGES.values()], k=max(0, self.count - 4))
        stages = stages[:max(1, self.count)]
        share = {s: stages.count(s) for s in stages}
        self.full_cost = 0.0
        expandable = []
        for number_, stage in enumerate(stages):
            name = f"{stage}_{number_ + 1}"
            _, capex, opex, throughput = STAGES[stage]
            size = self.scale * throughput * r.uniform(0.5, 1.3) / share[stage]
            entry = {"name": name.replace("_", " ").capitalize()} if self.chance(0.3) else {}
            entry |= {"stage": stage, "country": "US" if number_ < 4 or self.chance(0.65) else self.pick(self.allied)}
            tags = [t for t in ("federal_land", "midstream", "brownfield") if self.chance(0.25)]
            if tags:
                entry["tags"] = tags
            entry["recipe"] = self.recipe(stage)
            existing = self.chance(0.4)
            if existing:
                entry["existing"] = self.series(self.tonnes_a_year, size * r.uniform(0.1, 0.4), 0.3, 0.2)
            if self.chance(0.4):
                entry["availability"] = self.series(lambda v: f"{number(v)}%", 92, 0.05, 0.3)
            if self.chance(0.95):
                entry["opex"] = self.series(self.price, r.uniform(*opex), 0.2, 0.3)
            if self.chance(0.15):
                entry["commercial"] = False
            elif self.chance(0.1):
                entry["commercial"] = True
            if self.chance(0.25):
                entry["life"] = self.duration(max(1, round(self.length * r.uniform(0.35, 0.9))))
            if not existing or self.chance(0.8):
                entry["expansion"] = self.expansion(size, r.uniform(*capex), expandable)
                expandable.append(name)
            self.facilities_[name] = entry
        if self.discrete:
            free = [n for n in expandable if self.facilities_[n]["country"]]
            for _ in range(r.choice([1, 1, 2])):
                if len(free) >= 2 and self.chance(0.7):
                    group = f"site_{len(free)}"
                    for name in r.sample(free, 2):
                        free.remove(name)
                        self.facilities_[name]["expansion"]["exclusive"] = group

    def recipe(self, stage):
        r = self.r
        if stage == "mine":
            return {"in": {}, "out": {"concentrate": 1}} if self.chance(0.5) else {"out": {"concentrate": 1}}
        if stage == "separation":
            out = {"ndpr_oxide": round(r.uniform(0.15, 0.22), 3)}
            if self.chance(0.7):
                out["dy_oxide"] = round(r.uniform(0.002, 0.01), 4)
            return {"in": {"concentrate": 1}, "out": out, "main": "ndpr_oxide"}
        if stage == "metal":
            return {"in": {"ndpr_oxide": round(r.uniform(1.15, 1.25), 3)}, "out": {"ndpr_metal": 1}}
        if stage == "magnet":
            entry = {"in": {"ndpr_metal": round(r.uniform(0.28, 0.34), 3)}, "out": {"magnet": 1}}
            if self.chance(0.6):
                entry["in"]["dy_oxide"] = round(r.uniform(0.004, 0.02), 4)
            if self.chance(0.5):
                entry["out"]["scrap"] = round(r.uniform(0.05, 0.2), 3)
            return entry
        return {"in": {"scrap": 1}, "out": {"ndpr_oxide": round(r.uniform(0.15, 0.3), 3), "dy_oxide": round(r.uniform(0.001, 0.01), 4)}}

    def expansion(self, size, capex, earlier):
        r = self.r
        entry = {"max": self.tonnes_a_year(size)}
        self.full_cost += size * capex
        entry["capex"] = self.series(self.capex, capex, 0.2, 0.3)
        if self.chance(0.75):
            entry["permit"] = self.duration(self.lead(0, 0.25))
        if self.chance(0.8):
            entry["construction"] = self.duration(self.lead(0.02, 0.25))
        if self.chance(0.4):
            fast = {}
            if self.chance(0.9):
                fast["permit"] = self.duration(self.lead(0, 0.1))
            if self.chance(0.25):
                fast["construction"] = self.duration(self.lead(0.02, 0.12))
            if self.chance(0.7):
                fast["capex"] = f"+{r.randint(3, 30)}%"
            elif self.chance(0.6):
                fast["capex"] = self.series(self.capex, capex * r.uniform(1.05, 1.3), 0.1, 0.3)
            if fast:
                entry["fast_track"] = fast
        if self.chance(0.5):
            entry["ramp"] = self.pick([["40%", "80%", "100%"], ["30%", "70%", "100%"], ["50%", "100%"], [0.6, 1], ["60%", "100%", "90%"]])
        if self.chance(0.4):
            entry["spending"] = self.pick([["50%", "50%"], ["30%", "40%", "30%"], ["100%"], [0.8, 0.2]])
        if self.chance(0.25):
            entry["earliest"] = self.start + r.randint(0, max(1, self.length // 3))
        if self.chance(0.5):
            entry["private"] = {"max_share": self.percent(20, 70), "hurdle": self.percent(5, 15)}
        if earlier and self.chance(0.2):
            entry["requires"] = self.pick(earlier)
        if self.discrete:
            if self.chance(0.45):
                entry["module"] = self.tonnes_a_year(size / r.choice([1, 2, 3, 4]) * 0.999)
            if self.chance(0.4):
                entry["min"] = self.tonnes_a_year(size * r.uniform(0.15, 0.6))
        return entry

    def markets(self):
        r, self.imports_ = self.r, {}
        need = {"concentrate": 5.5, "ndpr_oxide": 1.1, "dy_oxide": 0.03, "ndpr_metal": 0.9, "magnet": 1.0}
        for commodity, per in need.items():
            for country in ["CN"] + [c for c in self.allied if self.chance(0.25)]:
                entry = {"commodity": commodity, "country": country}
                if country != "CN":
                    entry["limit"] = self.series(self.tonnes_a_year, self.scale * per * r.uniform(0.03, 0.25), 0.5, 0.4, 0.5)
                elif self.chance(0.2 if commodity == "magnet" else 0.5):
                    entry["limit"] = self.series(self.tonnes_a_year, self.scale * per * r.uniform(0.8, 1.8), 0.3, 0.6, -0.4)
                if self.chance(0.4):
                    entry["price"] = self.series(self.price, self.prices[commodity] * r.uniform(0.8, 1.2), 0.2, 0.3)
                if country == "CN" or self.chance(0.8):
                    self.imports_[f"{country.lower()}_{commodity}"] = entry
        segments = r.sample(["defence", "vehicles", "wind", "industry"], r.choice([1, 2, 2, 3]))
        self.demand_ = {}
        for segment in segments:
            part = self.scale * (0.15 if segment == "defence" and len(segments) > 1 else 1 / len(segments))
            entry = {"commodity": "magnet", "quantity": self.series(self.tonnes_a_year, part, 0.2, 0.7, 0.4)}
            if segment == "defence" or self.chance(0.2):
                entry["weight"] = self.pick([3, 2, 1.5])
            if (segment == "defence" or self.chance(0.15)) and self.chance(0.6):
                names = list(self.classes)
                entry["require"] = {"classes": names[:max(1, len(names) - 1)], "from": self.start + r.randint(self.length // 2, self.length - 1)}
                if self.chance(0.1):
                    del entry["require"]["from"]
            self.demand_[segment] = entry
        if self.chance(0.25):
            self.demand_["oxide_users"] = {"commodity": "dy_oxide", "quantity": self.tonnes_a_year(self.scale * 0.01), "weight": self.pick([0.5, 20])}
        self.stockpiles_ = {}
        for commodity in ("dy_oxide", "magnet", "ndpr_oxide"):
            if self.chance(0.3):
                size = self.scale * {"dy_oxide": 0.02, "magnet": 0.5, "ndpr_oxide": 0.4}[commodity]
                entry = {"commodity": commodity}
                if self.chance(0.7):
                    names = r.sample(list(self.classes), r.choice([1, 1, 2]))
                    entry["opening"] = {k: self.tonnes(size * r.uniform(0.1, 0.4)) for k in names}
                if self.chance(0.7):
                    entry["max"] = self.tonnes(size)
                if self.chance(0.6):
                    entry["loss"] = self.percent(0, 6)
                self.stockpiles_[commodity + "_reserve"] = entry
        self.returns_ = {}
        for number_ in range(r.choice([0, 1, 1, 2])):
            entry = {"commodity": self.pick(["scrap", "scrap", "magnet"]), "country": self.pick(["US", "US"] + self.allied),
                     "from": r.sample(list(self.demand_), r.randint(1, len(self.demand_))),
                     "after": self.duration(self.lead(0.1, 0.5)), "fraction": self.percent(3, 25)}
            if self.chance(0.5):
                entry["base"] = self.series(self.tonnes_a_year, self.scale * r.uniform(0.01, 0.05), 0.3, 0.3)
            self.returns_[f"end_of_life_{number_ + 1}"] = entry

    def funds(self):
        r, self.funds_ = self.r, {}
        kinds = [["grant"]]
        for more, odds in ((["loan"], 0.5), (["price_support"], 0.55), (["grant", "price_support"], 0.3), (["grant", "loan"], 0.15),
                           (["loan", "price_support"], 0.15)):
            if self.chance(odds):
                kinds.append(more)
        if self.stockpiles_ and self.chance(0.7):
            kinds.append(self.pick([["stockpile"], ["stockpile", "price_support"]]))
        budget = self.full_cost * r.uniform(0.15, 0.7)
        weights = [r.uniform(0.4, 1) for _ in kinds]
        for number_, kind in enumerate(kinds):
            amount = budget * weights[number_] / sum(weights)
            last = self.start + max(0, round(self.length * r.uniform(0.2, 0.8)) - 1)
            years = [y for y in range(self.start, last + 1) if self.chance(0.8)] or [self.start]
            entry = {"instruments": kind, "appropriations": {y: self.money(amount / len(years) * r.uniform(0.6, 1.4)) for y in years}}
            if self.chance(0.45):
                entry["keep"] = self.pick(["100%", "0%", "50%", "80%", 0.9])
            if number_ > 0 and self.chance(0.5):
                entry["eligible"] = self.pick([{"country": ["US"]}, {"stage": self.r.sample(list(STAGES), 3)}, {"stage": ["magnet", "metal"]},
                                               {"country": ["US", "AU"], "stage": ["mine", "separation", "magnet"]},
                                               {"tags": ["midstream", "brownfield"]}, {"facility": r.sample(list(self.facilities_), min(3, len(self.facilities_)))}])
            elif self.chance(0.4):
                entry["eligible"] = {"country": ["US"]}
            if self.chance(0.4) and ("grant" in kind or "loan" in kind):
                entry["max_share"] = self.percent(40, 95)
            if self.chance(0.3):
                entry["max_per_facility"] = self.money(amount * r.uniform(0.2, 0.7))
            if "loan" in kind:
                tenor = r.randint(2, max(3, self.length))
                entry["loan"] = {"rate": self.percent(0, 6) if self.chance(0.9) else "0%", "tenor": f"{tenor} years"}
                if self.chance(0.6):
                    entry["loan"]["grace"] = self.duration(r.choice([1, 1, 2, 0.5 if self.step != "year" else 1]))
                if self.chance(0.6):
                    entry["loan"]["revolving"] = self.chance(0.8)
            self.funds_[f"{kind[0]}_fund_{number_ + 1}"] = entry

    def rules(self):
        r, self.limits_ = self.r, []
        some_stage = self.pick(["mine", "separation", "metal", "magnet"])
        fund = self.pick(self.funds_)
        expandable = [n for n, f in self.facilities_.items() if "expansion" in f and f["country"] == "US"
                      and not {"requires", "exclusive", "module", "min", "permit"} & set(f["expansion"])]
        cost = max(self.full_cost, 1e-3)
        menu = [
            {"name": "midstream share of awards", "measure": "award", "where": {"stage": ["separation", "metal"]}, "per": "horizon",
             "at_least": self.percent(10, 40), "of": {}},
            {"name": "awards to one stage", "measure": "award", "where": {"stage": [some_stage]}, "per": "horizon", "at_most": self.money(cost * r.uniform(0.05, 0.3))},
            {"name": "yearly building", "measure": "build", "where": {"stage": ["magnet"]}, "at_most": self.tonnes_a_year(self.scale * r.uniform(0.1, 0.4))},
            {"name": "projects at a time", "measure": "projects", "at_most": number(r.uniform(0.8, 3)), "from": self.start, "until": self.start + self.length // 2},
            {"name": "fast track is rare", "measure": "projects", "where": {"option": ["fast_track"]}, "per": "horizon", "at_most": self.percent(10, 50), "of": {}},
            {"name": "support", "measure": "support", "per": "year", "at_most": self.money(cost * r.uniform(0.01, 0.1))},
            {"name": "private money abroad", "measure": "private", "where": {"country": self.allied}, "per": "horizon", "at_most": self.percent(10, 60), "of": {}},
            {"name": "capital spending a year", "measure": "capex", "at_most": self.money(cost * r.uniform(0.1, 0.4))},
            {"name": "activity of federal land", "measure": "activity", "where": {"tags": ["federal_land"]}, "per": "year",
             "at_most": self.tonnes(self.scale * r.uniform(0.5, 3)), "from": self.start + 1},
            {"name": "imports from one country", "measure": "import", "where": {"country": ["CN"]}, "per": "year",
             "at_most": self.tonnes(self.scale * r.uniform(0.9, 2)), "from": self.end - 1},
            {"name": "imports of one source", "measure": "import", "where": {"source": [self.pick(self.imports_)]}, "per": "horizon",
             "at_most": self.percent(30, 90), "of": {"stage": ["magnet", "separation"]}},
            {"name": "one fund at home", "measure": "award", "where": {"fund": [fund], "country": ["US"]}, "per": "horizon", "at_least": self.percent(30, 70), "of": {"fund": [fund]}},
            {"name": "some of one facility", "measure": "projects", "where": {"facility": [self.pick(expandable)]}, "per": "horizon", "at_least": number(r.uniform(0.01, 0.06))} if expandable else None,
            {"name": "capital by option", "measure": "capex", "where": {"option": ["standard"]}, "per": "horizon", "at_least": self.percent(20, 60), "of": {}},
        ]
        menu = [m for m in menu if m]
        for limit in r.sample(menu, r.choice([0, 1, 2, 2, 3])):
            self.limits_.append(limit)
        self.targets_ = {}
        if self.chance(0.25):
            self.targets_[self.end] = self.percent(91, 99.5)
        self.scenarios_ = {
            "ban": {"name": "Export ban", "changes": [{"set": "imports.cn_*.limit", "to": {self.start + 1: "0 t/yr", self.end: self.tonnes_a_year(self.scale * 0.3)}, "from": self.start + 1}]},
            "slump": {"description": "Prices fall.", "changes": [{"scale": "commodities.*.price", "by": 0.7, "from": self.start + 1, "until": max(self.start + 1, self.end - 1)}]},
        }
        menu = [
            {"scale": "demand.*.quantity", "by": "120%"},
            {"scale": "funds.*.appropriations", "by": 0.6, "from": self.start + 1},
            {"shift": "facilities.*.expansion.construction", "by": "1 year"},
            {"set": "imports.cn_*.price", "to": self.price(90)},
            {"set": "imports.cn_magnet.limit", "to": self.tonnes_a_year(self.scale * 0.5), "from": self.start + 1, "until": self.start + 2},
            {"scale": "facilities.*.opex", "by": 1.15, "from": self.start + 2},
            {"scale": "imports.*.price", "by": 1.1},
            {"scale": "facilities.*.availability", "by": 0.9, "until": self.start + 1},
            {"set": f"demand.{self.pick(self.demand_)}.weight", "to": 2.5},
            {"set": "provenance.unmet", "to": 2.5},
            {"scale": "facilities.*.expansion.capex", "by": 0.9},
            {"shift": "facilities.*[country=US].existing", "by": "10 t/yr"},
            {"scale": "facilities.*.expansion.max", "by": 1.2},
        ]
        fast = [n for n, f in self.facilities_.items() if "fast_track" in f.get("expansion", {})]
        if fast:
            menu.append({"remove": f"facilities.{self.pick(fast)}.expansion.fast_track"})
        if any(self.facilities_[n]["country"] == "US" for n in fast):
            menu.append({"remove": "facilities.*[country=US].expansion.fast_track"})
        for stage in ("mine", "magnet"):
            if any(f["stage"] == stage and "expansion" in f for f in self.facilities_.values()):
                menu.append({"shift": f"facilities.*[stage={stage}].expansion.permit", "by": "6 months"})
        tags = [t for f in self.facilities_.values() if "expansion" in f for t in f.get("tags", [])]
        if tags:
            menu.append({"scale": f"facilities.*[tag={self.pick(tags)}].expansion.max", "by": 0.7})
        if any("limit" in i for i in self.imports_.values()):
            menu.append({"scale": "imports.*.limit", "by": 0.8})
        self.scenarios_["mixed"] = {"changes": r.sample(menu, r.randint(1, 4))}
        self.scenarios_["both"] = {"extends": [r.choice(["ban", "slump"]), "mixed"], "changes": [r.choice(menu)]}


    # ---- what the second edition brought -----------------------------------
    def second_edition(self):
        if self.chance(0.4):
            self.horizon_["beyond"] = f"{self.r.choice([1, 2, 3, 5])} years"
            if self.chance(0.5):
                self.horizon_["beyond_weight"] = self.pick([0, 0.3, 0.5, 2])
        self.ease()
        self.trade()
        self.owners()
        self.terms()
        self.programmes()
        self.inside_goods()
        self.more_rules()
        if self.chance(0.6):
            self.risk()

    def ease(self):
        """Where support is earned by output little is built at a loss, so many models get a way to earn and lose a rule."""
        if self.chance(0.7):
            self.targets_.clear()
        if self.chance(0.7):
            self.limits_[:] = [limit for limit in self.limits_ if limit["name"] != "some of one facility"]
        if self.chance(0.6):
            for entry in self.facilities_.values():
                if "opex" in entry and self.chance(0.8):
                    entry["opex"] = scaled(entry["opex"], self.r.uniform(0.3, 0.8))
        if self.chance(0.5):
            amount = self.full_cost * self.r.uniform(0.1, 0.4)
            entry = {"instruments": ["price_support"], "appropriations": {y: self.money(amount / self.length) for y in range(self.start, self.end + 1)}}
            if self.chance(0.3):
                entry["eligible"] = {"country": ["US"]}
            self.funds_["offtake"] = entry

    def trade(self):
        """Tariffs, freight, mixed content, prices at parity."""
        for name, entry in self.imports_.items():
            if "price" not in entry and entry["country"] == "CN" and self.chance(0.4):
                entry["price"] = self.series(self.price, self.prices[entry["commodity"]] * self.r.uniform(0.75, 1.1), 0.2, 0.3)
            if "price" in entry and self.chance(0.4):
                entry["tariff"] = self.pick(["10%", "25%", {self.start: "0%", self.start + 2: "25%"}])
            if "price" in entry and self.chance(0.3):
                entry["freight"] = self.series(self.price, self.prices[entry["commodity"]] * 0.03, 0.3, 0.2)
            if entry["country"] != "CN" and self.chance(0.3):
                share = self.r.choice([20, 40, 75])
                entry["content"] = {entry.pop("country"): f"{share}%", "CN": f"{100 - share}%"}
        for name, entry in self.commodities_.items():
            priced = [i for i in self.imports_.values() if i["commodity"] == name and "price" in i]
            if priced and self.chance(0.4):
                entry["price"] = "parity"
                if self.chance(0.6):
                    entry["premium"] = self.series(self.price, self.prices[name] * self.r.uniform(0.05, 0.3), 0.3, 0.3)

    def owners(self):
        for entry in self.facilities_.values():
            if self.chance(0.08):
                entry["owner"] = self.pick(self.countries)
        for entry in self.imports_.values():
            if self.chance(0.1):
                entry["owner"] = self.pick(self.countries)

    def terms(self):
        """The terms of new capacity: least private shares, capped programmes, one award, delivery."""
        for entry in self.facilities_.values():
            expansion = entry.get("expansion")
            if not expansion:
                continue
            private = expansion.get("private")
            if private and self.chance(0.5):
                most = float(str(private["max_share"]).rstrip("%"))
                private["min_share"] = f"{number(most * self.r.uniform(0.1, 0.9))}%"
            if private and self.chance(0.3):
                expansion["combined_max_share"] = self.percent(50, 95)
            # a whole choice of months or quarters takes the solvers long
            if self.discrete and self.step in ("year", "half") and self.chance(0.3):
                expansion["once"] = True
            if self.chance(0.15):
                expansion["delivery"] = {"success": self.percent(60, 95), "slip": {"0 years": "50%", "1 year": "30%", "18 months": "20%"}}

    def programmes(self):
        """How programmes pay, and what loans are charged."""
        makers = {c: f for f in self.facilities_.values() for c in f["recipe"]["out"]}
        for name, fund in self.funds_.items():
            if "price_support" in fund["instruments"] and self.chance(0.75):
                fund["pays"] = self.rule(makers)
                if fund["pays"].get("entitled") and fund["instruments"] == ["price_support"] and self.chance(0.5):
                    del fund["appropriations"]
                    if self.chance(0.8):
                        fund.pop("keep", None)
            loan = fund.get("loan")
            if loan and not loan.get("revolving") and self.chance(0.5):
                loan["subsidy"] = self.percent(5, 60)
                loan.pop("revolving", None)
                if self.chance(0.6):
                    loan["authority"] = self.money(self.full_cost * self.r.uniform(0.05, 0.4))
            elif loan and self.chance(0.15):
                loan["authority"] = self.money(self.full_cost * self.r.uniform(0.05, 0.4))

    def rule(self, makers):
        r = self.r
        commodity = self.pick(makers)
        value = self.prices[commodity]
        rule = self.pick(["gap", "gap", "floor", "floor", "per_tonne", "cost_share"])
        pays = {"rule": rule}
        if rule == "gap":
            if self.chance(0.2):
                del pays["rule"]
            if self.chance(0.5):
                pays["max"] = self.price(value * r.uniform(0.1, 0.5))
        elif rule == "floor":
            pays |= {"commodity": commodity, "strike": self.series(self.price, value * r.uniform(1.0, 1.5), 0.15, 0.3)}
        elif rule == "per_tonne":
            pays |= {"commodity": commodity, "rate": self.series(self.price, value * r.uniform(0.03, 0.3), 0.2, 0.3)}
        else:
            pays["share"] = self.pick(["10%", {self.start: "25%", self.end: "5%"}])
            if self.chance(0.5):
                pays["inputs"] = self.chance(0.7)
        if self.chance(0.4):
            pays["entitled"] = True
            if rule == "floor" and self.chance(0.5):
                pays["two_way"] = self.pick(["30%", "100%", 0.5])
        if self.chance(0.3):
            pays["from"] = self.start + r.randint(0, 2)
        if self.chance(0.3):
            pays["until"] = self.end + r.randint(-1, 3)
        return pays

    def inside_goods(self):
        for entry in self.demand_.values():
            if self.chance(0.25):
                entry["embedded"] = {"share": self.series(lambda v: f"{number(v)}%", self.r.uniform(10, 60), 0.3, 0.5, -0.4),
                                     "country": self.pick(["CN", "CN", *self.allied])}
        for entry in self.stockpiles_.values():
            if self.chance(0.4):
                entry["end"] = self.percent(10, 90)

    def more_rules(self):
        """Limits that count imports as shares, and quantities a year only where they are by year."""
        cn = [n for n, i in self.imports_.items() if i.get("country") == "CN"]
        if self.chance(0.25):
            self.limits_.append({"name": "half of what is used may be from one country", "measure": "import", "where": {"country": ["CN"]},
                                 "per": self.pick(["year", "horizon"]), "at_most": self.percent(60, 98), "of": {}})
        if cn and self.chance(0.1):
            self.limits_.append({"name": "a source", "measure": "import", "where": {"source": [self.pick(cn)]}, "at_most": self.percent(50, 95), "of": {"country": ["CN"]}})
        if self.chance(0.3):
            self.scenarios_["duty"] = {"changes": [{"set": "imports.cn_*.price", "to": self.price(60)},
                                                   {"shift": "imports.cn_*.tariff", "by": "15%", "from": self.start + 1}]}
        parity = [n for n, e in self.commodities_.items() if e.get("price") == "parity"]
        if parity and self.chance(0.5):
            self.scenarios_["dear"] = {"changes": [{"shift": f"commodities.{parity[0]}.premium", "by": self.price(2)},
                                                   {"scale": "commodities.*.price", "by": 1.1}]}

    def risk(self):
        reveal = min(self.start + self.r.choice([1, 2]), self.end)
        if self.chance(0.6):
            self.uncertainty_ = {"reveal": reveal, "risk": self.pick(["expected", "worst", "regret", "cvar"]), "level": "60%",
                                 "outcomes": {"base": "50%", "ban": "30%", "slump": "20%"}}
        if self.chance(0.6):
            moves = {"ban": "0%", "slump": self.percent(0, 10), "mixed": self.percent(0, 10)}
            self.adversary_ = {"reveal": reveal, "moves": moves}
            if self.chance(0.7):
                self.adversary_["at_most"] = self.pick([1, 2])


def flatten(entry, prefix=""):
    out = {}
    for key, value in entry.items():
        if isinstance(value, dict):
            out.update(flatten(value, f"{prefix}{key}."))
        elif isinstance(value, list):
            out[prefix + str(key)] = flow(value)
        else:
            out[prefix + str(key)] = scalar(value).strip('"')
    return out


def write(tree, path, tables=False):
    """Writes the model; with `tables` its facilities go to a CSV beside it."""
    if tables:
        tree = dict(tree)
        rows = {name: flatten(entry) for name, entry in tree.pop("facilities").items()}
        columns = sorted({c for row in rows.values() for c in row})
        name = os.path.splitext(os.path.basename(path))[0] + "-facilities.csv"
        with open(os.path.join(os.path.dirname(os.path.abspath(path)), name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["id"] + columns)
            for facility, row in rows.items():
                writer.writerow([facility] + [row.get(c, "") for c in columns])
        tree["tables"] = {"facilities": name}
    text = "\n".join(emit(tree)) + "\n"
    if path == "-":
        sys.stdout.write(text)
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def generate(seed, size="small", facilities=None, step="year", discrete=False, plain=False):
    return Generator(seed, size, facilities, step, discrete, plain).model()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", choices=FACILITIES, default="small")
    parser.add_argument("--facilities", type=int)
    parser.add_argument("--step", choices=PER_YEAR, default="year")
    parser.add_argument("--discrete", action="store_true", help="modules, smallest awards, exclusive groups")
    parser.add_argument("--plain", action="store_true", help="without what the second edition of the format brought")
    parser.add_argument("--tables", action="store_true", help="facilities in a CSV beside the file (needs --out)")
    parser.add_argument("--out", default="-")
    options = parser.parse_args()
    if options.tables and options.out == "-":
        parser.error("--tables needs --out")
    write(generate(options.seed, options.size, options.facilities, options.step, options.discrete, options.plain), options.out, options.tables)


if __name__ == "__main__":
    main()
