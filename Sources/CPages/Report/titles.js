// What each picture shows, in a sentence above it

const endYear = () => years[years.length - 1];
const lastShares = (plan) => plan.shares[plan.shares.length - 1];
const listed = (names) => (names.length < 2 ? names.join("") : names.slice(0, -1).join(", ") + " and " + names[names.length - 1]);
const pointsText = (value) => num(Math.abs(value) * 100, 1) + " points";
/** The first year by which a rising sum has reached half of its end. */
function halfOf(amounts) {
  const total = amounts.reduce((a, b) => a + b, 0);
  let sum = 0;
  return years[amounts.findIndex((amount) => (sum += amount) >= 0.5 * total)];
}
const titles = {
  headline: (plan) => "Of demand in " + endYear() + ", " + listed(classNames.map((name, k) => [name, lastShares(plan)[k]])
    .filter(([, share]) => share > 5e-4).map(([name, share]) => percent(share) + " is " + name)),
  dependency: (plan) => {
    const goals = goalsOf(plan);
    const missed = goals.filter((goal) => !goal.isMet);
    if (missed.length) return (missed.length === goals.length ? (goals.length === 1 ? "The target is" : "All " + goals.length + " targets are") : missed.length + " of " + goals.length + " targets " + (missed.length === 1 ? "is" : "are"))
      + " missed: " + listed(missed.map((goal) => goal.year + " by " + pointsText(goal.value - goal.share)));
    const met = goals.length ? (goals.length === 1 ? "The target is met" : "All " + goals.length + " targets are met") : "";
    const { known, first, last, least, rises } = turnsOf(plan.dep);
    if (!known.length) return "Nobody demands anything";
    const fall = plan.dep[first] - plan.dep[least];
    if (fall < 0.005) return met || "Dependence does not fall";
    const half = known.find((y) => plan.dep[first] - plan.dep[y] >= 0.5 * fall);
    return (met ? met + "; half" : "Half") + " of the fall comes by " + years[half]
      + (rises ? ", and " + pointsText(plan.dep[last] - plan.dep[least]) + " of it are lost again after " + years[least] : "");
  },
  uses: (plan) => {
    const list = usesOf(plan);
    if (!list.length) return "No use has demand";
    const last = D.classes.length - 1;
    const foreign = (use) => { const shares = use.shares.filter((row) => row); return shares[shares.length - 1][last]; };
    const mostly = list.filter((use) => foreign(use) > 0.5);
    const name = D.classes[last].name;
    if (!mostly.length) return "No use is more than half " + name + " in " + endYear() + (list.length > 1 ? "; " + list[0].name + " depends most, index " + percent(list[0].last, 0) : "");
    return mostly.length + " of " + list.length + (list.length === 1 ? " use" : " uses") + (mostly.length === 1 ? " is" : " are") + " still more than half " + name + " in " + endYear() + ": " + listed(mostly.slice(0, 3).map((use) => use.name))
      + (mostly.length > 3 ? " and " + (mostly.length - 3) + " more" : "");
  },
  measures: () => {
    if (!measures) return "What each programme takes off";
    const steps = measures.steps.map((step, i) => ({ name: step.name, off: (i ? measures.steps[i - 1].value : measures.without_programmes) - step.value }));
    const most = steps.reduce((a, b) => (b.off > a.off ? b : a));
    return most.off > 0 ? most.name + " takes most off: " + changeWords(most.off, measures.unit).slice(1) + " of "
      + changeWords(measures.without_programmes - measures.plan, measures.unit).slice(1) : "No programme takes anything off";
  },
  decisions: () => {
    if (!decisions) return "What to sign, by when, and what is lost without it";
    const worst = decisions.projects.reduce((a, b) => ((b.without_it === null ? Infinity : b.without_it) > (a.without_it === null ? Infinity : a.without_it) ? b : a));
    return worst.without_it === null ? "Without " + worst.name + " no plan keeps all rules" : worst.without_it < (decisions.unit === "share" ? 5e-5 : 1e-6)
      ? "No single project is needed: others can take its place" : "Losing " + worst.name + " would cost most: " + changeWords(worst.without_it, decisions.unit).slice(1);
  },
  map: () => {
    const output = outputOf(yearIndex);
    const at = placed.filter((_, i) => output[i] >= 0.5);
    const home = at.filter((place) => place.class === 0).length;
    return "In " + years[yearIndex] + ", " + at.length + (at.length === 1 ? " plant makes" : " plants make") + " something, " + home + " of them " + D.classes[0].name;
  },
  material: () => {
    const imports = flowsOf(yearIndex).filter((link) => D.nodes[link[0]].kind === "import");
    if (!imports.length) return "Nothing is imported in " + years[yearIndex];
    const sums = new Map();
    for (const [from, , value] of imports) sums.set(from, (sums.get(from) || 0) + value);
    const [id, value] = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a));
    return "The largest import in " + years[yearIndex] + " is " + D.nodes[id].name + (D.nodes[id].class >= 0 ? " of class " + D.classes[D.nodes[id].class].name : "") + ": " + tonnes(value);
  },
  awards: (plan) => {
    const sums = awardSums(plan).slice(0, -1);
    const totals = sums.map((row) => row.reduce((a, b) => a + b, 0));
    const all = totals.reduce((a, b) => a + b, 0);
    if (all < 0.05) return "No public money is awarded";
    const most = totals.indexOf(Math.max(...totals));
    return D.payers[most] + " pays most, " + money(totals[most]) + " of " + money(all) + "; half of it all is awarded by "
      + halfOf(years.map((_, y) => sums.reduce((sum, row) => sum + row[y], 0)));
  },
  timeline: (plan) => {
    const rows = rowsOf(plan);
    if (!rows.length) return "Nothing is built";
    const dates = rows.map((row) => row.online);
    return rows.length + (rows.length === 1 ? " expansion comes" : " expansions come") + " on line"
      + (rows.length === 1 ? " in " + date(dates[0]) : ", the first in " + date(Math.min(...dates)) + ", the last in " + date(Math.max(...dates)));
  },
  accounts: (plan) => (plan.accounts && plan.accounts.length ? plan.accounts[0].name + " gets the most public money, " + money(plan.accounts[0].public) : "No facility gets public money"),
  frontier: () => {
    if (!hasFrontier) return "What more or less money buys";
    const [least, most] = [leastScale(), mostScale()];
    const change = (scale) => onFrontier(1).value - onFrontier(scale).value;
    const text = (value) => (isShare() ? pointsText(value) : figure(Math.abs(value), D.objective.unit));
    if (least > 1 || most < 1) return "What more or less money buys";
    const isNothing = (value) => text(value) === text(0);
    const [hasMore, hasLess] = [most >= 2, least <= 0.5];
    if (hasMore && hasLess && isNothing(change(2)) && isNothing(change(0.5))) return "Neither twice the money nor half of it would change much";
    const amount = (value) => (isNothing(value) ? "nothing" : text(value));
    const more = hasMore ? "Twice the money would take " + (isNothing(change(2)) ? "nothing more" : "another " + text(change(2))) + " off" : "";
    const less = hasLess ? "half of it would " + (more ? "leave " : "leave it ") + amount(change(0.5)) + " more" : "";
    return more && less ? more + "; " + less : more || (less ? "With half of the money " + amount(change(0.5)) + " more would be left" : "What more or less money buys");
  },
  trade: () => {
    const [low, high] = [trade.corners[0], trade.corners[trade.corners.length - 1]];
    if (trade.corners.length < 2) return "One plan is best in both aims";
    return trade.axes[0].label + " goes from " + figure(low[0], trade.axes[0].unit) + " to " + figure(high[0], trade.axes[0].unit)
      + " as " + trade.axes[1].label.toLowerCase() + " goes from " + figure(low[1], trade.axes[1].unit) + " to " + figure(high[1], trade.axes[1].unit);
  },
  scenarios: () => {
    const ends = compared.map((plan) => lastOf(plan.dep));
    const worst = ends.indexOf(Math.max(...ends));
    return worst === 0 ? "No case is worse in " + endYear() + " than the base plan" : compared[worst].name + " is worst in " + endYear() + ": " + percent(ends[worst]) + " instead of " + percent(ends[0]);
  },
  spread: (plan) => (spreadOf(plan) ? spread.finding : "How far it may spread"),
  prices: () => {
    const rows = (D.prices ? D.prices.funds : []).flatMap((row) => row.values.map((v, y) => ({ row, y, gain: -(v || 0) })));
    if (!rows.length) return "What a little more money is worth";
    const best = rows.reduce((a, b) => (b.gain > a.gain ? b : a));
    return best.gain > 0 ? "A little more money would help most in " + D.payers[best.row.fund] + ", " + years[best.y] : "A little more money would help nowhere";
  },
  reliance: (plan) => {
    const last = (pairs) => { const [foreign, home] = pairs[pairs.length - 1]; return foreign + home > 0 ? foreign / (foreign + home) : null; };
    const shares = (plan.reliance || []).map(last);
    const used = shares.filter((v) => v !== null);
    return used.length ? used.filter((v) => v > 0.5).length + " of " + used.length + (used.length === 1 ? " commodity comes" : " commodities come") + " mostly from abroad in " + endYear() : "Nothing is used in " + endYear();
  },
  verification: () => {
    const rows = shownPlans.concat(budgetPlans).filter((plan) => plan.dep);
    const wrong = rows.filter((plan) => !plan.verification || !plan.verification.verified).length;
    return wrong ? wrong + " of " + rows.length + " plans are NOT verified" : (rows.length === 1 ? "The plan was" : "All " + rows.length + " plans were") + " checked again, and hold" + (rows.length === 1 ? "s" : "");
  },
};
/** Writes the finding of each section that has one above its picture; the list of sections keeps its short name. */
function drawTitles() {
  if (!shown.dep) return;
  for (const section of document.querySelectorAll("main section[id]")) {
    const title = titles[section.id];
    const head = section.querySelector("h2");
    if (!title || !head || section.hidden) continue;
    if (!head.dataset.topic) head.dataset.topic = head.textContent;
    const text = title(shown);
    fill(head, text === head.dataset.topic ? [text] : [el("span", { class: "topic", text: head.dataset.topic }), text]);
  }
}
