// ---- The plan that is shown, against the one that is pinned

const plainDependency = Object.assign({}, charts.dependency);
Object.assign(charts.dependency, {
  height: (w) => plainDependency.height(w) + (isCompared() ? 23 : 0),
  option: (w) => {
    const t = theme();
    const option = plainDependency.option(w);
    if (isCompared()) {
      // The mark of a line without symbols would be a dot.
      option.legend.data.push({ name: "pinned plan", icon: "path://M0,0h5v3h-5z M8,0h5v3h-5z M16,0h5v3h-5z", itemStyle: { color: t.ink, borderWidth: 0 } });
      option.grid.bottom += 23;
      // On bars of every colour: dark dashes on a pale line.
      option.series.push({ type: "line", data: pinned.plan.dep, symbol: "none", z: 4, silent: true, tooltip: { show: false },
        lineStyle: { color: t.paper, width: 4, opacity: 0.75 } });
      option.series.push({ name: "pinned plan", type: "line", data: pinned.plan.dep, symbol: "none", z: 4,
        lineStyle: { color: t.ink, width: 2, type: "dashed" }, itemStyle: { color: t.ink } });
    }
    return option;
  },
});
const isCompared = () => pinned && shown !== pinned.plan && pinned.plan.dep;
let lastShown = null, lastPinned = null, lastTargets = "", later = 0;
let showsAll = D.facilities.length <= 12;

function drawShown(now) {
  clearTimeout(later);
  [lastShown, lastPinned, lastTargets] = [now, pinned, JSON.stringify(presentTargets())];
  shown = now.plan;
  const hasPlan = Boolean(shown.dep);
  $("finding").textContent = hasPlan ? unbroken(shown.finding) : "There is no such plan.";
  const why = shown.misses ? "The targets cannot all be met: it misses " + shown.misses + "." : "";
  const alert = !hasPlan ? "This is " + shown.status + (shown.reason ? ": " + shown.reason : "") + "."
    : shown.status === "feasible" ? "The best plan found in time, not proven best" + (shown.reason ? " (" + shown.reason + ")" : "") + "." : why;
  $("alert").hidden = !alert;
  $("alert").textContent = alert;
  const check = shown.verification;
  $("qualifier").textContent = (now.content.isRelaxed && hasWholeRules !== false ? "Without the whole-number rules (modules, smallest awards). " : "")
    + (hasPlan && shown.says && shown.says.length ? shown.says[0] + " " : "")
    + (check ? (check.verified ? "Verified" : "NOT verified") + ", gap " + check.gap + ", in " + num(now.content.seconds, now.content.seconds < 1 ? 2 : 1) + " s." : "");
  document.title = (hasPlan ? percent(lastOf(shown.dep)) + " · " : "") + D.title + " – Lodestone";
  if (!hasPlan) return;
  fill($("cards"), liveCards());
  drawMoved();
  drawTitles();
  drawInTurn([["dependency", () => draw("dependency")], ["uses", () => draw("uses")], ["awards", () => draw("awards")], ["built", drawBuilt],
    ["map", () => { if (hasMap) draw("map"); }], ["material", drawYears], ["timeline", () => draw("timeline")], ["floors", () => drawFloors(now)],
    ["live-frontier", drawFrontierState], ["measures", drawStudies]]);
}
/** What can be seen at once; the rest right behind it, unless another plan has come. */
function drawInTurn(parts) {
  clearTimeout(later);
  const isSeen = ([name]) => {
    const box = (document.querySelector('[data-chart="' + name + '"]') || $(name)).getBoundingClientRect();
    return box.bottom > -100 && box.top < innerHeight + 100;
  };
  const rest = isPrinting ? [] : parts.filter((part) => !isSeen(part));
  for (const part of parts) { if (!rest.includes(part)) part[1](); }
  const next = () => {
    const part = rest.shift();
    if (!part) return;
    part[1]();
    later = setTimeout(next, 0);
  };
  later = setTimeout(next, 0);
}
/** The flow; the map has its own turn. */
function drawYears() { showYear(); draw("material"); }
/** Whether less is better; null: neither. */
function delta(now, before, format, isLessBetter, least) {
  const change = now - before;
  if (!isCompared() || !isFinite(change)) return [];
  if (Math.abs(change) < least) return [el("span", { class: "delta same", text: "as pinned" })];
  const kind = isLessBetter === null ? "same" : (change < 0) === isLessBetter ? "down" : "up";
  return [el("span", { class: "delta " + kind, text: (change > 0 ? "▲ " : "▼ ") + format(Math.abs(change)), title: "against the pinned plan" })];
}
const points = (value) => num(value * 100, 1) + " points";
function liveCards() {
  const before = pinned.plan.dep ? pinned.plan : shown;
  const most = (plan) => Math.max(...plan.shares.map((row) => row[D.classes.length]));
  const box = (name, value, note, more) => { const node = card(name, value, note); node.append(...more); return node; };
  const first = shown.objectives[0];
  const old = before.objectives[0];
  const sameObjective = first && old && first.label === old.label;
  return [
    box("Dependency index in " + yearOf(shown.dep, true), percent(lastOf(shown.dep)), "from " + percent(firstOf(shown.dep)) + " in " + yearOf(shown.dep, false),
      delta(lastOf(shown.dep), lastOf(before.dep), points, true, 5e-4)),
    ...(first ? [box(first.label + ", all years", figure(first.value, first.unit), "the first objective",
      sameObjective ? delta(first.value, old.value, first.unit === "share" ? points : (v) => figure(v, first.unit), !first.isMaximised,
        first.unit === "share" ? 5e-5 : 5e-4 * Math.max(1, Math.abs(old.value))) : [])] : []),
    box("Demand not served, at most", percent(most(shown)), "in the worst year, by weighted demand", delta(most(shown), most(before), points, true, 5e-4)),
    box("Public money spent", money(shown.money.public), "of " + money(shown.money.available) + " appropriated",
      delta(shown.money.public, before.money.public, money, null, 0.0005 * Math.max(1, before.money.public))),
    box("Private money drawn in", money(shown.money.private), "", delta(shown.money.private, before.money.private, money, null, 0.0005 * Math.max(1, before.money.private))),
  ];
}

