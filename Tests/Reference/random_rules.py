"""Adds random factors, measures and rules to a random model, from a stream of draws of its own."""

import random

from random_model import number


def add(tree, seed):
    """Most of them loose enough that there is a plan; some with a penalty, so that there is one anyhow."""
    draw = random.Random(f"{seed} rules")
    c = tree["money"]["currency"]
    start, end = tree["horizon"]["start"], tree["horizon"]["end"]
    facilities, demand = tree["facilities"], tree["demand"]
    stages = sorted({f["stage"] for f in facilities.values()})
    countries = sorted({f["country"] for f in facilities.values()})
    classes = list(tree["provenance"]["classes"])
    funds, imports = list(tree.get("funds") or {}), list(tree.get("imports") or {})
    piles = list(tree.get("stockpiles") or {})
    commodity = draw.choice(list(tree["commodities"]))
    a, b = draw.choice(stages), draw.choice(stages)
    some = draw.choice(list(facilities))
    middle = draw.randint(start, end)

    def share(low, high):
        return f"{number(draw.uniform(low, high))}%"

    tree["factors"] = {
        "co2": {"unit": "tCO2", "values": {"*": f"{number(draw.uniform(1, 9))} tCO2/t", f"*[stage={a}]": f"{number(draw.uniform(0, 20))} tCO2/t"}},
        "jobs": {"unit": "posts", "per": draw.choice(["activity", "capacity", "build"]), "values": {f"*[country={draw.choice(countries)}]": f"{number(draw.uniform(0.01, 0.2))} posts/(t/yr)"}},
        "hires": {"unit": "people", "per": draw.choice(["capex", "private", "awards"]), "values": {"*": f"{number(draw.uniform(1, 9))} people/M{c}", some: "0"}},
    }
    tree["measures"] = {
        "made": f"output[commodity={commodity}] - input[commodity={commodity}]",
        "goal": {start: share(0, 5), end: share(5, 20)},
        "home": f"served[class={classes[0]}]",
        "cash": "awards + support - private",
        "twice": "2 * home + 0 t",
    }
    # A stream of its own, so that the draws above stay as they were.
    aims = random.Random(f"{seed} aims")
    tree["measures"] |= {"gas": "co2", "work": "jobs", "bought": "imports", "short": "shortage + 0 t"}
    if aims.random() < 0.5:
        order = list(tree.get("objective") or ["dependency", "public_cost"])
        order.insert(aims.randint(0, len(order)), aims.choice(
            ["gas", "maximize work", "cash", "maximize home", "bought", "short", "maximize made", "maximize bought"]))
        tree["objective"] = order
    menu = [
        {"rule": "home >= goal * demand", "penalty": f"{number(draw.uniform(0.1, 5))} k{c}/t"},
        {"rule": "home / demand >= goal", "from": middle},
        {"rule": f"co2[stage={a}] <= {share(30, 95)} * co2", "penalty": f"{number(draw.uniform(1, 50))} {c}/tCO2"},
        {"rule": f"co2 <= {share(100, 130)} * last_year(co2) + 500 tCO2"},
        {"rule": f"jobs >= {number(draw.uniform(1, 30))} posts", "from": middle, "penalty": f"{number(draw.uniform(1, 80))} k{c}/posts"},
        {"rule": f"hires <= {number(draw.uniform(20, 900))} people", "per": draw.choice(["horizon", "cumulative"])},
        {"rule": f"awards[stage={b}] / awards <= {share(30, 90)}", "per": draw.choice(["year", "horizon", "cumulative"])},
        {"rule": f"{share(5, 40)} <= awards[country={countries[0]}] / awards", "per": "horizon", "penalty": f"{number(draw.uniform(0.1, 2))} {c}/{c}"},
        {"rule": f"spending >= {share(10, 60)} * last_year(spending)", "until": middle},
        {"rule": f"activity[stage={a}] <= {share(40, 100)} * capacity[stage={a}]"},
        {"rule": "imports[country=each] / imports <= " + share(70, 99), "each": "country", "per": draw.choice(["year", "horizon"])},
        {"rule": "cash <= " + f"{number(draw.uniform(50, 900))} M{c}", "from": start + 1},
        {"rule": f"twice + shortage >= {share(1, 30)} * demand"},
        {"rule": f"dependency <= {share(97, 140)}", "until": middle},
        {"rule": f"build[stage={b}] <= {share(10, 60)} * (activity[stage={b}] + capacity[stage={b}]) + 200 t/yr"},
        {"rule": f"capex[stage={a}|{b}] + {number(draw.uniform(10, 900))} {c}/t * imports <= 9000 M{c}", "per": "cumulative"},
        {"rule": f"projects[facility={some}] <= {share(10, 80)}", "per": "horizon"},
        {"rule": f"made >= -{number(draw.uniform(100, 9000))} t", "penalty": f"{number(draw.uniform(1, 9))} {c}/kg"},
        {"rule": f"support[fund={draw.choice(funds)}] = 0", "until": start} if funds else None,
        {"rule": f"purchases <= {number(draw.uniform(0, 9))} M{c}"} if piles else None,
        {"rule": f"stock[stockpile={draw.choice(piles)}] <= {number(draw.uniform(50, 5000))} t", "penalty": f"1 k{c}/t"} if piles else None,
        {"rule": f"returns <= {share(10, 60)} * served"} if tree.get("returns") else None,
    ]
    menu += [{"rule": f"served[class={classes[-1]}] <= {share(20, 90)} * demand", "from": middle, "penalty": f"{number(draw.uniform(1, 90))} {c}/t"},
             {"rule": f"served[class={classes[-1]}] / served <= {share(40, 99)}"}]
    menu = [rule for rule in menu if rule]
    tree["rules"] = [{"name": f"random {i + 1}"} | rule for i, rule in enumerate(draw.sample(menu, draw.choice([1, 2, 3, 4])))]
    return tree
