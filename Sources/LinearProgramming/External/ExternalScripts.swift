/// What Python runs for solvers that are reached through it. Arguments: program, answer, options.
enum ExternalScripts {
  static let highs = """
    import sys, time
    import highspy
    program, answer, method, gap, limit = sys.argv[1:6]
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 1)
    h.setOptionValue("primal_feasibility_tolerance", 1e-9)
    h.setOptionValue("dual_feasibility_tolerance", 1e-9)
    h.setOptionValue("mip_feasibility_tolerance", 1e-9)
    h.setOptionValue("mip_rel_gap", float(gap))
    h.setOptionValue("solver", method)
    if limit:
        h.setOptionValue("time_limit", float(limit))
    h.readModel(program)
    start = time.perf_counter()
    h.run()
    seconds = time.perf_counter() - start
    status = h.getModelStatus()
    info = h.getInfo()
    solution = h.getSolution()
    lp = h.getLp()
    names = highspy.HighsModelStatus
    with open(answer, "w") as out:
        out.write(f"seconds {seconds!r}\\n")
        if status == names.kInfeasible:
            out.write("status infeasible\\n")
        elif status in (names.kUnbounded, names.kUnboundedOrInfeasible):
            out.write("status unbounded\\n")
        elif solution.value_valid:
            out.write("status point\\n")
            out.write(f"bound {info.mip_dual_bound!r}\\n")
            for name, value in zip(lp.col_names_, solution.col_value):
                out.write(f"{name} {value!r}\\n")
            for name, value in zip(lp.row_names_, solution.row_dual):
                out.write(f"{name} {value!r}\\n")
    """

  static let glop = """
    import sys, time
    from ortools.linear_solver.python import model_builder
    program, answer, limit = sys.argv[1:4]
    model = model_builder.ModelBuilder()
    model.import_from_mps_file(program)
    solver = model_builder.Solver("glop")
    if limit:
        solver.set_time_limit_in_seconds(float(limit))
    start = time.perf_counter()
    status = solver.solve(model)
    seconds = time.perf_counter() - start
    with open(answer, "w") as out:
        out.write(f"seconds {seconds!r}\\n")
        if status == model_builder.SolveStatus.INFEASIBLE:
            out.write("status infeasible\\n")
        elif status == model_builder.SolveStatus.UNBOUNDED:
            out.write("status unbounded\\n")
        elif status in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE):
            out.write("status point\\n")
            for variable in model.get_variables():
                out.write(f"{variable.name} {solver.value(variable)!r}\\n")
            for row in model.get_linear_constraints():
                out.write(f"{row.name} {solver.dual_value(row)!r}\\n")
    """
}
