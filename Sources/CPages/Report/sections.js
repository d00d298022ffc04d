// ---- The page around the charts

function firstOf(values) { const v = (values || []).filter((x) => x !== null); return v.length ? v[0] : null; }
function lastOf(values) { const v = (values || []).filter((x) => x !== null); return v.length ? v[v.length - 1] : null; }
function yearOf(values, isLast) {
  const known = years.filter((_, y) => values[y] !== null);
  return known.length ? known[isLast ? known.length - 1 : 0] : "—";
}
function card(name, value, note) {
  return el("div", { class: "card" }, [el("p", { class: "name", text: name }),
    el("p", { class: "figure", text: value }), el("p", { class: "note", text: note })]);
}
function objectiveText(plan) {
  return plan.objectives.map((o) => o.label + " " + figure(o.value, o.unit)
    + (o.unit === "money" ? " (present value)" : "")).join(", then ");
}
/** Where demand goes unserved, the worst year. */
function unservedCards(plan) {
  const shares = plan.shares.map((row) => row[D.classes.length]);
  const most = Math.max(...shares);
  if (!(most > 5e-4)) return [];
  const count = shares.filter((share) => share > 5e-4).length;
  return [card("Demand not served, at most", percent(most),
    "in " + years[shares.indexOf(most)] + "; in " + count + (count === 1 ? " year" : " years") + " some, by weighted demand")];
}
function cardsOf(plan) {
  const m = plan.money;
  return [
    card("Dependency index",
      percent(firstOf(plan.dep)) + " → " + percent(lastOf(plan.dep)),
      yearOf(plan.dep, false) + " → " + yearOf(plan.dep, true) + "; " + D.indexScale),
    ...unservedCards(plan),
    ...plan.objectives.slice(0, 1).map((o) => card(o.label + ", the first objective",
      figure(o.value, o.unit), o.unit === "share" ? "index of all years, " + years[0] + "–" + years[years.length - 1]
        : o.unit === "money" ? "present value" : o.unitWords)),
    card("Public money spent", money(m.public), "of " + money(m.available) + " appropriated"),
    card("Private money drawn in", money(m.private),
      m.public > 0 ? num(m.private / m.public, 2) + " per public unit" : "no public money is spent"),
  ];
}
function drawHeadline() {
  const status = $("status");
  status.hidden = shown.status === "optimal";
  if (shown.status !== "optimal") {
    status.textContent = (shown.dep && (shown.status === "feasible" || shown.status === "interrupted")
      ? "A plan, not proven best" : "This case is " + shown.status) + (shown.reason ? ": " + shown.reason : "") + ".";
  }
  const parts = document.querySelectorAll("[data-plan-part]");
  for (const part of parts) part.hidden = !shown.dep;
  $("title").textContent = shown.dep ? unbroken(shown.finding) : "There is no such plan";
  $("shown-name").textContent = shownPlans.length > 1 || !shown.dep ? shown.name : "";
  if (!shown.dep) { fill($("cards"), []); fill($("says"), []); fill($("moves"), []); return; }
  fill($("cards"), cardsOf(shown));
  // The title above says how demand is served.
  fill($("says"), (shown.says || []).concat(spreadOf(shown) ? spreadOf(shown).says.slice(0, 1) : []).filter((text) => !text.startsWith("Of demand in ")).map((text) => el("li", { text })));
  fill($("moves"), shown.moves.length ? shown.moves.map((move) => {
    const place = D.facilities[move.facility];
    return el("li", {}, [el("b", { text: place.name }), " (" + D.stages[place.stage] + ", " + place.country + "): "
      + (move.capacity >= 0.5 ? num(move.capacity) + " t/yr, on line " + date(move.online) + ", " : "")
      + money(move.public) + " of public money"
      + (move.private >= 0.05 ? " and " + money(move.private) + " of private money" : "") + "."]);
  }) : [el("li", { text: "Nothing is funded." })]);
}
function drawBudget() {
  if (!hasFrontier) return;
  const plan = budgetPlan();
  const budget = onFrontier(budgetScale).budget;
  $("budget-plan").textContent = "The plan at " + money(budget);
  $("budget-says").textContent = budgetSentences(plan);
  $("budget-out").textContent = budgetWords();
  $("budget").setAttribute("aria-valuetext", budgetWords());
  if (document.activeElement !== $("budget-exact")) $("budget-exact").value = String(Math.round(budget * 10) / 10);
  fill($("budget-cards"), cardsOf(plan));
  fill($("budget-builds"), [buildTable(plan)]);
  draw("frontier");
  draw("budget-awards");
}
function showYear() {
  for (const box of document.querySelectorAll("output.year")) box.textContent = years[yearIndex];
  for (const slider of document.querySelectorAll("input.year")) {
    slider.value = String(years[yearIndex]);
    slider.setAttribute("aria-valuetext", String(years[yearIndex]));
  }
}
function drawYear() {
  showYear();
  draw("material");
  if (hasMap) draw("map");
  drawTitles();
}
function drawPlan() {
  drawHeadline();
  drawTitles();
  if (!shown.dep) return;
  for (const name of ["dependency", "uses", "awards", "timeline", "reliance"]) draw(name);
  drawAccounts();
  drawYear();
}
function drawAll() {
  drawPlan();
  drawBudget();
  if (compared.length > 1) draw("scenarios");
  if (trade) drawTrade();
  if (replies) draw("answers");
  if (measures) draw("measures");
  if (D.prices && D.prices.funds.length) draw("prices");
}

