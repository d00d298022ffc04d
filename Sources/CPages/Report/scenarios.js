// Scenarios

const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2], [12, 4]];
const marks = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow"];
const compared = casePlans.filter((plan) => plan.dep);
define("scenarios", {
  height: (w) => tall(330) + legendHeight(compared.map((plan) => plan.name), w),
  label: () => "Dependency index by year in " + compared.map((plan) => plan.name).join(", ") + ".",
  option: (w) => {
    const t = theme();
    return base({
      grid: { left: 52, right: 16, top: 30, bottom: legendHeight(compared.map((p) => p.name), w) + 28 },
      legend: legend({ itemWidth: 28, formatter: (text) => cut(text, 60) }),
      tooltip: shareTooltip(),
      xAxis: yearAxis(),
      yAxis: axis({
        type: "value", min: 0, name: "dependency index",
        axisLabel: { color: t.soft, formatter: (v) => num(v * 100) + " %" },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -40] },
      }),
      series: compared.map((plan, i) => ({
        name: plan.name, type: "line", data: plan.dep, symbol: marks[i % marks.length], symbolSize: 8,
        lineStyle: { width: i === 0 ? 3.5 : 2.2, type: dashes[i % dashes.length],
          color: i === 0 ? t.ink : lineColor(i - 1) },
        itemStyle: { color: i === 0 ? t.ink : lineColor(i - 1) },
      })),
    });
  },
  table: () => table(words(["year"]).concat(numbers(compared.map((plan) => plan.name))),
    years.map((year, y) => [String(year)].concat(compared.map((plan) => percent(plan.dep[y]))))),
});
