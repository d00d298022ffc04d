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
    itemWidth: 16, itemHeight: 11, itemStyle: { borderWidth: 0.6 },
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

/** Heights are less on paper, so that a page holds two charts. */
function tall(pixels) { return isPrinting && !wanted ? Math.round(0.7 * pixels) : pixels; }
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
    const scrollHint = el("p", { class: "hint scroll-hint", text: "The chart is wider than the screen: scroll it sideways." });
    definition.scroller = scroller;
    definition.scrollHint = scrollHint;
    definition.figure = el("figure", {}, [scrollHint, scroller, caption, details]);
    slot.replaceChildren(definition.figure);
  }
  const width = isPrinting ? printWidth : Math.max(definition.leastWidth || 280, slot.clientWidth);
  const isScrolled = !isPrinting && width > slot.clientWidth;
  definition.scrollHint.hidden = !isScrolled;
  if (isScrolled) makeScrollable(definition.scroller, definition.label());
  else for (const name of ["tabindex", "role", "aria-label"]) definition.scroller.removeAttribute(name);
  const height = Math.round(typeof definition.height === "function"
    ? definition.height(width) : definition.height);
  if (typeof echarts === "undefined") {
    definition.scroller.hidden = definition.scrollHint.hidden = true;
    definition.caption.textContent = definition.label();
    definition.details.open = true;
    fillTable(definition);
    return;
  }
  definition.plot.style.height = height + "px";
  definition.plot.style.width = isPrinting || isScrolled ? width + "px" : "100%";
  if (!definition.chart) {
    definition.chart = echarts.init(definition.plot, null, { renderer: "svg", width, height });
  } else if (definition.chart.getWidth() !== width || definition.chart.getHeight() !== height) {
    // A chart that is given another size would draw its old picture once more.
    definition.chart.clear();
    definition.chart.resize({ width, height });
  }
  definition.chart.setOption(definition.option(width), { notMerge: true });
  definition.plot.setAttribute("aria-label", definition.label());
  definition.caption.textContent = definition.label();
  definition.details.firstChild.setAttribute("aria-label", "The same as a table: " + definition.label());
  fillTable(definition);
}
function fillTable(definition) {
  if (!definition.details.open) return;
  const box = el("div", { class: "tablebox tall" }, [definition.table()]);
  makeScrollable(box, definition.label());
  definition.details.replaceChildren(definition.details.firstChild, box);
}

/** Tooltip text from [name, value] lines. */
function tip(title, lines) {
  return "<b>" + esc(title) + "</b>" + lines.map(([name, value, color]) =>
    "<br>" + (color ? '<span style="display:inline-block;width:.7em;height:.7em;background:'
      + color + '"></span> ' : "") + esc(name) + (value === "" ? "" : ": <b>" + esc(value) + "</b>")).join("");
}

/** What a chart of shares by year says where the pointer is: each series with its share. */
function shareTooltip() {
  return Object.assign(base().tooltip, {
    trigger: "axis",
    formatter: (items) => tip(items[0].axisValue, items.map((item) =>
      [item.seriesName, percent(item.value === "-" ? 0 : item.value), item.color])),
  });
}

function yearAxis() {
  return axis({ type: "category", data: years.map(String), splitLine: { show: false } });
}
