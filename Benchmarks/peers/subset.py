#!/usr/bin/env python3
"""Takes a model file down to what the four languages here all write exactly, and writes the peers' data.

    subset.py model.yaml small.yaml small.json small.dat

Kept: facilities with recipes, existing and added capacity, lead times, ramps and availability; imports by
class; demand with required classes; funds as grants with appropriations, carry-over, filters, shares and
limits by facility; the objective `dependency`. Everything else is left out, and nobody has to earn money.

The peers get numbers in kilotonnes and millions, by step and already converted: what Lodestone does to
units, series and checks costs them nothing.
"""
import json
import math
import pathlib
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Reference"))
from reference import Document  # noqa: E402

STEPS = {"year": 1, "half": 2, "quarter": 4, "month": 12}


def reduce(tree):
    """The subset as a model file."""
    out = {key: tree[key] for key in ("lodestone", "name", "horizon", "money", "provenance", "commodities")}
    out["objective"] = ["dependency"]
    out["facilities"] = {}
    for name, facility in tree["facilities"].items():
        kept = {k: facility[k] for k in ("stage", "country", "tags", "recipe", "existing", "availability")
                if k in facility}
        kept["commercial"] = False
        if "expansion" in facility:
            kept["expansion"] = {k: facility["expansion"][k]
                                 for k in ("max", "capex", "permit", "construction", "ramp")
                                 if k in facility["expansion"]}
        out["facilities"][name] = kept
    out["imports"] = tree["imports"]
    out["demand"] = tree["demand"]
    out["funds"] = {}
    for name, fund in tree["funds"].items():
        if fund["instruments"] == ["stockpile"]:
            continue
        kept = {k: fund[k] for k in ("appropriations", "keep", "eligible", "max_share", "max_per_facility")
                if k in fund}
        out["funds"][name] = {"instruments": ["grant"], **kept}
    return out


