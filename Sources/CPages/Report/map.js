// The map: plants where they stand, coloured by stage, as large as what they make in the year

/** Plants with a place. */
const placed = D.facilities.map((place, f) => Object.assign({ f }, place)).filter((place) => place.at);
const hasMap = placed.length > 0 && typeof outlines !== "undefined";
let mapRegion = "world";
/** Miller's cylindrical projection, in radians: land keeps its shape where plants are. */
function projected(longitude, latitude) {
  const bounded = Math.max(-85, Math.min(85, latitude)) * Math.PI / 180;
  return [longitude * Math.PI / 180, 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * bounded))];
}
const landRings = hasMap ? outlines.map((ring) => {
  let [x, y] = ring;
  const points = [projected(x / 5, y / 5)];
  for (let i = 2; i < ring.length; i += 2) { x += ring[i]; y += ring[i + 1]; points.push(projected(x / 5, y / 5)); }
  return points;
}) : [];
const plantPoints = placed.map((place) => projected(place.at[1], place.at[0]));
/** What is seen: all plants with some room, or those at home. */
function mapBounds(w, h) {
  const isHome = (place) => place.class === 0;
  let points = plantPoints.filter((_, i) => mapRegion === "world" || isHome(placed[i]));
  if (!points.length) points = plantPoints;
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  let [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = 0.08 * Math.max(x1 - x0, y1 - y0, 0.25);
  [x0, x1, y0, y1] = [x0 - room, x1 + room, y0 - room, y1 + room];
  // The same scale both ways.
  const scale = Math.max((x1 - x0) / w, (y1 - y0) / h);
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return { x: [cx - scale * w / 2, cx + scale * w / 2], y: [cy - scale * h / 2, cy + scale * h / 2] };
}
function outputOf(y) {
  const tonnesOf = new Map((shown.output || []).map(([f, byYear]) => [f, byYear[y]]));
  return placed.map((place) => tonnesOf.get(place.f) || 0);
}
const mapStages = D.stages.map((name, s) => ({ name, s })).filter(({ s }) => placed.some((place) => place.stage === s));
/** Plants at one place stand around it. */
const atSamePlace = placed.map((place) => placed.filter((other) => String(other.at) === String(place.at)).map((other) => other.f));
const builtNow = (f, y) => (shown.builds || []).some((build) => build.facility === f && build.capacity >= 0.5 && build.online <= years[y] + 0.999);
const isDrawn = (i, output, y) => output[i] >= 0.5 || builtNow(placed[i].f, y);
define("map", {
  height: (w) => Math.min(560, Math.round(w * (w < 600 ? 0.6 : 0.5))) + legendHeight(mapStages.map((one) => one.name).concat(["nothing made"]), w),
  label: () => {
    const output = outputOf(yearIndex);
    return "Plants of " + shown.name + " that make something in " + years[yearIndex] + ": " + output.filter((t) => t >= 0.5).length + " of " + placed.length
      + " that have a place in the model. Area: tonnes of the main product, each stage for itself; colour: stage. Small rings make nothing in the year. Land: Natural Earth; borders as drawn there.";
  },
  option: (w) => {
    const t = theme();
    const bottom = legendHeight(mapStages.map((one) => one.name).concat(["nothing made"]), w);
    const h = charts.map.height(w) - bottom;
    const bounds = mapBounds(w, h);
    const output = outputOf(yearIndex);
    const largest = D.stages.map((_, s) => Math.max(1e-9, ...placed.map((place, i) => (place.stage === s ? Math.max(...outputEver(i)) : 0))));
    const land = isDark() ? "#26313d" : "#e3e8ee";
    const most = w < 600 ? 20 : 30;
    const spread = (i) => {
      const group = atSamePlace[i];
      if (group.length === 1) return [0, 0];
      const angle = 2 * Math.PI * group.indexOf(placed[i].f) / group.length;
      return [Math.round(9 * Math.cos(angle)), Math.round(9 * Math.sin(angle))];
    };
    const ranks = output.map((tonnesMade, i) => [tonnesMade / largest[placed[i].stage], i]).sort((a, b) => b[0] - a[0]);
    const named = new Set(ranks.slice(0, w < 600 ? 0 : 16).filter(([share]) => share > 0).map(([, i]) => i));
    return base({
      grid: { left: 0, right: 0, top: 0, bottom },
      legend: legend({ data: mapStages.map((one) => one.name) }),
      tooltip: Object.assign(base().tooltip, {
        trigger: "item", formatter: (item) => {
          const place = placed[item.data.index];
          return tip(place.name, [[D.stages[place.stage] + ", " + place.country, ""],
            ["made in " + years[yearIndex], tonnes(output[item.data.index])]]);
        },
      }),
      xAxis: { type: "value", show: false, min: bounds.x[0], max: bounds.x[1] },
      yAxis: { type: "value", show: false, min: bounds.y[0], max: bounds.y[1] },
      series: [{
        type: "custom", silent: true, clip: true, tooltip: { show: false }, data: landRings.map((_, i) => [0, 0, i]), z: 0,
        renderItem: (params, api) => ({
          type: "polygon", shape: { points: landRings[params.dataIndex].map((point) => api.coord(point)) },
          style: { fill: land, stroke: t.paper, lineWidth: 0.7 },
        }),
      }].concat(mapStages.map(({ name, s }) => ({
        name, type: "scatter", clip: true, itemStyle: { color: stageColor(s), borderColor: t.paper, borderWidth: 1, opacity: 0.88 },
        labelLayout: { hideOverlap: true },
        data: placed.map((place, i) => ({ place, i })).filter(({ place }) => place.stage === s).map(({ place, i }) => ({
          name: place.name, value: plantPoints[i], index: i, symbolOffset: spread(i),
          symbolSize: output[i] >= 0.5 ? 6 + (most - 6) * Math.sqrt(output[i] / largest[s]) : 6,
          itemStyle: output[i] >= 0.5 ? undefined : { color: "transparent", borderColor: stageColor(s), borderWidth: isDrawn(i, output, yearIndex) ? 1.6 : 0.8, opacity: 0.7 },
          label: { show: named.has(i), position: plantPoints[i][0] > bounds.x[0] + 0.68 * (bounds.x[1] - bounds.x[0]) ? "left" : "right", color: t.ink, fontSize: 11, textBorderColor: t.paper, textBorderWidth: 3, formatter: cut(place.name, 44) },
        })),
      }))),
    });
  },
  table: () => {
    const output = outputOf(yearIndex);
    return table(words(["plant", "stage", "country"]).concat(numbers(["made in " + years[yearIndex] + ", t"])),
      placed.map((place, i) => [place.name, D.stages[place.stage], place.country, num(output[i])]).filter((_, i) => output[i] >= 0.5));
  },
});
function outputEver(i) {
  const row = (shown.output || []).find(([f]) => f === placed[i].f);
  return row ? row[1] : [0];
}
function stageColor(s) {
  const onWhite = ["#8a5a00", "#0072b2", "#7b3f9e", "#d55e00", "#007a59", "#4a5663", "#a3507f"];
  const onDark = ["#e0a93b", "#56b4e9", "#c08be0", "#ff8a3d", "#2fc49a", "#a7b3c0", "#e29bc4"];
  return (isDark() ? onDark : onWhite)[s % onWhite.length];
}
/** The controls of the map: its year is the page's. */
function listenMap(draw) {
  if (!hasMap) return;
  const isHomeSmaller = placed.some((place) => place.class === 0) && placed.some((place) => place.class !== 0);
  $("map-region").parentElement.hidden = !isHomeSmaller;
  $("map-region").addEventListener("change", () => { mapRegion = $("map-region").value; draw(); });
}
