"use strict";
(function () {
const D = JSON.parse(document.getElementById("report-content").textContent);
const $ = (id) => document.getElementById(id);
const years = D.years;
const plans = D.plans;
const shownPlans = plans.filter((plan) => plan.kind !== "budget");
const budgetPlans = plans.filter((plan) => plan.kind === "budget" && plan.dep);
let shown = shownPlans[0];
let yearIndex = 0;
let budgetScale = 1;
let hasPatterns = false;
let isPrinting = false;
let printWidth = 690;

// ---- Words and numbers

function esc(text) {
  return String(text).replace(/[&<>"']/g, (c) => "&#" + c.charCodeAt(0) + ";");
}
function num(value, decimals) {
  if (value === null || value === undefined || !isFinite(value)) return "—";
  return value.toLocaleString("en-US",
    { minimumFractionDigits: decimals || 0, maximumFractionDigits: decimals || 0 });
}
function percent(value, decimals) {
  return value === null || value === undefined ? "—"
    : num(value * 100, decimals === undefined ? 1 : decimals) + "\u00a0%";
}
function money(value) {
  return value === null || value === undefined ? "—"
    : num(value, Math.abs(value) < 10 && value !== 0 ? 1 : 0) + "\u00a0M" + D.currency;
}
function tonnes(value) { return num(value, Math.abs(value) < 10 ? 1 : 0) + "\u00a0t"; }
function figure(value, unit) {
  if (unit === "share") return percent(value, 2);
  if (unit === "t") return tonnes(value);
  return money(value);
}
function cut(text, length) {
  return text.length > length ? text.slice(0, length - 1).trimEnd() + "…" : text;
}
function el(name, attributes, children) {
  const node = document.createElement(name);
  for (const key in attributes || {}) {
    if (key === "text") node.textContent = attributes[key];
    else if (attributes[key] !== null) node.setAttribute(key, attributes[key]);
  }
  for (const child of children || []) node.append(child);
  return node;
}
function fill(node, children) { node.replaceChildren(...children); }

/** A table of text cells; columns: {name, isNumber}. */
function table(columns, rows, caption) {
  const head = el("tr", {}, columns.map((c) =>
    el("th", { scope: "col", class: c.isNumber ? "num" : null, text: c.name })));
  const body = rows.map((row) => el("tr", {}, row.map((cell, i) =>
    el("td", { class: columns[i].isNumber ? "num" : null, text: cell }))));
  return el("table", {}, [
    ...(caption ? [el("caption", { class: "hint", text: caption })] : []),
    el("thead", {}, [head]), el("tbody", {}, body)]);
}
function words(names) { return names.map((name) => ({ name, isNumber: false })); }
function numbers(names) { return names.map((name) => ({ name, isNumber: true })); }

// ---- Colours: Okabe and Ito's, told apart with every common colour blindness

const wheel = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442",
  "#7f8c99"];
const isDark = () => !isPrinting && matchMedia("(prefers-color-scheme: dark)").matches;
function theme() {
  return isDark()
    ? { ink: "#e8edf3", soft: "#a3b1c0", line: "#344150", paper: "#12181f", wash: "#1b232c" }
    : { ink: "#16202b", soft: "#526070", line: "#d8dee6", paper: "#ffffff", wash: "#f4f6f9" };
}
/** Blue for the most secure class, through teal and yellow to vermilion for the least. */
function classColor(index) {
  const last = D.classes.length - 1;
  if (index < 0 || index > last) return isDark() ? "#9aa7b5" : "#4a5663";
  if (index === 0) return "#0072b2";
  if (index === last) return "#d55e00";
  const between = ["#e69f00", "#f0e442", "#56b4e9", "#cc79a7"];
  return between[(index - 1) % between.length];
}
function payerColor(index) {
  return index === D.payers.length - 1 ? (isDark() ? "#9aa7b5" : "#8792a0")
    : wheel[index % (wheel.length - 1)];
}
/** More programmes than colours: the second and third round of them is hatched. */
function payerDecal(index) {
  if (index === D.payers.length - 1 || index < wheel.length - 1) return undefined;
  const round = Math.floor(index / (wheel.length - 1));
  const color = "rgba(255, 255, 255, 0.75)";
  return round === 1
    ? { symbol: "rect", color, dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 }
    : { symbol: "circle", color, symbolSize: 0.6, dashArrayX: [6, 6], dashArrayY: [6, 3] };
}
/** Light to dark blue, or dark to light on dark paper. */
function ramp() {
  return isDark() ? ["#1b232c", "#1f4a73", "#3f8fd0", "#bfe0ff"]
    : ["#f4f6f9", "#b5d3ea", "#4a90c4", "#0b3c66"];
}

// ---- Charts

/** ECharts measures text itself, so the name of a font must be one that a canvas takes. */
const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
const charts = {};
/** name: {height, option, label, table}; option gets the width in pixels. */
function define(name, definition) { charts[name] = definition; }

function base(extra) {
  const t = theme();
  return Object.assign({
    animation: false,
    backgroundColor: "transparent",
    textStyle: { color: t.ink, fontFamily: font, fontSize: 13 },
    aria: { enabled: true, decal: { show: hasPatterns } },
    tooltip: {
      confine: true, backgroundColor: t.paper, borderColor: t.line,
      textStyle: { color: t.ink, fontSize: 13 },
    },
  }, extra);
}
function axis(extra) {
  const t = theme();
  return Object.assign({
    axisLabel: { color: t.soft }, nameTextStyle: { color: t.soft },
    axisLine: { lineStyle: { color: t.line } }, axisTick: { lineStyle: { color: t.line } },
    splitLine: { lineStyle: { color: t.line } },
  }, extra);
}
function legend(extra) {
  const t = theme();
  return Object.assign({
    type: "plain", bottom: 0, left: 0, textStyle: { color: t.ink, fontSize: 12 }, itemGap: 12,
    itemWidth: 16, itemHeight: 11,
  }, extra);
}
/** Room for a legend of these names at this width. */
function legendHeight(names, width) {
  let lines = 1, used = 0;
  for (const name of names) {
    const size = 34 + Math.min(name.length, 60) * 6.7;
    if (used > 0 && used + size > width) { lines += 1; used = 0; }
    used += size;
  }
  return lines * 23 + 8;
}

function draw(name) {
  const definition = charts[name];
  const slot = document.querySelector('[data-chart="' + name + '"]');
  if (!slot) return;
  if (!definition.figure) {
    const plot = el("div", { class: "plot", role: "img" });
    const caption = el("figcaption", {});
    const details = el("details", {}, [el("summary", { text: "The same as a table" })]);
    details.addEventListener("toggle", () => fillTable(definition));
    definition.plot = plot;
    definition.caption = caption;
    definition.details = details;
    // A chart that needs more width than the screen has is scrolled, by keyboard too.
    const scroller = el("div", { class: "scroll" }, [plot]);
    definition.scroller = scroller;
    definition.figure = el("figure", {}, [scroller, caption, details]);
    slot.replaceChildren(definition.figure);
  }
  const width = isPrinting ? printWidth : Math.max(definition.leastWidth || 280, slot.clientWidth);
  const isScrolled = !isPrinting && width > slot.clientWidth;
  if (isScrolled) definition.scroller.setAttribute("tabindex", "0");
  else definition.scroller.removeAttribute("tabindex");
  const height = Math.round(typeof definition.height === "function"
    ? definition.height(width) : definition.height);
  definition.plot.style.height = height + "px";
  definition.plot.style.width = isPrinting || isScrolled ? width + "px" : "100%";
  if (!definition.chart) {
    definition.chart = echarts.init(definition.plot, null, { renderer: "svg", width, height });
  } else {
    definition.chart.resize({ width, height });
  }
  definition.chart.setOption(definition.option(width), { notMerge: true });
  definition.plot.setAttribute("aria-label", definition.label());
  definition.caption.textContent = definition.label();
  fillTable(definition);
}
function fillTable(definition) {
  if (!definition.details.open) return;
  const box = el("div", { class: "tablebox tall", tabindex: "0" }, [definition.table()]);
  definition.details.replaceChildren(definition.details.firstChild, box);
}

/** Tooltip text from [name, value] lines. */
function tip(title, lines) {
  return "<b>" + esc(title) + "</b>" + lines.map(([name, value, color]) =>
    "<br>" + (color ? '<span style="display:inline-block;width:.7em;height:.7em;background:'
      + color + '"></span> ' : "") + esc(name) + (value === "" ? "" : ": <b>" + esc(value) + "</b>")).join("");
}

// Dependence by year

const classNames = D.classes.map((c) => c.name).concat(["unmet"]);
function usedClasses(plan) {
  return classNames.map((_, k) => k).filter((k) =>
    k < D.classes.length || plan.shares.some((row) => row[k] > 5e-5));
}
define("dependency", {
  height: (w) => 320 + legendHeight(classNames.concat(["dependency"]), w),
  label: () => "Share of weighted demand by provenance class, and dependency, of " + shown.name
    + ": " + percent(firstOf(shown.dep)) + " in " + yearOf(shown.dep, false) + ", "
    + percent(lastOf(shown.dep)) + " in " + yearOf(shown.dep, true) + ".",
  option: (w) => {
    const t = theme();
    const used = usedClasses(shown);
    return base({
      grid: { left: 52, right: 14, top: 30, bottom: legendHeight(classNames.concat(["dependency"]), w) + 28 },
      legend: legend({ data: used.map((k) => classNames[k]).concat(["dependency"]) }),
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis",
        formatter: (items) => tip(items[0].axisValue, items.map((item) =>
          [item.seriesName, percent(item.value), item.color])),
      }),
      xAxis: axis({ type: "category", data: years.map(String), splitLine: { show: false } }),
      yAxis: axis({
        // A sum of shares can be a hair above 1, which is no reason for another tick.
        type: "value", min: 0, max: (extent) => (extent.max <= 1 + 1e-6 ? 1 : null), name: "share of demand",
        axisLabel: { color: t.soft, formatter: (v) => num(v * 100) + " %" },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -40] },
      }),
      series: used.map((k) => ({
        name: classNames[k], type: "bar", stack: "share", barCategoryGap: "18%",
        itemStyle: { color: classColor(k) }, data: shown.shares.map((row) => row[k]),
      })).concat([{
        name: "dependency", type: "line", data: shown.dep, symbol: "circle", symbolSize: 8,
        lineStyle: { color: t.ink, width: 3 },
        itemStyle: { color: t.paper, borderColor: t.ink, borderWidth: 2 }, z: 5,
      }]),
    });
  },
  table: () => table(words(["year"]).concat(numbers(usedClasses(shown).map((k) => classNames[k])),
    numbers(["dependency"])), years.map((year, y) => [String(year)].concat(
      usedClasses(shown).map((k) => percent(shown.shares[y][k])), [percent(shown.dep[y])]))),
});

