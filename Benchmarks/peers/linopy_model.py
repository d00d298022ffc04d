"""The subset of the formulation in linopy, whole arrays at a time. Kilotonnes, millions; classes and steps from 0."""
import json
import warnings

import linopy
import numpy as np
import pandas as pd
import xarray as xr

# That absent variables count nothing is what is meant here.
warnings.filterwarnings("ignore", module="linopy|linopy_model|__main__")
warnings.filterwarnings("ignore", category=FutureWarning)


def build(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    steps, delta, per_year = data["steps"], data["delta"], data["per_year"]
    facilities, funds, demand, imports = (data[k] for k in ("facilities", "funds", "demand", "imports"))
    T = pd.RangeIndex(steps, name="t")
    K = pd.RangeIndex(len(data["weight"]), name="k")
    P = pd.Index(list(facilities), name="p")
    B = pd.Index([p for p, f in facilities.items() if "max" in f], name="p")
    C = pd.Index(data["commodities"], name="c")
    S, D, F = (pd.Index(list(data[n]), name=i) for n, i in (("imports", "s"), ("demand", "d"), ("funds", "f")))

    def array(values, *index):
        return xr.DataArray(np.array(values, dtype=float), coords=[(i.name, i) for i in index])

    def of(owners, key, *index):
        return array([o[key] for o in owners], *index)

    built = [facilities[p] for p in B]
    lead = of(built, "lead", B)
    rho = array(data["weight"], K)
    step = array(np.arange(steps), T)
    can_build = lead + step < steps
    eligible = array([[p in set(o["eligible"]) for p in B] for o in funds.values()], F, B) > 0
    batch = array(np.arange(len(K)), K) >= of(facilities.values(), "class", P)
    allowed = array([[[k in o["classes"][t] for t in T] for k in K] for o in demand.values()], D, K, T) > 0

    m = linopy.Model()
    build_ = m.add_variables(lower=0, coords=[B, T], mask=can_build, name="build")
    x = m.add_variables(lower=0, coords=[P, K, T], mask=batch, name="x")
    limit = array([o["limit"] or [np.inf] * steps for o in imports.values()], S, T)
    q = m.add_variables(lower=0, upper=delta * limit, coords=[S, T], name="q")
    down = m.add_variables(lower=0, coords=[C, K[:-1], T], name="down")
    y = m.add_variables(lower=0, coords=[D, K, T], mask=allowed, name="y")
    u = m.add_variables(lower=0, coords=[D, T], name="u")
    award = m.add_variables(lower=0, coords=[F, B, T], mask=eligible & can_build, name="award")
    carry = m.add_variables(lower=0, coords=[F, T], name="carry")

    weight = of(demand.values(), "weight", D)
    m.add_objective((weight * data["unmet"] * u).sum() + (weight * rho * y).sum())

    # Capacity: what was awarded in step a and works in step t, as one array by facility, step and award.
    A = pd.RangeIndex(steps, name="a")
    share = np.zeros((len(B), steps, steps))
    for i, f in enumerate(built):
        for t in range(f["lead"], steps):
            share[i, t, : t - f["lead"] + 1] = f["ramp"][t - f["lead"]::-1]
    works = array(share, B, T, A)
    added = (works * build_.rename(t="a")).sum("a")
    factor = delta * of(facilities.values(), "availability", P, T)
    existing = of(facilities.values(), "existing", P, T)
    if len(B) < len(P):
        raise ValueError("here every facility can be expanded")
    m.add_constraints(x.sum("k") - factor * added <= factor * existing, name="capacity")
    m.add_constraints(build_.sum("t") <= of(built, "max", B), name="maximum")

    # Balance: by commodity over those that make or use it.
    for c in C:
        makers = [p for p in P if facilities[p]["net"].get(c)]
        net = array([facilities[p]["net"][c] for p in makers], pd.Index(makers, name="p"))
        flow = (net * x.sel(p=makers)).sum("p")
        flow = flow - down.sel(c=c).reindex(k=K) + down.sel(c=c).assign_coords(k=K[1:]).reindex(k=K)
        sources = [s for s in S if imports[s]["commodity"] == c]
        if sources:
            into = array([[imports[s]["class"] == k for k in K] for s in sources], pd.Index(sources, name="s"), K)
            flow = flow + (into * q.sel(s=sources)).sum("s")
        segments = [d for d in D if demand[d]["commodity"] == c]
        if segments:
            flow = flow - y.sel(d=segments).sum("d")
        m.add_constraints(flow >= 0, name=f"balance {c}")

    m.add_constraints(y.sum("k") + u == of(demand.values(), "quantity", D, T), name="demand")
    capex = of(built, "capex", B, T)
    m.add_constraints(award.sum("f") - capex * build_ == 0, mask=can_build, name="cost")
    max_share = of(funds.values(), "max_share", F)
    m.add_constraints(award - max_share * capex * build_ <= 0,
                      mask=eligible & can_build & (max_share < 1), name="share")
    most = array([o["max_per_facility"] or np.inf for o in funds.values()], F)
    m.add_constraints(award.sum("t") <= most.where(most < np.inf, 0),
                      mask=eligible & (most < np.inf), name="facility")
    keep = xr.where(step % per_year == 0, of(funds.values(), "keep", F), 1.0)
    m.add_constraints(carry - keep * carry.shift(t=1) + award.sum("p")
                      == of(funds.values(), "appropriation", F, T), name="account")
    whole = sum(o["weight"] * sum(o["quantity"]) for o in demand.values())
    return m, whole


def load(built):
    m, whole = built
    highs = m.to_highspy()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs, whole


def solve(loaded, limit):
    """The objective; None where the seconds are not enough."""
    highs, whole = loaded
    highs.setOptionValue("time_limit", limit)
    highs.run()
    if highs.modelStatusToString(highs.getModelStatus()) != "Optimal":
        return None
    return highs.getInfo().objective_function_value / whole
