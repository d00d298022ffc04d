"""Factors, measures and rules (formulation section 5.2), read and written out for reference.py.

Dimensions are not checked here: the reference reads files that are right.
"""

import re

import numpy as np

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|(?P<sign><=|>=|[-+*/()\[\],=|*]))")
MONEY = ("capex", "awards", "support", "private", "purchases", "spending")
PLACE = ("stage", "country", "tag", "facility")


def pattern(text):
    return re.compile("".join(".*" if c == "*" else re.escape(c) for c in text) + r"\Z")


class Value:
    """A number by year and sums of decisions, each with a coefficient by year and the years that it lies back."""

    def __init__(self, constant, terms=()):
        self.constant, self.terms = constant, list(terms)

    def plus(self, other, sign=1.0):
        return Value(self.constant + sign * other.constant,
                     self.terms + [(quantity, sign * by_year, back) for quantity, by_year, back in other.terms])

    def times(self, by_year):
        return Value(self.constant * by_year, [(quantity, c * by_year, back) for quantity, c, back in self.terms])

    def before(self):
        def earlier(series):
            return np.r_[series[0], series[:-1]]
        return Value(earlier(self.constant), [(quantity, earlier(c), back + 1) for quantity, c, back in self.terms])


class Reader:
    """Evaluates one text."""

    def __init__(self, rules, text, each=None):
        self.rules, self.text, self.at, self.each = rules, str(text), 0, each

    def peek(self):
        match = TOKEN.match(self.text, self.at)
        return match if match else None

    def take(self, *signs):
        match = self.peek()
        if match and match.group("sign") in signs:
            self.at = match.end()
            return match.group("sign")
        return None

    def comparison(self):
        left, quotient = self.side()
        sense = self.take("<=", ">=", "=")
        right, other = self.side()
        if quotient is not None and not right.terms:
            return quotient[0], sense, quotient[1].times(right.constant)
        if other is not None and not left.terms:
            return other[1].times(left.constant), sense, other[0]
        return left, sense, right

    def side(self):
        """The value, and where it is a quotient of two sums its parts."""
        start = self.at
        value = self.sum(quotient=True)
        if isinstance(value, tuple):
            return None, value
        return value, None

    def sum(self, quotient=False):
        value = self.product(quotient)
        if isinstance(value, tuple):
            return value
        while sign := self.take("+", "-"):
            value = value.plus(self.product(), 1.0 if sign == "+" else -1.0)
        return value

    def product(self, quotient=False):
        value = self.part()
        while sign := self.take("*", "/"):
            other = self.part()
            if sign == "/":
                if other.terms:
                    assert quotient
                    return value, other
                value = value.times(1.0 / other.constant)
            else:
                value = value.times(other.constant) if not other.terms else other.times(value.constant)
        return value

    def part(self):
        if self.take("("):
            value = self.sum()
            assert self.take(")")
            return value
        if self.take("-"):
            return self.part().times(-np.ones(len(self.rules.f.years)))
        match = self.peek()
        self.at = match.end()
        if match.group("number"):
            return Value(np.full(len(self.rules.f.years), float(match.group("number")) * self.unit()))
        name = match.group("name")
        if name == "last_year":
            assert self.take("(")
            value = self.sum()
            assert self.take(")")
            return value.before()
        where = {}
        if self.take("["):
            while not self.take("]"):
                match = re.compile(r"\s*([a-z]+)\s*=\s*([A-Za-z0-9_*-]+(?:\s*\|\s*[A-Za-z0-9_*-]+)*)\s*,?").match(self.text, self.at)
                self.at = match.end()
                names = [n.strip() for n in match.group(2).split("|")]
                where[match.group(1)] = [pattern(self.each if n == "each" and self.each else n) for n in names]
        return self.rules.named(name, where)

    def unit(self):
        """The factor of the unit that follows a number."""
        match = re.compile(r"\s*(%|[A-Za-z_][A-Za-z0-9_]*)").match(self.text, self.at)
        if not match:
            return 1.0
        if match.group(1) == "%":
            self.at = match.end()
            return 0.01
        factor, self.at = self.rules.unit(match.group(1)), match.end()
        while True:
            one = re.compile(r"\s*/\s*([A-Za-z_][A-Za-z0-9_]*)").match(self.text, self.at)
            two = re.compile(r"\s*/\s*\(\s*(\w+)\s*/\s*(\w+)\s*\)").match(self.text, self.at)
            if one and self.rules.is_unit(one.group(1)):
                factor, self.at = factor / self.rules.unit(one.group(1)), one.end()
            elif two and self.rules.is_unit(two.group(1)):
                factor, self.at = factor / self.rules.unit(two.group(1)) * self.rules.unit(two.group(2)), two.end()
            else:
                return factor


