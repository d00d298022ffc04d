#!/usr/bin/env python3
"""Draws how time and memory grow with facilities, steps and sampled outcomes, from results.json."""
import json
import pathlib

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "lodestone"
import matplotlib.pyplot as plt  # noqa: E402

from outcomes import TOOLS  # noqa: E402

COLOURS = {"lodestone": "#0b6e4f", "mathprog": "#b5651d", "pyomo": "#6a51a3", "linopy": "#3182bd"}
MARKS = {"lodestone": "o", "mathprog": "s", "pyomo": "^", "linopy": "D"}
NAMES = {"lodestone": "Lodestone", "mathprog": "MathProg, GLPK", "pyomo": "Pyomo, HiGHS", "linopy": "linopy, HiGHS"}
PANELS = [("build", "Read and build, s"), ("total", "Whole process, CPU s"), ("memory", "Most memory, MB")]
# With sampled outcomes: solvers on the same program.
COLOURS |= {"simplex": "#b5651d", "ipm": "#6a51a3", "interior": "#3182bd", "clp": "#c2185b"}
MARKS |= {"simplex": "s", "ipm": "^", "interior": "D", "clp": "v"}
OUTCOMES = [("seconds", "CPU s"), ("memory", "Most memory, MB")]


def figure(results, axis, label, file, names=NAMES, panels=PANELS):
    results = sorted(results, key=lambda r: r[axis])
    if not results:
        return
    figure, axes = plt.subplots(1, len(panels), figsize=(11, 3.4), constrained_layout=True)
    for axes_, (key, title) in zip(axes, panels):
        for tool, name in names.items():
            points = [(r[axis], r["tools"][tool][key]) for r in results if key in r["tools"].get(tool, {})]
            if points:
                axes_.plot(*zip(*points), color=COLOURS[tool], marker=MARKS[tool], markersize=4.5,
                           linewidth=2 if tool == "lodestone" else 1.3, label=name)
        axes_.set(xscale="log", yscale="log", title=title, xlabel=label)
        ticks = sorted({r[axis] for r in results})
        axes_.set_xticks(ticks, [str(t) for t in ticks])
        axes_.minorticks_off()
        axes_.grid(True, color="#dddddd", linewidth=0.6)
        for side in ("top", "right"):
            axes_.spines[side].set_visible(False)
    axes[0].legend(frameon=False, fontsize=8)
    plt.savefig(file, metadata={"Date": None})
    plt.close(figure)


def draw(found, folder):
    results = found["results"]
    yearly = [r for r in results if r["model"].endswith("year")]
    finer = [r for r in results if r["model"].startswith("40 facilities")]
    figure(yearly, "facilities", "facilities, yearly steps", folder / "growth-facilities.svg")
    figure(finer, "steps", "steps (year to month), 40 facilities", folder / "growth-steps.svg")
    figure(found.get("outcomes", []), "outcomes", "sampled outcomes", folder / "growth-outcomes.svg", TOOLS, OUTCOMES)


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    draw(json.loads((here / "results.json").read_text(encoding="utf-8")),
         here.parents[1] / "Docs" / "pictures")
