"""How the plan before the outcome is known grows with the number of sampled outcomes, beside other solvers.

The flagship with samples of demand and import limits. For Lodestone the whole process `lodestone solve --relax --risk
expected`, whose plan it verifies; the peers solve the program of all outcomes that `lodestone export` writes, one
thread each, at their default tolerances, and only solving counts. Everything runs in a process of its own, so that its
most memory is its own.
"""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from common import HERE, LODESTONE, Failed, process, processor

FLAGSHIP = HERE.parents[1] / "Models" / "us-ndfeb"
COUNTS = [1, 3, 10, 20, 50, 200]
TOOLS = {"lodestone": "Lodestone", "simplex": "HiGHS simplex", "ipm": "HiGHS ipm",
         "interior": "HiGHS ipm, no crossover", "clp": "CLP"}
UNCERTAINTY = """uncertainty:
  reveal: 2028
  risk: expected
  sample:
    count: {count}
    seed: 7
    vary:
      - {{ path: demand.*.quantity, normal: {{ mean: 1, sd: 0.1 }} }}
      - {{ path: imports.*.limit, uniform: {{ low: 0.7, high: 1.2 }} }}
"""
OVERTIME = r"more than (\S+) s$"
# A solve that takes longer than this, in CPU seconds, is not repeated.
LONG = 60


def prepare(folder, count):
    """The flagship with so many outcomes sampled; its model file."""
    target = pathlib.Path(folder) / str(count)
    shutil.copytree(FLAGSHIP, target)
    model = target / "model.yaml"
    text, found = re.subn(r"^uncertainty:.*?(?=^\S|\Z)", lambda _: UNCERTAINTY.format(count=count),
                          model.read_text(encoding="utf-8"), flags=re.M | re.S)
    if found != 1:
        raise Failed("the flagship has no uncertainty to replace")
    model.write_text(text, encoding="utf-8")
    return str(model)


def used(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def limited(seconds):
    """From here on this process is ended after so many more CPU seconds."""
    end = int(used(resource.RUSAGE_SELF) + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + 5))


def lodestone(model):
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        subprocess.run([LODESTONE, "solve", model, "--relax", "--risk", "expected", "--only-plan", "--objective",
                        "dependency", "--json"], stdout=out, check=True)
        wall = time.monotonic() - start
        spent = used(resource.RUSAGE_CHILDREN)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        out.seek(0)
        answer = json.load(out)
    return {"seconds": spent, "wall": wall, "memory": memory / 1024, "verified": answer["verification"]["verified"],
            "objective": answer["objectives"]["expected dependency"], "bound": answer["bound"],
            "method": answer["method"], "size": answer["size"]}


def highs(method, program, limit):
    import highspy
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("solver", "simplex" if method == "simplex" else "ipm"),
                        ("run_crossover", "off" if method == "interior" else "on")):
        solver.setOptionValue(name, value)
    solver.readModel(program)
    limited(limit)
    before, start = used(resource.RUSAGE_SELF), time.monotonic()
    solver.run()
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return {"seconds": used(resource.RUSAGE_SELF) - before, "wall": time.monotonic() - start,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "objective": solver.getInfo().objective_function_value if optimal else None}


