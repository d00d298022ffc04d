// ---- What one aim costs in another: the frontier of two objectives, the present plan beside it, the plan of a corner

/** The frontier that was found: axes, corners with what a step from each buys; null: none yet. */
let aims = null;
/** The corner that was pressed, its plan once it is there, and the request for it. */
let corner = -1, cornerPlan = null, cornerRun = null;
let aimOptions = "";
const aimsChosen = () => [$("aim-first").value, $("aim-second").value];
const aimFigure = (value, i) => figure(value, aims.axes[i].unit);
const aimWords = (values) => aims.axes.map((axis, i) => axis.label.toLowerCase() + " " + aimFigure(values[i], i)).join(", ");

/** The objectives of the model and its measures, of which either end can be the aim. */
function drawAimChoice() {
  const options = (D.aims || []).flatMap((aim) => (aim.isMeasure
    ? [["maximize " + aim.name, "most " + aim.label], [aim.name, "least " + aim.label]] : [[aim.name, aim.label]]));
  const mark = JSON.stringify(options);
  if (!options.length || mark === aimOptions) return;
  aimOptions = mark;
  const usual = [...presentObjectives(), "dependency", "public_cost"];
  const names = ["aim-first", "aim-second"];
  names.forEach((id, i) => {
    const before = $(id).value;
    fill($(id), options.map(([value, text]) => el("option", { value, text })));
    const isThere = (name) => options.some(([value]) => value === name);
    $(id).value = before && isThere(before) ? before : usual.filter(isThere).filter((name) => !i || name !== $(names[0]).value)[0];
  });
}
/** What the plan that is shown has of an aim; null where there is no plan, or the measure is another state's. */
function presentAim(axis) {
  const known = shown.dep ? (D.aims || []).find((aim) => aim.name === axis.name.replace(/^maximize /, "")) : null;
  return known ? known.value : null;
}
function presentPoint() {
  const values = aims.axes.map(presentAim);
  return values.includes(null) ? null : values;
}
function takeAims(found) {
  dropCorner();
  aims = found.picture;
  const stopped = found.reason ? " Stopped early: " + found.reason + "." : "";
  studies.aims.note = (aims.corners.length === 1 ? "One plan is best in both." : "Without the whole-number rules; press a corner for its plan.") + stopped;
}
function dropCorner() {
  if (cornerRun) cornerRun.cancel();
  corner = -1;
  cornerPlan = cornerRun = null;
  $("corner-error").hidden = true;
}
define("aims", {
  height: () => tall(340),
  label: () => {
    const here = presentPoint();
    return aims.axes[0].label + " against " + aims.axes[1].label.toLowerCase() + ": " + aims.corners.length
      + (aims.corners.length === 1 ? " corner" : " corners") + ", all there are without the whole-number rules"
      + (here ? ". This plan: " + aimWords(here) : "") + (corner >= 0 ? ". Pressed: " + aimWords(aims.corners[corner]) : "") + ".";
  },
  option: () => {
    const t = theme();
    const here = presentPoint();
    const text = (i) => (v) => (aims.axes[i].unit === "share" ? num(v * 100) + " %" : num(v, Math.abs(v) < 10 && v % 1 !== 0 ? 1 : 0));
    const axisOf = (i, extra) => axis(Object.assign({ type: "value", scale: true, name: aims.axes[i].label + ", " + aims.axes[i].unitWords,
      axisLabel: { color: t.soft, formatter: text(i), hideOverlap: true } }, extra));
    const point = (values) => [values[1], values[0]];
    const places = aims.corners.map((values, n) => ({ value: point(values), corner: n, symbolSize: n === corner ? 20 : aims.corners.length > 80 ? 8 : 12,
      itemStyle: { color: n === corner ? lineColor(2) : lineColor(0), borderColor: t.paper, borderWidth: n === corner ? 2 : 1 } }));
    return base({
      grid: { left: 72, right: 40, top: 34, bottom: 50 },
      tooltip: Object.assign(base().tooltip, { trigger: "item",
        formatter: (item) => tip(item.seriesName, aims.axes.map((one, i) => [one.label, aimFigure(item.value[1 - i], i), item.color])) }),
      xAxis: axisOf(1, { nameLocation: "middle", nameGap: 30, splitLine: { show: false } }),
      yAxis: axisOf(0, { nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -56] } }),
      series: [
        { type: "line", name: "best there is", silent: true, symbol: "none", data: aims.corners.map(point), lineStyle: { color: lineColor(0), width: 3 } },
        { type: "scatter", name: "a corner: press it for its plan", data: places, z: 3, cursor: "pointer" },
        { type: "scatter", name: "this plan", data: here ? [point(here)] : [], symbol: "diamond", symbolSize: 18, z: 4, silent: true,
          itemStyle: { color: "#d55e00", borderColor: t.paper, borderWidth: 2 }, label: { show: true, position: "top", color: t.ink, formatter: "this plan" } },
      ],
    });
  },
  table: () => table(numbers(aims.axes.map((one) => one.label + ", " + one.unitWords)).concat(words(["from here"])),
    aims.corners.map(([first, second, rates]) => [aimFigure(first, 0), aimFigure(second, 1), rates])),
});
function drawAims() {
  $("aims-box").hidden = !aims;
  if (!aims) return;
  draw("aims");
  const { chart } = charts.aims;
  if (chart && !charts.aims.listens) {
    charts.aims.listens = true;
    chart.on("click", (item) => { if (item.data && item.data.corner !== undefined) chooseCorner(item.data.corner); });
  }
  $("corner").max = String(aims.corners.length);
  $("corner").value = String(corner + 1 || 1);
  $("corner").disabled = aims.corners.length === 1;
  $("corner-out").textContent = corner < 0 ? "none pressed" : (corner + 1) + " of " + aims.corners.length;
  $("corner-pin").hidden = !cornerPlan;
  $("corner-stop").hidden = !cornerRun;
  if (!cornerRun) $("corner-state").textContent = "";
  fill($("corner-plan"), corner < 0 ? [] : cornerParts());
}
/** Asks for the whole plan of a corner: the best in the first aim with the second no worse than there, then in the second. */
async function chooseCorner(n) {
  dropCorner();
  if (studies.aims.found !== keyOfStudy("aims")) { drawStudies(); return; }
  corner = n;
  const [objective, secondAt] = [aims.axes.map((one) => one.name), aims.corners[n][1]];
  pauseWhole();
  const run = link.call("picture", { model: handle, relax: true, onlyPlan: true, objective, secondAt }, (value) => {
    if (cornerRun === run) $("corner-state").textContent = "Making its plan" + (value.objective ? ": " + value.objective.replace(/_/g, " ") : "") + " …";
  });
  cornerRun = run;
  $("corner-state").textContent = "Making its plan …";
  drawAims();
  try {
    const found = prepared(await run);
    if (cornerRun !== run) return;
    cornerPlan = found;
    if (!found.plan.dep) refuse($("corner-error"), { message: "This corner's plan was not found: " + (found.plan.reason || found.plan.status), details: {} });
  } catch (error) {
    if (cornerRun !== run) return;
    refuse($("corner-error"), error.code === -32800 ? { message: "Stopped.", details: {} } : error);
  }
  cornerRun = null;
  drawAims();
  solveWhole();
}
/** The corner in words, and what its plan awards and builds beside the plan that is shown. */
function cornerParts() {
  const [first, second, rates] = aims.corners[corner];
  const parts = [el("p", { class: "lead" }, [el("b", { text: "At this corner: " + aimWords([first, second]) + ". " }), rates])];
  const plan = cornerPlan && cornerPlan.plan;
  if (!plan || !plan.dep || !shown.dep) return parts;
  const pair = (here, there, format) => [format(here), format(there)];
  const heads = (what) => words([what]).concat(numbers(["public money, this plan", "at the corner"]));
  const paid = (one) => {
    const sums = D.payers.slice(0, -1).map(() => 0);
    for (const [payer, , , amount] of one.awards || []) { if (payer < sums.length) sums[payer] += amount; }
    return sums;
  };
  const [paidHere, paidThere] = [paid(shown), paid(plan)];
  const payers = D.payers.slice(0, -1).map((name, i) => [name, paidHere[i], paidThere[i]]).filter(([, a, b]) => a >= 0.05 || b >= 0.05);
  const [here, there] = [totals(shown), totals(plan)];
  const none = { capacity: 0, money: 0 };
  const rows = [...new Set([...here.keys(), ...there.keys()])].map((f) => ({ f, a: here.get(f) || none, b: there.get(f) || none }))
    .filter(({ a, b }) => Math.max(a.money, b.money) >= 0.05 || Math.max(a.capacity, b.capacity) >= 0.5)
    .sort((x, y) => Math.abs(y.b.money - y.a.money) - Math.abs(x.b.money - x.a.money) || x.f - y.f);
  if (!rows.length && !payers.length) return parts.concat([el("p", { text: "Neither plan awards or builds anything." })]);
  return parts.concat([
    el("div", { class: "tablebox tall" }, [table(heads("facility").concat(numbers(["capacity, this plan, t/yr", "at the corner, t/yr"])),
      rows.map(({ f, a, b }) => [D.facilities[f].name, ...pair(a.money, b.money, money), ...pair(a.capacity, b.capacity, (v) => num(v))]))]),
    el("div", { class: "tablebox" }, [table(heads("programme"), payers.map(([name, a, b]) => [name, ...pair(a, b, money)]))]),
    el("p", { class: "hint", text: "Its index in " + yearOf(plan.dep, true) + ": " + percent(lastOf(plan.dep)) + ", of this plan " + percent(lastOf(shown.dep))
      + (plan.verification ? ". " + (plan.verification.verified ? "Verified" : "NOT verified") + ", gap " + plan.verification.gap : "") + "." }),
  ]);
}
titles.aims = () => {
  if (!aims || aims.corners.length < 2) return aims ? "One plan is best in both aims" : "What one aim costs another";
  const [low, high] = [aims.corners[0], aims.corners[aims.corners.length - 1]];
  return aims.axes.map((axis, i) => (i ? axis.label.toLowerCase() : axis.label) + " goes from " + aimFigure(low[i], i) + " to " + aimFigure(high[i], i)).join(" as ");
};
function listenAims() {
  for (const id of ["aim-first", "aim-second"]) {
    $(id).addEventListener("change", () => { $("aims-error").hidden = true; drawStudies(); });
  }
  $("corner").addEventListener("change", () => chooseCorner(Number($("corner").value) - 1));
  $("corner-stop").addEventListener("click", () => { if (cornerRun) cornerRun.cancel(); });
  $("corner-pin").addEventListener("click", () => {
    pinned = cornerPlan;
    pinned.name = "the corner with " + aimWords(aims.corners[corner]);
    $("pinned-name").textContent = "pinned: " + pinned.name;
    show();
  });
}
