// Timeline

const phases = ["permit", "construction", "ramp-up", "at full capacity"];
function phaseColor(i) {
  return [["#e69f00", "#e69f00"], ["#0072b2", "#56b4e9"], ["#56b4e9", "#2f7fb5"],
    ["#009e73", "#00b386"]][i][isDark() ? 1 : 0];
}
/** One row a facility and option, in the order of the chain. */
function rowsOf(plan) {
  const rows = new Map();
  for (const build of plan.builds) {
    const key = build.facility + "/" + build.option;
    if (!rows.has(key)) rows.set(key, Object.assign({ capacity: 0, later: [] }, build, { capacity: 0 }));
    const row = rows.get(key);
    row.capacity += build.capacity;
    if (build.start > row.start) row.later.push(build);
  }
  return [...rows.values()].filter((row) => row.capacity >= 0.5).sort((a, b) =>
    D.facilities[a.facility].stage - D.facilities[b.facility].stage || a.online - b.online
      || a.facility - b.facility);
}
function rowName(row) {
  return D.facilities[row.facility].name + (row.option === "fast_track" ? " (fast track)" : "");
}
/** On paper low enough for one page, where that can be read. */
function rowHeight(w) {
  if (isPrinting && !wanted) return Math.max(15, Math.min(24, 800 / Math.max(1, rowsOf(shown).length)));
  return w < 600 ? 38 : 24;
}
define("timeline", {
  height: (w) => 62 + Math.max(1, rowsOf(shown).length) * rowHeight(w) + legendHeight(phases.concat(["later award on line"]), w),
  label: () => "From award to full capacity of " + rowsOf(shown).length + " facilities in "
    + shown.name + ".",
  option: (w) => {
    const t = theme();
    const rows = rowsOf(shown);
    const isNarrow = w < 600;
    const left = isNarrow ? 8 : 330;
    const end = years[years.length - 1] + 1;
    const names = phases.concat(["later award on line"]);
    const span = (row, i) => [[row.start, row.permitted], [row.permitted, row.online],
      [row.online, row.full], [row.full, Math.max(row.full, row.end)]][i];
    return base({
      grid: { left, right: 16, top: 26, bottom: legendHeight(names, w) + 30 },
      legend: legend({ data: names }),
      tooltip: Object.assign(base().tooltip, {
        trigger: "item",
        formatter: (item) => {
          const row = rows[item.value[2]];
          const place = D.facilities[row.facility];
          return tip(rowName(row), [
            [D.stages[place.stage] + ", " + place.country, ""],
            ["awarded", date(row.start)], ["permitted", date(row.permitted)],
            ["on line", date(row.online)], ["at full capacity", date(row.full)],
            ["capacity awarded in all", num(row.capacity) + " t/yr"],
          ].concat(row.later.map((build) => ["later award, on line " + date(build.online),
            num(build.capacity) + " t/yr"])).slice(0, 14));
        },
      }),
      xAxis: axis({
        type: "value", min: years[0], max: end, interval: years.length > 20 ? 5 : (isNarrow ? 4 : 2),
        position: "top", axisLabel: { color: t.soft, showMaxLabel: false, formatter: (v) => String(v) },
      }),
      yAxis: axis({
        type: "category", inverse: true, data: rows.map((row, i) => String(i)),
        splitLine: { show: false }, axisTick: { show: false },
        // On a phone the name stands above its bar.
        axisLabel: isNarrow ? {
          color: t.ink, fontSize: 11, interval: 0, inside: true, align: "left", margin: 0,
          padding: [0, 0, 33, 0], width: w - 30, overflow: "truncate",
          formatter: (i) => D.stages[D.facilities[rows[i].facility].stage] + " · " + rowName(rows[i]),
        } : {
          color: t.ink, fontSize: 12, interval: 0, width: left - 12, overflow: "truncate",
          formatter: (i) => D.stages[D.facilities[rows[i].facility].stage] + " · " + rowName(rows[i]),
        },
      }),
      series: phases.map((name, i) => ({
        name, type: "custom", clip: true,
        itemStyle: { color: phaseColor(i), opacity: i === 3 ? 0.45 : 1 },
        encode: { x: [0, 1], y: 2 },
        renderItem: (_, api) => {
          const from = api.coord([Math.min(api.value(0), end), api.value(2)]);
          const to = api.coord([Math.min(api.value(1), end), api.value(2)]);
          const height = isNarrow ? 12 : 14;
          const top = isNarrow ? from[1] + 6 : from[1] - height / 2;
          return {
            type: "rect",
            shape: { x: from[0], y: top, width: Math.max(0, to[0] - from[0]), height },
            style: {
              fill: api.visual("color"), opacity: i === 3 ? 0.45 : 1, decal: api.visual("decal"),
              stroke: outline(), lineWidth: 0.5,
            },
          };
        },
        data: rows.map((row, r) => span(row, i).concat([r])).filter((d) => d[1] > d[0]),
      })).concat([{
        name: "later award on line", type: "scatter", symbol: "diamond", symbolSize: 9, symbolOffset: [0, isNarrow ? 12 : 0],
        itemStyle: { color: t.ink, borderColor: t.paper, borderWidth: 1 },
        data: rows.flatMap((row, r) => row.later.filter((b) => b.online < end)
          .map((b) => [b.online, r, r])),
      }]),
    });
  },
  table: () => buildTable(shown),
});
function date(value) {
  if (value > years[years.length - 1] + 1) return "after " + years[years.length - 1];
  const year = Math.floor(value + 1e-9);
  const month = Math.round((value - year) * 12) + 1;
  return month === 1 ? String(year) : year + "-" + (month < 10 ? "0" : "") + month;
}
function buildTable(plan) {
  return table(words(["stage", "facility", "country"]).concat(numbers(["capacity, t/yr"]),
    words(["first award", "on line", "at full capacity", "later awards"])),
    rowsOf(plan).map((row) => {
      const place = D.facilities[row.facility];
      return [D.stages[place.stage], rowName(row), place.country, num(row.capacity),
        date(row.start), date(row.online), date(row.full),
        row.later.length ? row.later.length + " to " + date(row.later[row.later.length - 1].start) : ""];
    }));
}
