// What each programme takes off, and the projects to decide on

let measures = D.measures || null;
let decisions = D.decisions || null;
const isShare = () => D.objective.unit === "share";
/** A difference of the first objective. */
function changeWords(value, unit) {
  const size = Math.abs(value);
  return (value < 0 ? "−" : "+") + (unit === "share" ? num(size * 100, size < 0.0995 ? 2 : 1) + "\u00a0points" : figure(size, unit));
}
/** The rows of the waterfall: where each begins and ends. */
function measureRows() {
  if (!measures) return [];
  const rows = [{ name: "No programme at all", from: 0, to: measures.without_programmes, isTotal: true }];
  let last = measures.without_programmes;
  for (const step of measures.steps) {
    rows.push({ name: step.name, from: last, to: step.value, paid: step.paid });
    last = step.value;
  }
  const rest = measures.plan - last;
  const least = measures.unit === "share" ? 5e-5 : 5e-5 * Math.max(1e-9, Math.abs(measures.plan));
  if (Math.abs(rest) > least) rows.push({ name: "Whole numbers, targets and awards made", from: last, to: measures.plan });
  return rows.concat([{ name: "This plan", from: 0, to: measures.plan, isTotal: true }]);
}
const measureText = (row) => (row.isTotal ? figure(row.to, measures.unit)
  : (Math.abs(row.to - row.from) < 5e-5 && measures.unit === "share" ? "nothing" : changeWords(row.to - row.from, measures.unit))
    + (row.paid === undefined ? "" : " for " + money(row.paid)));
define("measures", {
  height: (w) => 40 + measureRows().length * (w < 600 ? 64 : 34),
  label: () => measures ? measures.label + " of all years without programmes, with one programme after another, and of the plan. The order is that of what they pay, the most first; "
    + "each bar is what the best plan gains when that programme comes to those above it, so that in another order single bars would differ. "
    + "Without whole-number rules, targets and awards already made, up to the last bars." : "",
  option: (w) => {
    const t = theme();
    const rows = measureRows();
    const isNarrow = w < 600;
    const left = isNarrow ? 4 : 300, right = isNarrow ? 8 : 190;
    const top = Math.max(...rows.map((row) => Math.max(row.from, row.to)));
    const color = (row) => (row.isTotal ? (isDark() ? "#a3b1c0" : "#5b6b7b") : row.to <= row.from ? metColor() : missedColor());
    return base({
      grid: { left, right, top: 8, bottom: 28 },
      tooltip: Object.assign(base().tooltip, {
        trigger: "item", formatter: (item) => { const row = rows[item.dataIndex]; return tip(row.name, [
          ["changes it", row.isTotal ? "" : changeWords(row.to - row.from, measures.unit)], ["then", figure(row.to, measures.unit)]]
          .concat(row.paid === undefined ? [] : [["paid in the plan", money(row.paid)]]).filter(([, text]) => text)); } }),
      xAxis: axis({ type: "value", min: 0, max: top, axisLabel: { color: t.soft, hideOverlap: true, showMaxLabel: false, formatter: (v) => (measures.unit === "share" ? num(v * 100) + " %" : num(v)) } }),
      yAxis: axis({ type: "category", inverse: true, data: rows.map((_, i) => String(i)), splitLine: { show: false }, axisTick: { show: false },
        axisLabel: isNarrow ? { show: false } : { color: t.ink, fontSize: 12.5, width: left - 12, overflow: "break", lineHeight: 14, formatter: (i) => rows[i].name } }),
      series: [
        { type: "bar", stack: "measure", silent: true, itemStyle: { color: "transparent" }, tooltip: { show: false }, barWidth: isNarrow ? 16 : 20, data: rows.map((row) => Math.min(row.from, row.to)) },
        { type: "bar", stack: "measure", barWidth: isNarrow ? 16 : 20, data: rows.map((row) => ({ value: Math.abs(row.to - row.from), itemStyle: { color: color(row), borderRadius: 2 },
          label: { show: !isNarrow, position: "right", color: t.ink, fontSize: 12, formatter: measureText(row) } })) },
        { type: "custom", silent: true, z: 1, data: rows.slice(0, -1).map((row, i) => [i, row.to]), encode: { x: 1, y: 0 },
          // A thin line from the end of a bar to the beginning of the next.
          renderItem: (_, api) => { const [x, y] = api.coord([api.value(1), api.value(0)]); const step = api.size([0, 1])[1];
            return { type: "line", ignore: isNarrow, shape: { x1: x, x2: x, y1: y + (isNarrow ? 8 : 10), y2: y + step - (isNarrow ? 8 : 10) }, style: { stroke: t.soft, lineWidth: 1 } }; } },
      ].concat(isNarrow ? [{
        // On a phone name and figure stand above the bar.
        type: "scatter", silent: true, symbolSize: 0.01, tooltip: { show: false }, data: rows.map((row, i) => ({ value: [0, i],
          label: { show: true, position: "right", distance: 0, offset: [0, -23], color: t.ink, fontSize: 12, lineHeight: 14, width: w - 16, overflow: "break",
            formatter: row.name + "\n" + measureText(row) } })),
      }] : []),
    });
  },
  table: () => table(words(["programme, in this order"]).concat(numbers(["paid in the plan", "changes the objective", "then it is"])),
    measureRows().map((row) => [row.name, row.paid === undefined ? "" : money(row.paid), row.isTotal ? "" : changeWords(row.to - row.from, measures.unit), figure(row.to, measures.unit)])),
});

