"""Solves a program file with HiGHS, in a process of its own.

HiGHS hears its time limit late, and threads of one process share its scheduler: what hangs there can be ended here.
"""
import subprocess
import sys

PROGRAM = """
import sys, highspy
solver = highspy.Highs()
solver.silent()
solver.setOptionValue("mip_rel_gap", float(sys.argv[3]))
solver.setOptionValue("time_limit", float(sys.argv[2]))
solver.readModel(sys.argv[1])
solver.run()
print(solver.modelStatusToString(solver.getModelStatus()).lower())
print(repr(solver.getInfo().objective_function_value))
"""


def solve(path, limit, gap=1e-7):
    """(status in small letters, objective); the status `no answer` where HiGHS says nothing."""
    try:
        done = subprocess.run([sys.executable, "-c", PROGRAM, path, repr(limit), repr(gap)],
                              capture_output=True, text=True, timeout=limit + 30)
    except subprocess.TimeoutExpired:
        return "no answer", None
    lines = done.stdout.splitlines()
    return (lines[-2], float(lines[-1])) if len(lines) >= 2 else ("no answer", None)