class Rules:
    def __init__(self, formulation, terms):
        self.f, self.Terms = formulation, terms
        tree = formulation.tree
        self.currency = (tree.get("money") or {}).get("currency", "USD")
        self.factors = tree.get("factors") or {}
        self.own_units = {e["unit"] for e in self.factors.values()}
        self.measures = tree.get("measures") or {}
        self.shortfalls = []
        self.counted_imports = set()

    # ---- units and numbers ---------------------------------------------------
    def is_unit(self, name):
        return name in self.units()

    def units(self):
        c = self.currency
        return {"t": 1.0, "kt": 1e3, "kg": 1e-3, "yr": 1.0, "year": 1.0, "years": 1.0, "month": 1 / 12, "months": 1 / 12,
                c: 1e-6, "k" + c: 1e-3, "M" + c: 1.0, "B" + c: 1e3} | {u: 1.0 for u in self.own_units}

    def unit(self, name):
        return self.units()[name]

    def number(self, text):
        return Reader(self, text).sum().constant[0]

    # ---- names ------------------------------------------------------------------
    def named(self, name, where):
        ones = np.ones(len(self.f.years))
        if name in self.measures:
            node = self.measures[name]
            if isinstance(node, dict):
                years = sorted(int(y) for y in node)
                values = [self.number(node[y]) if y in node else self.number(node[str(y)]) for y in years]
                return Value(np.interp(self.f.years, years, values))
            return Reader(self, node).sum()
        if name in self.factors:
            entry = self.factors[name]
            return Value(0.0 * ones, [(self.quantity(entry.get("per", "activity"), where, self.weights(entry)), ones, 0)])
        return Value(0.0 * ones, [(self.quantity(name, where, None), ones, 0)])

    def weights(self, entry):
        out = {}
        for key, text in entry["values"].items():
            name, *filters = re.split(r"\[|\]", key)
            filters = [f.split("=") for f in filters if f]
            for n, f in self.f.facilities.items():
                fits = pattern(name).match(n) is not None
                for k, v in filters:
                    own = f["tags"] if k == "tag" else [f[k]]
                    fits = fits and any(pattern(v).match(o) for o in own)
                if fits:
                    out[n] = self.number(text)
        return out

    def fits(self, where, key, *names):
        return key not in where or any(p.match(n) for p in where[key] for n in names)

    def facilities(self, where, weights):
        for name, f in self.f.facilities.items():
            weight = 1.0 if weights is None else weights.get(name, 0.0)
            if weight and self.fits(where, "stage", f["stage"]) and self.fits(where, "country", f["country"]) \
                    and self.fits(where, "tag", *f["tags"]) and self.fits(where, "facility", name):
                yield f, weight

    # ---- quantities -----------------------------------------------------------
    def quantity(self, kind, where, weights):
        """(terms, what is given by step), in tonnes and millions."""
        f, terms, given = self.f, self.Terms(), np.zeros(self.f.T)
        terms.is_money = weights is None and kind in MONEY
        if kind in ("activity", "output", "input"):
            for p, weight in self.facilities(where, weights):
                if kind != "activity":
                    recipe = p["out" if kind == "output" else "in"]
                    weight *= sum(a for c, a in recipe.items() if self.fits(where, "commodity", c))
                for x in p["x"].values():
                    terms.add(x, weight, f.steps)
        elif kind == "capacity":
            for p, weight in self.facilities(where, weights):
                factor = f.delta * p["availability"] * weight
                given += factor * p["existing"]
                for option in p["options"].values() if p["max"] > 0 and p["succeeds"] else ():
                    L, age = option["lead"], f.steps * f.delta
                    share = np.array(p["ramp"])[np.minimum(np.floor(age + 1e-9).astype(int), len(p["ramp"]) - 1)]
                    share = np.where(age >= p["life"] - 1e-9, 0.0, share)
                    for a in range(max(0, f.T - L)):
                        at = np.arange(f.T - L - a)
                        terms.add(option["build"][at], factor[at + L + a] * share[a], at + L + a)
        elif kind in ("build", "projects", "capex"):
            for p, weight in self.facilities(where, weights):
                for o, option in p["options"].items() if p["max"] > 0 else ():
                    if not self.fits(where, "option", o):
                        continue
                    if kind == "capex":
                        columns, values, at = p["cost_by_option"][o].flat()
                        terms.add(columns, weight * values, at)
                    else:
                        terms.add(option["build"], weight if kind == "build" else weight / p["max"], f.steps)
        elif kind == "awards":
            for p, weight in self.facilities(where, weights):
                for g, award in p["award"].items():
                    if self.fits(where, "fund", g):
                        terms.add(award, weight, f.steps)
        elif kind == "support":
            for p, weight in self.facilities(where, weights):
                for g, paid in p["support"].items():
                    if self.fits(where, "fund", g):
                        for s in paid.values():
                            terms.add(s, weight, f.steps)
        elif kind == "private":
            for p, weight in self.facilities(where, weights):
                if p["max"] > 0:
                    terms.add(p["private"], weight, f.steps)
        elif kind == "purchases":
            for i, pile in f.stockpiles.items():
                for g, bought in pile["bought"].items():
                    if self.fits(where, "fund", g) and self.fits(where, "stockpile", i) and self.fits(where, "commodity", pile["commodity"]):
                        terms.add(bought, 1.0, f.steps)
        elif kind == "spending":
            for g, fund in f.funds.items():
                if self.fits(where, "fund", g):
                    terms.add(*fund["public"].flat())
        elif kind == "imports":
            for name, s in f.imports.items():
                if self.fits(where, "source", name) and self.fits(where, "commodity", s["commodity"]) \
                        and self.fits(where, "stage", f.stage_of_commodity[s["commodity"]]):
                    part = sum(share for c, share in s["countries"].items() if self.fits(where, "country", c))
                    if part > 0:
                        terms.add(s["q"], part, f.steps)
                        terms.imported = getattr(terms, "imported", set()) | {s["commodity"]}
        elif kind == "returns":
            for r in f.returns.values():
                if self.fits(where, "commodity", r["commodity"]) and self.fits(where, "country", r["country"]):
                    terms.add(r["z"], 1.0, f.steps)
        elif kind in ("demand", "served", "shortage"):
            for name, d in f.demand.items():
                if not (self.fits(where, "segment", name) and self.fits(where, "commodity", d["commodity"])):
                    continue
                if kind == "demand":
                    given += f.delta * d["quantity"]
                elif kind == "shortage":
                    terms.add(d["u"], 1.0, f.steps)
                else:
                    for k in range(f.K):
                        if self.fits(where, "class", f.classes[k]):
                            terms.add(d["y"][k], 1.0, f.steps)
        elif kind == "stock":
            last = f.steps % f.per_year == f.per_year - 1
            for i, pile in f.stockpiles.items():
                if self.fits(where, "stockpile", i) and self.fits(where, "commodity", pile["commodity"]):
                    for stock in pile["stock"]:
                        terms.add(stock, np.where(last, 1.0, 0.0), f.steps)
        elif kind == "dependency":
            columns, values, at = f.numerator.flat()
            whole = f.weight_by_year[at // f.per_year]
            terms.add(columns, np.where(whole > 0, values / np.where(whole > 0, whole, 1.0), 0.0), at)
        else:
            raise ValueError(f"unknown quantity {kind!r}")
        return terms, given

    # ---- rules ----------------------------------------------------------------------
    def names(self, key):
        f = self.f
        return {"country": lambda: sorted(f.tree["provenance"]["countries"]), "facility": lambda: list(f.facilities),
                "commodity": lambda: list(f.price), "fund": lambda: list(f.funds), "source": lambda: list(f.imports),
                "segment": lambda: list(f.demand), "stockpile": lambda: list(f.stockpiles), "class": lambda: f.classes,
                "stage": lambda: sorted({p["stage"] for p in f.facilities.values()} | set(f.stage_of_commodity.values()))}[key]()

    def add_objective(self, out, name, sign):
        """The sum of a measure over the years to the end, of money discounted; returns what stands whatever is decided."""
        f, value = self.f, self.named(name, {})
        offset = sign * value.constant[len(f.years) - 1]
        discounted = all(terms.is_money for (terms, _), _, _ in value.terms)
        for (terms, given), by_year, _ in value.terms:
            columns, values, at = terms.flat()
            keep = at < f.T_end
            columns, values, at = columns[keep], values[keep], at[keep]
            out.add(columns, sign * values * by_year[at // f.per_year] * (f.discount[at] if discounted else 1.0))
            offset += sign * float(by_year @ given[:f.T_end].reshape(-1, f.per_year).sum(axis=1))
        return offset

    def add(self):
        for written in self.f.objective_names:
            if written.split()[-1] in self.measures:
                for (terms, _), _, _ in self.named(written.split()[-1], {}).terms:
                    self.counted_imports |= getattr(terms, "imported", set())
        for entry in self.f.tree.get("rules") or []:
            if "each" in entry:
                among = entry.get("among")
                among = [among] if isinstance(among, str) else among
                for name in self.names(entry["each"]):
                    if among is None or any(pattern(a).match(name) for a in among):
                        self.add_rule(entry, name)
            else:
                self.add_rule(entry, None)

    def add_rule(self, entry, each):
        f = self.f
        left, sense, right = Reader(self, entry["rule"], each).comparison()
        difference = left.plus(right, -1.0)
        per = entry.get("per", "year")
        back = max([0] + [b for _, _, b in difference.terms])
        first = max(int(entry.get("from", f.start)) - f.start, back, 0)
        last = min(int(entry.get("until", f.end)) - f.start, len(f.years) - 1)
        if first > last:
            return
        spans = [(first, last)] if per == "horizon" else [(y if per == "year" else first, y) for y in range(first, last + 1)]
        for (terms, _), _, _ in difference.terms:
            self.counted_imports |= getattr(terms, "imported", set())
        for a, b in spans:
            bound, columns, values = -difference.constant[b], [], []
            for (terms, given), by_year, lag in difference.terms:
                c, v, at = terms.flat()
                year = at // f.per_year + lag
                keep = (year >= a) & (year <= b) & (at < f.T_end)
                columns.append(c[keep])
                values.append(v[keep] * by_year[year[keep]])
                by = given[:f.T_end].reshape(-1, f.per_year).sum(axis=1)
                bound -= sum(by_year[y] * by[y - lag] for y in range(a, b + 1))
            columns, values = np.concatenate(columns), np.concatenate(values)
            # A quantity by the unit that makes its largest coefficient plain.
            unit = 10.0 ** round(np.log10(np.abs(values).max())) * f.mass if values.size and np.abs(values).max() > 0 else f.mass
            limits = {"<=": {"upper": bound}, ">=": {"lower": bound}, "=": {"lower": bound, "upper": bound}}[sense]
            row = f.lp.rows(1, unit, **limits)
            f.lp.add(row, columns, values)
            if "penalty" in entry:
                lacks = f.lp.variables(1, unit)
                f.lp.add(row, lacks, -1.0 if sense == "<=" else 1.0)
                self.shortfalls.append((lacks[0], self.number(entry["penalty"]), b * f.per_year))
