"""What the checks of random models have in common: options, seeds, and a closing line."""
import argparse
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

import random_forbearance
import random_model


def options(text, seeds, verbose):
    """Options of a check: `text` its description, `seeds` those by default, `verbose` the help of that option."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lodestone", required=True, help="path of the program")
    parser.add_argument("--seeds", default=seeds, help="A-B")
    parser.add_argument("--size", choices=random_model.FACILITIES, default="small")
    parser.add_argument("--forbearance", action="store_true", help="payments on loans may be put off")
    parser.add_argument("--time-limit", type=float, default=60, help="seconds a command")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help=verbose)
    found = parser.parse_args()
    found.lodestone = os.path.abspath(found.lodestone) if os.path.exists(found.lodestone) else found.lodestone
    return found


def check(options, tasks_of, one):
    """Writes the models of all seeds, checks every task, prints a line a fault and a closing line; the exit code.

    `tasks_of(seed, path)` returns the tree of a model, to be written to `path`, and its tasks; `one(task)` returns
    (passed, failed, unfinished or skipped; words).
    """
    count = {"passed": 0, "failed": 0, "unfinished": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as folder:
        tasks = []
        first, _, last = options.seeds.partition("-")
        for seed in range(int(first), int(last or first) + 1):
            path = os.path.join(folder, f"seed-{seed}.yaml")
            tree, more = tasks_of(seed, path)
            if options.forbearance and not random_forbearance.add(tree, seed):
                continue
            random_model.write(tree, path, tables=False)
            tasks += more
        with ThreadPoolExecutor(options.jobs) as pool:
            for verdict, text in pool.map(one, tasks):
                count[verdict] += 1
                if verdict != "passed" or options.verbose:
                    print(f"{verdict}: {text}", flush=True)
    more = "".join(f", {count[kind]} {kind}" for kind in ("unfinished", "skipped") if count[kind])
    print(f"{count['passed']} passed, {count['failed']} failed{more}")
    return 1 if count["failed"] else 0