// Material

function nodeText(node) {
  const suffix = node.class >= 0 ? " · " + D.classes[node.class].name : "";
  return node.name + (node.kind === "import" ? " imports" : "") + suffix;
}
function flowsOf(y) { return shown.flows ? shown.flows[y] || [] : []; }
define("material", {
  leastWidth: 760,
  height: 520,
  label: () => "Material by stage and provenance of " + shown.name + " in " + years[yearIndex]
    + ", tonnes a year.",
  option: (w) => {
    const t = theme();
    const links = flowsOf(yearIndex);
    const ids = [...new Set(links.flatMap((link) => [link[0], link[1]]))].sort((a, b) => a - b);
    const isNarrow = w < 800;
    const depths = ids.map((id) => D.nodes[id].depth);
    const least = Math.min(...depths);
    const sums = { in: {}, out: {} };
    for (const [from, to, value] of links) {
      sums.out[from] = (sums.out[from] || 0) + value;
      sums.in[to] = (sums.in[to] || 0) + value;
    }
    const size = (id) => Math.max(sums.in[id] || 0, sums.out[id] || 0);
    const largest = Math.max(...ids.map(size));
    return base({
      tooltip: Object.assign(base().tooltip, {
        formatter: (item) => item.dataType === "edge"
          ? tip(nodeText(D.nodes[item.data.source]) + " → " + nodeText(D.nodes[item.data.target]),
            [[String(years[yearIndex]), tonnes(item.value)]])
          : tip(nodeText(D.nodes[item.name]), [[String(years[yearIndex]), tonnes(item.value)]]),
      }),
      series: [{
        type: "sankey", left: 4, right: isNarrow ? 116 : 150, top: 8, bottom: 8, nodeGap: 9,
        nodeWidth: isNarrow ? 10 : 14, layoutIterations: 48, draggable: false,
        emphasis: { focus: "adjacency" },
        label: {
          color: t.ink, fontSize: isNarrow ? 10 : 12, textBorderColor: t.paper, textBorderWidth: 3,
          formatter: (item) => cut(nodeText(D.nodes[item.name]), isNarrow ? 20 : 34),
        },
        data: ids.map((id) => ({
          name: String(id), depth: D.nodes[id].depth - least,
          itemStyle: { color: classColor(D.nodes[id].class), borderWidth: 0 },
          // The names of slivers would cover each other; the table and the tooltip have them.
          label: { show: size(id) >= 0.006 * largest },
        })),
        links: links.map((link) => ({
          source: String(link[0]), target: String(link[1]), value: link[2],
          lineStyle: { color: classColor(linkClass(link)), opacity: isDark() ? 0.5 : 0.4 },
        })),
      }],
      graphic: links.length ? [] : [{
        type: "text", left: "center", top: "middle",
        style: { text: "No material flows in " + years[yearIndex], fill: t.soft, fontSize: 14 },
      }],
    });
  },
  table: () => table(words(["from", "to"]).concat(numbers(["tonnes"])),
    flowsOf(yearIndex).map((link) =>
      [nodeText(D.nodes[link[0]]), nodeText(D.nodes[link[1]]), num(link[2], 1)])),
});
/** The class that the material has behind the link. */
function linkClass(link) {
  const target = D.nodes[link[1]].class;
  return target >= 0 ? target : D.nodes[link[0]].class;
}

