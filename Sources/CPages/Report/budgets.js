// ---- Plans at any budget

// Builds are told by their place in a list that all plans share.
for (const plan of plans) {
  if (plan.builds) {
    plan.builds = plan.builds.map(([kind, capacity]) => Object.assign({ kind, capacity }, D.buildKinds[kind]));
  }
}

/** The sum of two lists of rows, those of the same key taken together, in the order of their keys. */
function mixedRows(a, b, share, keyOf, scaled, valueOf) {
  const sums = new Map();
  for (const [rows, weight] of [[a, 1 - share], [b, share]]) {
    for (const row of rows) {
      const known = sums.get(keyOf(row));
      sums.set(keyOf(row), { row, value: (known ? known.value : 0) + weight * valueOf(row) });
    }
  }
  return [...sums.entries()].sort(([x], [y]) => x - y).map(([, { row, value }]) => scaled(row, value));
}
/** The plan (1 - share) · a + share · b of the continuous program. */
function mix(a, b, share) {
  const at = (x, y) => (x === null || y === null ? null : x + share * (y - x));
  const awardKey = (row) => (row[0] * D.targets.length + row[1]) * years.length + row[2];
  return {
    kind: "budget", status: "optimal", mixed: [a, b, share],
    scale: at(a.scale, b.scale), budget: at(a.budget, b.budget), value: at(a.value, b.value),
    objectives: a.objectives.map((o, i) => Object.assign({}, o, { value: at(o.value, b.objectives[i].value) })),
    dep: a.dep.map((v, y) => at(v, b.dep[y])),
    shares: a.shares.map((row, y) => row.map((v, k) => at(v, b.shares[y][k]))),
    money: { public: at(a.money.public, b.money.public), private: at(a.money.private, b.money.private),
      available: at(a.money.available, b.money.available) },
    awards: mixedRows(a.awards, b.awards, share, awardKey,
      (row, value) => [row[0], row[1], row[2], value], (row) => row[3]),
    builds: mixedRows(a.builds, b.builds, share, (row) => row.kind,
      (row, capacity) => Object.assign({}, row, { capacity }), (row) => row.capacity),
  };
}
/** The plan that is shown at a budget scale: of the continuous program the mix of the two solved plans beside it,
    with whole numbers the best of those that the budget pays for. */
function planAt(scale) {
  if (D.isStepFunction) {
    const paid = budgetPlans.filter((plan) => plan.scale <= scale * (1 + 1e-9));
    return paid.reduce((best, plan) => (excessOf(plan.value, best.value) > 0 ? best : plan), paid[0] || budgetPlans[0]);
  }
  // Budgets that are typed or read from a table are rounded.
  const solved = budgetPlans.find((plan) => Math.abs(plan.scale - scale) <= 1e-6 * plan.scale);
  if (solved) return solved;
  const upper = budgetPlans.findIndex((plan) => plan.scale > scale);
  if (upper < 1) return budgetPlans[upper === 0 ? 0 : budgetPlans.length - 1];
  const [a, b] = [budgetPlans[upper - 1], budgetPlans[upper]];
  return mix(a, b, (scale - a.scale) / (b.scale - a.scale));
}
/** What the reader sees at this budget, in sentences. */
function budgetSentences(plan) {
  const best = onFrontier(budgetScale);
  const excess = excessOf(plan.value, best.value);
  const above = D.objective.unit === "share" ? num(excess * 100, 3) + " percentage points" : figure(excess, D.objective.unit);
  const label = D.objective.label.toLowerCase();
  if (D.isStepFunction) {
    const next = budgetPlans.find((other) => other.scale > budgetScale * (1 + 1e-9));
    return "With whole numbers plans change in steps. This one was solved for " + money(plan.budget)
      + (plan.reason ? " (" + plan.reason + ")" : "") + " and can be carried out at every larger budget"
      + (next ? "; the next that was solved is at " + money(next.budget) : "") + ". Its " + label + " is "
      + figure(plan.value, D.objective.unit) + ", at most " + above
      + " " + worseSide() + " the best possible: without the whole-number rules it would be " + figure(best.value, D.objective.unit) + ".";
  }
  const isBest = excess < (D.objective.unit === "share" ? 5e-6 : 5e-6 * Math.max(1e-9, Math.abs(best.value)));
  const verdict = isBest ? "no plan at this budget has " + (D.objective.isMaximised ? "more" : "less") : "at most " + above + " " + worseSide() + " the best possible at this budget";
  if (!plan.mixed) {
    return "The plan that was solved and verified for exactly this budget: its " + label + " is "
      + figure(plan.value, D.objective.unit) + "; " + verdict + ".";
  }
  const [a, b, share] = plan.mixed;
  const part = (x) => percent(x, x < 0.001 || x > 0.999 ? 4 : 1);
  return "A plan that can be carried out at exactly this budget: " + part(1 - share) + " of the plan solved for "
    + money(a.budget) + " and " + part(share) + " of that for " + money(b.budget) + ", every award and every build in that proportion. Its "
    + label + " is " + figure(plan.value, D.objective.unit) + "; " + verdict + ".";
}
