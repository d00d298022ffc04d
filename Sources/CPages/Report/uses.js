// Dependence by use: one small picture each, all on the same axes

/** The uses with demand, the most dependent at the end first. */
function usesOf(plan) {
  return (plan.uses || []).map((use) => Object.assign({ last: lastOf(use.dep) }, use))
    .filter((use) => use.last !== null).sort((a, b) => b.last - a.last);
}
function useColumns(w) { return w < 560 ? 2 : w < 900 ? 3 : w < 1500 ? 4 : 5; }
const useHeight = () => (isPrinting && !wanted ? 120 : 158);
const useYear = () => years[years.length - 1];
function useGrid(w) {
  const columns = Math.min(useColumns(w), Math.max(1, usesOf(shown).length));
  const left = 40, gap = 16;
  const width = (w - left - 8 - gap * (columns - 1)) / columns;
  return { columns, width, place: (i) => ({ left: left + (i % columns) * (width + gap), top: 46 + Math.floor(i / columns) * useHeight() }) };
}
define("uses", {
  height: (w) => Math.ceil(Math.max(1, usesOf(shown).length) / useGrid(w).columns) * useHeight() + legendHeight(classNames, w) + 8,
  label: () => "Share of each use's demand by provenance class and not served, " + years[0] + " to " + useYear() + ", of " + shown.name
    + "; the most dependent in " + useYear() + " first.",
  option: (w) => {
    const t = theme();
    const list = usesOf(shown);
    const grid = useGrid(w);
    const used = classNames.map((_, k) => k).filter((k) => k < D.classes.length || list.some((use) => use.shares.some((row) => row && row[k] > 5e-5)));
    const height = useHeight() - 68;
    return base({
      title: list.map((use, i) => ({
        text: use.name, subtext: "index " + percent(firstOf(use.dep), 0) + " → " + percent(use.last, 0),
        left: grid.place(i).left - 4, top: grid.place(i).top - 42, itemGap: 9, padding: 0,
        textStyle: { color: t.ink, fontSize: w < 560 ? 11 : 12.5, fontWeight: "bold", width: grid.width, overflow: "truncate" },
        subtextStyle: { color: t.soft, fontSize: 12 },
      })),
      legend: legend({ data: used.map((k) => classNames[k]) }),
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis", axisPointer: { type: "shadow" },
        formatter: (items) => {
          const use = list[Math.floor(items[0].seriesIndex / used.length)];
          const y = items[0].dataIndex;
          return tip(use.name + ", " + years[y], used.map((k) => [classNames[k], use.shares[y] ? percent(use.shares[y][k]) : "—", classColor(k)])
            .concat([["index", percent(use.dep[y])]]));
        },
      }),
      grid: list.map((_, i) => ({ left: grid.place(i).left, top: grid.place(i).top, width: grid.width, height })),
      xAxis: list.map((_, i) => axis({
        type: "category", gridIndex: i, data: years.map(String), splitLine: { show: false }, axisTick: { show: false },
        axisLabel: { color: t.soft, fontSize: 11, interval: (y) => y === 0 || y === years.length - 1,
          formatter: (text, y) => (y === 0 ? "      " + text : text + "      ") },
      })),
      yAxis: list.map((_, i) => axis({
        type: "value", gridIndex: i, min: 0, max: 1, interval: 0.5,
        axisLabel: { show: i % grid.columns === 0, color: t.soft, fontSize: 11, formatter: (v) => num(v * 100) + " %" },
      })),
      series: list.flatMap((use, i) => used.map((k) => ({
        name: classNames[k], type: "bar", stack: "use" + i, xAxisIndex: i, yAxisIndex: i, barCategoryGap: "6%",
        itemStyle: Object.assign(classStyle(k), { borderWidth: 0 }), data: use.shares.map((row) => (row && (k !== unservedClass || row[k] >= 5e-5) ? row[k] : noBar)),
      }))),
    });
  },
  table: () => table(words(["use, dependency index"]).concat(numbers(years.map(String))),
    usesOf(shown).map((use) => [use.name].concat(use.dep.map((value) => percent(value))))),
});
