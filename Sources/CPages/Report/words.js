const D = JSON.parse(document.getElementById("report-content").textContent);
const $ = (id) => document.getElementById(id);
const years = D.years;
const plans = D.plans;
const shownPlans = plans.filter((plan) => plan.kind !== "budget");
const budgetPlans = plans.filter((plan) => plan.kind === "budget" && plan.dep);
/** Those that are no plans of a frontier. */
const casePlans = shownPlans.filter((plan) => plan.kind !== "corner");
/** What one objective costs in another; null where the report was not asked for it. */
const trade = D.trade || null;
let shown = shownPlans[0];
let yearIndex = 0;
let budgetScale = 1;
let hasPatterns = false;
let isPrinting = false;
/** Whether the charts are drawn for files of their own, which are as large as on a screen. */
const wanted = /^#export-(svg|png)$/.exec(location.hash);
const printWidth = wanted ? 1000 : 690;

// ---- Words and numbers

function esc(text) {
  return String(text).replace(/[&<>"']/g, (c) => "&#" + c.charCodeAt(0) + ";");
}
function num(value, decimals) {
  if (value === null || value === undefined || !isFinite(value)) return "—";
  const text = Math.abs(value).toLocaleString("en-US",
    { minimumFractionDigits: decimals || 0, maximumFractionDigits: decimals || 0 });
  return (value < 0 && /[1-9]/.test(text) ? "−" : "") + text;
}
function percent(value, decimals) {
  return value === null || value === undefined ? "—"
    : num(value * 100, decimals === undefined ? 1 : decimals) + "\u00a0%";
}
/** Millions in the prefix that suits their size, with three digits that mean something. */
function moneyWords(value) {
  const size = Math.abs(value);
  const [factor, prefix] = size === 0 ? [1, "M"] : size >= 999500 ? [1e-6, "T"] : size >= 999.5 ? [1e-3, "B"]
    : size >= 0.9995 ? [1, "M"] : [1e3, "k"];
  const amount = size * factor;
  const digits = amount === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return (value < 0 ? "−" : "") + num(amount, digits) + "\u00a0" + prefix;
}
function money(value) {
  return value === null || value === undefined ? "—"
    : moneyWords(value) + D.currency;
}
/** Figures stay with their units. */
function unbroken(text) { return text.replace(/ (%|[kMBT]?[A-Z]{3}\b)/g, "\u00a0$1"); }
function tonnes(value) { return num(value, Math.abs(value) < 10 ? 1 : 0) + "\u00a0t"; }
function figure(value, unit) {
  if (unit === "share") return percent(value, 2);
  if (unit === "t") return tonnes(value);
  if (unit === "money") return money(value);
  return num(value, Math.abs(value) < 10 ? 3 : 1) + (unit ? " " + unit : "");
}
/** The size of what a value is worse by than a better one, and on which side it lies. */
const excessOf = (value, best) => Math.max(0, D.objective.isMaximised ? best - value : value - best);
const worseSide = () => (D.objective.isMaximised ? "below" : "above");
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

/** How a cell is set: numbers to the right; words that are longer than a column may be broken. */
function cellClass(text, isNumber) { return isNumber ? "num" : /\S{24}/.test(text) ? "long" : null; }
/** A table of text cells; columns: {name, isNumber}. */
function table(columns, rows, caption) {
  const head = el("tr", {}, columns.map((c) =>
    el("th", { scope: "col", class: cellClass(c.name, false) || (c.isNumber ? "num" : null), text: c.name })));
  const body = rows.map((row) => el("tr", {}, row.map((cell, i) =>
    el("td", { class: cellClass(cell, columns[i].isNumber), text: cell }))));
  return el("table", {}, [
    ...(caption ? [el("caption", { class: "hint", text: caption })] : []),
    el("thead", {}, [head]), el("tbody", {}, body)]);
}
/** A table whose rows are cards on a phone, each cell with the name of its column. */
function stackedTable(columns, rows, numeric) {
  const isNumber = (i) => (numeric || []).includes(i);
  return el("table", { class: "stacked" }, [
    el("thead", {}, [el("tr", {}, columns.map((name, i) => el("th", { scope: "col", class: isNumber(i) ? "num" : null, text: name })))]),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) =>
      el("td", { class: cellClass(cell, isNumber(i)), "data-name": columns[i], text: cell })))))]);
}
/** A box that the keyboard reaches and scrolls, with its name. */
function makeScrollable(node, label) {
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", label);
}
function words(names) { return names.map((name) => ({ name, isNumber: false })); }
function numbers(names) { return names.map((name) => ({ name, isNumber: true })); }
