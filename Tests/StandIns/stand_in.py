"""Stand-ins for solvers that nobody may ship: each takes the command line of one of them, solves the program with HiGHS,
and writes the answer in that solver's format. Run as `stand_in.py SOLVER ARGUMENTS…`.

What is written follows the solvers' manuals; none of them was run for it.
"""
import json
import math
import re
import shlex
import sys

import highspy

NAMES = highspy.HighsModelStatus


class Answer:
    """A program solved by HiGHS with the options that were understood."""

    def __init__(self, path, gap=None, limit=None, method=None):
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        h.setOptionValue("threads", 1)
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
            h.setOptionValue(option, 1e-9)
        if gap is not None:
            h.setOptionValue("mip_rel_gap", float(gap))
        if limit is not None:
            h.setOptionValue("time_limit", float(limit))
        if method is not None:
            h.setOptionValue("solver", method)
        if h.readModel(path) == highspy.HighsStatus.kError:
            sys.exit(f"cannot read {path}")
        h.run()
        status = h.getModelStatus()
        self.status = ("optimal" if status == NAMES.kOptimal else "infeasible" if status == NAMES.kInfeasible else
                       "unbounded" if status == NAMES.kUnbounded else
                       "either" if status == NAMES.kUnboundedOrInfeasible else "stopped")
        lp, solution, basis = h.getLp(), h.getSolution(), h.getBasis()
        self.whole = any(kind != highspy.HighsVarType.kContinuous for kind in lp.integrality_)
        self.value = h.getInfo().objective_function_value
        self.bound = h.getInfo().mip_dual_bound if self.whole else self.value
        duals = solution.row_dual or [0.0] * len(lp.row_names_)
        costs = solution.col_dual or [0.0] * len(lp.col_names_)
        self.columns = list(zip(lp.col_names_, solution.col_value, costs, lp.col_lower_, lp.col_upper_,
                                basis.col_status or [None] * len(lp.col_names_)))
        self.rows = list(zip(lp.row_names_, solution.row_value, duals, lp.row_lower_, lp.row_upper_,
                             basis.row_status or [None] * len(lp.row_names_)))


def method(value, names):
    return names.get(value)


def gurobi(arguments):
    options = dict(argument.split("=", 1) for argument in arguments[:-1])
    answer = Answer(arguments[-1], options.get("MIPGap"), options.get("TimeLimit"),
                    method(options.get("Method"), {"0": "simplex", "1": "simplex", "2": "ipm"}))
    code = {"optimal": 2, "infeasible": 3, "either": 4, "unbounded": 5, "stopped": 9}[answer.status]
    print("Gurobi Optimizer version 12.0.0 (stand-in)\nAcademic license - for non-commercial use only")
    written = {"SolutionInfo": {"Status": code, "Runtime": 1e-2}}
    if answer.status == "optimal":
        written["SolutionInfo"].update(ObjVal=answer.value, ObjBound=answer.bound)
        detailed = options.get("JSONSolDetail") == "1"
        written["Vars"] = [{"VarName": name, "X": value} for name, value, *_ in answer.columns if detailed or value]
        if not answer.whole and detailed:
            written["Constrs"] = [{"ConstrName": name, "Pi": dual} for name, _, dual, *_ in answer.rows]
    json.dump(written, open(options["ResultFile"], "w"))