/** What is lost without a project, in words. */
function lossWords(value) {
  if (value === null) return "no plan keeps all rules";
  const least = decisions.unit === "share" ? 5e-5 : 1e-6;
  return value < least ? "nothing: others take its place" : changeWords(value, decisions.unit);
}
function reasonWords(project) {
  const least = decisions.unit === "share" ? 5e-5 : 1e-6;
  const makes = (project.product ? project.product : project.stage) + ", " + num(project.capacity) + " t/yr";
  return makes + (project.without_it === null || project.without_it >= least ? "; the best plan needs it" : "; one of several that are as good");
}
function hedgeWords(project) {
  const all = decisions.other_plans;
  return project.other_plans === all ? "no regret: built in " + (all === 1 ? "the other case" : "all " + all + " other cases")
    : project.other_plans === 0 ? "a bet on this case: built in no other" : "built in " + project.other_plans + " of " + all + " other cases";
}
function drawDecisions() {
  const box = $("decision-list");
  if (!decisions) { fill(box, []); return; }
  const columns = ["project", "why", "sign by", "public money", "if it fails", "a year later"].concat(decisions.other_plans ? ["in the other cases"] : []);
  const cells = (project) => [project.name + " (" + project.stage + ", " + project.country + ")", reasonWords(project), String(project.first_award),
    money(project.public_money), lossWords(project.without_it),
    project.a_year_later === null ? "no plan keeps all rules" : project.a_year_later < (decisions.unit === "share" ? 5e-5 : 1e-6) ? "nothing" : changeWords(project.a_year_later, decisions.unit)]
    .concat(decisions.other_plans ? [hedgeWords(project)] : []);
  makeScrollable(box, "Projects to decide on");
  fill(box, [stackedTable(columns, decisions.projects.map(cells), [2, 3])]);
  $("decision-note").textContent = "“Sign by” is the year of the first award in the plan. “If it fails” and “a year later” are what the best plan of all years loses ("
    + decisions.label.toLowerCase() + ") when the project cannot be built, or is awarded nothing up to that year, and everything else is planned again without whole-number rules."
    + (decisions.funded > decisions.projects.length ? " The " + decisions.projects.length + " with the most public money of " + decisions.funded + "." : "");
}
