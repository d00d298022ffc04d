#!/usr/bin/env python3
"""Reference implementation of the formulation, for checking the engine's answers.

Reads a model file, applies scenarios, writes out the whole program of the
formulation term by term, solves it with HiGHS and prints the objectives as JSON.
It is plain on purpose: no presolve, no decomposition, no tricks.
"""
import argparse
import copy
import csv
import itertools
import json
import math
import os
import re
import sys
import time
from typing import NamedTuple

import numpy as np
import yaml

from rules import Rules

INF = math.inf


class ModelError(Exception):
    pass


# ---------------------------------------------------------------------------
# Quantities: tonnes, years, millions of the model's currency
# ---------------------------------------------------------------------------

PURE, MASS, TIME, MONEY = (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)
RATE = (1, -1, 0)            # t/yr
PRICE = (-1, 0, 1)           # money per tonne
CAPEX = (-1, 1, 1)           # money per t/yr
MONEY_RATE = (0, -1, 1)


class Quantity(NamedTuple):
    value: float
    dimension: tuple


NUMBER = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")
TOKEN = re.compile(r"\s*([A-Za-z]+|[()/])")


def unit_of(name, currency):
    table = {"t": (1.0, MASS), "kt": (1e3, MASS), "kg": (1e-3, MASS),
             "yr": (1.0, TIME), "year": (1.0, TIME), "years": (1.0, TIME),
             "month": (1 / 12, TIME), "months": (1 / 12, TIME),
             currency: (1e-6, MONEY), "k" + currency: (1e-3, MONEY),
             "M" + currency: (1.0, MONEY), "B" + currency: (1e3, MONEY)}
    if name not in table:
        raise ModelError(f"unknown unit {name!r}")
    return table[name]


def parse_quantity(text, currency):
    if isinstance(text, Quantity):
        return text
    match = NUMBER.match(text) if isinstance(text, str) else None
    if not match:
        raise ModelError(f"not a quantity: {text!r}")
    number, rest = float(match.group(1)), match.group(2)
    if rest == "":
        return Quantity(number, PURE)
    if rest == "%":
        return Quantity(number / 100, PURE)
    tokens, position = [], 0
    while position < len(rest):
        token = TOKEN.match(rest, position)
        if not token:
            raise ModelError(f"not a unit: {rest!r}")
        tokens.append(token.group(1))
        position = token.end()

    def quotient(i):
        factor, dimension, i = term(i)
        while i < len(tokens) and tokens[i] == "/":
            f, d, i = term(i + 1)
            factor /= f
            dimension = tuple(a - b for a, b in zip(dimension, d))
        return factor, dimension, i

    def term(i):
        if i >= len(tokens):
            raise ModelError(f"not a unit: {rest!r}")
        if tokens[i] == "(":
            f, d, i = quotient(i + 1)
            if i >= len(tokens) or tokens[i] != ")":
                raise ModelError(f"not a unit: {rest!r}")
            return f, d, i + 1
        f, d = unit_of(tokens[i], currency)
        return f, d, i + 1

    factor, dimension, end = quotient(0)
    if end != len(tokens):
        raise ModelError(f"not a unit: {rest!r}")
    return Quantity(number * factor, dimension)


PARITY = "parity"            # the price of a commodity that follows its cheapest import


class Sampled(dict):
    """A level series read off at every year to the end; None: as if not given."""


# ---------------------------------------------------------------------------
# The document: YAML, tables, scenarios. Every scalar stays text until it is used.
# ---------------------------------------------------------------------------

def as_list(node):
    if node is None:
        return []
    return list(node) if isinstance(node, list) else [node]


def put(tree, dotted, value):
    keys = dotted.split(".")
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
    tree[keys[-1]] = value


def merge(under, over):
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(under.get(key), dict):
            merge(under[key], value)
        else:
            under[key] = value
    return under


