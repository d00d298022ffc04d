"""Lets payments on the loans of a random model be put off, from a stream of draws of its own."""

import random

from random_model import number


def add(tree, seed):
    """In the model itself, in some of its scenarios, or in both; False where it has no loans."""
    draw = random.Random(f"{seed} forbearance")
    lenders = [name for name, fund in tree.get("funds", {}).items() if "loan" in fund]
    start, end = tree["horizon"]["start"], tree["horizon"]["end"]

    def terms():
        entry = {"rate": draw.choice(["0%", f"{number(draw.uniform(0.5, 4))}%", f"{number(draw.uniform(4, 25))}%"])}
        if draw.random() < 0.6:
            entry["at_most"] = draw.choice(["100%", f"{number(draw.uniform(5, 99))}%"])
        if draw.random() < 0.25:
            entry["from"] = start + draw.randint(0, 3)
        if draw.random() < 0.25:
            entry["until"] = end + draw.randint(-2, 3)
        if entry.get("from", start) > entry.get("until", end):
            entry.pop("until", None)
        return entry

    scenarios = [entry for name, entry in tree.get("scenarios", {}).items() if entry.get("changes")]
    for name in lenders:
        if draw.random() < 0.7 or not scenarios:
            tree["funds"][name]["loan"]["forbearance"] = terms()
        for entry in scenarios:
            if draw.random() < 0.4:
                entry["changes"].append({"set": f"funds.{name}.loan.forbearance", "to": terms()})
    return bool(lenders)
