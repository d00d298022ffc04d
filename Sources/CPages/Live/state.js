// ---- What is changed in the model: the session keeps it, the address repeats it

let state = { scenario: [], budgetScale: 1, set: [], canUndo: false, canRedo: false };
let handle = null;
const settingOf = (path) => { const found = state.set.find((one) => one.path === path); return found ? found.value : null; };
const isChanged = () => state.scenario.length > 0 || state.budgetScale !== 1 || state.set.length > 0;

/** The change that leads from nothing to a state. */
function changeTo(wanted) {
  return { clear: true, scenario: wanted.scenario, budgetScale: wanted.budgetScale,
    set: Object.fromEntries(wanted.set.map((one) => [one.path, one.value])) };
}
/** What the page is drawn on, with a change: years, name, currency and classes in words; "" where they cannot be read. */
async function frameUnder(params) {
  const { clear, ...asked } = params;
  if (clear) Object.assign(asked, { unset: state.set.map((one) => one.path), scenario: params.scenario || [] });
  const read = async (path, words) => {
    const [found] = await valuesAt(path, asked);
    return found ? words(found.value) : "";
  };
  return Promise.all([read("horizon", (one) => one.start + "–" + one.end), read("name", String), read("money.currency", String),
    read("provenance.classes", (one) => Object.keys(one).join(", "))]);
}
const frameNames = ["years", "name", "currency", "provenance classes"];
/** Why this page cannot follow a change; null where it can, and where the session has to say what is wrong with it. */
async function refusalOf(params) {
  const isPlain = (path) => /^(funds|facilities|commodities|imports|demand|limits|targets|objective)(\.|$)/.test(path);
  if (!(params.scenario || []).length && Object.keys(params.set || {}).every(isPlain)) return null;
  const frame = await frameUnder(params);
  const i = frame.findIndex((words, n) => words !== "" && words !== base0.frame[n]);
  return i < 0 ? null : { message: "This page cannot follow a change of the " + frameNames[i] + ".",
    details: { found: frame[i], expected: base0.frame[i], fix: "write it in the file, and open the model again for that" } };
}
/** Keeps a change and shows what comes of it; what is wrong with it is told at `place`. */
async function change(params, place) {
  const box = place ? $(place) : null;
  try {
    const refusal = await refusalOf(params);
    if (refusal) { refuse(box || $("alert"), refusal); return false; }
    took(await link.call("change", Object.assign({ model: handle }, params)));
    if (box) box.hidden = true;
    return true;
  } catch (error) {
    if (error.code === -1) return false;
    refuse(box || $("alert"), error);
    return false;
  }
}
/** The reader's own words about what was written. */
function refuse(box, error) {
  const d = error.details || {};
  const lines = [el("b", { text: error.message })];
  if (d.found) lines.push(el("span", { text: "found: " + d.found + " " }));
  if (d.expected) lines.push(el("span", { text: "expected: " + d.expected + " " }));
  const fix = d.fix || d.suggestion;
  if (fix) lines.push(el("span", { text: "help: " + fix }));
  fill(box, lines);
  box.hidden = false;
}
function took(next) {
  state = next;
  writeAddress();
  drawLevers();
  followScenarios();
  refresh();
}
async function step(method) {
  try { took(await link.call(method, { model: handle })); } catch (error) {
    if (error.code !== -1) toast(error.message);
  }
}

// ---- The address: a view that can be sent

function encoded(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
function decoded(text) {
  try {
    const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const value = JSON.parse(new TextDecoder().decode(Uint8Array.from(raw, (c) => c.charCodeAt(0))));
    return checkedState(value);
  } catch (_) { return null; }
}
/** A state that somebody else wrote, or null. */
function checkedState(value) {
  if (!value || typeof value !== "object" || !Array.isArray(value.scenario) || !Array.isArray(value.set)) return null;
  const isText = (x) => typeof x === "string";
  if (!value.scenario.every(isText) || !value.set.every((one) => one && isText(one.path) && isText(one.value))) return null;
  if (typeof value.budgetScale !== "number") return null;
  return { scenario: value.scenario, budgetScale: value.budgetScale, set: value.set, year: value.year };
}
const plainState = () => ({ scenario: state.scenario, budgetScale: state.budgetScale, set: state.set });
function writeAddress() {
  const view = Object.assign(plainState(), { year: years[yearIndex] });
  const hash = isChanged() || yearIndex !== years.length - 1 ? "#" + encoded(view) : "";
  history.replaceState(null, "", location.pathname + hash);
}