def cplex(arguments):
    assert arguments[0] == "-c", arguments
    path = answer = gap = limit = kind = None
    for command in arguments[1:]:
        words = command.split()
        if words[0] == "read":
            path = words[1]
        elif words[:4] == ["set", "mip", "tolerances", "mipgap"]:
            gap = words[4]
        elif words[:2] == ["set", "timelimit"]:
            limit = words[2]
        elif words[:2] == ["set", "lpmethod"]:
            kind = {"1": "simplex", "2": "simplex", "4": "ipm"}[words[2]]
        elif words[0] == "optimize":
            answer = Answer(path, gap, limit, kind)
            if answer.status == "optimal":
                head = "MIP - Integer optimal solution" if answer.whole else "Dual simplex - Optimal"
                print(f"{head}:  Objective = {answer.value!r}")
                print(f"Current MIP best bound =  {answer.bound!r} (gap = 0, 0.00%)" if answer.whole else "")
            else:
                print({"infeasible": "MIP - Integer infeasible." if answer.whole else "Presolve - Infeasible.",
                       "either": "Presolve - Unbounded or infeasible.", "unbounded": "Primal simplex - Unbounded.",
                       "stopped": "Time limit exceeded, no integer solution."}[answer.status])
            print("Solution time =    0.01 sec.  Iterations = 2 (0)")
        elif words[0] == "write":
            if answer.status != "optimal":
                print("CPLEX Error  1217: No solution exists.")
                continue
            with open(words[1], "w") as out:
                code = 101 if answer.whole else 1
                out.write('<?xml version = "1.0" encoding="UTF-8" standalone="yes"?>\n<CPLEXSolution version="1.2">\n'
                          f' <header\n   problemName="program.mps"\n   objectiveValue="{answer.value!r}"\n'
                          f'   solutionStatusValue="{code}"\n   solutionStatusString="optimal"\n'
                          '   primalFeasible="1"\n   dualFeasible="1"/>\n <linearConstraints>\n')
                for index, (name, _, dual, *_) in enumerate(answer.rows):
                    shown = "" if answer.whole else f' status="LL" dual="{dual!r}"'
                    out.write(f'  <constraint name="{name}" index="{index}" slack="0"{shown}/>\n')
                out.write(" </linearConstraints>\n <variables>\n")
                for index, (name, value, *_) in enumerate(answer.columns):
                    out.write(f'  <variable name="{name}" index="{index}" value="{value!r}"/>\n')
                out.write(" </variables>\n</CPLEXSolution>\n")


def xpress(arguments):
    assert not arguments, arguments
    controls, answer, attributes = {}, None, None
    for line in sys.stdin:
        line = line.strip()
        words = shlex.split(line) if not line.startswith("puts") else ["puts", line]
        if line.startswith("readprob"):
            path = words[1]
        elif re.fullmatch(r"[A-Z]+=\S+", line):
            controls.update([line.split("=")])
        elif words[0] in ("lpoptimize", "mipoptimize"):
            limit = controls.get("MAXTIME")
            answer = Answer(path, controls.get("MIPRELSTOP"), limit and abs(float(limit)),
                            "ipm" if "-b" in words else None)
        elif words[0] == "writesol":
            if answer.status != "optimal":
                print("?107 Error: no solution to write")
                continue
            assert words[2] == "-sntbacludrp", words
            with open(words[1] + ".asc", "w") as out:
                number = 0
                for name, value, dual, lower, upper, _ in answer.rows:
                    number += 1
                    kind = "E" if lower == upper else "R" if math.isfinite(lower) and math.isfinite(upper) else \
                        "L" if math.isfinite(upper) else "G" if math.isfinite(lower) else "N"
                    out.write(f'{number},"{name}","{kind}","BS",{value!r},0,0,1e+20,{dual!r},0\n')
                for name, value, cost, lower, upper, _ in answer.columns:
                    number += 1
                    out.write(f'{number},"{name}","C","BS",{value!r},0,{max(lower, -1e20)!r},{min(upper, 1e20)!r},{cost!r},0\n')
        elif line.startswith("set fh [open "):
            attributes = open(re.search(r'"([^"]+)"', line).group(1), "w")
        elif line.startswith("puts $fh"):
            value = {"lpstatus": {"optimal": 1, "infeasible": 2, "unbounded": 5}.get(answer.status, 4),
                     "mipstatus": {"optimal": 6, "infeasible": 5, "unbounded": 7}.get(answer.status, 3),
                     "bestbound": answer.bound}
            name = re.search(r'"(\w+)=', line).group(1)
            attributes.write(f"{name}={value[name]!r}\n")
        elif line.startswith("close"):
            attributes.close()


