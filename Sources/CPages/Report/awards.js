// Awards

function awardSums(plan) {
  const sums = D.payers.map(() => years.map(() => 0));
  for (const award of plan.awards) sums[award[0]][award[2]] += award[3];
  return sums;
}
function awardChart(name, planOf) {
  const used = () => awardSums(planOf()).map((row, i) => [i, row])
    .filter(([, row]) => row.some((v) => v >= 0.05));
  const legendNames = () => used().map(([i]) => cut(D.payers[i], 60));
  define(name, {
    height: (w) => tall(310) + legendHeight(legendNames(), w),
    label: () => "Money by programme and year of " + planOf().name + ", million " + D.currency
      + ": awards, support and stockpile purchases, and the private money beside them.",
    option: (w) => {
      const t = theme();
      return base({
        grid: { left: 60, right: 14, top: 30, bottom: legendHeight(legendNames(), w) + 28 },
        legend: legend({ formatter: (text) => cut(text, 60) }),
        tooltip: Object.assign(base().tooltip, {
          trigger: "axis", axisPointer: { type: "shadow" },
          formatter: (items) => tip(items[0].axisValue + ": "
            + money(items.reduce((sum, item) => sum + item.value, 0)),
            items.filter((item) => item.value >= 0.05).map((item) =>
              [item.seriesName, money(item.value), item.color])),
        }),
        xAxis: yearAxis(),
        yAxis: axis({
          type: "value", name: "million " + D.currency,
          axisLabel: { color: t.soft, formatter: (v) => num(v) },
          nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -50] },
        }),
        series: used().map(([i, row]) => ({
          name: D.payers[i], type: "bar", stack: "money", barCategoryGap: "18%",
          itemStyle: { color: payerColor(i), decal: payerDecal(i), borderColor: outline(), borderWidth: 0.6 },
          data: row.map((v) => bar(v, v >= 0.05)),
        })),
      });
    },
    table: () => table(words(["programme, million " + D.currency]).concat(
      numbers(years.map(String).concat(["total"]))),
      used().map(([i, row]) => [D.payers[i]].concat(row.map((v) => (v < 0.05 ? "·" : num(v, 1))),
        [num(row.reduce((a, b) => a + b, 0), 1)]))),
  });
}
awardChart("awards", () => shown);
