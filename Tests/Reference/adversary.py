#!/usr/bin/env python3
"""Holds plans against an adversary against HiGHS on the whole program of all answers.

For each seed a random model gets an `adversary` whose moves have costs, years of choice, moves that they exclude and
moves that they require, with 12 sets of moves at most. The reference plans for all of them in one program; the engine
does so too, and answer by answer (column-and-constraint generation). The first objective must be the same to a
millionth, the second near it, and the answers told must be those allowed, none of them worse than the value.
The certificate that the engine writes must prove the value. Answer by answer is done once more as of models that are too large
for the simplex, by the block-angular method, whose value and bound are within a hundred-thousandth of the best or so. Prints one line a mismatch and a closing line; exit code 1 on
any failure.
"""
import os
import random
import subprocess
import sys

import driver
import random_model
import reference
from compare import run

MOST = 12
# Of the first objective, and of later ones, which may use what the first is held to.
TOLERANCE, LATER = 1e-6, 2e-3
# What the block-angular method may leave of the first objective, and of the bound that it proves.
BLOCKS, GAP = 3e-5, 2e-4


def section(tree, seed):
    """An `adversary` with at most 12 sets of moves."""
    r = random.Random(seed)
    horizon = tree["horizon"]
    start, end = horizon["start"], horizon["end"]
    reveal = min(start + r.choice([1, 2]), end)
    scenarios = tree["scenarios"]
    windows = {name: [c["from"] for c in s.get("changes", []) if "from" in c] for name, s in scenarios.items()}
    names = [n for n in ("ban", "slump", "mixed", "duty", "dear") if n in scenarios]
    r.shuffle(names)
    while True:
        moves = {}
        for name in names[:r.choice([2, 3, 3, 4])]:
            move = {"cost": f"{r.choice([0, 0, 1, 3, 8])}%"}
            if windows[name] and r.random() < 0.5:
                move["from"] = sorted(r.sample(range(min(reveal, end), end + 1), min(2, end + 1 - min(reveal, end))))
            others = [n for n in moves]
            if others and r.random() < 0.25:
                move["excludes"] = [r.choice(others)]
            elif others and r.random() < 0.25:
                move["requires"] = [r.choice(others)]
            moves[name] = move if len(move) > 1 or r.random() < 0.3 else move["cost"]
        result = {"reveal": reveal, "moves": moves}
        if r.random() < 0.5:
            result["at_most"] = r.choice([1, 2])
        if len(reference.answers_of(result)) <= MOST:
            return result
        names = names[:-1] or names


def one(task):
    seed, path, relax, options = task
    label = f"seed {seed}{'' if relax else ', whole numbers'}"
    expected = reference.solve_joint(path, "adversary", relax=relax, time_limit=options.time_limit)
    if expected["status"] not in ("optimal", "infeasible"):
        return "skipped", f"{label}: HiGHS: {expected['status']}"
    out, unfinished = [], []
    for method in ("extensive", "decomposition") + (("blocks",) if relax else ()):
        proof = f"{path}.{method}.json"
        answer, problem = run([options.lodestone, "solve", path, "--risk", "adversary", "--method", "extensive" if method == "extensive" else "decomposition", "--json", "--only-plan",
                               "--time-limit", repr(0.8 * options.time_limit)]
                              + (["--relax"] if relax else []) + (["--prove", proof] if method != "extensive" else [])
                              + (["--simplex-nonzeros", "0"] if method == "blocks" else []), options.time_limit)
        if problem:
            out.append(f"{method}: {problem}")
            continue
        if answer["status"] in ("feasible", "interrupted") and expected["status"] == "optimal":
            # What is found in time is no better than the best, and what is proven no more.
            best = next(iter(expected["objectives"].values()))
            allowed = 3e-6 * max(1, abs(best))
            found = next(iter(answer["objectives"].values()), None)
            if found is not None and found < best - allowed:
                out.append(f"{method}: {found:.12g} is better than the best, {best:.12g}")
            if answer.get("bound") is not None and answer["bound"] > best + allowed:
                out.append(f"{method}: bound {answer['bound']:.12g} above the best, {best:.12g}")
            if method == "blocks" and answer["status"] == "feasible" and found is not None:
                if found > best + BLOCKS * max(1, abs(best)):
                    out.append(f"{method}: {found:.12g}, expected {best:.12g}")
                if answer.get("bound") is None or answer["bound"] < best - GAP * max(1, abs(best)):
                    out.append(f"{method}: bound {answer.get('bound')} far below the best, {best:.12g}")
                continue
            unfinished.append(f"{method}: {answer.get('reason')}")
            continue
        if answer["status"] != expected["status"]:
            out.append(f"{method}: status {answer['status']}, expected {expected['status']}: {answer.get('reason')}")
            continue
        if expected["status"] == "infeasible":
            continue
        for place, (name, value) in enumerate(expected["objectives"].items()):
            own = answer["objectives"].get(name)
            allowed = ((BLOCKS if method == "blocks" else TOLERANCE) if place == 0 else LATER) * max(1, abs(value))
            if own is None or abs(own - value) > allowed:
                out.append(f"{method}: {name} {own}, expected {value:.12g}")
        first = next(iter(expected["objectives"].values()))
        if len(answer["outcomes"]) != len(expected["outcomes"]):
            out.append(f"{method}: {len(answer['outcomes'])} answers, expected {len(expected['outcomes'])}")
        worst = max((next(iter(o["objectives"].values()), float("inf")) - o["cost"] for o in answer["outcomes"]), default=float("inf"))
        if worst > first + (BLOCKS if method == "blocks" else 3e-6) * max(1, abs(first)):
            out.append(f"{method}: an answer comes to {worst:.12g}, more than {first:.12g}")
        if method != "extensive":
            done = subprocess.run([options.lodestone, "check", proof, path], capture_output=True, text=True, timeout=options.time_limit)
            if done.returncode != 0:
                out.append(f"check: exit code {done.returncode}: {done.stdout.strip()[:200]}")
    if out:
        return "failed", f"{label}: " + "; ".join(out)
    return ("unfinished", f"{label}: " + "; ".join(unfinished)) if unfinished else ("passed", label)


def main():
    options = driver.options(__doc__, "1-12", "a line for every model")

    def tasks_of(seed, path):
        # Every third keeps its whole-number rules.
        relax = seed % 3 != 0
        tree = random_model.generate(seed, options.size, None, "year", not relax)
        tree.pop("uncertainty", None)
        tree["adversary"] = section(tree, seed)
        return tree, [(seed, path, relax, options)]

    return driver.check(options, tasks_of, one)


if __name__ == "__main__":
    sys.exit(main())