// Awards

function awardSums(plan) {
  const sums = D.payers.map(() => years.map(() => 0));
  for (const award of plan.awards) sums[award[0]][award[2]] += award[3];
  return sums;
}
function awardChart(name, planOf) {
  const used = () => awardSums(planOf()).map((row, i) => [i, row])
    .filter(([, row]) => row.some((v) => v >= 0.05));
  const legendNames = () => used().map(([i]) => cut(D.payers[i], 44));
  define(name, {
    height: (w) => 310 + legendHeight(legendNames(), w),
    label: () => "Money by programme and year of " + planOf().name + ", million " + D.currency
      + ": awards, support and stockpile purchases, and the private money beside them.",
    option: (w) => {
      const t = theme();
      return base({
        grid: { left: 60, right: 14, top: 30, bottom: legendHeight(legendNames(), w) + 28 },
        legend: legend({ formatter: (text) => cut(text, 44) }),
        tooltip: Object.assign(base().tooltip, {
          trigger: "axis", axisPointer: { type: "shadow" },
          formatter: (items) => tip(items[0].axisValue + ": "
            + money(items.reduce((sum, item) => sum + item.value, 0)),
            items.filter((item) => item.value >= 0.05).map((item) =>
              [item.seriesName, money(item.value), item.color])),
        }),
        xAxis: axis({ type: "category", data: years.map(String), splitLine: { show: false } }),
        yAxis: axis({
          type: "value", name: "million " + D.currency,
          axisLabel: { color: t.soft, formatter: (v) => num(v) },
          nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -50] },
        }),
        series: used().map(([i, row]) => ({
          name: D.payers[i], type: "bar", stack: "money", barCategoryGap: "18%",
          itemStyle: { color: payerColor(i), decal: payerDecal(i), borderColor: t.paper, borderWidth: 0.5 },
          data: row,
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
define("timeline", {
  height: (w) => 62 + Math.max(1, rowsOf(shown).length) * 24 + legendHeight(phases.concat(["later award on line"]), w),
  label: () => "From award to full capacity of " + rowsOf(shown).length + " facilities in "
    + shown.name + ".",
  option: (w) => {
    const t = theme();
    const rows = rowsOf(shown);
    const isNarrow = w < 600;
    const left = isNarrow ? 120 : 330;
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
        axisLabel: {
          color: t.ink, fontSize: isNarrow ? 10 : 12, interval: 0, width: left - 12, overflow: "truncate",
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
          const height = 14;
          return {
            type: "rect",
            shape: { x: from[0], y: from[1] - height / 2, width: Math.max(0, to[0] - from[0]), height },
            style: {
              fill: api.visual("color"), opacity: i === 3 ? 0.45 : 1, decal: api.visual("decal"),
            },
          };
        },
        data: rows.map((row, r) => span(row, i).concat([r])).filter((d) => d[1] > d[0]),
      })).concat([{
        name: "later award on line", type: "scatter", symbol: "diamond", symbolSize: 9,
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

// Frontier

/** Where the frontier bends: scale, budget, best value. Between two of them it is a straight line. */
const corners = D.corners.length > 1 ? D.corners : budgetPlans.map((plan) => [plan.scale, plan.budget, plan.value]);
const budgetSteps = 1200;
const leastScale = () => corners[0][0];
const mostScale = () => corners[corners.length - 1][0];
/** The budget and the best value at a scale, on the line between its neighbours. */
function onFrontier(scale) {
  const upper = Math.max(1, corners.findIndex((corner) => corner[0] >= scale));
  const [a, b] = [corners[upper - 1], corners[upper]];
  const part = b[0] > a[0] ? (scale - a[0]) / (b[0] - a[0]) : 0;
  return { budget: a[1] + part * (b[1] - a[1]), value: a[2] + part * (b[2] - a[2]) };
}
const nearestPlan = () => budgetPlans.reduce((best, plan) =>
  Math.abs(plan.scale - budgetScale) < Math.abs(best.scale - budgetScale) ? plan : best, budgetPlans[0]);
define("frontier", {
  height: 330,
  label: () => D.objective.label + " at every budget" + (D.isFrontierRelaxed
    ? ", without the whole-number rules" : "") + ". Shown: " + budgetWords() + ".",
  option: () => {
    const t = theme();
    const unit = D.objective.unit;
    const point = onFrontier(budgetScale);
    const text = (v) => (unit === "share" ? num(v * 100) + " %" : num(v));
    return base({
      grid: { left: 66, right: 22, top: 34, bottom: 46 },
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis",
        formatter: (items) => tip("Budget " + money(items[0].value[0]),
          [[D.objective.label, figure(items[0].value[1], unit)]]),
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
        type: "line", name: D.objective.label, symbol: "circle", symbolSize: 6, showSymbol: corners.length <= 40,
        lineStyle: { color: "#0072b2", width: 3 }, itemStyle: { color: "#0072b2" },
        data: corners.map((corner) => [corner[1], corner[2]]),
        markPoint: {
          symbol: "circle", symbolSize: 18, data: [{ coord: [point.budget, point.value] }],
          itemStyle: { color: "#d55e00", borderColor: t.paper, borderWidth: 2 },
          label: { show: false },
        },
        markLine: {
          symbol: "none", silent: true, lineStyle: { color: t.soft, type: "dashed" },
          label: { color: t.soft, formatter: "appropriated", position: "insideEndTop" },
          data: [{ xAxis: D.appropriations }],
        },
      }],
    });
  },
  table: () => table(numbers(["budget scale", "budget, million " + D.currency,
    D.objective.label + ", " + D.objective.unitWords, "public money spent, million " + D.currency]),
    budgetPlans.map((plan) => [num(plan.scale, 3), num(plan.budget, 1),
      figure(plan.value, D.objective.unit), num(plan.money.public, 1)])),
});
function budgetWords() {
  const point = onFrontier(budgetScale);
  return money(point.budget) + " (" + percent(budgetScale) + " of the appropriations): "
    + D.objective.label.toLowerCase() + " " + figure(point.value, D.objective.unit);
}
awardChart("budget-awards", nearestPlan);

// Scenarios

const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2], [12, 4]];
const marks = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow"];
const compared = shownPlans.filter((plan) => plan.dep);
define("scenarios", {
  height: (w) => 330 + legendHeight(compared.map((plan) => plan.name), w),
  label: () => "Dependency by year in " + compared.map((plan) => plan.name).join(", ") + ".",
  option: (w) => {
    const t = theme();
    return base({
      grid: { left: 52, right: 16, top: 30, bottom: legendHeight(compared.map((p) => p.name), w) + 28 },
      legend: legend({ itemWidth: 28, formatter: (text) => cut(text, 60) }),
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis",
        formatter: (items) => tip(items[0].axisValue, items.map((item) =>
          [item.seriesName, percent(item.value), item.color])),
      }),
      xAxis: axis({ type: "category", data: years.map(String), splitLine: { show: false } }),
      yAxis: axis({
        type: "value", min: 0, name: "dependency, share of demand",
        axisLabel: { color: t.soft, formatter: (v) => num(v * 100) + " %" },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -40] },
      }),
      series: compared.map((plan, i) => ({
        name: plan.name, type: "line", data: plan.dep, symbol: marks[i % marks.length], symbolSize: 8,
        lineStyle: { width: i === 0 ? 3.5 : 2.2, type: dashes[i % dashes.length],
          color: i === 0 ? t.ink : wheel[(i - 1) % wheel.length] },
        itemStyle: { color: i === 0 ? t.ink : wheel[(i - 1) % wheel.length] },
      })),
    });
  },
  table: () => table(words(["year"]).concat(numbers(compared.map((plan) => plan.name))),
    years.map((year, y) => [String(year)].concat(compared.map((plan) => percent(plan.dep[y]))))),
});

// Heat maps

function heat(name, definition) {
  const rows = definition.rows;
  define(name, {
    height: () => 60 + rows().length * 26,
    label: definition.label,
    option: (w) => {
      const t = theme();
      // Of the plan that is drawn: labels are asked for again after another one is chosen.
      const list = rows();
      const isNarrow = w < 600;
      const left = isNarrow ? 110 : 270;
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
          axisLabel: { color: t.ink, interval: 0, width: left - 12, overflow: "truncate",
            fontSize: isNarrow ? 10 : 12, formatter: (i) => list[i].name },
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
const priceScale = D.objective.unit === "share" ? 1e4 : 100;
heat("prices", {
  head: "programme, " + priceUnit + " per 100 million " + D.currency,
  label: () => "How far " + D.objective.label.toLowerCase() + " falls for 100 million " + D.currency
    + " more in each programme and year, in " + priceUnit + ".",
  text: (v) => num(v, 3) + " " + (D.objective.unit === "share" ? "points" : D.objective.unitWords),
  short: (v) => num(v, v >= 10 ? 1 : 2),
  rows: () => (D.prices ? D.prices.funds : []).map((row) => ({
    name: D.payers[row.fund], values: row.values.map((v) => (v === null ? null : Math.max(0, -v * priceScale))),
  })),
});

// ---- The page around the charts

function firstOf(values) { const v = (values || []).filter((x) => x !== null); return v.length ? v[0] : null; }
function lastOf(values) { const v = (values || []).filter((x) => x !== null); return v.length ? v[v.length - 1] : null; }
function yearOf(values, isLast) {
  const known = years.filter((_, y) => values[y] !== null);
  return known.length ? known[isLast ? known.length - 1 : 0] : "—";
}
function card(name, value, note) {
  return el("div", { class: "card" }, [el("p", { class: "name", text: name }),
    el("p", { class: "figure", text: value }), el("p", { class: "note", text: note })]);
}
function objectiveText(plan) {
  return plan.objectives.map((o) => o.label + " " + figure(o.value, o.unit)
    + (o.unit === "money" ? " (present value)" : "")).join(", then ");
}
function cardsOf(plan) {
  const m = plan.money;
  return [
    card("Dependence on foreign-controlled supply",
      percent(firstOf(plan.dep)) + " → " + percent(lastOf(plan.dep)),
      yearOf(plan.dep, false) + " → " + yearOf(plan.dep, true) + "; 0 % all home-made, 100 % all foreign"),
    ...plan.objectives.slice(0, 1).map((o) => card(o.label + ", the first objective",
      figure(o.value, o.unit), o.unit === "share" ? "share of weighted demand, " + years[0] + "–" + years[years.length - 1]
        : o.unit === "money" ? "present value" : "weighted")),
    card("Public money spent", money(m.public), "of " + money(m.available) + " appropriated"),
    card("Private money drawn in", money(m.private),
      m.public > 0 ? num(m.private / m.public, 2) + " per public unit" : "no public money is spent"),
  ];
}
function drawHeadline() {
  const status = $("status");
  status.hidden = shown.status === "optimal";
  if (shown.status !== "optimal") {
    status.textContent = "This case is " + shown.status + (shown.reason ? ": " + shown.reason : "") + ".";
  }
  const parts = document.querySelectorAll("[data-plan-part]");
  for (const part of parts) part.hidden = !shown.dep;
  if (!shown.dep) { fill($("cards"), []); fill($("moves"), []); return; }
  fill($("cards"), cardsOf(shown));
  fill($("moves"), shown.moves.length ? shown.moves.map((move) => {
    const place = D.facilities[move.facility];
    return el("li", {}, [el("b", { text: place.name }), " (" + D.stages[place.stage] + ", " + place.country + "): "
      + (move.capacity >= 0.5 ? num(move.capacity) + " t/yr, on line " + date(move.online) + ", " : "")
      + money(move.public) + " of public money"
      + (move.private >= 0.05 ? " and " + money(move.private) + " of private money" : "") + "."]);
  }) : [el("li", { text: "Nothing is funded." })]);
}
function drawBudget() {
  if (!budgetPlans.length) return;
  const plan = nearestPlan();
  $("budget-plan").textContent = "The plan at " + money(plan.budget)
    + (Math.abs(plan.scale - budgetScale) < 1e-9 ? "" : ", the nearest budget with a plan");
  $("budget-out").textContent = budgetWords();
  fill($("budget-cards"), cardsOf(plan));
  fill($("budget-builds"), [buildTable(plan)]);
  draw("frontier");
  draw("budget-awards");
}
function drawMaterial() {
  $("year-out").textContent = years[yearIndex];
  draw("material");
}
function drawPlan() {
  drawHeadline();
  if (!shown.dep) return;
  for (const name of ["dependency", "awards", "timeline", "reliance"]) draw(name);
  drawMaterial();
}
function drawAll() {
  drawPlan();
  drawBudget();
  if (compared.length > 1) draw("scenarios");
  if (D.prices && D.prices.funds.length) draw("prices");
}

function drawFixed() {
  document.title = D.title + " – Lodestone";
  $("title").textContent = D.title;
  $("description").textContent = D.description;
  $("description").hidden = !D.description;
  $("facts").textContent = years[0] + "–" + years[years.length - 1] + ", " + D.facilities.length + " facilities, "
    + D.fundCount + " programmes, money in million " + D.currency + ". Model: " + D.file + ".";
  $("made").textContent = "Made by Lodestone " + D.version + ". " + D.rules;
  fill($("plan"), shownPlans.map((plan, i) => el("option", { value: String(i), text: plan.name })));
  $("dependency-hint").textContent = "Weights: " + D.classes.map((c) => c.name + " " + num(c.weight * 100) + " %").join(", ")
    + ", unmet " + num(D.unmetWeight * 100) + " %. Dependency is the weighted mean of demand.";
  $("year").max = String(years.length - 1);
  yearIndex = years.length - 1;
  $("year").value = String(yearIndex);
  const titles = [...document.querySelectorAll("main section")];
  const missing = { frontier: !budgetPlans.length, scenarios: compared.length < 2,
    prices: !(D.prices && D.prices.funds.length), sources: !D.sources.length, tables: !D.tables.length };
  for (const section of titles) {
    section.hidden = Boolean(missing[section.id]);
    if (["dependency", "material", "awards", "timeline", "reliance"].includes(section.id)) {
      section.setAttribute("data-plan-part", "");
    }
  }
  fill($("contents"), titles.filter((s) => !s.hidden).map((s) =>
    el("a", { href: "#" + s.id, text: s.querySelector("h2").textContent })));
  if (budgetPlans.length) {
    $("budget").max = String(budgetSteps);
    budgetScale = Math.min(Math.max(1, leastScale()), mostScale());
    $("budget").value = String(Math.round((budgetScale - leastScale()) / (mostScale() - leastScale()) * budgetSteps));
    $("frontier-hint").textContent = (D.corners.length > 1
      ? "The line is exact: it has all " + num(corners.length) + " points where its slope changes"
      : "The line joins " + corners.length + " budgets that were solved")
      + (D.isFrontierRelaxed ? ", without the whole-number rules" : "")
      + ". Move the slider to read it at any budget and to see the nearest of " + budgetPlans.length + " plans.";
  }
  drawScenarioTable();
  drawPrices();
  drawVerification();
  fill($("source-list"), [el("ul", {}, D.sources.map((s) => el("li", {}, [
    el("b", { text: s.title }), [s.publisher, s.date].filter(Boolean).map((x) => ", " + x).join(""),
    ...(/^https?:\/\//.test(s.url) ? [" ", el("a", { href: s.url, rel: "noreferrer", text: s.url })] : []),
    el("span", { class: "hint", text: "  [" + s.key + "]" })])))]);
}
/** Where the head of the column has the unit. */
function inColumn(objective) {
  return objective.unit === "share" ? figure(objective.value, "share") : num(objective.value);
}
function drawScenarioTable() {
  const first = compared[0];
  fill($("scenario-table"), [table(words(["scenario", "what it is"]).concat(
    numbers(["dependency " + years[0], "dependency " + years[years.length - 1]]),
    numbers((first ? first.objectives : []).map((o) => o.label + ", "
      + (o.unit === "share" ? years[0] + "–" + years[years.length - 1] : o.unitWords))),
    numbers(["public money, million " + D.currency, "private money, million " + D.currency]), words(["status"])),
    shownPlans.map((plan) => [plan.name, plan.description].concat(plan.dep
      ? [percent(firstOf(plan.dep)), percent(lastOf(plan.dep))].concat(
        first.objectives.map((_, i) => (plan.objectives[i] ? inColumn(plan.objectives[i]) : "—")),
        [num(plan.money.public), num(plan.money.private)])
      : Array(4 + first.objectives.length).fill("—"), [plan.status])))]);
}
function drawPrices() {
  if (!D.prices) return;
  $("prices-hint").textContent = "What a little more of something would be worth: how far " + D.objective.label.toLowerCase()
    + " falls, from the dual values of the continuous program. They hold for small changes.";
  fill($("capacity-prices"), [table(words(["where", "what"]).concat(numbers([
    priceUnit + " per 1,000 t/yr more, in every year"])), D.prices.capacity.map((row) =>
    [row.name, row.kind, num(Math.max(0, -row.value * (D.objective.unit === "share" ? 1e5 : 1e3)), 3)]))]);
}
function drawVerification() {
  const rows = shownPlans.concat(budgetPlans.length ? [worstBudget()] : []);
  fill($("verified"), [
    el("p", { text: "Every plan is checked again from the model's own numbers, apart from the solver." }),
    el("div", { class: "tablebox" }, [table(words(["plan", "status", "verdict"]).concat(numbers(["gap",
      "largest rule violation", "dual violation", "whole numbers off by"])), rows.map((plan) => {
      const v = plan.verification;
      return [plan.name, plan.status + (plan.reason ? ": " + plan.reason : ""),
        v && v.verified ? "Verified" : "NOT verified"].concat(v
        ? [v.gap, v.primal, v.dual, v.integrality] : ["—", "—", "—", "—"]);
    }))]),
    el("p", { class: "hint", text: objectiveText(shownPlans[0]) ? "Base plan: " + objectiveText(shownPlans[0]) + "." : "" })]);
}
function worstBudget() {
  const doubted = budgetPlans.find((plan) => !plan.verification || !plan.verification.verified);
  const plan = doubted || budgetPlans.reduce((a, b) => (b.verification.size > a.verification.size ? b : a));
  return Object.assign({}, plan, { name: "of " + budgetPlans.length + " budgets the least certain, " + plan.name });
}

// ---- Data tables

const tableState = { sort: -1, descends: false, limit: 100, rows: [] };
function cellText(value, column) {
  if (value === null) return "";
  if (typeof value !== "number") return value;
  if (!column.unit) return String(value);
  return column.unit === "share" ? percent(value, 2) : num(value, Math.abs(value) < 100 ? 2 : 1);
}
function drawTable() {
  const chosen = D.tables[Number($("table").value)];
  if (!chosen) return;
  const needle = $("filter").value.trim().toLowerCase();
  let rows = chosen.rows.filter((row) => !needle
    || row.some((cell) => cell !== null && String(cell).toLowerCase().includes(needle)));
  if (tableState.sort >= 0) {
    const s = tableState.sort;
    rows = rows.map((row, i) => [row, i]).sort(([a, i], [b, j]) => {
      const [x, y] = [a[s], b[s]];
      const order = x === y ? 0 : x === null ? 1 : y === null ? -1
        : typeof x === "number" && typeof y === "number" ? x - y : String(x) < String(y) ? -1 : 1;
      return (tableState.descends ? -order : order) || i - j;
    }).map(([row]) => row);
  }
  tableState.rows = rows;
  const isNumber = (c) => chosen.rows.length > 0 && typeof chosen.rows[0][c] === "number";
  const head = el("tr", {}, chosen.columns.map((column, c) => {
    const isSorted = tableState.sort === c;
    const button = el("button", { type: "button", text: column.id.replace(/_/g, " ")
      + (column.unit ? " [" + column.unit + "]" : "") + (isSorted ? (tableState.descends ? " ▼" : " ▲") : "") });
    button.addEventListener("click", () => {
      tableState.descends = isSorted && !tableState.descends;
      tableState.sort = c;
      drawTable();
      const again = $("table-box").querySelectorAll("th button")[c];
      if (again) again.focus();
    });
    return el("th", { scope: "col", class: isNumber(c) ? "num" : null,
      "aria-sort": isSorted ? (tableState.descends ? "descending" : "ascending") : "none" }, [button]);
  }));
  const body = rows.slice(0, tableState.limit).map((row) => el("tr", {}, row.map((cell, c) =>
    el("td", { class: isNumber(c) ? "num" : null, text: cellText(cell, chosen.columns[c]) }))));
  fill($("table-box"), [el("table", {}, [el("thead", {}, [head]), el("tbody", {}, body)])]);
  $("table-count").textContent = num(rows.length) + " of " + num(chosen.rows.length) + " rows"
    + (rows.length > tableState.limit ? ", the first " + num(tableState.limit) + " shown" : "") + ".";
  $("more").hidden = rows.length <= tableState.limit;
}
function csvText() {
  const chosen = D.tables[Number($("table").value)];
  const quote = (cell) => {
    if (cell === null) return "";
    let text = String(cell);
    if (typeof cell === "string" && /^[=+\-@\t\r\n]/.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  };
  return [chosen.columns.map((c) => quote(c.unit ? c.id + " [" + c.unit + "]" : c.id))]
    .concat(tableState.rows.map((row) => row.map(quote))).map((row) => row.join(",") + "\n").join("");
}

// ---- What the reader does

function listen() {
  $("plan").addEventListener("change", () => { shown = shownPlans[Number($("plan").value)]; drawPlan(); });
  $("year").addEventListener("input", () => { yearIndex = Number($("year").value); drawMaterial(); });
  $("budget").addEventListener("input", () => {
    budgetScale = leastScale() + (mostScale() - leastScale()) * Number($("budget").value) / budgetSteps;
    $("budget").setAttribute("aria-valuetext", budgetWords());
    drawBudget();
  });
  $("patterns").addEventListener("change", () => { hasPatterns = $("patterns").checked; drawAll(); });
  $("print").addEventListener("click", () => window.print());
  $("table").addEventListener("change", () => { tableState.sort = -1; tableState.limit = 100; drawTable(); });
  $("filter").addEventListener("input", drawTable);
  $("more").addEventListener("click", () => { tableState.limit += 500; drawTable(); });
  $("csv").addEventListener("click", () => {
    const link = el("a", { download: D.tables[Number($("table").value)].name + ".csv",
      href: URL.createObjectURL(new Blob([csvText()], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  let timer = 0;
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width || isPrinting) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(drawAll, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const print = (now) => { if (isPrinting !== now) { isPrinting = now; drawAll(); } };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (event) => print(event.matches));
}

/** Every chart as [name, base64 of an SVG or PNG file], for `lodestone report --charts`. */
async function exported(kind) {
  const files = [];
  for (const name of Object.keys(charts)) {
    const { chart, plot } = charts[name];
    if (!chart || plot.offsetParent === null) continue;
    const [width, height] = [chart.getWidth(), chart.getHeight()];
    const image = plot.querySelector("svg").cloneNode(true);
    image.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    image.setAttribute("width", width);
    image.setAttribute("height", height);
    image.setAttribute("font-family", "Liberation Sans, Arial, sans-serif");
    const bytes = new TextEncoder().encode(new XMLSerializer().serializeToString(image));
    const svg = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    files.push([name, kind === "png" ? await pixels(svg, width, height) : svg]);
  }
  return files;
}
function pixels(svg, width, height) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = el("canvas", { width: 2 * width, height: 2 * height });
      const context = canvas.getContext("2d");
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      resolve(canvas.toDataURL("image/png").split(",")[1]);
    };
    image.onerror = () => reject(new Error("the chart cannot be drawn"));
    image.src = "data:image/svg+xml;base64," + svg;
  });
}

const wanted = /^#export-(svg|png)$/.exec(location.hash);
if (wanted) { isPrinting = true; printWidth = 1000; }
drawFixed();
fill($("table"), D.tables.map((t, i) => el("option", { value: String(i), text: t.name.replace(/_/g, " ") })));
drawTable();
drawAll();
listen();
window.lodestone = { charts, csvText };
if (wanted) {
  exported(wanted[1]).then((files) => document.body.append(
    el("pre", { id: "exported", text: files.map((file) => file.join(" ")).join("\n") })));
}
document.documentElement.setAttribute("data-ready", "true");
})();
