// ---- Levers: money and what may happen

const base0 = { frame: [], funds: {}, moves: [], hasOutcomes: false, scenarios: [], targets: {}, objectives: [] };
/** Millions in a text such as `60 MUSD`; null where it is written in another way. */
function millions(text) {
  const match = /^\s*([\d.eE+-]+)\s*([kMBT]?)([A-Za-z]{2,8})\s*$/.exec(String(text));
  if (!match || match[3] !== D.currency || !isFinite(Number(match[1]))) return null;
  return Number(match[1]) * { "": 1e-6, k: 1e-3, M: 1, B: 1e3, T: 1e6 }[match[2]];
}
const inMillions = (value) => String(Number(value.toPrecision(12))) + " M" + D.currency;
/** Appropriations by year: [{year, text, value}]; null where they cannot be moved by a slider. */
function byYear(written) {
  const pairs = typeof written === "object" && written !== null
    ? Object.entries(written) : years.map((year) => [String(year), written]);
  const rows = pairs.map(([year, text]) => ({ year, text: String(text), value: millions(text) }));
  return rows.length && rows.every((row) => row.value !== null) ? rows : null;
}
/** The flow style of YAML, as settings have it. */
const flow = (rows) => "{" + rows.map((row) => row.year + ": " + row.text).join(", ") + "}";
function readFlow(text) {
  const rows = {};
  for (const part of text.replace(/^\{|\}$/g, "").split(",")) {
    const at = part.indexOf(":");
    if (at > 0) rows[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return rows;
}
const sumOf = (rows) => rows.reduce((sum, row) => sum + row.value, 0);

/** While a slider moves, plans are made without keeping the change; letting go keeps it, as one step. */
function slide(input, overlayOf, keep) {
  let isMoving = false;
  input.addEventListener("input", () => { isMoving = true; refresh(overlayOf()); });
  input.addEventListener("change", () => { if (isMoving) { isMoving = false; overlay = null; keep(); } });
}
function lever(id, name, max, step) {
  const input = el("input", { type: "range", id, min: "0", max: String(max), step: String(step) });
  const output = el("output", { for: id });
  const box = el("div", { class: "lever" }, [el("label", { for: id, text: name }), output, input]);
  return { input, output, box };
}
function setPath(path, value, isBase) {
  if (isBase) return settingOf(path) === null ? {} : { unset: [path] };
  return { set: { [path]: value } };
}

function makeFunds() {
  const ids = Object.keys(base0.funds);
  fill($("funds"), ids.map((id) => {
    const fund = base0.funds[id];
    const path = "funds." + id + ".appropriations";
    const all = lever("fund-" + id, "All years", 300, 5);
    const total = el("output", { for: "fund-" + id });
    const list = el("div", {});
    const box = el("details", { class: "fund" }, [el("summary", {}, [el("span", { text: fund.name }), total]), all.box, list]);
    Object.assign(fund, { box, all, total, list, path, rows: [] });
    const scaled = () => fund.base.map((row) => {
      const value = row.value * Number(all.input.value) / 100;
      return { year: row.year, value, text: all.input.value === "100" ? row.text : inMillions(value) };
    });
    slide(all.input, () => { drawFund(fund, scaled()); return { set: { [path]: flow(scaled()) } }; },
      () => change(setPath(path, flow(scaled()), all.input.value === "100"), "budget-error"));
    box.addEventListener("toggle", () => { if (box.open && !fund.rows.length) makeYears(fund); });
    return box;
  }));
  slide($("budget"), () => { $("budget-out").textContent = $("budget").value + " %"; return { budgetScale: Number($("budget").value) / 100 }; },
    () => change({ budgetScale: Number($("budget").value) / 100 }, "budget-error"));
}
/** The scenarios that the sliders' starting amounts are of. */
let fundsOf = "";
/** Sliders start from what the scenarios appropriate. */
async function followScenarios() {
  const wanted = JSON.stringify(state.scenario);
  if (wanted === fundsOf) return;
  fundsOf = wanted;
  const found = await valuesAt("funds.*.appropriations", { unset: state.set.map((one) => one.path), budgetScale: 1 });
  if (fundsOf !== wanted) return;
  for (const one of found) {
    const fund = base0.funds[one.path.split(".")[1]];
    const rows = fund && byYear(one.value);
    if (!rows || flow(rows) === flow(fund.base)) continue;
    fund.base = rows;
    fund.rows = [];
    fill(fund.list, []);
    if (fund.box.open) makeYears(fund);
    drawFund(fund, presentRows(fund));
  }
}
function makeYears(fund) {
  const most = Math.max(1, ...fund.base.map((row) => row.value));
  const nice = Math.pow(10, Math.floor(Math.log10(most)));
  const step = nice / 20;
  fund.rows = fund.base.map((row) => {
    const one = lever("fund-" + fund.id + "-" + row.year, row.year, Math.ceil(3 * most / step) * step, step);
    const moved = () => presentRows(fund).map((other) => other.year === row.year
      ? { year: row.year, value: Number(one.input.value), text: inMillions(Number(one.input.value)) } : other);
    slide(one.input, () => { const rows = moved(); drawFund(fund, rows); return { set: { [fund.path]: flow(rows) } }; },
      () => change({ set: { [fund.path]: flow(moved()) } }, "budget-error"));
    return Object.assign(one, { year: row.year });
  });
  fill(fund.list, fund.rows.map((row) => row.box));
  drawFund(fund, presentRows(fund));
}
/** What the state says of a programme's appropriations. */
function presentRows(fund) {
  const written = settingOf(fund.path);
  if (written === null) return fund.base;
  return byYear(readFlow(written)) || fund.base;
}
function drawFund(fund, rows) {
  fund.total.textContent = money(sumOf(rows));
  const isBase = settingOf(fund.path) === null && rows === fund.base;
  fund.box.classList.toggle("is-changed", !isBase);
  const share = sumOf(fund.base) > 0 ? 100 * sumOf(rows) / sumOf(fund.base) : 100;
  fund.all.output.textContent = num(share) + " %";
  if (document.activeElement !== fund.all.input) fund.all.input.value = String(Math.min(300, Math.round(share / 5) * 5));
  for (const one of fund.rows) {
    const row = rows.find((other) => other.year === one.year);
    one.output.textContent = money(row ? row.value : 0);
    if (document.activeElement !== one.input) one.input.value = String(row ? row.value : 0);
  }
}

function makeToggles() {
  const moves = new Set(base0.moves);
  const box = (scenario) => {
    const input = el("input", { type: "checkbox", "data-scenario": scenario.id });
    input.addEventListener("change", () => {
      const rest = state.scenario.filter((id) => id !== scenario.id);
      change({ scenario: input.checked ? rest.concat([scenario.id]) : rest }, "scenario-error").then(drawToggles);
    });
    return el("label", {}, [input, el("span", {}, [scenario.name,
      ...(scenario.description ? [el("small", { text: scenario.description })] : [])])]);
  };
  fill($("scenarios"), base0.scenarios.filter((one) => !moves.has(one.id)).map(box));
  fill($("moves"), base0.scenarios.filter((one) => moves.has(one.id)).map(box));
  $("moves-box").hidden = moves.size === 0;
  $("scenario-box").hidden = base0.scenarios.length === 0;
}
function drawToggles() {
  for (const input of document.querySelectorAll("[data-scenario]")) {
    input.checked = state.scenario.includes(input.getAttribute("data-scenario"));
    input.parentElement.classList.toggle("is-changed", input.checked);
  }
}

function drawLevers() {
  $("undo").disabled = !state.canUndo;
  $("redo").disabled = !state.canRedo;
  $("reset").disabled = !isChanged();
  if (document.activeElement !== $("budget")) $("budget").value = String(Math.round(state.budgetScale * 100));
  $("budget-out").textContent = num(state.budgetScale * 100) + " %";
  $("budget").parentElement.classList.toggle("is-changed", state.budgetScale !== 1);
  for (const fund of Object.values(base0.funds)) drawFund(fund, presentRows(fund));
  drawToggles();
  drawTargets();
  drawObjectives();
  drawFacilityForm();
  drawChanged();
}
function drawChanged() {
  const chips = [];
  const chip = (words, undo) => {
    const button = el("button", { type: "button", text: "Undo", "aria-label": "Take back: " + words });
    button.addEventListener("click", undo);
    chips.push(el("div", { class: "chip" }, [el("code", { text: words }), button]));
  };
  if (state.budgetScale !== 1) chip("all programmes × " + num(state.budgetScale * 100) + " %", () => change({ budgetScale: 1 }));
  for (const id of state.scenario) chip(id, () => change({ scenario: state.scenario.filter((other) => other !== id) }));
  for (const one of state.set) chip(one.path + " = " + cut(one.value, 120), () => change({ unset: [one.path] }));
  for (const warning of state.warnings || []) chips.push(el("p", { class: "error", text: warning.message }));
  fill($("changed"), chips.length ? chips : [el("p", { class: "hint", text: "Nothing: this is the model as it is in the file." })]);
}