def load_document(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.BaseLoader)
    for section, names in (document.pop("tables", None) or {}).items():
        entries = {}
        for name in as_list(names):
            table = os.path.join(os.path.dirname(os.path.abspath(path)), name)
            with open(table, encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    entry = {}
                    for column, cell in row.items():
                        cell = (cell or "").strip()
                        if column == "id" or cell == "":
                            continue
                        if cell[0] in "[{":
                            cell = yaml.load(cell, Loader=yaml.BaseLoader)
                        elif ";" in cell:
                            cell = [part.strip() for part in cell.split(";")]
                        put(entry, column.strip(), cell)
                    entries[row["id"].strip()] = entry
        document[section] = merge(entries, document.get(section) or {})
    return document


# Keys that are series, and the defaults that `scale` and `shift` may start from.
LEVELS = [("commodities", "*", "price"), ("commodities", "*", "premium"), ("facilities", "*", "existing"),
          ("facilities", "*", "availability"), ("facilities", "*", "opex"),
          ("facilities", "*", "expansion", "capex"),
          ("facilities", "*", "expansion", "fast_track", "capex"),
          ("imports", "*", "limit"), ("imports", "*", "price"), ("imports", "*", "tariff"), ("imports", "*", "freight"),
          ("demand", "*", "quantity"), ("demand", "*", "embedded", "share"), ("returns", "*", "base"),
          ("funds", "*", "pays", "strike"), ("funds", "*", "pays", "rate"), ("funds", "*", "pays", "share"),
          ("provenance", "year_weights")]
AMOUNTS = [("funds", "*", "appropriations")]
DEFAULTS = {("facilities", "*", "existing"): Quantity(0, RATE),
            ("facilities", "*", "availability"): Quantity(1, PURE),
            ("facilities", "*", "opex"): Quantity(0, PRICE),
            ("facilities", "*", "expansion", "permit"): Quantity(0, TIME),
            ("facilities", "*", "expansion", "construction"): Quantity(0, TIME),
            ("facilities", "*", "expansion", "private", "min_share"): Quantity(0, PURE),
            ("facilities", "*", "expansion", "combined_max_share"): Quantity(1, PURE),
            ("commodities", "*", "premium"): Quantity(0, PRICE),
            ("imports", "*", "tariff"): Quantity(0, PURE),
            ("imports", "*", "freight"): Quantity(0, PRICE),
            ("demand", "*", "weight"): Quantity(1, PURE),
            ("stockpiles", "*", "loss"): Quantity(0, PURE),
            ("stockpiles", "*", "end"): Quantity(0, PURE),
            ("returns", "*", "base"): Quantity(0, RATE),
            ("returns", "*", "after"): Quantity(0, TIME),
            ("returns", "*", "fraction"): Quantity(0, PURE),
            ("funds", "*", "keep"): Quantity(1, PURE),
            ("funds", "*", "max_share"): Quantity(1, PURE),
            ("funds", "*", "loan", "grace"): Quantity(0, TIME),
            ("funds", "*", "loan", "subsidy"): Quantity(1, PURE),
            ("funds", "*", "loan", "forbearance", "at_most"): Quantity(1, PURE),
            ("funds", "*", "pays", "two_way"): Quantity(0, PURE),
            ("horizon", "beyond"): Quantity(0, TIME),
            ("horizon", "beyond_weight"): Quantity(1, PURE),
            ("provenance", "unmet"): Quantity(2, PURE),
            ("provenance", "year_weights"): Quantity(1, PURE),
            ("money", "discount"): Quantity(0, PURE)}


def general(trail):
    if trail[0] in ("commodities", "facilities", "imports", "demand", "stockpiles", "returns", "funds"):
        return (trail[0], "*") + tuple(trail[2:])
    return tuple(trail)


# Every key there is, by place ("*": any name); a misspelt key would go unnoticed otherwise.
TREE = {"": "lodestone name description horizon money objective provenance commodities facilities imports demand stockpiles "
            "returns funds limits targets factors measures rules committed scenarios uncertainty adversary tables",
        "horizon": "start end step beyond beyond_weight", "money": "currency discount",
        "provenance": "classes unmet countries year_weights",
        "commodities.*": "stage price premium name contains",
        "facilities.*": "name stage country owner tags recipe existing availability opex life commercial expansion",
        "facilities.*.recipe": "in out main",
        "facilities.*.expansion": "max min module capex permit construction fast_track ramp spending earliest private "
                                  "combined_max_share once delivery requires exclusive",
        "facilities.*.expansion.fast_track": "permit construction capex",
        "facilities.*.expansion.private": "min_share max_share hurdle", "facilities.*.expansion.delivery": "success slip",
        "imports.*": "commodity country content owner limit price tariff freight name",
        "demand.*": "commodity quantity weight require embedded name",
        "demand.*.require": "classes from", "demand.*.embedded": "share country", "stockpiles.*": "commodity opening max loss end name",
        "returns.*": "commodity country from after fraction base name",
        "funds.*": "name instruments appropriations keep eligible max_share max_per_facility loan pays",
        "funds.*.eligible": "country stage tags facility", "funds.*.loan": "rate tenor grace revolving subsidy authority forbearance",
        "funds.*.loan.forbearance": "rate at_most from until",
        "funds.*.pays": "rule max commodity strike two_way rate share inputs entitled from until",
        "limits.*": "name measure where per at_least at_most of from until",
        "limits.*.where": "stage country tags facility fund source option", "limits.*.of": "stage country tags facility fund source option",
        "factors.*": "name unit per values", "rules.*": "name rule per each among from until penalty",
        "committed.*": "facility stockpile fund option time money capacity source",
        "scenarios.*": "name description extends changes", "scenarios.*.changes.*": "set scale shift remove to by from until",
        "uncertainty": "reveal risk level outcomes sample chance", "uncertainty.sample": "count seed vary", "adversary": "reveal at_most moves",
        "adversary.moves.*": "cost from excludes requires"}


def check_keys(tree):
    for place, keys in TREE.items():
        nodes = [("", tree)]
        for part in place.split(".") if place else []:
            below = []
            for path, node in nodes:
                if isinstance(node, dict):
                    below += [(f"{path}.{k}", node[k]) for k in (node if part == "*" else [part] if part in node else [])]
                elif isinstance(node, list) and part == "*":
                    below += [(f"{path}.{i}", item) for i, item in enumerate(node)]
            nodes = below
        for path, node in nodes:
            for key in node if isinstance(node, dict) else ():
                if key not in keys.split():
                    raise ModelError(f"unknown key {path}.{key}")


class Document:
    def __init__(self, path):
        self.tree = load_document(path)
        check_keys(self.tree)
        self.currency = (self.tree.get("money") or {}).get("currency", "USD")
        self.start = int(self.tree["horizon"]["start"])
        self.end = int(self.tree["horizon"]["end"])
        self.years = list(range(self.start, self.end + 1))

    def quantity(self, node, *dimensions):
        q = parse_quantity(node, self.currency)
        if dimensions and q.dimension not in dimensions:
            raise ModelError(f"{node!r}: wrong unit")
        return q

    # A level series at every year of the horizon: {year: Quantity or None}
    def sample(self, node):
        if node is None:
            return {y: None for y in self.years}
        if isinstance(node, Sampled):
            return dict(node)
        if node == PARITY:
            return {y: PARITY for y in self.years}
        if not isinstance(node, dict):
            q = self.quantity(node)
            return {y: q for y in self.years}
        points = sorted((int(y), self.quantity(q)) for y, q in node.items())
        if len({q.dimension for _, q in points}) != 1:
            raise ModelError(f"a series of mixed or no units: {node!r}")
        values = np.interp(self.years, [y for y, _ in points], [q.value for _, q in points])
        return {y: Quantity(float(v), points[0][1].dimension) for y, v in zip(self.years, values)}

    # An amount by year: a year not given is 0; one bare quantity is that amount every year
    def amounts(self, node):
        if node is None:
            return {}
        if not isinstance(node, dict):
            q = self.quantity(node)
            return {y: q for y in self.years}
        return {int(y): self.quantity(q) for y, q in node.items()}

    # ---- scenarios -------------------------------------------------------
    def first_year(self, name):
        """The earliest `from` of a scenario's changes, of what it extends as well."""
        scenario = self.tree["scenarios"][name]
        years = [int(c["from"]) for c in as_list(scenario.get("changes")) if "from" in c]
        return min(years + [self.first_year(other) for other in as_list(scenario.get("extends")) if other != "base"], default=10**6)

    def apply_scenario(self, name, underway=(), later=0):
        scenarios = self.tree.get("scenarios") or {}
        if name == "base" and name not in scenarios:
            return
        if name not in scenarios:
            raise ModelError(f"no scenario {name!r}")
        if name in underway:
            raise ModelError(f"scenario {name!r} extends itself")
        for other in as_list(scenarios[name].get("extends")):
            self.apply_scenario(other, underway + (name,), later)
        for change in as_list(scenarios[name].get("changes")):
            self.apply_change({k: int(v) + later if k in ("from", "until") else v for k, v in change.items()})

    def apply_change(self, change):
        operation = next((o for o in ("set", "scale", "shift", "remove") if o in change), None)
        if operation is None:
            raise ModelError(f"not a change: {change!r}")
        path = change[operation]
        window = None
        if "from" in change or "until" in change:
            window = (int(change.get("from", -10**6)), int(change.get("until", 10**6)))
        found, places = self.find(path, operation == "set")
        if not found:
            raise ModelError(f"path {path!r} matches nothing")
        for parent, key, trail in places:
            if operation == "remove":
                if window:
                    raise ModelError("remove takes no years")
                parent.pop(key, None)
            else:
                self.change_value(operation, change, window, parent, key, trail)

    def find(self, path, creating):
        parts = [(part.split("[")[0], re.findall(r"\[([^\]=]+)=([^\]]*)\]", part))
                 for part in re.findall(r"(?:[^.\[]|\[[^\]]*\])+", path)]
        globbed = any("*" in name for name, _ in parts)
        entry_depth = min(2, len(parts))
        found, places = [False], []

        def admits(entry, filters):
            for what, wanted in filters:
                what, wanted = what.strip(), wanted.strip()
                if what in ("tag", "tags"):
                    if wanted not in as_list(entry.get("tags")):
                        return False
                elif entry.get(what) != wanted:
                    return False
            return True

        def walk(node, depth, trail):
            name, filters = parts[depth]
            if depth == len(parts) - 1:
                if "*" in name:
                    keys = [k for k in node if glob(name, k)]
                else:
                    keys = [name]
                keys = [k for k in keys if not filters or (isinstance(node.get(k), dict) and admits(node[k], filters))]
                if depth + 1 <= entry_depth:
                    keys = [k for k in keys if k in node or creating or general(trail + (k,)) in DEFAULTS]
                if keys:
                    found[0] = True
                places.extend((node, k, trail + (k,)) for k in keys)
                return
            if "*" in name:
                keys = [k for k in node if glob(name, k)]
            elif name in node:
                keys = [name]
            elif creating and not globbed and depth >= 2:
                node[name] = {}
                keys = [name]
            else:
                keys = []
            for k in keys:
                if not isinstance(node[k], dict) or (filters and not admits(node[k], filters)):
                    continue
                if depth + 1 >= entry_depth and depth >= 1:
                    found[0] = True
                walk(node[k], depth + 1, trail + (k,))

        walk(self.tree, 0, ())
        return found[0], places

    def default(self, trail):
        pattern = general(trail)
        if pattern in (("imports", "*", "tariff"), ("imports", "*", "freight")) and "price" not in self.tree["imports"][trail[1]]:
            return None                                  # a tariff needs a price
        if pattern == ("commodities", "*", "premium") and self.tree["commodities"][trail[1]].get("price") != PARITY:
            return None
        if pattern in DEFAULTS:
            return DEFAULTS[pattern]
        if pattern == ("imports", "*", "price"):
            commodity = self.tree["imports"][trail[1]]["commodity"]
            return copy.deepcopy(self.tree["commodities"][commodity].get("price"))
        if pattern[:4] == ("facilities", "*", "expansion", "fast_track") and pattern[4] in ("permit", "construction", "capex"):
            return copy.deepcopy(self.tree["facilities"][trail[1]]["expansion"].get(
                pattern[4], DEFAULTS.get(("facilities", "*", "expansion", pattern[4]))))
        return None

    def change_value(self, operation, change, window, parent, key, trail):
        pattern = general(trail)
        node = parent.get(key)
        if operation == "set" and window is None:
            parent[key] = copy.deepcopy(change["to"])
            return
        given = node is not None
        if operation != "set" and not given:
            node = self.default(trail)
            if node is None:
                return
        if operation != "set" and node == PARITY:
            return                                       # the import's price is what moves
        if operation == "scale":
            factor = self.quantity(change["by"], PURE).value
            alter = lambda q: q if q == PARITY else Quantity(q.value * factor, q.dimension)
        elif operation == "shift":
            step = self.quantity(change["by"])

            def alter(q):
                if q == PARITY:
                    return q
                if q.dimension != step.dimension:
                    raise ModelError(f"{'.'.join(trail)}: shift of the wrong unit")
                return Quantity(q.value + step.value, q.dimension)
        inside = (lambda y: window[0] <= y <= window[1]) if window else (lambda y: True)
        if pattern in AMOUNTS:
            values = self.amounts(node)
            if operation == "set":
                new = self.amounts(change["to"])
                values = {y: q for y, q in values.items() if not inside(y)}
                values.update({y: q for y, q in new.items() if inside(y)})
            else:
                values = {y: alter(q) if inside(y) else q for y, q in values.items()}
            parent[key] = values
        elif window:
            if pattern not in LEVELS:
                raise ModelError(f"{'.'.join(trail)}: from/until only on a series")
            values = self.sample(node) if given else {y: None for y in self.years}
            if operation == "set":
                new = self.sample(change["to"])
            else:
                now = self.sample(node)
                new = {y: None if q is None else alter(q) for y, q in now.items()}
            parent[key] = Sampled({y: new[y] if inside(y) else values[y] for y in self.years})
        elif isinstance(node, Sampled):
            parent[key] = Sampled({y: None if q is None else alter(q) for y, q in node.items()})
        elif isinstance(node, dict):
            parent[key] = {y: alter(self.quantity(q)) for y, q in node.items()}
        elif isinstance(node, str) and pattern[-2:] == ("fast_track", "capex") and node.strip()[0] in "+-":
            raise ModelError("a capex given as +N% can only be set")
        else:
            parent[key] = alter(self.quantity(node))


def glob(pattern, name):
    return re.fullmatch(".*".join(re.escape(piece) for piece in pattern.split("*")), name) is not None


# ---------------------------------------------------------------------------
# A linear program written in natural units, scaled when it is handed over
# ---------------------------------------------------------------------------

class Program:
    def __init__(self):
        self.n = self.m = 0
        self.col = {"unit": [], "lower": [], "upper": [], "integer": []}
        self.row = {"unit": [], "lower": [], "upper": []}
        self.entries = []

    def variables(self, count, unit, upper=INF, lower=0.0, integer=False):
        first = self.n
        self.n += count
        for key, value in (("unit", unit), ("lower", lower), ("upper", upper), ("integer", integer)):
            self.col[key].append(np.broadcast_to(np.asarray(value, dtype=float), (count,)))
        return np.arange(first, self.n)

    def rows(self, count, unit, lower=-INF, upper=INF):
        first = self.m
        self.m += count
        for key, value in (("unit", unit), ("lower", lower), ("upper", upper)):
            self.row[key].append(np.broadcast_to(np.asarray(value, dtype=float), (count,)))
        return np.arange(first, self.m)

    def add(self, rows, columns, coefficients):
        r, c, v = np.broadcast_arrays(rows, columns, np.asarray(coefficients, dtype=float))
        if r.size:
            self.entries.append((r.ravel().copy(), c.ravel().copy(), v.ravel().copy()))

    def finish(self):
        self.col = {k: np.concatenate(v) if v else np.zeros(0) for k, v in self.col.items()}
        self.row = {k: np.concatenate(v) if v else np.zeros(0) for k, v in self.row.items()}
        empty = np.zeros(0, dtype=int)
        r = np.concatenate([e[0] for e in self.entries] or [empty])
        c = np.concatenate([e[1] for e in self.entries] or [empty])
        v = np.concatenate([e[2] for e in self.entries] or [empty.astype(float)])
        order = np.lexsort((r, c))
        r, c, v = r[order], c[order], v[order]
        if r.size:
            starts = np.flatnonzero(np.r_[True, (np.diff(r) != 0) | (np.diff(c) != 0)])
            r, c, v = r[starts], c[starts], np.add.reduceat(v, starts)
            keep = v != 0
            r, c, v = r[keep], c[keep], v[keep]
        self.matrix = (r, c, v)
        return self


class Terms:
    """A linear expression: columns and coefficients, with a step for each."""

    def __init__(self):
        self.parts = []

    def add(self, columns, coefficients, steps=0):
        c, v, t = np.broadcast_arrays(columns, np.asarray(coefficients, dtype=float), steps)
        self.parts.append((c.ravel(), v.ravel(), t.ravel()))
        return self

    def flat(self):
        if not self.parts:
            return np.zeros(0, dtype=int), np.zeros(0), np.zeros(0, dtype=int)
        return tuple(np.concatenate([p[i] for p in self.parts]) for i in range(3))

    def vector(self, n):
        c, v, _ = self.flat()
        return np.bincount(c, weights=v, minlength=n) if c.size else np.zeros(n)


def whole_up(value):
    """ceil, where a value within 1e-9 of a whole number is that number."""
    nearest = round(value)
    return nearest if abs(value - nearest) <= 1e-9 else math.ceil(value)


def power_of_ten(value):
    return 10.0 ** round(math.log10(value)) if value > 0 else 1.0


# ---------------------------------------------------------------------------
# The formulation, section by section
# ---------------------------------------------------------------------------

def yes(node):
    return str(node if node is not None else "false").lower() in ("true", "yes", "on")


def crf(rate, years):
    """What a year must bring for each unit of capital, so that it is repaid in these years."""
    if years <= 0:
        return 0.0
    return -rate / math.expm1(-years * math.log1p(rate)) if rate else 1.0 / years


class Formulation:
    """One outcome's program. Several share a program (`lp`) where they are planned for together: then `reveal` is the
    first year in which they may differ, `own` the model's own data (what is awarded before has its costs),
    `delivery` says of facilities whether they succeed and how many years they slip, and `free` names years whose
    targets the outcome need not keep by itself."""""

    def __init__(self, document, budget_scale=1.0, relax=False, direct=None, lp=None, own=None, reveal=None, delivery=None,
                 read_only=False, free=()):
        self.doc, self.tree = document, document.tree
        self.scale, self.relax = budget_scale, relax
        self.direct = direct
        self.own, self.reveal, self.delivery, self.free = own, reveal, delivery or {}, free
        self.lp = Program() if lp is None else lp
        self.read_time_and_classes()
        self.read_data()
        if read_only:
            return
        (own or self).choose_units()
        self.mass, self.money = (own or self).mass, (own or self).money
        self.section_2_capacity()
        self.section_3_balance()
        self.section_4_money()
        self.section_6_dependency()
        self.section_5_limits_and_targets()
        self.section_5_commitments()
        self.section_6_objectives()
        if lp is None:
            self.lp.finish()

    # ---- reading ---------------------------------------------------------
    def number(self, node, default, *dimensions):
        return default if node is None else self.doc.quantity(node, *dimensions).value

    def level(self, node, default, *dimensions):
        """A level series at every step; default: a number or an array by step. Beyond the end it stays as it is there."""
        out = np.broadcast_to(np.asarray(default, dtype=float), (self.T,)).copy()
        if node is None:
            return out
        for i, (year, q) in enumerate(sorted(self.doc.sample(node).items())):
            last = self.T if year == self.end else (i + 1) * self.per_year
            if q is not None and q != PARITY:
                if q.dimension not in dimensions:
                    raise ModelError(f"{node!r}: wrong unit")
                out[i * self.per_year:last] = q.value
        return out

    def section(self, name):
        return self.tree.get(name) or {}

    def class_of(self, country, owner=None):
        """The class of a country, or of its owner's where that is less secure."""
        countries = self.tree["provenance"]["countries"]
        for c in (country, owner):
            if c is not None and c not in countries:
                raise ModelError(f"country {c!r} has no class")
        own = self.classes.index(countries[country])
        return own if owner is None else max(own, self.classes.index(countries[owner]))

    def read_time_and_classes(self):
        horizon = self.tree["horizon"]
        step = horizon.get("step", "year")
        self.per_year = {"year": 1, "half": 2, "quarter": 4, "month": 12}[step]
        self.delta = 1.0 / self.per_year
        self.start, self.end, self.years = self.doc.start, self.doc.end, self.doc.years
        beyond = self.number(horizon.get("beyond"), 0.0, TIME)
        if abs(beyond - round(beyond)) > 1e-9:
            raise ModelError("horizon.beyond: whole years")
        self.all_years = list(range(self.start, self.end + 1 + round(beyond)))
        self.T = len(self.all_years) * self.per_year
        self.T_end = len(self.years) * self.per_year          # steps from here on lie beyond the end
        self.steps = np.arange(self.T)
        self.year = self.start + self.steps // self.per_year
        self.to_end = self.steps < self.T_end
        provenance = self.tree["provenance"]
        self.classes = list(provenance["classes"])
        self.K = len(self.classes)
        self.rho = np.array([self.number(w, 0, PURE) for w in provenance["classes"].values()])
        self.rho_unmet = self.number(provenance.get("unmet"), 2.0, PURE)
        self.omega = self.level(provenance.get("year_weights"), 1.0, PURE)
        self.omega[self.T_end:] *= self.number(horizon.get("beyond_weight"), 1.0, PURE)
        self.rate = self.number((self.tree.get("money") or {}).get("discount"), 0.0, PURE)
        self.discount = self.worth(self.steps)
        self.objective_names = as_list(self.tree.get("objective")) or ["dependency", "public_cost"]

    def worth(self, steps):
        """Today's worth of 1 at a step's start, also of steps after the horizon."""
        return (1 + self.rate) ** (-np.asarray(steps) * self.delta)

    def before_reveal(self):
        return self.year < self.reveal if self.reveal is not None else np.zeros(self.T, dtype=bool)

    def read_prices(self):
        """Landed prices of imports and the prices of commodities, some of which follow them."""
        self.imports = {}
        for name, e in self.section("imports").items():
            if "price" not in e and ("tariff" in e or "freight" in e):
                raise ModelError(f"imports.{name}: a tariff or freight needs a price")
            own = self.level(e.get("price"), math.nan, PRICE)
            landed = own * (1 + self.level(e.get("tariff"), 0.0, PURE)) + self.level(e.get("freight"), 0.0, PRICE)
            self.imports[name] = {"commodity": e["commodity"], "price": landed}
        self.price = {}
        for c, e in self.section("commodities").items():
            e = e or {}
            price = self.level(e.get("price"), 0.0, PRICE)
            by_year = self.doc.sample(e.get("price"))
            follows = np.array([by_year[min(y, self.end)] == PARITY for y in self.year])
            if follows.any():
                landed = [s["price"] for s in self.imports.values() if s["commodity"] == c]
                cheapest = np.min(np.where(np.isnan(landed), INF, landed), axis=0) if landed else np.full(self.T, INF)
                if np.isinf(cheapest[follows]).any():
                    raise ModelError(f"commodities.{c}: no import with a price to be at parity with")
                price[follows] = (cheapest + self.level(e.get("premium"), 0.0, PRICE))[follows]
            self.price[c] = price
        for s in self.imports.values():
            s["price"] = np.where(np.isnan(s["price"]), self.price[s["commodity"]], s["price"])

    def read_data(self):
        self.read_prices()
        self.stage_of_commodity = {c: (e or {}).get("stage") for c, e in self.section("commodities").items()}

        self.facilities = {}
        for name, e in self.section("facilities").items():
            f = {"name": name, "stage": e.get("stage"), "country": e["country"], "tags": as_list(e.get("tags")),
                 "class": self.class_of(e["country"], e.get("owner"))}
            recipe = e.get("recipe") or {}
            f["in"] = {c: self.number(v, 0, PURE) for c, v in (recipe.get("in") or {}).items()}
            f["out"] = {c: self.number(v, 0, PURE) for c, v in (recipe.get("out") or {}).items()}
            f["main"] = f["out"].get(recipe.get("main", next(iter(f["out"]), None)), 0.0)
            f["existing"] = self.level(e.get("existing"), 0.0, RATE)
            f["availability"] = self.level(e.get("availability"), 1.0, PURE)
            f["opex"] = self.level(e.get("opex"), 0.0, PRICE)
            f["life"] = self.number(e.get("life"), INF, TIME)
            f["commercial"] = yes(e.get("commercial", "true"))
            f["inputs"] = sum((a * self.price[c] for c, a in f["in"].items()), np.zeros(self.T))
            f["margin"] = sum((a * self.price[c] for c, a in f["out"].items()), np.zeros(self.T)) - f["inputs"] - f["opex"]
            f["max"] = 0.0
            if e.get("expansion"):
                self.read_expansion(f, e["expansion"])
            self.facilities[name] = f

        for name, e in self.section("imports").items():
            s = self.imports[name]
            if ("content" in e) == ("country" in e):
                raise ModelError(f"imports.{name}: either a country or a content")
            s["countries"] = {c: self.number(v, 0, PURE) for c, v in e["content"].items()} if "content" in e else {e["country"]: 1.0}
            if abs(sum(s["countries"].values()) - 1) > 1e-6:
                raise ModelError(f"imports.{name}: the shares of the content do not sum to 1")
            s["share"] = np.zeros(self.K)
            for c, share in s["countries"].items():
                s["share"][self.class_of(c, e.get("owner"))] += share
            s["limit"] = self.level(e.get("limit"), INF, RATE)

        self.demand = {}
        for name, e in self.section("demand").items():
            allowed = np.ones((self.K, self.T), dtype=bool)
            if e.get("require"):
                wanted = np.array([k in as_list(e["require"].get("classes")) for k in self.classes])
                since = int(e["require"].get("from", self.start))
                allowed = wanted[:, None] | (self.year < since)[None, :]
            self.demand[name] = {"commodity": e["commodity"], "quantity": self.level(e["quantity"], 0.0, RATE),
                                 "weight": self.number(e.get("weight"), 1.0, PURE), "allowed": allowed, "embedded": None}
            if e.get("embedded"):
                self.demand[name]["embedded"] = (self.level(e["embedded"]["share"], 0.0, PURE), self.class_of(e["embedded"]["country"]))

        self.stockpiles = {}
        for name, e in self.section("stockpiles").items():
            opening = np.zeros(self.K)
            for k, q in (e.get("opening") or {}).items():
                opening[self.classes.index(k)] = self.number(q, 0, MASS)
            self.stockpiles[name] = {"commodity": e["commodity"], "opening": opening, "end": self.number(e.get("end"), 0.0, PURE),
                                     "max": self.number(e.get("max"), INF, MASS), "loss": self.number(e.get("loss"), 0.0, PURE)}

        self.returns = {}
        for name, e in self.section("returns").items():
            self.returns[name] = {"commodity": e["commodity"], "country": e["country"], "class": self.class_of(e["country"]),
                                  "from": as_list(e.get("from", list(self.demand))), "base": self.level(e.get("base"), 0.0, RATE),
                                  "lag": whole_up(self.number(e.get("after"), 0.0, TIME) / self.delta),
                                  "fraction": self.number(e.get("fraction"), 0.0, PURE)}

        self.funds = {}
        for name, e in self.section("funds").items():
            instruments = as_list(e.get("instruments"))
            appropriation = np.zeros(self.T)
            for y, q in self.doc.amounts(e.get("appropriations")).items():
                if self.start <= y <= self.end:
                    appropriation[(y - self.start) * self.per_year] = self.doc.quantity(q, MONEY, MONEY_RATE).value
            fund = {"appropriation": appropriation * self.scale, "keep": self.number(e.get("keep"), 1.0, PURE),
                    "eligible": e.get("eligible") or {}, "max_share": self.number(e.get("max_share"), 1.0, PURE),
                    "max_per_facility": self.number(e.get("max_per_facility"), INF, MONEY),
                    "capital": "grant" in instruments or "loan" in instruments, "loan": None,
                    "price_support": "price_support" in instruments, "stockpile": "stockpile" in instruments,
                    "revolving": False}
            if "loan" in instruments:
                loan = e.get("loan") or {}
                rate, tenor = self.number(loan.get("rate"), 0.0, PURE), int(round(self.number(loan["tenor"], 0, TIME)))
                grace = self.number(loan.get("grace"), 0.0, TIME)
                fund["loan"] = {"annuity": crf(rate, tenor), "subsidy": self.number(loan.get("subsidy"), 1.0, PURE),
                                "authority": self.number(loan.get("authority"), INF, MONEY),
                                "offsets": [math.floor((grace + n) / self.delta + 0.5) for n in range(1, tenor + 1)]}
                late = loan.get("forbearance")
                if late:
                    fund["late"] = {"rate": self.number(late["rate"], 0.0, PURE), "share": self.number(late.get("at_most"), 1.0, PURE),
                                    "years": (self.year >= int(late.get("from", -10**6))) & (self.year <= int(late.get("until", 10**6)))}
                fund["revolving"] = yes(loan.get("revolving"))
                if fund["revolving"] and fund["loan"]["subsidy"] < 1:
                    raise ModelError(f"funds.{name}: a loan with a subsidy below 100 % cannot be revolving")
            pays = e.get("pays") or {}
            fund["pays"], fund["entitled"] = pays, yes(pays.get("entitled"))
            fund["rule"] = pays.get("rule", "gap")
            fund["two_way"] = self.number(pays.get("two_way"), 0.0, PURE)
            if fund["rule"] not in ("gap", "floor", "per_tonne", "cost_share"):
                raise ModelError(f"funds.{name}: no rule {fund['rule']!r}")
            if fund["two_way"] > 0 and not (fund["entitled"] and fund["rule"] == "floor"):
                raise ModelError(f"funds.{name}: two_way needs a floor and entitled")
            if fund["rule"] in ("floor", "per_tonne") and pays.get("commodity") not in self.price:
                raise ModelError(f"funds.{name}: of which commodity?")
            fund["has_account_for_support"] = not (fund["entitled"] and "appropriations" not in e)
            self.funds[name] = fund

    def read_expansion(self, f, x):
        f["max"] = self.number(x["max"], 0.0, RATE)
        if f["max"] <= 0:
            return
        f["min"] = self.number(x.get("min"), 0.0, RATE)
        f["module"] = self.number(x.get("module"), 0.0, RATE)
        f["once"] = yes(x.get("once"))
        f["ramp"] = [self.number(r, 0, PURE) for r in as_list(x.get("ramp"))] or [1.0]
        f["spending"] = [self.number(s, 0, PURE) for s in as_list(x.get("spending"))] or [1.0]
        f["earliest"] = int(x.get("earliest", self.start))
        f["requires"], f["exclusive"] = x.get("requires"), x.get("exclusive")
        private = x.get("private")
        f["private_share"] = self.number(private.get("max_share"), 1.0, PURE) if private else 0.0
        f["private_least"] = self.number(private.get("min_share"), 0.0, PURE) if private else 0.0
        f["hurdle"] = self.number(private.get("hurdle"), 0.0, PURE) if private else 0.0
        f["combined_share"] = self.number(x.get("combined_max_share"), 1.0, PURE)
        permit, construction = self.number(x.get("permit"), 0.0, TIME), self.number(x.get("construction"), 0.0, TIME)
        f["succeeds"], slip = self.delivery.get(f["name"], (True, 0.0))
        slip = slip if f["succeeds"] else 0.0
        capex = self.level(x.get("capex"), 0.0, CAPEX)
        f["options"] = {"standard": {"lead": whole_up((permit + construction + slip) / self.delta), "capex": capex}}
        if "fast_track" in x:
            fast = x["fast_track"] or {}
            given = fast.get("capex")
            if isinstance(given, str) and given.strip()[0] in "+-" and given.strip()[-1] == "%":
                fast_capex = capex * (1 + self.number(given, 0, PURE))
            else:
                fast_capex = self.level(given, capex, CAPEX)
            lead = self.number(fast.get("permit"), permit, TIME) + self.number(fast.get("construction"), construction, TIME) + slip
            f["options"]["fast_track"] = {"lead": whole_up(lead / self.delta), "capex": fast_capex}
        # the capital charge of a tonne of activity
        rate = f["hurdle"] if f["private_share"] > 0 else self.rate
        years = f["life"] if f["life"] < INF else len(self.years)
        busy = f["availability"] * f["ramp"][-1]
        f["charge"] = np.where(busy > 0, capex * crf(rate, years) / np.where(busy > 0, busy, 1.0), 0.0)

    def choose_units(self):
        """Tonnes and millions per internal unit, so that numbers are neither tiny nor huge."""
        demand = sum((d["quantity"].max() for d in self.demand.values()), 0.0) * self.delta
        self.mass = power_of_ten(demand / 10) if demand > 0 else 1e3
        money = sum((f["appropriation"].sum() for f in self.funds.values()), 0.0) / max(1, len(self.years))
        self.money = power_of_ten(money / 10) if money > 0 else 1.0

    def admits(self, where, facility, fund=None, option=None):
        """Whether a filter admits a facility (and a fund, an option where they are told)."""
        for key, wanted in (where or {}).items():
            wanted = as_list(wanted)
            if key in ("stage", "country") and facility[key] not in wanted:
                return False
            if key == "tags" and not set(wanted) & set(facility["tags"]):
                return False
            if key == "facility" and facility["name"] not in wanted:
                return False
            if key == "fund" and fund is not None and fund not in wanted:
                return False
            if key == "option" and option is not None and option not in wanted:
                return False
        return True

    # ---- section 2: time and capacity --------------------------------------
    def section_2_capacity(self):
        lp, T, steps = self.lp, self.T, self.steps
        # The sum over past awards written out; for long horizons the same sum by its increments.
        direct = T <= 40 if self.direct is None else self.direct
        before = self.before_reveal()
        for f in self.facilities.values():
            x = f["x"] = {k: lp.variables(T, self.mass) for k in range(f["class"], self.K)}
            factor = self.delta * f["availability"]
            # activity of what is old and what is new, each a list of columns by step
            if f["max"] <= 0:
                f["activity"] = {"old": list(x.values())}
            elif f["existing"].max() <= 0:
                f["activity"] = {"new": list(x.values())}
            else:
                old, new = lp.variables(T, self.mass), lp.variables(T, self.mass)
                split = lp.rows(T, self.mass, 0.0, 0.0)
                for columns in (old, new):
                    lp.add(split, columns, -1.0)
                for columns in x.values():
                    lp.add(split, columns, 1.0)
                f["activity"] = {"old": [old], "new": [new]}
            cap = {z: lp.rows(T, self.mass, upper=factor * f["existing"] if z == "old" else 0.0) for z in f["activity"]}
            for z, parts in f["activity"].items():
                for columns in parts:
                    lp.add(cap[z], columns, 1.0)
            if f["max"] <= 0:
                continue
            added = lp.rows(1, self.mass, upper=f["max"])
            f["may_award"] = np.zeros(T, dtype=bool)
            for name, option in f["options"].items():
                L = option["lead"]
                allowed = (self.year >= f["earliest"]) | self.committed(capacity=True, facility=f["name"], option=name)
                allowed &= (steps + L < T) & self.to_end
                if not f["succeeds"]:
                    allowed &= before
                f["may_award"] |= allowed
                build = option["build"] = lp.variables(T, self.mass, upper=np.where(allowed, INF, 0.0))
                lp.add(added, build, 1.0)
                if f["module"] > 0 and not self.relax:
                    n = lp.variables(T, 1.0, upper=np.where(allowed, math.floor(f["max"] / f["module"] + 1e-9), 0), integer=True)
                    whole = lp.rows(T, self.mass, 0.0, 0.0)
                    lp.add(whole, build, 1.0)
                    lp.add(whole, n, -f["module"])
                age = steps * self.delta
                share = np.array(f["ramp"])[np.minimum(np.floor(age + 1e-9).astype(int), len(f["ramp"]) - 1)]
                share = np.where(age >= f["life"] - 1e-9, 0.0, share)          # r(a)
                comes = np.ones(T, dtype=bool) if f["succeeds"] else ~before
                if direct:
                    for a in range(max(0, T - L)):
                        awarded = np.flatnonzero(comes[:T - L - a])
                        lp.add(cap["new"][awarded + L + a], build[awarded], -factor[awarded + L + a] * share[a])
                else:
                    online = lp.variables(T, self.mass)
                    change = lp.rows(T, self.mass, 0.0, 0.0)
                    lp.add(change, online, 1.0)
                    lp.add(change[1:], online[:-1], -1.0)
                    difference = np.diff(share, prepend=0.0)
                    for a in np.flatnonzero(difference):
                        awarded = np.flatnonzero(comes[:max(0, T - L - a)])
                        lp.add(change[awarded + L + a], build[awarded], -difference[a])
                    lp.add(cap["new"], online, -factor)

            if f["once"] and not self.relax:
                chosen = lp.variables(T, 1.0, upper=np.where(f["may_award"], 1.0, 0.0), integer=True)
                lp.add(lp.rows(1, 1.0, upper=1.0), chosen, 1.0)
                rows = lp.rows(T, self.mass, upper=0.0)
                self.add_awards(rows, f, 1.0)
                lp.add(rows, chosen, -f["max"])

            if (f["min"] > 0 and f["module"] <= 0) or f["exclusive"]:
                f["built"] = lp.variables(1, 1.0, upper=1.0, integer=not self.relax)[0]
                most = lp.rows(1, self.mass, upper=0.0)
                self.add_awards(most, f, 1.0)
                lp.add(most, f["built"], -f["max"])
                if f["min"] > 0 and f["module"] <= 0:
                    least = lp.rows(1, self.mass, lower=0.0)
                    self.add_awards(least, f, 1.0)
                    lp.add(least, f["built"], -f["min"])

        groups = {}
        for f in self.facilities.values():
            if f["max"] > 0 and f["exclusive"]:
                groups.setdefault(f["exclusive"], []).append(f["built"])
        for members in groups.values():
            lp.add(lp.rows(1, 1.0, upper=1.0), members, 1.0)

        # requires: cumulative fractions, kept as variables
        fractions = {}

        def fraction(f):
            if f["name"] not in fractions:
                z = lp.variables(T, 1.0)
                rows = lp.rows(T, 1.0, 0.0, 0.0)
                lp.add(rows, z, 1.0)
                lp.add(rows[1:], z[:-1], -1.0)
                for option in f["options"].values():
                    lp.add(rows, option["build"], -1.0 / f["max"])
                fractions[f["name"]] = z
            return fractions[f["name"]]

        for f in self.facilities.values():
            if f["max"] <= 0 or not f["requires"]:
                continue
            q = self.facilities[f["requires"]]
            if q["existing"][0] > 0:
                continue
            rows = lp.rows(T, 1.0, upper=0.0)
            lp.add(rows, fraction(f), 1.0)
            if q["max"] > 0:
                lp.add(rows, fraction(q), -1.0)

    def add_awards(self, row, f, coefficient):
        for option in f["options"].values():
            self.lp.add(row, option["build"], coefficient)

    # ---- section 3: material balance ---------------------------------------
    def section_3_balance(self):
        lp, T, K = self.lp, self.T, self.K
        balance = {c: [lp.rows(T, self.mass, lower=0.0) for _ in range(K)] for c in self.price}
        self.down = {}
        for c, rows in balance.items():
            self.down[c] = [lp.variables(T, self.mass) for _ in range(K - 1)]
            for k, down in enumerate(self.down[c]):
                lp.add(rows[k], down, -1.0)
                lp.add(rows[k + 1], down, 1.0)
        for f in self.facilities.values():
            for k, x in f["x"].items():
                for c, a in f["out"].items():
                    lp.add(balance[c][k], x, a)
                for c, a in f["in"].items():
                    lp.add(balance[c][k], x, -a)
        for s in self.imports.values():
            s["q"] = lp.variables(T, self.mass, upper=self.delta * s["limit"])
            for k in np.flatnonzero(s["share"]):
                lp.add(balance[s["commodity"]][k], s["q"], s["share"][k])
        for d in self.demand.values():
            d["y"] = [lp.variables(T, self.mass, upper=np.where(d["allowed"][k], INF, 0.0)) for k in range(K)]
            d["u"] = lp.variables(T, self.mass)
            amount = self.delta * d["quantity"]
            rows = lp.rows(T, self.mass, amount, amount)
            lp.add(rows, d["u"], 1.0)
            for k in range(K):
                lp.add(rows, d["y"][k], 1.0)
                lp.add(balance[d["commodity"]][k], d["y"][k], -1.0)
            if d["embedded"]:
                share, country = d["embedded"]
                rows = lp.rows(T, self.mass, upper=(1 - share) * amount)
                for k in range(country):
                    lp.add(rows, d["y"][k], 1.0)
        for i in self.stockpiles.values():
            remains = (1 - i["loss"]) ** self.delta
            full = lp.rows(T, self.mass, upper=i["max"])
            left = lp.rows(self.T_end if i["end"] > 0 else 0, self.mass, lower=0.0)
            i["store"], i["stock"] = [], []
            for k in range(K):
                stock, release = lp.variables(T, self.mass), lp.variables(T, self.mass)
                store = lp.variables(T, self.mass, upper=np.where(self.to_end, INF, 0.0))   # nothing is bought beyond the end
                before = np.zeros(T)
                before[0] = remains * i["opening"][k]
                rows = lp.rows(T, self.mass, before, before)
                lp.add(rows, stock, 1.0)
                lp.add(rows[1:], stock[:-1], -remains)
                lp.add(rows, store, -1.0)
                lp.add(rows, release, 1.0)
                lp.add(full, stock, 1.0)
                lp.add(balance[i["commodity"]][k], release, 1.0)
                lp.add(balance[i["commodity"]][k], store, -1.0)
                if left.size:
                    lp.add(left, stock[self.T_end - 1], 1.0)
                    lp.add(left, stock[:self.T_end], -i["end"])
                i["store"].append(store)
                i["stock"].append(stock)
        for r in self.returns.values():
            z = r["z"] = lp.variables(T, self.mass)
            lp.add(balance[r["commodity"]][r["class"]], z, 1.0)
            rows = lp.rows(T, self.mass, upper=self.delta * r["base"])
            lp.add(rows, z, 1.0)
            for name in r["from"]:
                for y in self.demand[name]["y"]:
                    lp.add(rows[r["lag"]:], y[:max(0, T - r["lag"])], -r["fraction"])

    # ---- section 4: money ----------------------------------------------------
    def rates(self, fund, f):
        """What a fund pays, and is paid back, for a tonne of activity: ({old, new: rate}, refund) by step."""
        pays, zero = fund["pays"], np.zeros(self.T)
        rates, refund = {z: zero for z in f["activity"]}, zero
        if fund["rule"] == "gap":
            most = self.number(pays.get("max"), INF, PRICE)
            most = most * f["main"] if most < INF else INF
            charge = {"old": 0.0, "new": f.get("charge", 0.0)}
            rates = {z: np.minimum(np.maximum(0.0, charge[z] - f["margin"]), most) for z in rates}
        else:
            if fund["rule"] == "cost_share":
                rate = self.level(pays["share"], 0.0, PURE) * (f["opex"] + (f["inputs"] if yes(pays.get("inputs")) else 0.0))
            else:
                made = f["out"].get(pays["commodity"], 0.0)
                if fund["rule"] == "per_tonne":
                    rate = made * self.level(pays["rate"], 0.0, PRICE)
                else:
                    lacking = self.level(pays["strike"], 0.0, PRICE) - self.price[pays["commodity"]]
                    rate = made * np.maximum(0.0, lacking)
                    refund = fund["two_way"] * made * np.maximum(0.0, -lacking)
            rates = {z: rate for z in rates}
        inside = (self.year >= int(pays.get("from", -10**6))) & (self.year <= int(pays.get("until", 10**6)))
        return {z: np.where(inside, rate, 0.0) for z, rate in rates.items()}, np.where(inside, refund, 0.0)

    def section_4_money(self):
        lp, T, steps = self.lp, self.T, self.steps
        for fund in self.funds.values():
            # what the account is charged, what it costs the public, and what comes back on loans, even after the horizon
            fund["charged"], fund["public"], fund["repaid"] = Terms(), Terms(), Terms()
            fund["awards"] = []
        for name, f in self.facilities.items():
            # support[fund][old or new]; refund[old or new]: (coefficients of the activity)
            f["award"], f["support"], f["service"], f["debt"], f["late"] = {}, {}, Terms(), Terms(), {}
            f["refund"] = np.zeros(T)
            for g, fund in self.funds.items():
                if fund["price_support"] and self.admits(fund["eligible"], f):
                    self.support(g, fund, f)
            if f["max"] > 0:
                self.capital(name, f)
            for g, fund in self.funds.items():
                columns = [f["award"][g]] if g in f["award"] else []
                columns += list(f["support"].get(g, {}).values())
                if columns and fund["max_per_facility"] < INF:
                    row = lp.rows(1, self.money, upper=fund["max_per_facility"])
                    for c in columns:
                        lp.add(row, c, 1.0)
            if f["commercial"]:
                # nobody runs a plant at a loss, neither what is old in it nor what is new
                losing = np.flatnonzero(f["margin"] < 0)
                for z, parts in f["activity"].items():
                    rows = lp.rows(len(losing), self.money, lower=0.0)
                    for s in f["support"].values():
                        lp.add(rows, s[z][losing], 1.0)
                    for x in parts:
                        lp.add(rows, x[losing], f["margin"][losing])
                self.debt_service(f)
            if f["max"] > 0 and f["private_share"] > 0:
                self.bankability(f)

        # stockpile purchases
        before = self.before_reveal()
        for i in self.stockpiles.values():
            price = self.price[i["commodity"]]
            if self.own is not None and i["commodity"] in self.own.price:
                price = np.where(before, self.own.price[i["commodity"]], price)
            rows = lp.rows(T, self.money, 0.0, 0.0)
            for store in i["store"]:
                lp.add(rows, store, -price)
            i["bought"] = {}
            for g, fund in self.funds.items():
                if fund["stockpile"]:
                    bought = i["bought"][g] = lp.variables(T, self.money, upper=np.where(self.to_end, INF, 0.0))
                    lp.add(rows, bought, 1.0)
                    fund["charged"].add(bought, 1.0, steps)
                    fund["public"].add(bought, 1.0, steps)

        # fund accounts
        for fund in self.funds.values():
            carry = lp.variables(T, self.money)
            rows = lp.rows(T, self.money, fund["appropriation"], fund["appropriation"])
            lp.add(rows, carry, 1.0)
            keep = np.where(steps % self.per_year == 0, fund["keep"], 1.0)
            lp.add(rows[1:], carry[:-1], -keep[1:])
            columns, values, at = fund["charged"].flat()
            lp.add(rows[at], columns, values)
            if fund["revolving"]:
                columns, values, at = fund["repaid"].flat()
                inside = at < T
                lp.add(rows[at[inside]], columns[inside], -values[inside])
            if fund["loan"] and fund["loan"]["authority"] < INF:
                row = lp.rows(1, self.money, upper=fund["loan"]["authority"])
                for award in fund["awards"]:
                    lp.add(row, award, 1.0)

    def support(self, g, fund, f):
        """Support is earned by output."""
        lp, T, steps = self.lp, self.T, self.steps
        rates, refund = self.rates(fund, f)
        f["support"][g] = {}
        f["refund"] = f["refund"] + refund
        for z, rate in rates.items():
            paid = f["support"][g][z] = lp.variables(T, self.money, upper=np.where(rate > 0, INF, 0.0))
            rows = lp.rows(T, self.money, upper=0.0, lower=0.0 if fund["entitled"] else -INF)
            lp.add(rows, paid, 1.0)
            sinks = [fund["public"]] + ([fund["charged"]] if fund["has_account_for_support"] else [])
            for x in f["activity"][z]:
                lp.add(rows, x, -rate)
                for terms in sinks if refund.any() else ():
                    terms.add(x, -refund, steps)
            for terms in sinks:
                terms.add(paid, 1.0, steps)

    def capital(self, name, f):
        lp, T, steps = self.lp, self.T, self.steps
        f["cost"] = lp.variables(T, self.money)
        rows = lp.rows(T, self.money, 0.0, 0.0)
        lp.add(rows, f["cost"], 1.0)
        f["cost_by_option"] = {}
        # What is awarded before the reveal costs what it does in the model itself.
        before = self.before_reveal()
        own = self.own.facilities.get(name) if self.own is not None else None
        may_cost = np.zeros(T, dtype=bool)
        for o, option in f["options"].items():
            terms = f["cost_by_option"][o] = Terms()
            periods = [(steps, option["capex"], f["spending"])]
            if own and own["max"] > 0 and o in own["options"]:
                periods = [(steps[~before], option["capex"], f["spending"]),
                           (steps[before], own["options"][o]["capex"], own["spending"])]
            for at, capex, spending in periods:
                for i, share in enumerate(spending):
                    falls = np.minimum(at + i * self.per_year, self.T_end - 1)
                    lp.add(rows[falls], option["build"][at], -share * capex[at])
                    terms.add(option["build"][at], share * capex[at], falls)
                    may_cost[falls[f["may_award"][at] & (share * capex[at] > 0)]] = True
        paid = lp.rows(T, self.money, 0.0, 0.0)
        lp.add(paid, f["cost"], -1.0)
        combined = lp.rows(T, self.money, upper=0.0)
        lp.add(combined, f["cost"], -f["combined_share"])
        last_year = T - self.per_year
        for g, fund in self.funds.items():
            admitted = self.admits(fund["eligible"], f)
            known = self.committed(capacity=False, facility=name, fund=g)
            if not fund["capital"] or not (admitted or known.any()):
                continue
            award = f["award"][g] = lp.variables(T, self.money, upper=np.where(self.to_end & (admitted | known), INF, 0.0))
            fund["awards"].append(award)
            fund["charged"].add(award, fund["loan"]["subsidy"] if fund["loan"] else 1.0, steps)
            fund["public"].add(award, 1.0, steps)
            lp.add(paid, award, 1.0)
            lp.add(combined, award, 1.0)
            share = lp.rows(T, self.money, upper=0.0)
            lp.add(share, award, 1.0)
            lp.add(share, f["cost"], -fund["max_share"])
            if not fund["loan"]:
                continue
            annuity, offsets = fund["loan"]["annuity"], fund["loan"]["offsets"]
            lent = np.flatnonzero(may_cost) if fund["max_share"] > 0 else steps[:0]
            for offset in offsets:
                fund["repaid"].add(award, annuity, steps + offset)
                inside = steps[steps + offset < T]
                f["service"].add(award[inside], annuity, inside + offset)
                due = lent[lent + offset < last_year]
                f["debt"].add(award[due], annuity, due + offset)
            owing = lent[lent + offsets[-1] >= last_year]
            f["debt"].add(award[owing], annuity, T - 1)
            if fund.get("late") and f["commercial"] and f["succeeds"]:
                self.late_payments(f, g, fund, award, lent, owing)
        f["private"] = lp.variables(T, self.money)
        lp.add(paid, f["private"], 1.0)
        share = lp.rows(T, self.money, upper=0.0)
        lp.add(share, f["private"], 1.0)
        lp.add(share, f["cost"], -f["private_share"])
        if f["private_least"] > 0:
            share = lp.rows(T, self.money, lower=0.0)
            lp.add(share, f["private"], 1.0)
            lp.add(share, f["cost"], -f["private_least"])

    def late_payments(self, f, g, fund, award, lent, owing):
        """Payments put off, caught up with interest, and never made."""
        lp, T, steps, late = self.lp, self.T, self.steps, fund["late"]
        annuity, offsets = fund["loan"]["annuity"], fund["loan"]["offsets"]
        last_year = T - self.per_year
        due = np.zeros(T, dtype=bool)
        for offset in offsets:
            due[lent[lent + offset < last_year] + offset] = True
        due &= late["years"]
        deferred = lp.variables(T, self.money, upper=np.where(due, INF, 0.0))
        after = np.cumsum(due) - due > 0                       # the steps after the first that may put off
        caught = lp.variables(T, self.money, upper=np.where(after, INF, 0.0))
        arrears = lp.variables(T, self.money)
        rows = lp.rows(T, self.money, upper=0.0)
        lp.add(rows, deferred, 1.0)
        for offset in offsets:
            inside = steps[steps + offset < T]
            lp.add(rows[inside + offset], award[inside], -late["share"] * annuity)
        rows = lp.rows(T, self.money, 0.0, 0.0)
        lp.add(rows, arrears, 1.0)
        lp.add(rows[1:], arrears[:-1], -(1 + late["rate"]) ** self.delta)
        lp.add(rows, deferred, -1.0)
        lp.add(rows, caught, 1.0)
        # of the last year, which stands for all later ones: by the step of the award
        may = np.zeros(T, dtype=bool)
        may[owing] = late["years"][last_year]
        unpaid = lp.variables(T, self.money, upper=np.where(may, INF, 0.0))
        rows = lp.rows(T, self.money, upper=0.0)
        lp.add(rows, unpaid, 1.0)
        lp.add(rows, award, -late["share"] * annuity)
        for terms in [fund["repaid"], f["debt"]] + ([f["service"]] if late["rate"] > f["hurdle"] else []):
            terms.add(deferred[due], -1.0, steps[due])
            terms.add(caught[after], 1.0, steps[after])
        f["debt"].add(unpaid[may], -1.0, T - 1)
        for offset in offsets:
            gone = steps[may & (steps + offset >= last_year)]
            fund["repaid"].add(unpaid[gone], -1.0, gone + offset)
        if late["rate"] > f["hurdle"]:
            f["service"].add(arrears[-1:], 1.0, T - 1)
        f["late"][g] = {"deferred": deferred, "caught_up": caught, "arrears": arrears, "unpaid": unpaid}

    def debt_service(self, f):
        """In every year in which something may be owed, the business bears it."""
        lp = self.lp
        columns, values, at = f["debt"].flat()
        for year in np.unique(at // self.per_year):
            row = lp.rows(1, self.money, lower=0.0)
            due = at // self.per_year == year
            lp.add(row, columns[due], -values[due])
            within = slice(year * self.per_year, (year + 1) * self.per_year)
            for z, parts in f["activity"].items():
                for x in parts:
                    lp.add(row, x[within], (f["margin"] - f["refund"])[within])
                for s in f["support"].values():
                    lp.add(row, s[z][within], 1.0)

    def bankability(self, f):
        """Private money comes where what is new earns its hurdle rate."""
        lp = self.lp
        worth = (1 + f["hurdle"]) ** (-self.steps * self.delta)
        row = lp.rows(1, self.money, lower=0.0)
        lp.add(row, f["private"], -worth)
        for x in f["activity"]["new"]:
            lp.add(row, x, worth * (f["margin"] - f["refund"]))
        for s in f["support"].values():
            lp.add(row, s["new"], worth)
        columns, values, at = f["service"].flat()
        lp.add(row, columns, -worth[at] * values)

    # ---- section 5: limits and targets ---------------------------------------
    def counted(self, where, name):
        """The part of an import that a filter counts: of mixed content, that of the countries admitted."""
        s, where = self.imports[name], where or {}
        if "source" in where and name not in as_list(where["source"]):
            return 0.0
        if "stage" in where and self.stage_of_commodity[s["commodity"]] not in as_list(where["stage"]):
            return 0.0
        return sum(share for c, share in s["countries"].items() if "country" not in where or c in as_list(where["country"]))

    def measure(self, what, where):
        """The measure over a filter: columns, coefficients, steps, in natural units."""
        terms = Terms()
        if what == "import":
            for name, s in self.imports.items():
                part = self.counted(where, name)
                if part > 0:
                    terms.add(s["q"], part, self.steps)
            return terms
        for f in self.facilities.values():
            if not self.admits(where, f):
                continue
            if what == "activity":
                for x in f["x"].values():
                    terms.add(x, 1.0, self.steps)
            elif what == "support":
                for g, kinds in f["support"].items():
                    if self.admits(where, f, fund=g):
                        for s in kinds.values():
                            terms.add(s, 1.0, self.steps)
            elif f["max"] <= 0:
                continue
            elif what in ("build", "projects"):
                for o, option in f["options"].items():
                    if self.admits(where, f, option=o):
                        terms.add(option["build"], 1.0 if what == "build" else 1.0 / f["max"], self.steps)
            elif what == "award":
                for g, a in f["award"].items():
                    if self.admits(where, f, fund=g):
                        terms.add(a, 1.0, self.steps)
            elif what == "private":
                terms.add(f["private"], 1.0, self.steps)
            elif what == "capex":
                for o, cost in f["cost_by_option"].items():
                    if self.admits(where, f, option=o):
                        terms.add(*cost.flat())
            else:
                raise ModelError(f"unknown measure {what!r}")
        return terms

    def only_used(self, commodity):
        """No more of a commodity is imported than is used, by class and step."""
        lp, T = self.lp, self.T
        for k in range(self.K):
            rows = lp.rows(T, self.mass, upper=0.0)
            for s in self.imports.values():
                if s["commodity"] == commodity and s["share"][k] > 0:
                    lp.add(rows, s["q"], s["share"][k])
            for f in self.facilities.values():
                if commodity in f["in"] and k in f["x"]:
                    lp.add(rows, f["x"][k], -f["in"][commodity])
            for d in self.demand.values():
                if d["commodity"] == commodity:
                    lp.add(rows, d["y"][k], -1.0)
            for i in self.stockpiles.values():
                if i["commodity"] == commodity:
                    lp.add(rows, i["store"][k], -1.0)
            # What comes down from above has to be used here too: else imports could be passed down and left over.
            if k > 0:
                lp.add(rows, self.down[commodity][k - 1], 1.0)
            if k < self.K - 1:
                lp.add(rows, self.down[commodity][k], -1.0)

    def section_5_limits_and_targets(self):
        lp = self.lp
        dimensions = {"build": (RATE,), "projects": (PURE,), "activity": (MASS, RATE), "import": (MASS, RATE)}
        units = {"build": self.mass, "activity": self.mass, "import": self.mass, "projects": 1.0}
        of_imports = set()
        for limit in as_list(self.tree.get("limits")):
            what = limit["measure"]
            first, last = int(limit.get("from", self.start)), int(limit.get("until", self.end))
            years = [y for y in self.years if first <= y <= last]
            period = np.full(len(self.all_years), -1)
            whole = limit.get("per", "year") == "horizon"
            for i, y in enumerate(years):
                period[y - self.start] = 0 if whole else i
            count = int(period.max()) + 1
            if what == "import":
                for where in [limit.get("where")] + ([limit["of"]] if "of" in limit else []):
                    of_imports |= {s["commodity"] for name, s in self.imports.items() if self.counted(where, name) > 0}
            for bound in ("at_least", "at_most"):
                if bound not in limit:
                    continue
                if "of" in limit:
                    value, share = 0.0, self.number(limit[bound], 0, PURE)
                else:
                    admitted = dimensions.get(what, (MONEY, MONEY_RATE))
                    if whole and what != "build":
                        admitted = tuple(d for d in admitted if d not in (RATE, MONEY_RATE))
                    value = self.number(limit[bound], 0, *admitted)
                    share = None
                rows = lp.rows(count, units.get(what, self.money),
                               **({"lower": value} if bound == "at_least" else {"upper": value}))
                parts = [(self.measure(what, limit.get("where")), 1.0)]
                if share is not None:
                    parts.append((self.measure(what, limit["of"]), -share))
                for terms, sign in parts:
                    columns, values, at = terms.flat()
                    which = period[at // self.per_year]
                    keep = which >= 0
                    lp.add(rows[which[keep]], columns[keep], sign * values[keep])
        self.rules = Rules(self, Terms)
        self.rules.add()
        for commodity in sorted(of_imports | self.rules.counted_imports):
            self.only_used(commodity)

        self.targets = {}            # of the years that are free: what stands on both sides, and their unit
        for year, value in self.section("targets").items():
            i, value = int(year) - self.start, self.number(value, 0, PURE)
            if 0 <= i < len(self.years) and self.weight_by_year[i] > 0:
                columns, values, at = self.numerator.flat()
                keep = at // self.per_year == i
                if int(year) in self.free:
                    self.targets[int(year)] = (columns[keep], values[keep] / self.weight_by_year[i], value)
                    continue
                row = lp.rows(1, self.mass, upper=value * self.weight_by_year[i])
                lp.add(row, columns[keep], values[keep])

    def times(self, entry):
        """The steps that the time of an award names, as a mask."""
        text = str(entry["time"])
        mask = self.to_end & (self.year == int(text[:4]))
        if len(text) > 4:
            within = int(text.split("-")[1].lstrip("QH"))
            mask &= self.steps % self.per_year == within - 1
        return mask

    def committed(self, capacity, **named):
        """The steps in which something has been awarded to a facility: capacity under an option, or money of a fund."""
        mask = np.zeros(self.T, dtype=bool)
        for entry in as_list(self.tree.get("committed")):
            has = dict(entry, option=entry.get("option", "standard"))
            if ("capacity" in entry) == capacity and all(has.get(k) == v for k, v in named.items()):
                mask |= self.times(entry)
        return mask

    def section_5_commitments(self):
        lp = self.lp
        for entry in as_list(self.tree.get("committed")):
            at = np.flatnonzero(self.times(entry))
            if "capacity" in entry:
                f = self.facilities[entry["facility"]]
                option = f["options"][entry.get("option", "standard")]
                if at[0] + option["lead"] >= self.T:
                    continue                                   # works only after the horizon: left out
                columns, amount, unit = option["build"], self.number(entry["capacity"], 0, RATE), self.mass
                if not f["succeeds"] and not self.before_reveal()[at].any():
                    continue
            else:
                amount, unit = self.number(entry["money"], 0, MONEY), self.money
                columns = (self.stockpiles[entry["stockpile"]]["bought"] if "stockpile" in entry
                           else self.facilities[entry["facility"]]["award"])[entry["fund"]]
            lp.add(lp.rows(1, unit, amount, amount), columns[at], 1.0)

    # ---- section 6: objectives -----------------------------------------------
    def section_6_dependency(self):
        """w_d ( Σ ρ_k y + ρ_u u ) by step, and w_d Δ quantity by year."""
        self.numerator = Terms()
        weight = np.zeros(self.T)
        for d in self.demand.values():
            for k in range(self.K):
                self.numerator.add(d["y"][k], d["weight"] * self.rho[k], self.steps)
            self.numerator.add(d["u"], d["weight"] * self.rho_unmet, self.steps)
            weight += d["weight"] * self.delta * d["quantity"]
        self.weight = weight
        self.weight_by_year = weight.reshape(-1, self.per_year).sum(axis=1)

    def section_6_objectives(self):
        lp = self.lp
        self.objectives = {}
        self.signs, self.offsets = {}, {}     # -1: maximised; what stands whatever is decided
        for written in self.objective_names:
            words = written.split()
            name, sign = words[-1], -1.0 if len(words) > 1 else 1.0
            self.signs[name] = sign
            terms = Terms()
            if name == "dependency":
                total = (self.omega * self.weight).sum()
                columns, values, at = self.numerator.flat()
                if total > 0:
                    terms.add(columns, values * self.omega[at] / total)
            elif name == "peak_dependency":
                peak = lp.variables(1, 1.0)
                terms.add(peak, 1.0)
                rows = lp.rows(len(self.years), 1.0, upper=0.0)
                lp.add(rows, peak[0], -1.0)
                columns, values, at = self.numerator.flat()
                year = at // self.per_year
                keep = (self.weight_by_year[year] > 0) & (at < self.T_end)
                lp.add(rows[year[keep]], columns[keep], values[keep] / self.weight_by_year[year[keep]])
            elif name == "public_cost":
                for fund in self.funds.values():
                    for kind, sign in (("public", 1.0), ("repaid", -1.0)):
                        columns, values, at = fund[kind].flat()
                        terms.add(columns, sign * values * self.worth(at))
            elif name == "system_cost":
                for f in self.facilities.values():
                    if f["max"] > 0:
                        terms.add(f["cost"], self.discount)
                    for x in f["x"].values():
                        terms.add(x, self.discount * f["opex"])
                for s in self.imports.values():
                    terms.add(s["q"], self.discount * s["price"])
            elif name == "unmet":
                for d in self.demand.values():
                    terms.add(d["u"], d["weight"])
            elif name in self.rules.measures:
                self.offsets[name] = self.rules.add_objective(terms, name, sign)
            else:
                raise ModelError(f"unknown objective {name!r}")
            if name in ("public_cost", "system_cost"):
                for column, penalty, at in self.rules.shortfalls:
                    terms.add(np.array([column]), penalty * self.worth(at))
            self.objectives[name] = terms

    def shown(self, name, value):
        """An objective as people see it: what is maximised is minimised with the other sign."""
        return self.signs.get(name, 1.0) * (value + self.offsets.get(name, 0.0))

    def dependency_by_year(self, x):
        columns, values, at = self.numerator.flat()
        total = np.bincount(at // self.per_year, weights=values * x[columns], minlength=len(self.all_years)) \
            if columns.size else np.zeros(len(self.all_years))
        return {str(y): float(total[i] / self.weight_by_year[i]) if self.weight_by_year[i] > 0 else 0.0
                for i, y in enumerate(self.years)}


    def tables(self, x):
        """The plan to `end` as rows, in the names of the program's own output."""
        out = {key: [] for key in ("awards", "support", "private", "flows", "imports", "demand", "stock")}
        letter = {1: "", 2: "-H", 4: "-Q", 12: "-M"}[self.per_year]

        def write(table, columns, factor=1.0, **named):
            for t in range(self.T_end):
                value = x[columns[t]] * factor
                if value > 1e-9 * (self.money if table in ("awards", "support", "private") else self.mass):
                    period = f"{self.year[t]}{letter}{t % self.per_year + 1 if letter else ''}"
                    out[table].append(named | {"year": int(self.year[t]), "period": period, "value": value})

        for name, f in self.facilities.items():
            for g, award in f["award"].items():
                write("awards", award, fund=g, facility=name, instrument="loan" if self.funds[g]["loan"] else "grant")
            for g, kinds in f["support"].items():
                for s in kinds.values():
                    write("support", s, fund=g, facility=name)
            if f["max"] > 0:
                write("private", f["private"], facility=name)
            for k, activity in f["x"].items():
                for direction in ("in", "out"):
                    for c, a in f[direction].items():
                        write("flows", activity, a, facility=name, direction=direction, commodity=c, **{"class": self.classes[k]})
        for name, s in self.imports.items():
            for k in np.flatnonzero(s["share"]):
                write("imports", s["q"], s["share"][k], source=name, commodity=s["commodity"], **{"class": self.classes[k]})
        for name, d in self.demand.items():
            for k in range(self.K):
                write("demand", d["y"][k], segment=name, **{"class": self.classes[k]})
        for name, i in self.stockpiles.items():
            for k, store in enumerate(i["store"]):
                write("stock", store, stockpile=name, **{"class": self.classes[k]})
        for row in out["stock"]:
            row["stored"] = row.pop("value")
        return out

    # ---- section 7: what is decided before the reveal --------------------------
    def decisions(self):
        """The columns of every decision, by step; those before the reveal are the same in all outcomes."""
        out = {}
        for name, f in self.facilities.items():
            for o, option in f.get("options", {}).items() if f["max"] > 0 else ():
                out["build", name, o] = option["build"], self.mass
            for g, award in f["award"].items():
                out["award", name, g] = award, self.money
            if f["max"] > 0:
                out["private", name] = f["private"], self.money
        for name, i in self.stockpiles.items():
            for g, bought in i["bought"].items():
                out["bought", name, g] = bought, self.money
            for k, store in enumerate(i["store"]):
                out["store", name, k] = store, self.mass
        return out


class Outcome(NamedTuple):
    name: str
    share: float                 # its probability; for the adversary what its moves must gain
    scenarios: tuple
    delivery: dict = {}          # facility: (succeeds, years of slip)


RISKS = ("expected", "worst", "regret", "cvar", "adversary")


class Joint:
    """All outcomes in one program: decisions before the reveal are the same in all of them."""

    def shown(self, name, value):
        """As of one outcome: what is given is the same in all of them. A regret is a loss, whatever the aim."""
        return value if name.startswith("regret") else self.parts[0].shown(name.split()[-1], value)

    def __init__(self, path, scenarios, risk, level, outcomes, reveal, settings):
        self.lp = Program()

        def document(more=()):
            d = Document(path)
            for name in (*scenarios, *more):
                # A move may begin in a year of choice: its windows move with it.
                name, start = name if isinstance(name, tuple) else (name, None)
                d.apply_scenario(name, later=0 if start is None else start - d.first_year(name))
            return d

        relax, direct, budget_scale = settings["relax"], settings["direct"], settings["budget_scale"]
        base = document()
        own = Formulation(base, budget_scale, relax, direct, read_only=True)
        self.outcomes, self.parts = outcomes, []
        chances = {} if risk == "adversary" else chances_of(base.tree)
        for o in outcomes:
            self.parts.append(Formulation(document(o.scenarios), budget_scale, relax, direct, self.lp, own, reveal, o.delivery, free=tuple(chances)))
        first = self.parts[0]
        for part in self.parts:
            if part.T != first.T:
                raise ModelError("outcomes of different horizons")
        self.tie(first.steps[first.before_reveal()])
        for year, chance in chances.items():
            self.section_7_4_chance(year, chance, settings["count"])

        names = first.objective_names
        goals = [part.objectives[names[0]] for part in self.parts]
        measure = Terms()
        if risk == "expected":
            for o, goal in zip(outcomes, goals):
                self.include(measure, goal, o.share)
        else:
            # each outcome's value less what is taken off it, at most a ceiling
            less = [0.0] * len(outcomes)
            if risk == "adversary":
                less = [o.share for o in outcomes]
            if risk == "regret":
                self.best = less = [self.alone(document(o.scenarios), own, reveal, o, settings, tuple(chances)) for o in outcomes]
            ceiling = self.lp.variables(1, 1.0, lower=-INF)
            measure.add(ceiling, 1.0)
            for o, goal, value in zip(outcomes, goals, less):
                row = self.lp.rows(1, 1.0, upper=value)
                columns, values, _ = goal.flat()
                self.lp.add(row, columns, values)
                self.lp.add(row, ceiling, -1.0)
                if risk == "cvar":
                    excess = self.lp.variables(1, 1.0)
                    self.lp.add(row, excess, -1.0)
                    measure.add(excess, o.share / (1 - level))
        self.objectives = {f"{risk} {names[0]}": measure}
        for name in names[1:]:
            terms = Terms()
            if risk == "adversary":
                self.include(terms, self.parts[0].objectives[name], 1.0)
            else:
                for o, part in zip(outcomes, self.parts):
                    self.include(terms, part.objectives[name], o.share)
            self.objectives[f"{'base' if risk == 'adversary' else 'expected'} {name}"] = terms
        self.goals = goals
        self.lp.finish()

    @staticmethod
    def include(terms, other, factor):
        columns, values, _ = other.flat()
        terms.add(columns, factor * values)

    def tie(self, steps):
        """What one outcome rules out, by not knowing it at all or by its bounds, is ruled out in all."""
        lp, known = self.lp, [part.decisions() for part in self.parts]
        for key in sorted({k for each in known for k in each}, key=str):
            columns = [each[key] for each in known if key in each]
            if len(columns) < len(known):
                for c, unit in columns:
                    lp.add(lp.rows(len(steps), unit, 0.0, 0.0), c[steps], 1.0)
                continue
            for c, unit in columns[1:]:
                rows = lp.rows(len(steps), unit, 0.0, 0.0)
                lp.add(rows, columns[0][0][steps], 1.0)
                lp.add(rows, c[steps], -1.0)

    def section_7_4_chance(self, year, chance, count):
        """The dependency of a year is at most its target in outcomes of this probability: counted, or bounded by its CVaR."""
        lp = self.lp
        asked = [(o, part, *part.targets[year]) for o, part in zip(self.outcomes, self.parts) if year in part.targets]
        if sum(o.share for o, *_ in asked) <= 1 - chance + 1e-9:
            return                                             # all that have the target may miss it
        if not count and any(o.share <= 1 - chance + 1e-9 for o in self.outcomes):
            tail = lp.rows(1, 1.0, upper=0.0)
            quantile = lp.variables(1, 1.0, lower=-INF)
            lp.add(tail, quantile, 1.0)
            for o, part, columns, values, target in asked:
                excess = lp.variables(1, 1.0)
                lp.add(tail, excess, o.share / (1 - chance))
                row = lp.rows(1, 1.0, upper=target)
                lp.add(row, columns, values)
                lp.add(row, quantile, -1.0)
                lp.add(row, excess, -1.0)
            return
        given_up = lp.rows(1, 1.0, upper=1 - chance + 1e-9)
        for o, part, columns, values, target in asked:
            # nobody can depend on others more than by the dearest class, or by going without
            most = max(part.rho_unmet, part.rho.max())
            missed = lp.variables(1, 1.0, upper=1.0 if o.share <= 1 - chance + 1e-9 else 0.0, integer=True)
            lp.add(given_up, missed, o.share)
            row = lp.rows(1, 1.0, upper=target)
            lp.add(row, columns, values)
            lp.add(row, missed, -max(0.0, most - target))

    @staticmethod
    def alone(document, own, reveal, outcome, settings, free=()):
        """The best that an outcome allows to whom knows it beforehand."""
        formulation = Formulation(document, settings["budget_scale"], settings["relax"], settings["direct"], None, own, reveal, outcome.delivery, free=free)
        formulation.objectives = dict(list(formulation.objectives.items())[:1])
        answer, _ = Solver(formulation, settings["tolerance"]).solve()
        if answer["status"] != "optimal":
            raise ModelError(f"outcome {outcome.name!r} by itself is {answer['status']}")
        return next(iter(answer["objectives"].values()))


def answers_of(section):
    """Every set of moves that is allowed, with a year for each move that may choose one."""
    moves = {}
    for name, entry in section["moves"].items():
        entry = entry if isinstance(entry, dict) else {"cost": entry}
        moves[name] = {"cost": parse_quantity(entry.get("cost", "0%"), "").value, "from": [int(y) for y in as_list(entry.get("from"))] or [None],
                       "excludes": as_list(entry.get("excludes")), "requires": as_list(entry.get("requires"))}
    most = int(section.get("at_most", len(moves)))
    found = []
    for n in range(min(most, len(moves)) + 1):
        for names in itertools.combinations(moves, n):
            if any(other in names for m in names for other in moves[m]["excludes"]) or \
                    any(other not in names for m in names for other in moves[m]["requires"]):
                continue
            for starts in itertools.product(*(moves[m]["from"] for m in names)):
                label = "+".join(m if y is None else f"{m} from {y}" for m, y in zip(names, starts)) or "nothing"
                found.append(Outcome(label, sum(moves[m]["cost"] for m in names),
                                     tuple(m if y is None else (m, y) for m, y in zip(names, starts))))
    return found


def outcomes_of(tree, risk):
    """(outcomes, reveal, level) as the model tells them."""
    if risk == "adversary":
        section = tree["adversary"]
        return answers_of(section), int(section["reveal"]), None
    section = tree["uncertainty"]
    if "sample" in section:
        raise ModelError("samples are drawn by the program; the reference plans for outcomes alone")
    outcomes = [Outcome(name, parse_quantity(share, "").value, (name,)) for name, share in section["outcomes"].items()]
    if abs(sum(o.share for o in outcomes) - 1) > 1e-6:
        raise ModelError("probabilities do not sum to 1")
    level = parse_quantity(section["level"], "").value if "level" in section else None
    return outcomes, int(section["reveal"]), level


def chances_of(tree):
    """By year, the probability with which its target is kept."""
    found = {int(year): parse_quantity(share, "").value for year, share in ((tree.get("uncertainty") or {}).get("chance") or {}).items()}
    if any(not 0 < chance <= 1 for chance in found.values()):
        raise ModelError("a chance is above 0 % and at most 100 %")
    return found


def solve_joint(path, risk=None, scenarios=(), level=None, outcomes=None, reveal=None, budget_scale=1.0, relax=False,
                tolerance=1e-9, time_limit=None, log=False, direct=None, count=None):
    """The plan for all outcomes; `outcomes` and `reveal` instead of the model's own, say with a delivery drawn. Outcomes
    that miss a target with a chance are counted with whole numbers: `count`, or where the plan has them."""
    tree = load_document(path)
    risk = risk or (tree.get("uncertainty") or {}).get("risk", "expected")
    if risk not in RISKS:
        raise ModelError(f"no measure of risk {risk!r}")
    if outcomes is None:
        outcomes, reveal, own_level = outcomes_of(tree, risk)
        level = own_level if level is None else level
    if risk == "cvar" and level is None:
        raise ModelError("cvar needs a level")
    settings = {"budget_scale": budget_scale, "relax": relax, "direct": direct, "tolerance": tolerance,
                "count": not relax if count is None else count}
    joint = Joint(path, scenarios, risk, level, outcomes, reveal, settings)
    solver = Solver(joint, tolerance, time_limit, log)
    answer, x = solver.solve()
    if answer["status"] == "optimal":
        n = joint.lp.n
        answer["plan"] = {name: float(t.vector(n) @ x) for name, t in joint.objectives.items()}
        answer["outcomes"] = [{"name": o.name, "share": o.share, "value": float(goal.vector(n) @ x)} for o, goal in zip(outcomes, joint.goals)]
    answer["size"] = size_of(joint, solver)
    return answer


# ---------------------------------------------------------------------------
# Solving, objective after objective
# ---------------------------------------------------------------------------

class Solver:
    # HiGHS 1.16 presolves some whole-number programs to a plan that is not the best, which it calls optimal.
    presolves = True

    def __init__(self, formulation, tolerance=1e-9, time_limit=None, log=False):
        import highspy
        self.highspy = highspy
        self.formulation, lp = formulation, formulation.lp
        self.unit = lp.col["unit"]
        self.lower, self.upper = lp.col["lower"] / self.unit, lp.col["upper"] / self.unit
        self.row_lower, self.row_upper = lp.row["lower"] / lp.row["unit"], lp.row["upper"] / lp.row["unit"]
        r, c, v = lp.matrix
        self.matrix = (r, c, v * self.unit[c] / lp.row["unit"][r])
        self.integer = np.flatnonzero(lp.col["integer"])
        self.tolerance, self.log = tolerance, log
        self.deadline = time.monotonic() + time_limit if time_limit else None
        self.held = []
        self.engine = self.load(self.integer.size > 0)

    def fresh(self):
        """A silent solver: some versions print their name to standard output when made."""
        sys.stdout.flush()
        kept, away = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        os.dup2(away, 1)
        try:
            h = self.highspy.Highs()
            h.setOptionValue("output_flag", self.log)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(away)
        return h

    def load(self, discrete, x=None):
        hp = self.highspy
        h = self.fresh()
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
            h.setOptionValue(option, max(1e-10, self.tolerance))
        h.setOptionValue("mip_rel_gap", 1e-9)
        h.setOptionValue("mip_abs_gap", 1e-9)
        h.setOptionValue("small_matrix_value", 1e-12)
        lp = self.formulation.lp
        model = hp.HighsLp()
        model.num_col_, model.num_row_ = lp.n, lp.m
        model.col_cost_ = np.zeros(lp.n)
        lower, upper = self.lower.copy(), self.upper.copy()
        if x is not None:
            lower[self.integer] = upper[self.integer] = np.round(x[self.integer])
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = self.row_lower, self.row_upper
        r, c, v = self.matrix
        model.a_matrix_.format_ = hp.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.searchsorted(c, np.arange(lp.n + 1)).astype(np.int32)
        model.a_matrix_.index_ = r.astype(np.int32)
        model.a_matrix_.value_ = v
        if discrete:
            kinds = [hp.HighsVarType.kContinuous] * lp.n
            for i in self.integer:
                kinds[i] = hp.HighsVarType.kInteger
            model.integrality_ = kinds
        h.passModel(model)
        for vector, bound in self.held:
            self.hold(h, vector, bound)
        return h

    @staticmethod
    def hold(h, vector, bound):
        index = np.flatnonzero(vector).astype(np.int32)
        h.addRow(-INF, bound, len(index), index, vector[index])

    def run(self, h, cost):
        status = self.highspy.HighsModelStatus
        n = len(cost)
        h.changeColsCost(n, np.arange(n, dtype=np.int32), cost)
        attempts = [{"presolve": "off"}, {"presolve": "off", "simplex_scale_strategy": 0}, {"solver": "ipm", "presolve": "on"}]
        for attempt in ([{}] if self.presolves else []) + attempts:
            for key, value in attempt.items():
                h.setOptionValue(key, value)
            if self.deadline:
                h.setOptionValue("time_limit", h.getRunTime() + max(0.1, self.deadline - time.monotonic()))
            h.run()
            got = h.getModelStatus()
            if got == status.kInfeasible and not attempt and self.integer.size:
                continue    # HiGHS 1.16 presolves some whole-number programs to a wrong "infeasible"
            if got in (status.kOptimal, status.kInfeasible, status.kUnbounded, status.kTimeLimit, status.kModelEmpty):
                break
        for key, value in {"presolve": "choose", "solver": "choose"}.items():
            h.setOptionValue(key, value)
        return {status.kOptimal: "optimal", status.kModelEmpty: "optimal", status.kInfeasible: "infeasible",
                status.kUnbounded: "unbounded", status.kTimeLimit: "interrupted"}.get(got, "failed")

    def solve(self):
        best, x = {}, None
        for name, terms in self.formulation.objectives.items():
            natural = terms.vector(self.formulation.lp.n)
            vector = natural * self.unit
            largest = np.abs(vector).max() if vector.size else 0.0
            factor = 1e3 / largest if largest > 0 else 1.0
            vector = vector * factor
            state = self.run(self.engine, vector)
            if state == "infeasible" and best:       # an earlier objective was met, so this is rounding: start afresh
                self.engine = self.load(self.integer.size > 0)
                self.engine.setOptionValue("presolve", "off")
                state = self.run(self.engine, vector)
                state = "failed" if state == "infeasible" else state
            if state != "optimal":
                return {"status": state, "objectives": best, "stage": name}, x
            x = np.array(self.engine.getSolution().col_value)
            if self.integer.size:
                fixed = self.load(False, x)
                if self.run(fixed, vector) == "optimal":
                    x = np.array(fixed.getSolution().col_value)
            x = np.clip(x, self.lower, self.upper)
            value = float(natural @ (x * self.unit))
            best[name] = self.formulation.shown(name, value)
            held = (value + max(1e-6 * abs(best[name]), 1e-9)) * factor
            self.held.append((vector, held))
            self.hold(self.engine, vector, held)
        return {"status": "optimal", "objectives": best, "largest_violation": self.violation(x)}, x * self.unit

    def violation(self, x):
        """How far the plan is from any row's bounds, in the program's own units."""
        r, c, v = self.matrix
        activity = np.bincount(r, weights=v * x[c], minlength=len(self.row_lower)) if r.size else np.zeros(len(self.row_lower))
        return float(max(np.max(self.row_lower - activity, initial=0), np.max(activity - self.row_upper, initial=0)))


def solve_file(path, scenarios=(), budget_scale=1.0, relax=False, tolerance=1e-9, time_limit=None, log=False, direct=None, tables=False):
    document = Document(path)
    for name in scenarios:
        document.apply_scenario(name)
    formulation = Formulation(document, budget_scale, relax, direct)
    solver = Solver(formulation, tolerance, time_limit, log)
    answer, x = solver.solve()
    if answer["status"] == "optimal":
        answer["plan"] = {name: formulation.shown(name, float(t.vector(formulation.lp.n) @ x))
                          for name, t in formulation.objectives.items()}
        answer["dependency_by_year"] = formulation.dependency_by_year(x)
        if tables:
            answer["tables"] = formulation.tables(x)
    answer["size"] = size_of(formulation, solver)
    return answer


def size_of(formulation, solver):
    lp = formulation.lp
    return {"rows": lp.m, "columns": lp.n, "nonzeros": int(lp.matrix[0].size), "integers": int(solver.integer.size)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--scenario", action="append", nargs="+", default=[], metavar="NAME", help="applied in order")
    parser.add_argument("--budget-scale", type=float, default=1.0, help="multiplies every appropriation")
    parser.add_argument("--relax", action="store_true", help="ignore whole-number choices")
    parser.add_argument("--risk", choices=RISKS, help="plan for the model's uncertain outcomes, or for its adversary")
    parser.add_argument("--level", type=float, help="of cvar, instead of the model's")
    parser.add_argument("--tolerance", type=float, default=1e-9, help="primal and dual feasibility")
    parser.add_argument("--no-presolve", action="store_true", help="the solver takes the program as it is")
    parser.add_argument("--time-limit", type=float, help="seconds")
    parser.add_argument("--json", action="store_true", help="on one line")
    parser.add_argument("--log", action="store_true", help="the solver's log")
    options = parser.parse_args()
    Solver.presolves = not options.no_presolve
    try:
        common = {"scenarios": [s for group in options.scenario for s in group], "budget_scale": options.budget_scale,
                  "relax": options.relax, "tolerance": options.tolerance, "time_limit": options.time_limit, "log": options.log}
        if options.risk:
            answer = solve_joint(options.model, options.risk, level=options.level, **common)
        else:
            answer = solve_file(options.model, **common)
    except (ModelError, KeyError, ValueError) as error:
        print(f"{options.model}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(answer, indent=None if options.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