def numbers(path):
    """The same as numbers by step."""
    document = Document(path)
    tree, years = document.tree, document.years
    per_year = STEPS[tree["horizon"].get("step", "year")]
    count = len(years) * per_year
    year = [years[t // per_year] for t in range(count)]
    value = lambda node, default=0.0: default if node is None else document.quantity(node).value  # noqa: E731

    def level(node, default=0.0):
        if node is None:
            return [default] * count
        sampled = document.sample(node)
        return [sampled[y].value for y in year]

    classes = list(tree["provenance"]["classes"])
    country = {c: classes.index(k) for c, k in tree["provenance"]["countries"].items()}
    data = {"delta": 1 / per_year, "steps": count, "per_year": per_year,
            "commodities": list(tree["commodities"]),
            "weight": [float(w) for w in tree["provenance"]["classes"].values()],
            "unmet": float(tree["provenance"].get("unmet", 2)),
            "facilities": {}, "imports": {}, "demand": {}, "funds": {}}
    for name, facility in tree["facilities"].items():
        expansion = facility.get("expansion")
        recipe = facility["recipe"]
        net = {c: float(a) for c, a in (recipe.get("out") or {}).items()}
        for c, a in (recipe.get("in") or {}).items():
            net[c] = net.get(c, 0) - float(a)
        entry = {"class": country[facility["country"]], "net": net,
                 "existing": [x / 1000 for x in level(facility.get("existing"))],
                 "availability": level(facility.get("availability"), 1.0)}
        if expansion:
            lead = value(expansion.get("permit")) + value(expansion.get("construction"))
            ramp = [value(r) for r in expansion.get("ramp", ["100%"])]
            entry |= {"max": value(expansion["max"]) / 1000,
                      "capex": [1000 * x for x in level(expansion["capex"])],
                      "lead": math.ceil(lead * per_year - 1e-9),
                      "ramp": [ramp[min(int(a / per_year + 1e-9), len(ramp) - 1)] for a in range(count)]}
        data["facilities"][name] = entry
    for name, source in tree["imports"].items():
        limit = source.get("limit")
        data["imports"][name] = {
            "commodity": source["commodity"], "class": country[source["country"]],
            "limit": None if limit is None else [x / 1000 for x in level(limit)]}
    for name, segment in tree["demand"].items():
        allowed = [list(range(len(classes)))] * count
        if "require" in segment:
            wanted = sorted(classes.index(k) for k in segment["require"]["classes"])
            start = int(segment["require"].get("from", years[0]))
            allowed = [wanted if y >= start else list(range(len(classes))) for y in year]
        data["demand"][name] = {
            "commodity": segment["commodity"], "weight": float(segment.get("weight", 1)),
            "quantity": [x / 1000 / per_year for x in level(segment["quantity"])], "classes": allowed}
    for name, fund in tree["funds"].items():
        amounts = {y: q.value for y, q in document.amounts(fund["appropriations"]).items()}
        rules = fund.get("eligible") or {}

        def admits(p, facility):
            return (("country" not in rules or facility["country"] in rules["country"])
                    and ("stage" not in rules or facility["stage"] in rules["stage"])
                    and ("tags" not in rules or set(facility.get("tags", [])) >= set(rules["tags"]))
                    and ("facility" not in rules or p in rules["facility"]))

        data["funds"][name] = {
            "appropriation": [amounts.get(year[t], 0.0) if t % per_year == 0 else 0.0 for t in range(count)],
            "keep": value(fund.get("keep"), 1.0), "max_share": value(fund.get("max_share"), 1.0),
            "max_per_facility": value(fund["max_per_facility"]) if "max_per_facility" in fund else None,
            "eligible": [p for p, facility in tree["facilities"].items()
                         if "expansion" in facility and admits(p, facility)]}
    return data


def mathprog(data):
    """The data section of model.mod."""
    steps, facilities = data["steps"], data["facilities"]
    lines = ["data;", f"param N := {steps};", f"param delta := {data['delta']!r};",
             f"param per_year := {data['per_year']};", f"param unmet := {data['unmet']!r};"]

    def members(name, items):
        lines.append(f"set {name} := {' '.join(str(i) for i in items)};")

    def table(name, entries):
        lines.append(f"param {name} :=")
        lines.extend(f" {' '.join(str(i) for i in index)} {number!r}" for index, number in entries)
        lines.append(";")

    def series(name, owners, key):
        table(name, [((n, t), x) for n, o in owners for t, x in enumerate(o[key])])

    built = [(p, f) for p, f in facilities.items() if "max" in f]
    members("C", data["commodities"])
    members("P", facilities)
    members("B", [p for p, _ in built])
    members("S", data["imports"])
    members("D", data["demand"])
    members("F", data["funds"])
    table("rho", [((k,), w) for k, w in enumerate(data["weight"])])
    table("class", [((p,), f["class"]) for p, f in facilities.items()])
    table("net", [((p, c), a) for p, f in facilities.items() for c, a in f["net"].items()])
    series("existing", facilities.items(), "existing")
    series("availability", facilities.items(), "availability")
    table("lead", [((p,), f["lead"]) for p, f in built])
    table("most", [((p,), f["max"]) for p, f in built])
    series("capex", built, "capex")
    series("ramp", built, "ramp")
    lines.append("param source :=")
    lines.extend(f" {s} {o['commodity']}" for s, o in data["imports"].items())
    lines.append(";")
    table("source_class", [((s,), o["class"]) for s, o in data["imports"].items()])
    series("import_limit", [(s, o) for s, o in data["imports"].items() if o["limit"]], "limit")
    lines.append("param wanted :=")
    lines.extend(f" {d} {o['commodity']}" for d, o in data["demand"].items())
    lines.append(";")
    table("weight", [((d,), o["weight"]) for d, o in data["demand"].items()])
    series("quantity", data["demand"].items(), "quantity")
    lines.append("set SERVED :=")
    lines.extend(f" ({d},{k},{t})" for d, o in data["demand"].items()
                 for t, allowed in enumerate(o["classes"]) for k in allowed)
    lines.append(";")
    lines.append("set E :=")
    lines.extend(f" ({f},{p})" for f, o in data["funds"].items() for p in o["eligible"])
    lines.append(";")
    series("appropriation", data["funds"].items(), "appropriation")
    table("keep", [((f,), o["keep"]) for f, o in data["funds"].items()])
    table("max_share", [((f,), o["max_share"]) for f, o in data["funds"].items()])
    table("max_per_facility", [((f,), o["max_per_facility"]) for f, o in data["funds"].items()
                               if o["max_per_facility"] is not None])
    return "\n".join(lines + ["end;", ""])


def main():
    source, model, plain, dat = sys.argv[1:5]
    with open(source, encoding="utf-8") as file:
        tree = yaml.load(file, Loader=yaml.BaseLoader)
    with open(model, "w", encoding="utf-8") as file:
        yaml.safe_dump(unquoted(reduce(tree)), file, sort_keys=False, default_flow_style=None, width=200)
    data = numbers(model)
    with open(plain, "w", encoding="utf-8") as file:
        json.dump(data, file)
    with open(dat, "w", encoding="utf-8") as file:
        file.write(mathprog(data))


def unquoted(node):
    """Numbers and years as such again; BaseLoader reads all as text."""
    if isinstance(node, dict):
        return {unquoted(k): unquoted(v) for k, v in node.items()}
    if isinstance(node, list):
        return [unquoted(v) for v in node]
    if isinstance(node, str):
        try:
            return int(node)
        except ValueError:
            try:
                return float(node)
            except ValueError:
                return node
    return node


if __name__ == "__main__":
    main()