// What moved

function totals(plan) {
  const rows = new Map();
  const row = (f) => { if (!rows.has(f)) rows.set(f, { capacity: 0, money: 0, start: Infinity }); return rows.get(f); };
  for (const build of plan.builds || []) {
    const one = row(build.facility);
    one.capacity += build.capacity;
    one.start = Math.min(one.start, build.start);
  }
  for (const [payer, target, , amount] of plan.awards || []) {
    if (payer < D.payers.length - 1 && target < D.facilities.length) row(target).money += amount;
  }
  return rows;
}
function drawMoved() {
  $("moved-box").hidden = !isCompared();
  if (!isCompared()) return;
  const [now, before] = [totals(shown), totals(pinned.plan)];
  const none = { capacity: 0, money: 0, start: Infinity };
  const least = 0.002 * Math.max(1, shown.money.public, pinned.plan.money.public);
  const rows = [...new Set([...now.keys(), ...before.keys()])].map((f) => {
    const [a, b] = [before.get(f) || none, now.get(f) || none];
    return { f, a, b, size: Math.abs(b.money - a.money) + (Math.abs(b.capacity - a.capacity) > 0.02 * Math.max(a.capacity, b.capacity, 1) ? least : 0) };
  }).filter((row) => row.size > 0.9 * least).sort((x, y) => y.size - x.size);
  const words = ({ f, a, b }) => {
    const place = D.facilities[f];
    const capacity = (x) => num(x.capacity) + " t/yr";
    const what = a.capacity < 0.5 && b.capacity >= 0.5 ? "is built now, " + capacity(b)
      : b.capacity < 0.5 && a.capacity >= 0.5 ? "is no longer built, " + capacity(a) + " before"
        : Math.abs(b.capacity - a.capacity) > 0.5 ? capacity(a) + " → " + capacity(b) : capacity(b);
    const when = a.start !== b.start && isFinite(a.start) && isFinite(b.start) ? ", first award " + date(a.start) + " → " + date(b.start) : "";
    return el("li", {}, [el("b", { text: place.name }), " (" + D.stages[place.stage] + "): " + what + ", "
      + (Math.abs(b.money - a.money) > 0.05 ? money(a.money) + " → " + money(b.money) : money(b.money)) + " of public money" + when]);
  };
  fill($("moved"), rows.length ? [el("p", { class: "hint", text: "Pinned: " + (pinned.name || "a plan") + ". " + rows.length
      + (rows.length === 1 ? " facility differs" : " facilities differ") + (rows.length > 12 ? ", the largest 12 shown" : "") + "." }),
    el("ul", {}, rows.slice(0, 12).map(words))]
    : [el("p", { text: "Nothing that is built or paid for differs from the pinned plan." })]);
}
