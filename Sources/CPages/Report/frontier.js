// Frontier

/** Where the frontier bends: scale, budget, best value. Between two of them it is a straight line. */
const corners = (() => {
  if (!budgetPlans.length) return [];
  const all = D.corners.length > 1 ? D.corners : budgetPlans.map((plan) => [plan.scale, plan.budget, plan.value]);
  // Where the solving was stopped, the plans end before the line does.
  const [start, end] = [budgetPlans[0], budgetPlans[budgetPlans.length - 1]].map((plan) => between(all, plan.scale));
  return [start, ...all.filter((corner) => corner[0] > start[0] && corner[0] < end[0]), end];
})();
/** The point at a scale on the line between its neighbours. */
function between(points, scale) {
  const upper = points.findIndex((point) => point[0] >= scale);
  if (upper < 1) return upper === 0 ? points[0] : points[points.length - 1];
  const [a, b] = [points[upper - 1], points[upper]];
  const part = b[0] > a[0] ? (scale - a[0]) / (b[0] - a[0]) : 0;
  return a.map((value, i) => value + part * (b[i] - value));
}
const hasFrontier = budgetPlans.length > 1 && D.appropriations > 0;
const budgetSteps = 1200;
const leastScale = () => corners[0][0];
const mostScale = () => corners[corners.length - 1][0];
/** The budget and the best value at a scale, on the line between its neighbours. */
function onFrontier(scale) {
  const [, budget, value] = between(corners, scale);
  return { budget, value };
}
const budgetPlan = () => planAt(budgetScale);
/** The whole-number plans as a line of steps: at each budget the best that it pays for. */
function steps() {
  const points = budgetPlans.map((plan) => [plan.budget, planAt(plan.scale).value]);
  return points.concat([[corners[corners.length - 1][1], points[points.length - 1][1]]]);
}
const frontierNames = D.isStepFunction
  ? [D.objective.label + " without the whole-number rules", "whole-number plans that were solved"]
  : [D.objective.label];
define("frontier", {
  height: (w) => tall(330) + (D.isStepFunction ? legendHeight(frontierNames, w) : 0),
  label: () => D.objective.label + " at every budget" + (D.isFrontierRelaxed
    ? ", without the whole-number rules" + (D.isStepFunction ? ", and the whole-number plans that were solved" : "") : "")
    + ". Shown: " + budgetWords() + ".",
  option: (w) => {
    const t = theme();
    const unit = D.objective.unit;
    const plan = budgetPlan();
    const point = [onFrontier(budgetScale).budget, plan.value];
    const text = (v) => (unit === "share" ? num(v * 100) + " %" : num(v));
    return base({
      grid: { left: 66, right: 22, top: 34, bottom: 46 + (D.isStepFunction ? legendHeight(frontierNames, w) : 0) },
      legend: D.isStepFunction ? legend({ data: frontierNames }) : undefined,
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis",
        formatter: (items) => tip("Budget " + money(items[0].value[0]),
          items.map((item) => [item.seriesName, figure(item.value[1], unit), item.color])),
      }),
      xAxis: axis({
        type: "value", name: "appropriations, million " + D.currency, nameLocation: "middle", nameGap: 28,
        min: corners[0][1], max: corners[corners.length - 1][1],
        axisLabel: { color: t.soft, formatter: (v) => num(v), hideOverlap: true }, splitLine: { show: false },
      }),
      yAxis: axis({
        type: "value", min: 0, name: D.objective.label + ", " + D.objective.unitWords,
        axisLabel: { color: t.soft, formatter: text },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -56] },
      }),
      series: [{
        type: "line", name: frontierNames[0], symbol: "circle", symbolSize: 6, showSymbol: corners.length <= 40,
        lineStyle: { color: lineColor(0), width: 3 }, itemStyle: { color: lineColor(0) },
        data: corners.map((corner) => [corner[1], corner[2]]),
        markPoint: {
          symbol: "circle", symbolSize: 18, data: [{ coord: point }],
          itemStyle: { color: "#d55e00", borderColor: t.paper, borderWidth: 2 },
          label: { show: false },
        },
        markLine: {
          symbol: "none", silent: true, lineStyle: { color: t.soft, type: "dashed" },
          label: { color: t.soft, formatter: "appropriated", position: "insideEndTop" },
          data: [{ xAxis: D.appropriations }],
        },
      }].concat(D.isStepFunction ? [{
        type: "line", step: "end", name: frontierNames[1], symbol: "rect", symbolSize: 8,
        lineStyle: { color: lineColor(2), width: 2.5, type: "dashed" }, itemStyle: { color: lineColor(2) }, data: steps(),
      }] : []),
    });
  },
  table: () => table(numbers(["budget scale", "budget, million " + D.currency,
    D.objective.label + ", " + D.objective.unitWords, "public money spent, million " + D.currency]),
    budgetPlans.map((plan) => [num(plan.scale, 3), num(plan.budget, 1),
      figure(plan.value, D.objective.unit), num(plan.money.public, 1)])),
});
function budgetWords() {
  return money(onFrontier(budgetScale).budget) + " (" + percent(budgetScale) + " of the appropriations): "
    + D.objective.label.toLowerCase() + " " + figure(budgetPlan().value, D.objective.unit);
}
awardChart("budget-awards", () => Object.assign({}, budgetPlan(), { name: "the plan at " + money(onFrontier(budgetScale).budget) }));