function drawFixed() {
  document.title = D.title + " – Lodestone";
  $("model-line").textContent = D.title + " · " + years[0] + "–" + years[years.length - 1]
    + (D.author ? " · " + D.author : "") + (D.asOf ? " · data as of " + D.asOf : "");
  $("description").textContent = D.description;
  $("description").hidden = !D.description;
  $("facts").textContent = years[0] + "–" + years[years.length - 1] + ", " + D.facilities.length + " facilities, "
    + D.fundCount + (D.fundCount === 1 ? " programme" : " programmes") + ", money in " + D.currency + ". Model: " + D.file
    + ", version " + D.hash.slice(0, 10) + ". " + D.rules;
  $("notes").hidden = !D.notes.length && typeof echarts !== "undefined";
  $("notes").textContent = (D.notes.length ? "Not all was done (" + D.notes.join("; ") + "). " : "")
    + (typeof echarts === "undefined" ? "The chart library was not there when this page was made: charts are shown as tables." : "");
  $("made").textContent = "Made by Lodestone " + D.version + ". " + D.rules;
  fill($("plan"), shownPlans.map((plan, i) => el("option", { value: String(i), text: plan.name })));
  $("dependency-hint").textContent = "Weights: " + D.classes.map((c) => c.name + " " + num(c.weight * 100) + " %").join(", ")
    + ", not served " + num(D.unmetWeight * 100) + " %. The dependency index is the mean of these over weighted demand: an index, not a share.";
  yearIndex = years.length - 1;
  for (const slider of document.querySelectorAll("input.year")) {
    slider.min = String(years[0]);
    slider.max = String(years[yearIndex]);
  }
  const titles = [...document.querySelectorAll("main section")];
  const missing = { frontier: !hasFrontier, trade: !trade, scenarios: compared.length < 2, answers: !replies, spread: !spread,
    measures: !measures, decisions: !decisions, map: !hasMap,
    prices: !(D.prices && D.prices.funds.length), sources: !D.sources.length, tables: !D.tables.length };
  for (const section of titles) {
    section.hidden = Boolean(missing[section.id]);
    if (!section.hidden && ["dependency", "uses", "map", "material", "awards", "accounts", "timeline", "reliance"].includes(section.id)) {
      section.setAttribute("data-plan-part", "");
    }
  }
  fill($("contents"), titles.filter((s) => !s.hidden).map((s) =>
    el("a", { href: "#" + s.id, text: s.querySelector("h2").textContent })));
  for (const section of titles) section.setAttribute("aria-label", section.querySelector("h2").textContent);
  if (hasFrontier) {
    $("budget").max = String(budgetSteps);
    budgetScale = Math.min(Math.max(1, leastScale()), mostScale());
    $("budget").value = String(Math.round((budgetScale - leastScale()) / (mostScale() - leastScale()) * budgetSteps));
    $("budget-exact").min = String(Math.ceil(corners[0][1] * 10) / 10);
    $("budget-exact").max = String(Math.floor(corners[corners.length - 1][1] * 10) / 10);
    makeScrollable($("budget-builds"), "What is built in the plan at the budget that is chosen");
    $("budget-exact").setAttribute("aria-label", "Budget exactly, million " + D.currency);
    $("budget-unit").textContent = "million " + D.currency;
    $("frontier-hint").textContent = frontierHint();
  }
  makeScrollable($("scenario-table"), "Scenarios compared");
  makeScrollable($("capacity-prices"), "Where more capacity or supply would help most");
  makeScrollable($("table-box"), "The data table that is chosen");
  makeScrollable($("context-table"), "The inputs that move the answer most");
  drawContext();
  drawScenarioTable();
  drawAnswers();
  drawSpread();
  drawDecisions();
  drawPrices();
  drawVerification();
  fill($("source-list"), [el("ul", {}, D.sources.map((s) => el("li", {}, [
    el("b", { text: s.title }), [s.publisher, s.date].filter(Boolean).map((x) => ", " + x).join(""),
    ...(/^https?:\/\//.test(s.url) ? [" ", el("a", { href: s.url, rel: "noreferrer", text: s.url })] : []),
    el("span", { class: "hint", text: "  [" + s.key + (s.grade ? ", " + s.grade : "") + "]" })])))]);
}
function frontierHint() {
  const line = (D.corners.length > 1
    ? "The line is exact: it has all " + num(corners.length) + " points where its slope changes"
    : "The line joins " + corners.length + " budgets that were solved")
    + (D.isFrontierRelaxed ? ", without the whole-number rules" : "") + ". ";
  if (D.isStepFunction) {
    return line + "No plan can be " + (D.objective.isMaximised ? "above" : "below") + " it. The steps are " + budgetPlans.length
      + " plans with whole numbers. Move the slider, or type a budget, to see the best of them that it pays for.";
  }
  const chords = budgetPlans.map((plan) => [plan.scale, plan.budget, plan.value]);
  const most = Math.max(0, ...corners.map(([scale, , value]) => excessOf(between(chords, scale)[2], value)));
  return line + "Move the slider, or type a budget, to see a plan that can be carried out at exactly that budget: at "
    + budgetPlans.length + " budgets one that was solved and verified, between two of them the mix of both, which lies nowhere more than "
    + (D.objective.unit === "share" ? num(Math.ceil(most * 1e5) / 1e3, 3) + " percentage points" : figure(most, D.objective.unit))
    + " " + worseSide() + " the best possible.";
}
/** Where the head of the column has the unit. */
function inColumn(objective) {
  return figure(objective.value, objective.unit);
}
function drawScenarioTable() {
  const first = compared[0];
  const objectives = (first ? first.objectives : []).map((o) => o.label + ", "
    + (o.unit === "share" ? years[0] + "–" + years[years.length - 1] : o.unit === "money" ? "present value" : o.unitWords));
  const columns = ["case", "what it is", "index " + years[0], "index " + years[years.length - 1], "most not served in a year"]
    .concat(objectives, ["public money", "private money", "status"]);
  fill($("scenario-table"), [stackedTable(columns,
    casePlans.map((plan) => [plan.name, plan.description].concat(plan.dep
      ? [percent(firstOf(plan.dep)), percent(lastOf(plan.dep)),
        percent(Math.max(...plan.shares.map((row) => row[D.classes.length])))].concat(
        first.objectives.map((_, i) => (plan.objectives[i] ? inColumn(plan.objectives[i]) : "—")),
        [money(plan.money.public), money(plan.money.private)])
      : Array(5 + first.objectives.length).fill("—"), [plan.misses ? "misses " + plan.misses : plan.status])),
    columns.map((_, i) => i).filter((i) => i > 1 && i < columns.length - 1))]);
}
function drawContext() {
  $("context").hidden = !D.context;
  if (!D.context) return;
  const inputs = D.context.sensitivity;
  fill($("context-says"), D.context.sentences.map((text) => el("li", { text })));
  $("context-title").hidden = $("context-table").hidden = !inputs;
  if (!inputs) return;
  $("context-title").textContent = inputs.title + ".";
  fill($("context-table"), [table(words(["input"]).concat(numbers(inputs.head.slice(1))), inputs.rows)]);
}
function drawPrices() {
  if (!D.prices) return;
  $("prices-hint").textContent = "What a little more of something would be worth: how far " + D.objective.label.toLowerCase()
    + (D.objective.isMaximised ? " rises" : " falls") + ", from the dual values of the continuous program. They hold for small changes.";
  fill($("capacity-prices"), [table(words(["where", "what"]).concat(numbers([
    priceUnit + " per 1,000 t/yr more, in every year"])), D.prices.capacity.map((row) =>
    [row.name, row.kind, num(Math.max(0, -row.value * (D.objective.unit === "share" ? 1e5 : 1e3)), 3)]))]);
}
function drawVerification() {
  const rows = shownPlans.concat(budgetPlans.length ? [worstBudget()] : []);
  fill($("verified"), [
    el("p", { text: "Every plan is checked again from the model's own numbers, apart from the solver." }),
    el("div", { class: "tablebox", tabindex: "0", role: "region", "aria-label": "Verification" }, [table(words(["plan", "status", "verdict"]).concat(numbers(["gap",
      "largest rule violation", "dual violation", "whole numbers off by"])), rows.map((plan) => {
      const v = plan.verification;
      return [plan.name, plan.status + (plan.reason ? ": " + plan.reason : ""),
        v && v.verified ? "Verified" : "NOT verified"].concat(v
        ? [v.gap, v.primal, v.dual, v.integrality] : ["—", "—", "—", "—"]);
    }))]),
    el("p", { class: "hint", text: objectiveText(shownPlans[0]) ? "Base plan: " + objectiveText(shownPlans[0]) + "." : "" })]);
}
function worstBudget() {
  const doubted = budgetPlans.find((plan) => !plan.verification || !plan.verification.verified);
  const plan = doubted || budgetPlans.reduce((a, b) => (b.verification.size > a.verification.size ? b : a));
  return Object.assign({}, plan, { name: "of " + budgetPlans.length + " budgets the least certain, " + plan.name });
}
