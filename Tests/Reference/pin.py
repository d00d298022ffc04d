#!/usr/bin/env python3
"""Writes the reference's answers beside the models of the pinned corpus."""
import glob
import json
import os
import sys

import yaml

import reference

HERE = os.path.dirname(os.path.abspath(__file__))


def answers(path):
    def brief(**options):
        answer = reference.solve_file(path, **options)
        return {"status": answer["status"], "objectives": answer["objectives"]}

    with open(path, encoding="utf-8") as file:
        tree = yaml.load(file, Loader=yaml.BaseLoader)
    base = reference.solve_file(path)
    out = {"status": base["status"], "objectives": base["objectives"], "half_budget": brief(budget_scale=0.5)}
    if base["size"]["integers"]:
        out["relaxed"] = brief(relax=True)
    out["scenarios"] = {name: brief(scenarios=[name]) for name in tree.get("scenarios", {})}
    risks = (["expected", "worst", "regret", "cvar"] if "uncertainty" in tree else []) + (["adversary"] if "adversary" in tree else [])
    if risks:
        joint = {risk: reference.solve_joint(path, risk) for risk in risks}
        out["risks"] = {risk: {"status": answer["status"], "objectives": answer["objectives"]} for risk, answer in joint.items()}
    return out


def main():
    for path in sys.argv[1:] or sorted(glob.glob(os.path.join(HERE, "corpus", "*.yaml"))):
        with open(os.path.splitext(path)[0] + ".json", "w", encoding="utf-8") as file:
            json.dump(answers(path), file, indent=2)
            file.write("\n")
        print(os.path.basename(path))


if __name__ == "__main__":
    main()