// What one aim costs another: all corners of the frontier, and the plans at some of them

const tradeAt = (n) => plans[trade.plans[n][1]];
/** Which of the plans on the frontier is the one that the page shows; -1: none of them. */
const tradeShown = () => trade.plans.findIndex((_, n) => tradeAt(n) === shown);
const tradeWords = (corner) => trade.axes.map((axis, i) => axis.label.toLowerCase() + " " + figure(corner[i], axis.unit)).join(", ");
if (trade) {
  const unitText = (axis) => (v) => (axis.unit === "share" ? num(v * 100) + " %" : num(v));
  define("trade", {
    height: () => tall(340),
    label: () => trade.axes[0].label + " against " + trade.axes[1].label.toLowerCase() + ": " + trade.corners.length
      + (trade.isExact ? " corners, all there are" : " plans with whole numbers, none worse than another in both")
      + (tradeShown() >= 0 ? ". Shown: " + tradeWords(trade.corners[trade.plans[tradeShown()][0]]) : "") + ".",
    option: () => {
      const t = theme();
      const point = (corner) => [corner[1], corner[0]];
      const named = trade.plans.map(([corner], n) => ({
        value: point(trade.corners[corner]), plan: n, symbolSize: n === tradeShown() ? 20 : 13,
        itemStyle: { color: n === tradeShown() ? "#d55e00" : lineColor(0), borderColor: t.paper, borderWidth: 2 },
      }));
      const axisOf = (axis, extra) => Object.assign({
        type: "value", scale: true, name: axis.label + ", " + axis.unitWords,
        axisLabel: { color: t.soft, formatter: unitText(axis), hideOverlap: true },
      }, extra);
      return base({
        grid: { left: 72, right: 26, top: 34, bottom: 50 },
        tooltip: Object.assign(base().tooltip, { trigger: "item",
          formatter: (item) => tip(item.seriesName, trade.axes.map((axis, i) => [axis.label, figure(item.value[1 - i], axis.unit), item.color])) }),
        xAxis: axis(axisOf(trade.axes[1], { nameLocation: "middle", nameGap: 30, splitLine: { show: false } })),
        yAxis: axis(axisOf(trade.axes[0], { nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -56] } })),
        series: [{
          type: "line", name: "best there is", symbol: "circle", symbolSize: 5, showSymbol: trade.corners.length <= 60,
          step: trade.isExact ? false : "end", lineStyle: { color: lineColor(0), width: 3 }, itemStyle: { color: lineColor(0) },
          data: trade.corners.map(point),
        }, { type: "scatter", name: "a plan: click to show it", data: named, z: 3, cursor: "pointer" }],
      });
    },
    table: () => table(numbers(trade.axes.map((axis) => axis.label + ", " + axis.unitWords)).concat(trade.isExact ? words(["a step from here"]) : []),
      trade.corners.map((corner) => trade.axes.map((axis, i) => figure(corner[i], axis.unit)).concat(trade.isExact ? [corner[2]] : []))),
  });
}
function drawTrade() {
  draw("trade");
  const chart = charts.trade.chart;
  if (chart && !charts.trade.listens) {
    charts.trade.listens = true;
    chart.on("click", (item) => { if (item.data && item.data.plan !== undefined) choosePlan(shownPlans.indexOf(tradeAt(item.data.plan))); });
  }
  const place = tradeShown();
  $("trade-rates").textContent = place < 0 ? "" : trade.corners[trade.plans[place][0]][2];
  fill($("trade-plans"), trade.plans.map(([corner], n) => {
    const button = el("button", { type: "button", text: tradeWords(trade.corners[corner]), "aria-pressed": String(n === tradeShown()) });
    button.addEventListener("click", () => choosePlan(shownPlans.indexOf(tradeAt(n))));
    return el("li", {}, [button]);
  }));
}