def clp(program, limit):
    # What reading alone takes is no part of it.
    start = time.monotonic()
    subprocess.run(["clp", program, "-quit"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    reading, read = used(resource.RUSAGE_CHILDREN), time.monotonic() - start
    start = time.monotonic()
    run = subprocess.run(["clp", program, "-dualSimplex"], capture_output=True, text=True,
                         preexec_fn=lambda: limited(reading + limit))
    if run.returncode == -signal.SIGXCPU:
        os.kill(os.getpid(), signal.SIGXCPU)
    found = re.search(r"Optimal objective (\S+)", run.stdout)
    return {"seconds": used(resource.RUSAGE_CHILDREN) - 2 * reading, "wall": time.monotonic() - start - read,
            "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
            "objective": float(found.group(1)) if found else None}


def run(tool, model, program, limit):
    """One solve in a process of its own."""
    # Wall time is only a guard here: the CPU time counts.
    text, _, _ = process([sys.executable, str(HERE / "outcomes.py"), tool, model if tool == "lodestone" else program,
                          str(limit)], 100 * limit if tool == "lodestone" else 4 * limit + 600)
    found = json.loads(text.strip().splitlines()[-1])
    if found.get("verified") is False:
        raise Failed("not verified")
    if found["objective"] is None:
        raise Failed("no optimum")
    return found


def measure(counts, repeats, limit):
    """Yields the results after every number of outcomes."""
    given_up, rows = set(), []
    missing = set() if shutil.which("clp") else {"clp"}
    for count in sorted(counts):
        runs, problems = {tool: [] for tool in TOOLS}, {tool: "not installed" for tool in missing}
        problems |= {tool: "not tried" for tool in given_up}
        with tempfile.TemporaryDirectory() as folder:
            model, program = prepare(folder, count), os.path.join(folder, "program.mps")
            if len(problems) < len(TOOLS) - 1:
                process([LODESTONE, "export", model, "--relax", "--risk", "expected", "--mps", program], 3600)
            for turn in range(repeats if count < 20 else 1):
                for tool in TOOLS:
                    if tool in problems or (runs[tool] and runs[tool][-1]["seconds"] > LONG):
                        continue
                    print(f"\r{turn + 1}  {count:4} outcomes  {tool:10}", end="", file=sys.stderr, flush=True)
                    try:
                        runs[tool].append(run(tool, model, program, limit))
                    except Failed as failed:
                        problems[tool] = f"more than {limit:g} s" if failed.overtime else str(failed)
        given_up |= problems.keys() - missing - {"lodestone"}
        rows.append(result(count, runs, problems))
        yield rows
    print(file=sys.stderr)


def result(count, runs, problems):
    """The medians of one number of outcomes."""
    tools = {}
    for tool in TOOLS:
        if tool in problems:
            tools[tool] = {"problem": problems[tool]}
            continue
        tools[tool] = {key: statistics.median(run[key] for run in runs[tool])
                       for key in ("seconds", "wall", "memory", "objective")} | {"runs": len(runs[tool])}
    ours = tools["lodestone"].get("objective")
    if ours is not None:
        tools["lodestone"] |= {key: runs["lodestone"][-1][key] for key in ("bound", "method", "size")}
    for of in tools.values():
        if "objective" in of:
            of["agrees"] = ours is not None and abs(of["objective"] - ours) <= 1e-4 * max(abs(ours), 1e-3)
    return {"outcomes": count, "tools": tools}


def ratio(tools):
    """Our CPU time to that of the best peer; where none has ended, what their limit says of it."""
    ours = tools["lodestone"].get("seconds")
    peers = [of for tool, of in tools.items() if tool != "lodestone"]
    ended = [of["seconds"] for of in peers if "seconds" in of]
    limits = [float(found.group(1)) for of in peers if (found := re.match(OVERTIME, of.get("problem", "")))]
    if ours is None or not ended + limits:
        return "—"
    return f"{ours / min(ended):.2f}" if ended else f"under {ours / min(limits):.2f}"


def cell(of, key, form):
    if key not in of:
        return (of.get("problem", "").splitlines() or [""])[-1] if key == "seconds" else "—"
    mark = "" if of["agrees"] else " **differs**"
    runs = f" ({of['runs']})" if key == "seconds" else ""
    return form.format(of[key]) + runs + mark


def table(rows):
    names = list(TOOLS.values())
    lines = ["", "## Uncertain outcomes", "",
             "The flagship (`Models/us-ndfeb`, without whole numbers) with so many outcomes sampled, of demand and import "
             "limits (seed 7), revealed in 2028: the plan of least expected dependency. For Lodestone the whole process "
             "`lodestone solve --relax --risk expected --only-plan --objective dependency`, verification included; it "
             "may use all cores, whose CPU time is added up. The peers solve the program of all outcomes that `lodestone "
             "export` writes, one thread each, at their default tolerances; reading it is not counted. CLP is its dual "
             f"simplex. {processor()}.", "",
             "CPU seconds, medians; in brackets the number of runs (a solve of more than a minute is not repeated):", "",
             "| Outcomes | Rows | Nonzeros | " + " | ".join(names) + " | Lodestone / best peer |",
             "| --- " * (len(names) + 4) + "|"]
    for row in rows:
        tools = row["tools"]
        size = tools["lodestone"].get("size", {"rows": "—", "nonzeros": "—"})
        lines.append(f"| {row['outcomes']} | {size['rows']} | {size['nonzeros']} | "
                     + " | ".join(cell(tools[tool], "seconds", "{:.1f} s") for tool in TOOLS)
                     + f" | {ratio(tools)} |")
    lines += ["", "Once a peer has not ended in its time it is not tried with more outcomes; Lodestone has no such limit. "
              "Where its method is the decomposition it stops at a proven gap of 1e-4 and gives no vertex, the peers go on "
              "to their optimum. A peer whose value is more than 1e-4 of it from ours is marked.", "",
              "Most memory of the whole process, the program as read included (and Python, with HiGHS):", "",
              "| Outcomes | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
    lines += [f"| {row['outcomes']} | "
              + " | ".join(cell(row["tools"][tool], "memory", "{:.0f} MB") for tool in TOOLS) + " |" for row in rows]
    lines += ["", "What Lodestone found:", "",
              "| Outcomes | Method | Expected dependency | Proven bound | Wall time |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        of = row["tools"]["lodestone"]
        if "objective" in of:
            lines.append(f"| {row['outcomes']} | {of['method']} | {of['objective']:.10f} | {of['bound']:.10f} "
                         f"| {of['wall']:.1f} s |")
    return "\n".join(lines + [""])


if __name__ == "__main__":
    kind, file, most = sys.argv[1:]
    if kind == "lodestone":
        print(json.dumps(lodestone(file)))
    else:
        print(json.dumps(clp(file, float(most)) if kind == "clp" else highs(kind, file, float(most))))
