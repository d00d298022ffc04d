// Dependence by year

const classNames = D.classes.map((c) => c.name).concat(["not served"]);
const unservedClass = D.classes.length;
/** No bar at all: stripes would be drawn on one without height. */
const noBar = "-";
function usedClasses(plan) {
  return classNames.map((_, k) => k).filter((k) =>
    k < D.classes.length || plan.shares.some((row) => row[k] > 5e-5));
}
/** The colour of a class; what is not served is hatched, so that a shortage is not taken for one more class. */
function classStyle(k) {
  return { color: classColor(k), borderColor: outline(), borderWidth: 0.6, decal: k === unservedClass ? hatching() : undefined };
}
/** The years that are marked on the line: the first, the last, and the lowest where it rises again after it. */
function turnsOf(dep) {
  const known = years.map((_, y) => y).filter((y) => dep[y] !== null);
  if (!known.length) return { known };
  const least = known.reduce((a, b) => (dep[b] < dep[a] ? b : a));
  const [first, last] = [known[0], known[known.length - 1]];
  return { known, first, last, least, rises: least !== first && dep[last] - dep[least] >= 0.005 };
}
function turnLabel(value, text, position, offset) {
  const t = theme();
  return { value, label: { show: true, position, distance: 9, offset: [offset || 0, 0], color: t.ink, fontWeight: "bold", backgroundColor: t.paper,
    borderRadius: 3, padding: [2, 4], formatter: text } };
}
/** The index by year with its marks. */
function markedLine(dep, w) {
  const { first, last, least, rises } = turnsOf(dep);
  return dep.map((value, y) => (rises && y === least ? turnLabel(value, "lowest, " + years[y] + ": " + percent(value), "bottom")
    : y === first || y === last ? turnLabel(value, percent(value), "top", w < 600 ? (y === first ? 12 : -12) : 0) : value));
}
/** Targets with whether the plan meets them. */
function goalsOf(plan) {
  return (plan.goals || []).filter(([year]) => years.includes(year)).map(([year, share]) => {
    const value = plan.dep[year - years[0]];
    return { year, share, value, isMet: value === null || value <= share + 5e-4 };
  });
}
function goalWords(goal) {
  return goal.isMet ? "met" : "missed by " + num((goal.value - goal.share) * 100, 1) + " points";
}
const metColor = () => (isDark() ? "#2fc49a" : "#007a59");
const missedColor = () => (isDark() ? "#ff9a8f" : "#b3261e");
function goalSeries(plan, w) {
  const t = theme();
  const goals = goalsOf(plan);
  if (!goals.length) return [];
  return [{
    name: "target", type: "scatter", symbol: "path://M0,0h24v4h-24z", symbolSize: [26, 5], z: 6, itemStyle: { color: t.ink, opacity: 1 },
    data: goals.map((goal) => ({
      value: [String(goal.year), goal.share],
      itemStyle: { color: goal.isMet ? metColor() : missedColor(), borderColor: t.paper, borderWidth: 1 },
      // Near the end of the axis the words stand before the mark.
      label: { show: true, position: goal.year > years[0] + 0.85 * (years.length - 1) ? "left" : goal.year < years[0] + 0.15 * (years.length - 1) ? "right" : "bottom",
        distance: 6, color: goal.isMet ? metColor() : missedColor(), backgroundColor: t.paper, borderRadius: 3,
        padding: [2, 4], fontWeight: "bold", lineHeight: 15,
        formatter: w < 600 ? (goal.isMet ? "✓ " : "✗ ") + percent(goal.share, 0) : "target " + percent(goal.share, 0) + "\n" + goalWords(goal) },
    })),
    tooltip: { show: false },
  }];
}
/** The year in which the last public money is awarded, where that comes before the end. */
function lastAward(plan) {
  const amounts = years.map(() => 0);
  for (const [payer, , year, amount] of plan.awards || []) if (payer < D.payers.length - 1) amounts[year] += amount;
  const last = amounts.map((v) => v >= 0.05).lastIndexOf(true);
  return last >= 0 && last < years.length - 1 ? last : null;
}
function spreadSeries(spread) {
  const t = theme();
  const whisker = (params, api) => {
    const x = api.coord([api.value(0), 0])[0];
    const [top, bottom] = [api.coord([0, api.value(2)])[1], api.coord([0, api.value(1)])[1]];
    const line = (x1, y1, x2, y2) => [[t.paper, 5], [t.ink, 2]].map(([stroke, lineWidth]) =>
      ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth } }));
    const lines = [line(x, top, x, bottom), line(x - 6, top, x + 6, top), line(x - 6, bottom, x + 6, bottom)];
    return { type: "group", children: [0, 1].flatMap((layer) => lines.map((pair) => pair[layer])) };
  };
  return { name: spread.name, type: "custom", renderItem: whisker, z: 4, encode: { x: 0, y: [1, 2] },
    itemStyle: { color: t.ink }, tooltip: { show: false },
    data: spread.years.map((row, y) => row && [y, row[0], row[2]]).filter(Boolean) };
}
function lineNames(plan) {
  const spread = spreadOf(plan);
  return ["dependency index"].concat(spread ? [spread.name] : []);
}
define("dependency", {
  height: (w) => tall(380) + legendHeight(classNames.concat(lineNames(shown)), w),
  label: () => "Share of weighted demand by provenance class and not served, and the dependency index, of " + shown.name
    + ": the index is " + percent(firstOf(shown.dep)) + " in " + yearOf(shown.dep, false) + ", "
    + percent(lastOf(shown.dep)) + " in " + yearOf(shown.dep, true) + "."
    + (spreadOf(shown) ? " " + spreadOf(shown).says[0] : "")
    + goalsOf(shown).map((goal) => " Target of " + goal.year + ", " + percent(goal.share, 0) + ": " + goalWords(goal) + ".").join(""),
  option: (w) => {
    const t = theme();
    const used = usedClasses(shown);
    const ends = turnsOf(shown.dep).rises ? lastAward(shown) : null;
    return base({
      grid: { left: 52, right: 14, top: 58, bottom: legendHeight(classNames.concat(lineNames(shown)), w) + 28 },
      legend: legend({ data: used.map((k) => classNames[k]).concat(lineNames(shown)) }),
      tooltip: shareTooltip(),
      xAxis: yearAxis(),
      yAxis: axis({
        // A sum of shares can be a hair above 1, which is no reason for another tick.
        type: "value", min: 0, max: (extent) => (extent.max <= 1 + 1e-6 ? 1 : null), name: "share of demand, and the index",
        axisLabel: { color: t.soft, formatter: (v) => num(v * 100) + " %" },
        // Room for the first mark of a line that begins at the top.
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 22, -40] },
      }),
      series: used.map((k) => ({
        name: classNames[k], type: "bar", stack: "share", barCategoryGap: "18%",
        itemStyle: classStyle(k), data: shown.shares.map((row) => (k === unservedClass && row[k] < 5e-5 ? noBar : bar(row[k], row[k] >= 5e-5))),
      })).concat([{
        name: "dependency index", type: "line", data: markedLine(shown.dep, w), symbol: "circle", symbolSize: 8,
        lineStyle: { color: t.ink, width: 3 },
        itemStyle: { color: t.paper, borderColor: t.ink, borderWidth: 2 }, z: 5,
        markLine: ends === null ? undefined : {
          symbol: "none", silent: true, lineStyle: { color: t.ink, type: "dotted", width: 1.5 },
          label: { color: t.ink, position: "end", formatter: w < 600 ? "last award" : "last public money awarded", fontSize: 12, backgroundColor: t.paper, padding: [1, 3] },
          data: [{ xAxis: String(years[ends]) }],
        },
      }]).concat(spreadOf(shown) ? [spreadSeries(spreadOf(shown))] : [], goalSeries(shown, w)),
    });
  },
  table: () => table(words(["year"]).concat(numbers(usedClasses(shown).map((k) => classNames[k])),
    numbers(["dependency index"].concat(spreadOf(shown) ? ["1 in 10 better", "middle", "1 in 10 worse"] : [],
      goalsOf(shown).length ? ["target"] : []))), years.map((year, y) => [String(year)].concat(
      usedClasses(shown).map((k) => percent(shown.shares[y][k])), [percent(shown.dep[y])],
      spreadOf(shown) ? (spreadOf(shown).years[y] || [null, null, null]).map((value) => percent(value)) : [],
      goalsOf(shown).length ? goalsOf(shown).filter((goal) => goal.year === year).map((goal) => percent(goal.share) + ", " + goalWords(goal)).concat([""]).slice(0, 1) : []))),
});
