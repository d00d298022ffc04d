// Heat maps

function heat(name, definition) {
  const rows = definition.rows;
  define(name, {
    height: (w) => 60 + rows().length * (w < 600 ? 34 : 26),
    label: definition.label,
    option: (w) => {
      const t = theme();
      // Of the plan that is drawn: labels are asked for again after another one is chosen.
      const list = rows();
      const isNarrow = w < 600;
      const left = isNarrow ? 132 : 270;
      const cells = list.flatMap((row, r) => row.values.map((v, y) => [y, r, v]))
        .filter((cell) => cell[2] !== null);
      const top = definition.top || Math.max(1e-12, ...cells.map((cell) => cell[2]));
      return base({
        grid: { left, right: 10, top: 28, bottom: 8 },
        tooltip: Object.assign(base().tooltip, {
          formatter: (item) => tip(list[item.value[1]].name,
            [[String(years[item.value[0]]), definition.text(item.value[2])]].concat(
              list[item.value[1]].notes ? list[item.value[1]].notes(item.value[0]) : [])),
        }),
        xAxis: axis({ type: "category", data: years.map(String), position: "top",
          splitLine: { show: false }, axisTick: { show: false } }),
        yAxis: axis({
          type: "category", inverse: true, data: list.map((_, i) => String(i)),
          axisTick: { show: false }, splitLine: { show: false },
          axisLabel: { color: t.ink, interval: 0, width: left - 12, overflow: isNarrow ? "break" : "truncate",
            fontSize: isNarrow ? 10 : 12, lineHeight: isNarrow ? 11.5 : undefined, formatter: (i) => (isNarrow ? cut(list[i].name, 44) : list[i].name) },
        }),
        visualMap: { show: false, min: 0, max: top, inRange: { color: ramp() }, dimension: 2 },
        aria: { enabled: true },
        series: [{
          type: "heatmap", data: cells.map((cell) => {
            const isStrong = cell[2] / top > (isDark() ? 0.55 : 0.72);
            const ink = isDark() ? ["#e8edf3", "#0b1622"] : ["#16202b", "#ffffff"];
            return { value: cell, label: { color: ink[Number(isStrong)] } };
          }),
          itemStyle: { borderColor: t.paper, borderWidth: 1 },
          label: { show: !isNarrow || years.length <= 8, fontSize: 11,
            formatter: (item) => definition.short(item.value[2]) },
        }],
      });
    },
    table: () => table(words([definition.head]).concat(numbers(years.map(String))),
      rows().map((row) => [row.name].concat(row.values.map((v) => definition.text(v))))),
  });
}
heat("reliance", {
  head: "commodity", top: 1,
  label: () => "Share of each commodity that comes from abroad, by year, in " + shown.name + ".",
  text: (v) => percent(v), short: (v) => num(v * 100),
  rows: () => shown.reliance.map((pairs, c) => ({
    name: D.stages[D.commodities[c].stage] + " · " + D.commodities[c].name,
    stage: D.commodities[c].stage,
    values: pairs.map(([foreign, home]) => (foreign + home > 0 ? foreign / (foreign + home) : null)),
    notes: (y) => [["from abroad", tonnes(pairs[y][0])], ["made at home", tonnes(pairs[y][1])]],
  })).filter((row) => row.values.some((v) => v !== null)).sort((a, b) => a.stage - b.stage),
});
const priceUnit = D.objective.unit === "share" ? "percentage points" : D.objective.unitWords;
// Amounts of won or rupees are a thousand times those of dollars for the same thing: so much money that the largest
// figure can be read.
const priceSteps = [[100, "100 million"], [1e3, "1 billion"], [1e4, "10 billion"], [1e5, "100 billion"],
  [1e6, "1 trillion"], [1e7, "10 trillion"]];
const largestPrice = Math.max(0, ...(D.prices ? D.prices.funds : []).flatMap((row) => row.values.map((v) => -(v || 0))));
const priceStep = D.objective.unit !== "share" || largestPrice === 0 ? priceSteps[0]
  : priceSteps.find((step) => largestPrice * step[0] * 100 >= 0.1) || priceSteps[priceSteps.length - 1];
const priceScale = D.objective.unit === "share" ? priceStep[0] * 100 : 100;
heat("prices", {
  head: "programme, " + priceUnit + " per " + priceStep[1] + " " + D.currency,
  label: () => "How far " + D.objective.label.toLowerCase() + " falls for " + priceStep[1] + " " + D.currency
    + " more in each programme and year, in " + priceUnit + ".",
  text: (v) => num(v, 3) + " " + (D.objective.unit === "share" ? "points" : D.objective.unitWords),
  short: (v) => num(v, v >= 10 ? 1 : 2),
  rows: () => (D.prices ? D.prices.funds : []).map((row) => ({
    name: D.payers[row.fund], values: row.values.map((v) => (v === null ? null : Math.max(0, -v * priceScale))),
  })),
});
