// Dependence by year

const classNames = D.classes.map((c) => c.name).concat(["not served"]);
function usedClasses(plan) {
  return classNames.map((_, k) => k).filter((k) =>
    k < D.classes.length || plan.shares.some((row) => row[k] > 5e-5));
}
define("dependency", {
  height: (w) => tall(320) + legendHeight(classNames.concat(["dependency index"]), w),
  label: () => "Share of weighted demand by provenance class and not served, and the dependency index, of " + shown.name
    + ": the index is " + percent(firstOf(shown.dep)) + " in " + yearOf(shown.dep, false) + ", "
    + percent(lastOf(shown.dep)) + " in " + yearOf(shown.dep, true) + ".",
  option: (w) => {
    const t = theme();
    const used = usedClasses(shown);
    return base({
      grid: { left: 52, right: 14, top: 30, bottom: legendHeight(classNames.concat(["dependency index"]), w) + 28 },
      legend: legend({ data: used.map((k) => classNames[k]).concat(["dependency index"]) }),
      tooltip: shareTooltip(),
      xAxis: yearAxis(),
      yAxis: axis({
        // A sum of shares can be a hair above 1, which is no reason for another tick.
        type: "value", min: 0, max: (extent) => (extent.max <= 1 + 1e-6 ? 1 : null), name: "share of demand, and the index",
        axisLabel: { color: t.soft, formatter: (v) => num(v * 100) + " %" },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -40] },
      }),
      series: used.map((k) => ({
        name: classNames[k], type: "bar", stack: "share", barCategoryGap: "18%",
        itemStyle: { color: classColor(k), borderColor: outline(), borderWidth: 0.6 }, data: shown.shares.map((row) => bar(row[k], row[k] >= 5e-5)),
      })).concat([{
        name: "dependency index", type: "line", data: shown.dep, symbol: "circle", symbolSize: 8,
        lineStyle: { color: t.ink, width: 3 },
        itemStyle: { color: t.paper, borderColor: t.ink, borderWidth: 2 }, z: 5,
      }]),
    });
  },
  table: () => table(words(["year"]).concat(numbers(usedClasses(shown).map((k) => classNames[k])),
    numbers(["dependency index"])), years.map((year, y) => [String(year)].concat(
      usedClasses(shown).map((k) => percent(shown.shares[y][k])), [percent(shown.dep[y])]))),
});