def mosek(arguments):
    parameters, files, path = {}, {}, arguments[-1]
    rest = iter(arguments[:-1])
    for argument in rest:
        if argument == "-d":
            parameters[next(rest)] = next(rest)
        else:
            files[argument] = next(rest)
    answer = Answer(path, parameters.get("MSK_DPAR_MIO_TOL_REL_GAP"), parameters.get("MSK_DPAR_OPTIMIZER_MAX_TIME"),
                    "ipm" if parameters.get("MSK_IPAR_OPTIMIZER") == "MSK_OPTIMIZER_INTPNT" else None)
    if answer.whole:
        print(f"Best objective bound               : {answer.bound!r}")
    print("Return code - 0  [MSK_RES_OK]")
    problem = {"optimal": "PRIMAL_FEASIBLE" if answer.whole else "PRIMAL_AND_DUAL_FEASIBLE",
               "infeasible": "PRIMAL_INFEASIBLE", "unbounded": "DUAL_INFEASIBLE",
               "either": "PRIMAL_INFEASIBLE_OR_UNBOUNDED"}.get(answer.status, "UNKNOWN")
    solution = {"optimal": "INTEGER_OPTIMAL" if answer.whole else "OPTIMAL",
                "infeasible": "PRIMAL_INFEASIBLE_CERT", "unbounded": "DUAL_INFEASIBLE_CERT"}.get(answer.status, "UNKNOWN")

    def limit(value):
        return f"{value:.14e}" if math.isfinite(value) else "NONE"

    with open(files["-into" if answer.whole else "-baso"], "w") as out:
        out.write(f"NAME                : lodestone\nPROBLEM STATUS      : {problem}\nSOLUTION STATUS     : {solution}\n"
                  f"OBJECTIVE NAME      : obj\nPRIMAL OBJECTIVE    : {answer.value!r}\n\nCONSTRAINTS\n")
        head = "INDEX      NAME           AT ACTIVITY                 LOWER LIMIT              UPPER LIMIT"
        for section, entries in (("", answer.rows), ("\nVARIABLES\n", answer.columns)):
            out.write(section + head + ("\n" if answer.whole else "  DUAL LOWER  DUAL UPPER\n"))
            for index, (name, value, dual, lower, upper, _) in enumerate(entries):
                out.write(f"{index:<10d} {name:<14s} SB {value!r} {limit(lower)} {limit(upper)}")
                out.write("\n" if answer.whole else f" {max(dual, 0)!r} {max(-dual, 0)!r}\n")


def copt(arguments):
    assert arguments[0] == "-c" and len(arguments) == 2, arguments
    values, answer = {}, None
    for command in arguments[1].split(";"):
        words = command.split()
        if words[0] == "read":
            path = words[1]
        elif words[0] == "set":
            values[words[1]] = words[2]
        elif words[0] == "optimize":
            answer = Answer(path, values.get("RelGap"), values.get("TimeLimit"), "simplex")
            name = {"optimal": "Optimal", "infeasible": "Infeasible", "unbounded": "Unbounded",
                    "either": "Infeasible or unbounded", "stopped": "Timeout"}[answer.status]
            if answer.whole:
                print(f"Best solution   : {answer.value!r}\nBest bound      : {answer.bound!r}\nSolve time      : 0.01\n"
                      f"MIP status      : {'solved' if name == 'Optimal' else name.lower()}\n"
                      f"Solution status : {'integer optimal (relative gap limit 1e-06)' if name == 'Optimal' else 'N/A'}")
            else:
                print(f"Solving finished\nStatus: {name}  Objective: {answer.value!r}  Iterations: 2  Time: 0.01s")
        elif words[0] == "write" and answer.status == "optimal":
            with open(words[1], "w") as out:
                if words[1].endswith(".bas"):
                    write_basis(out, answer)
                else:
                    out.write(f"# Objective value {answer.value!r}\n")
                    out.writelines(f"{name} {value!r}\n" for name, value, *_ in answer.columns)


def write_basis(out, answer):
    """The insert format: each basic column takes the place of a row that is not basic."""
    basic, upper = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kUpper
    out.write("NAME          lodestone\n")
    leaving = [row for row in answer.rows if row[5] != basic]
    entering = [column for column in answer.columns if column[5] == basic]
    for column, row in zip(entering, leaving, strict=True):
        out.write(f" {'XU' if row[5] == upper else 'XL'} {column[0]} {row[0]}\n")
    for column in answer.columns:
        if column[5] == upper:
            out.write(f" UL {column[0]}\n")
        elif column[5] == highspy.HighsBasisStatus.kZero:
            out.write(f" FR {column[0]}\n")
    out.write("ENDATA\n")


if __name__ == "__main__":
    {"gurobi": gurobi, "cplex": cplex, "xpress": xpress, "mosek": mosek, "copt": copt}[sys.argv[1]](sys.argv[2:])
