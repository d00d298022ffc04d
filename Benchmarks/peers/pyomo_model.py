"""The subset of the formulation in Pyomo. Kilotonnes, millions; classes and steps from 0."""
import json

import pyomo.environ as pyo


def build(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    steps, delta, per_year = data["steps"], data["delta"], data["per_year"]
    facilities, funds, demand, imports = (data[k] for k in ("facilities", "funds", "demand", "imports"))
    rho = data["weight"]
    last = len(rho) - 1
    built = {p: f for p, f in facilities.items() if "max" in f}
    awards = [(p, t) for p, f in built.items() for t in range(steps - f["lead"])]
    grants = [(f, p, t) for f, o in funds.items() for p in o["eligible"] for t in range(steps - built[p]["lead"])]
    served = [(d, k, t) for d, o in demand.items() for t in range(steps) for k in o["classes"][t]]
    batches = {p: range(f["class"], last + 1) for p, f in facilities.items()}
    makers = {c: [(p, f["net"][c]) for p, f in facilities.items() if f["net"].get(c)] for c in data["commodities"]}
    givers = {p: [f for f, o in funds.items() if p in set(o["eligible"])] for p in built}

    m = pyo.ConcreteModel()
    T = range(steps)
    m.build = pyo.Var(awards, domain=pyo.NonNegativeReals)
    m.x = pyo.Var([(p, k, t) for p in facilities for k in batches[p] for t in T], domain=pyo.NonNegativeReals)
    m.q = pyo.Var([(s, t) for s in imports for t in T], domain=pyo.NonNegativeReals,
                  bounds=lambda m, s, t: (0, imports[s]["limit"] and delta * imports[s]["limit"][t]))
    m.down = pyo.Var(data["commodities"], range(last), T, domain=pyo.NonNegativeReals)
    m.y = pyo.Var(served, domain=pyo.NonNegativeReals)
    m.u = pyo.Var(demand, T, domain=pyo.NonNegativeReals)
    m.award = pyo.Var(grants, domain=pyo.NonNegativeReals)
    m.carry = pyo.Var(funds, T, domain=pyo.NonNegativeReals)

    m.dependent = pyo.Objective(expr=(
        pyo.quicksum(demand[d]["weight"] * data["unmet"] * m.u[d, t] for d in demand for t in T)
        + pyo.quicksum(demand[d]["weight"] * rho[k] * m.y[d, k, t] for d, k, t in served)))

    def capacity(m, p, t):
        f = facilities[p]
        added = 0
        if "max" in f:
            added = pyo.quicksum(f["ramp"][t - a - f["lead"]] * m.build[p, a] for a in range(t - f["lead"] + 1))
        return (pyo.quicksum(m.x[p, k, t] for k in batches[p])
                <= delta * f["availability"][t] * (f["existing"][t] + added))
    m.capacity = pyo.Constraint(facilities, T, rule=capacity)

    def maximum(m, p):
        terms = [m.build[p, t] for t in range(steps - built[p]["lead"])]
        return pyo.quicksum(terms) <= built[p]["max"] if terms else pyo.Constraint.Skip
    m.maximum = pyo.Constraint(built, rule=maximum)

    def balance(m, c, k, t):
        flow = pyo.quicksum(a * m.x[p, k, t] for p, a in makers[c] if k in batches[p])
        flow += pyo.quicksum(m.q[s, t] for s, o in imports.items() if o["commodity"] == c and o["class"] == k)
        if k > 0:
            flow += m.down[c, k - 1, t]
        if k < last:
            flow -= m.down[c, k, t]
        flow -= pyo.quicksum(m.y[d, k, t] for d, o in demand.items()
                             if o["commodity"] == c and k in o["classes"][t])
        return flow >= 0
    m.balance = pyo.Constraint(data["commodities"], range(last + 1), T, rule=balance)

    m.demand = pyo.Constraint(demand, T, rule=lambda m, d, t: (
        pyo.quicksum(m.y[d, k, t] for k in demand[d]["classes"][t]) + m.u[d, t] == demand[d]["quantity"][t]))

    m.cost = pyo.Constraint(awards, rule=lambda m, p, t: (
        pyo.quicksum(m.award[f, p, t] for f in givers[p]) == built[p]["capex"][t] * m.build[p, t]))

    m.share = pyo.Constraint([i for i in grants if funds[i[0]]["max_share"] < 1], rule=lambda m, f, p, t: (
        m.award[f, p, t] <= funds[f]["max_share"] * built[p]["capex"][t] * m.build[p, t]))

    def facility(m, f, p):
        terms = [m.award[f, p, t] for t in range(steps - built[p]["lead"])]
        return pyo.quicksum(terms) <= funds[f]["max_per_facility"] if terms else pyo.Constraint.Skip
    m.facility = pyo.Constraint([(f, p) for f, o in funds.items() if o["max_per_facility"] is not None
                                 for p in o["eligible"]], rule=facility)

    def account(m, f, t):
        before = 0
        if t > 0:
            before = (funds[f]["keep"] if t % per_year == 0 else 1) * m.carry[f, t - 1]
        spent = pyo.quicksum(m.award[f, p, t] for p in funds[f]["eligible"] if t + built[p]["lead"] < steps)
        return m.carry[f, t] == before + funds[f]["appropriation"][t] - spent
    m.account = pyo.Constraint(funds, T, rule=account)

    m.whole = sum(o["weight"] * sum(o["quantity"]) for o in demand.values())
    return m


def load(m):
    from pyomo.contrib.appsi.solvers import Highs
    solver = Highs()
    solver.highs_options = {"threads": 1}
    # Nothing changes between handing over and solving.
    for name in solver.update_config:
        if name.startswith(("check_", "update_", "treat_")):
            solver.update_config[name] = False
    solver.set_instance(m)
    return m, solver


def solve(loaded, limit):
    """The objective; None where the seconds are not enough."""
    m, solver = loaded
    solver.config.time_limit = limit
    solver.config.load_solution = False
    result = solver.solve(m)
    if result.termination_condition.name != "optimal":
        return None
    result.solution_loader.load_vars()
    return pyo.value(m.dependent) / m.whole
