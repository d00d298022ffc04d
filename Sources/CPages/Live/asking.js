// ---- Questions that take longer: reasons and the frontier

let whyRun = null;
const standings = { needed: "In: every best plan builds it", optional: "Either way: some best plans build it", out: "Out: no best plan builds it", impossible: "Cannot be built" };
/** Leaves the machine to the question that is asked now; whole numbers are looked for again afterwards. */
function pauseWhole() {
  if (!wholeRun) return;
  wholeRun.cancel();
  wholeRun = null;
}
async function explain(index) {
  pauseWhole();
  const place = D.facilities[index];
  if (whyRun) whyRun.cancel();
  $("why-title").textContent = place.name;
  const stop = el("button", { type: "button", text: "Stop" });
  const progress = el("p", { class: "hint", role: "status", text: "Solving the model again with and without it …" });
  fill($("why-body"), [progress, stop]);
  if (!$("why").open) $("why").showModal();
  const run = link.call("explain", { model: handle, facility: D.facilityIDs[index], relax: true }, (value) => {
    progress.textContent = "Solving the model again: " + value.phase + (value.total ? ", " + value.done + " of " + value.total : "") + " …";
  });
  whyRun = run;
  stop.addEventListener("click", () => run.cancel());
  try {
    const found = await run;
    if (whyRun === run) fill($("why-body"), reasonParts(found, index));
  } catch (error) {
    if (whyRun !== run) return;
    const box = el("p", { class: "error" });
    refuse(box, error.code === -32800 ? { message: "Stopped.", details: {} } : error);
    fill($("why-body"), [box]);
  }
  if (whyRun === run) whyRun = null;
  solveWhole();
}
function reasonParts(found, index) {
  if (found.standing === undefined) return [el("p", { text: "There is no plan under these changes; the reason stands above the charts." })];
  const sentence = found.reason ? found.reason.charAt(0).toUpperCase() + found.reason.slice(1) + "." : "";
  const nameOf = (id) => { const i = D.facilityIDs.indexOf(id); return i < 0 ? id : D.facilities[i].name; };
  const parts = [el("p", { class: "lead" }, [el("b", { text: (standings[found.standing] || found.standing) + ". " }), sentence])];
  if (found.swaps.length) {
    parts.push(el("h3", { text: found.standing === "needed" ? "What is built in its place without it" : "What gives way if it is built" }),
      table(words(["facility"]).concat(numbers(["before, t/yr", "after, t/yr"])), found.swaps.map((swap) => [nameOf(swap.facility), num(swap.before), num(swap.after)])));
  }
  const known = found.break_even.filter((one) => one.value !== null);
  const said = (value, quantity) => (quantity === "capex" || quantity === "private_share" || quantity === "fund_share" ? percent(value)
    : quantity === "premium" ? (value > 0 ? "+" : "") + num(value / 1000, 2) + " " + D.currency + "/kg" : num(value, 1) + " years");
  const worse = found.standing === "needed" ? "worse" : "better";
  // The first step away from what it is may be enough.
  const limit = (one) => (Math.abs(one.value - one.present) <= 1e-5 * Math.max(Math.abs(one.present), 1e-3)
    ? "anything " + worse : said(one.value, one.quantity) + " or " + worse);
  const quantities = { capex: "capital cost, of what it is", premium: "premium on its product", permit: "time for the permit", private_share: "private share", fund_share: "share its programmes pay" };
  if (known.length) {
    parts.push(el("h3", { text: found.standing === "needed" ? "What would take it out" : "What would make it needed" }),
      table(words(["number, each on its own"]).concat(numbers(["now", "needed"])), known.map((one) =>
        [quantities[one.quantity] || one.quantity, said(one.present, one.quantity), limit(one)])));
  }
  if (found.first_year) parts.push(el("p", { class: "hint", text: "Its awards could work from " + found.first_year + " on." }));
  parts.push(el("p", { class: "hint", text: "Without the whole-number rules; each value was found by solving the model again." }));
  const edit = el("button", { type: "button", text: "Change this facility" });
  edit.addEventListener("click", () => { $("why").close(); chooseFacility(index); });
  parts.push(edit);
  return parts;
}

// The frontier

let frontierFound = null, frontierRun = null, frontierState = "";
const stateWithoutBudget = () => JSON.stringify([state.scenario, state.set]);
async function drawFrontier() {
  if (frontierRun) { frontierRun.cancel(); return; }
  const asked = stateWithoutBudget();
  pauseWhole();
  $("frontier-draw").textContent = "Stop";
  const run = link.call("frontier", { model: handle, relax: true, budgetScale: 1, from: 0, to: Math.max(2, 1.5 * state.budgetScale) },
    (value) => { $("frontier-state").textContent = "Following the budget: " + (value.done || 0) + " budgets solved …"; });
  frontierRun = run;
  try {
    frontierFound = await run;
    frontierState = asked;
  } catch (error) {
    if (error.code !== -1) $("frontier-state").textContent = error.code === -32800 ? "Stopped." : error.message;
  }
  frontierRun = null;
  $("frontier-draw").textContent = "Work it out";
  drawFrontierState();
  solveWhole();
}
function drawFrontierState() {
  if (!frontierFound || frontierRun) return;
  const isOld = frontierState !== stateWithoutBudget();
  $("frontier-state").textContent = isOld ? "The line is that of an earlier state; work it out again." : "Exact, without the whole-number rules; the point is the plan that is shown.";
  draw("live-frontier");
}
const frontierCorners = () => (frontierFound ? frontierFound.breakpoints : []).map((one) => [one.budget, one[frontierFound.objective]]);
define("live-frontier", {
  height: () => tall(320),
  label: () => D.objective.label + " at every budget, without the whole-number rules; shown: " + money(shown.money.available) + ", " + figure(shown.value, D.objective.unit) + ".",
  option: () => {
    const t = theme();
    const isShare = D.objective.unit === "share";
    const line = frontierCorners();
    const point = [shown.money.available, shown.value];
    return base({
      grid: { left: 66, right: 30, top: 34, bottom: 46 },
      tooltip: Object.assign(base().tooltip, { trigger: "axis",
        formatter: (items) => tip("Budget " + money(items[0].value[0]), items.map((item) => [item.seriesName, figure(item.value[1], D.objective.unit)])) }),
      xAxis: axis({ type: "value", name: "appropriations, million " + D.currency, nameLocation: "middle", nameGap: 28, splitLine: { show: false },
        axisLabel: { color: t.soft, formatter: (v) => num(v), hideOverlap: true } }),
      yAxis: axis({ type: "value", min: 0, name: D.objective.label, axisLabel: { color: t.soft, formatter: (v) => (isShare ? num(v * 100) + " %" : num(v)) },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -56] } }),
      series: [{ type: "line", name: D.objective.label, data: line, symbol: "none", lineStyle: { color: lineColor(0), width: 3 }, itemStyle: { color: lineColor(0) } },
        { type: "scatter", name: "this plan", data: [point], symbolSize: 16, itemStyle: { color: "#d55e00", borderColor: t.paper, borderWidth: 2 },
          label: { show: true, position: "right", color: t.ink, formatter: "this plan" } }],
    });
  },
  table: () => table(numbers(["budget, million " + D.currency, D.objective.label]), frontierCorners().map(([budget, value]) => [num(budget, 1), figure(value, D.objective.unit)])),
});
