// ---- Levers: a facility, targets, objectives, any other value

/** A text field for one path; what is wrong is told below it. */
function field(name, path, written, note) {
  const id = "field-" + path.replace(/[^A-Za-z0-9]+/g, "-");
  const text = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? flowText(value) : String(value));
  const input = el("input", { type: "text", id, spellcheck: "false", autocomplete: "off" });
  input.value = settingOf(path) !== null ? settingOf(path) : text(written);
  const before = input.value;
  const error = el("p", { class: "error", id: id + "-error", role: "alert", hidden: "" });
  input.setAttribute("aria-describedby", error.id);
  input.addEventListener("change", async () => {
    const value = input.value.trim();
    if (value === before) return;
    const params = value === "" || value === text(written) ? (settingOf(path) === null ? {} : { unset: [path] }) : { set: { [path]: value } };
    const isTaken = await keepField(params, error);
    input.setAttribute("aria-invalid", String(!isTaken));
  });
  return el("div", { class: "field" + (settingOf(path) !== null ? " is-changed" : "") }, [
    el("label", { for: id, text: name + (note ? " (" + note + ")" : "") }), input, error]);
}
async function keepField(params, error) {
  try {
    took(await link.call("change", Object.assign({ model: handle }, params)));
    return true;
  } catch (failure) {
    refuse(error, failure);
    return false;
  }
}
function flowText(value) {
  if (Array.isArray(value)) return "[" + value.map(flowText).join(", ") + "]";
  if (typeof value === "object" && value !== null) {
    return "{" + Object.entries(value).map(([key, inner]) => key + ": " + flowText(inner)).join(", ") + "}";
  }
  return String(value);
}

// A facility

const facilityCache = new Map();
let facilityShown = "";
async function chooseFacility(index) {
  $("facility").value = String(index);
  $("facility-box").open = true;
  facilityShown = "";
  await drawFacilityForm();
}
async function valuesAt(path, extra) {
  try {
    const found = await link.call("read", Object.assign({ model: handle, path }, extra || {}));
    return found.values;
  } catch (error) { return []; }
}
const lockName = (id) => "locked by hand: " + id;
async function drawFacilityForm() {
  const index = Number($("facility").value);
  if (!$("facility-box").open || $("facility").value === "") return;
  const mark = index + JSON.stringify(plainState());
  if (mark === facilityShown) return;
  facilityShown = mark;
  const id = D.facilityIDs[index];
  const form = $("facility-form");
  if (form.dataset.facility !== id) fill(form, []);
  if (!facilityCache.has(id)) {
    const [whole] = await valuesAt("facilities." + id, { unset: state.set.map((one) => one.path), scenario: [] });
    const facility = whole ? whole.value : {};
    const makes = facility.recipe && facility.recipe.out ? Object.keys(facility.recipe.out) : [];
    const main = facility.recipe && facility.recipe.main ? facility.recipe.main : makes[0];
    const price = main ? await valuesAt("commodities." + main + ".price", { unset: state.set.map((one) => one.path), scenario: [] }) : [];
    facilityCache.set(id, { facility, main, price: price.length ? price[0].value : null });
  }
  if (mark !== facilityShown) return;
  const { facility, main, price } = facilityCache.get(id);
  const place = D.facilities[index];
  const expansion = facility.expansion;
  const path = "facilities." + id + ".";
  const why = el("button", { type: "button", text: "Why is it in or out?" });
  why.addEventListener("click", () => explain(index));
  const parts = [el("p", { class: "hint", text: [D.stages[place.stage], place.country, main ? "makes " + main : ""].filter(Boolean).join(", ") }), why];
  if (!expansion) {
    parts.push(el("p", { class: "hint", text: "Nothing can be added to it." }));
  } else {
    parts.push(lockBox(id, expansion));
    parts.push(field("Capital cost", path + "expansion.capex", expansion.capex, "per t/yr"));
    parts.push(field("Permit", path + "expansion.permit", expansion.permit, "e.g. 18 months"));
    parts.push(field("Construction", path + "expansion.construction", expansion.construction));
    parts.push(field("First award", path + "expansion.earliest", expansion.earliest, "year"));
    parts.push(field("Largest expansion", path + "expansion.max", expansion.max));
  }
  parts.push(field("Running cost", path + "opex", facility.opex));
  if (main) parts.push(field("Price of " + main, "commodities." + main + ".price", price));
  form.dataset.facility = id;
  fill(form, parts);
}
function lockOf(id) {
  const text = settingOf("limits");
  if (text === null) return null;
  try {
    const found = JSON.parse(text).find((limit) => limit.name === lockName(id));
    return found ? (found.at_least ? { kind: "in", amount: found.at_least } : { kind: "out" }) : null;
  } catch (_) { return null; }
}
function lockBox(id, expansion) {
  const lock = lockOf(id);
  const error = el("p", { class: "error", role: "alert", hidden: "" });
  const amount = el("input", { type: "text", "aria-label": "At least so much capacity is built", size: "9" });
  amount.value = lock && lock.amount ? lock.amount : String(expansion.module || expansion.min || expansion.max);
  const radio = (kind, words, more) => {
    const input = el("input", { type: "radio", name: "lock-" + id, value: kind });
    input.checked = (lock ? lock.kind : "free") === kind;
    input.addEventListener("change", () => setLock(id, kind, amount.value, error));
    return el("label", {}, [input, words, ...(more || [])]);
  };
  amount.addEventListener("change", () => { if ((lockOf(id) || {}).kind === "in") setLock(id, "in", amount.value, error); });
  return el("fieldset", { class: "lock" }, [el("legend", { text: "In or out" }), radio("free", "as the plan finds best"),
    radio("in", "locked in, at least ", [amount]), radio("out", "locked out"), error]);
}
async function setLock(id, kind, amount, error) {
  const others = settingOf("limits");
  let limits;
  try {
    const known = others === null ? await valuesAt("limits") : null;
    limits = others === null ? (known.length ? known[0].value || [] : []) : JSON.parse(others);
  } catch (_) { limits = []; }
  limits = limits.filter((limit) => limit.name !== lockName(id));
  const limit = { name: lockName(id), measure: "build", where: { facility: id }, per: "horizon" };
  if (kind === "in") limits.push(Object.assign(limit, { at_least: amount }));
  if (kind === "out") limits.push(Object.assign(limit, { at_most: "0 t/yr" }));
  const hasLocks = limits.some((one) => String(one.name).startsWith("locked by hand: "));
  await keepField(hasLocks ? { set: { limits: JSON.stringify(limits) } } : others === null ? {} : { unset: ["limits"] }, error);
}

// Targets and objectives

function presentTargets() {
  const written = settingOf("targets");
  return written === null ? Object.assign({}, base0.targets) : readFlow(written);
}
const keepTargets = (targets) => change({ set: { targets: "{" + Object.entries(targets).sort().map(([year, share]) => year + ": " + share).join(", ") + "}" } }, "target-error");
function drawTargets() {
  const targets = presentTargets();
  fill($("targets"), Object.entries(targets).sort().map(([year, share]) => {
    const button = el("button", { type: "button", text: "Remove", "aria-label": "Remove the target of " + year });
    button.addEventListener("click", () => { const rest = presentTargets(); delete rest[year]; keepTargets(rest); });
    return el("div", { class: "chip" }, [el("span", { text: year + ": at most " + share }), button]);
  }));
}
function presentObjectives() {
  const written = settingOf("objective");
  return written === null ? base0.objectives : written.replace(/^\[|\]$/g, "").split(",").map((name) => name.trim()).filter(Boolean);
}
const objectiveWords = { dependency: "dependence", peak_dependency: "worst year", public_cost: "public cost", system_cost: "cost of the chain", unmet: "unmet demand" };
function drawObjectives() {
  const list = presentObjectives();
  const keep = (next) => change({ set: { objective: "[" + next.join(", ") + "]" } }, "objective-error");
  fill($("objectives"), list.map((name, i) => {
    const button = (text, label, next, isOff) => {
      const node = el("button", { type: "button", text, "aria-label": label + " " + (objectiveWords[name] || name) });
      node.disabled = isOff;
      node.addEventListener("click", () => keep(next()));
      return node;
    };
    const moved = () => { const next = list.slice(); [next[i - 1], next[i]] = [next[i], next[i - 1]]; return next; };
    return el("li", {}, [el("span", { text: objectiveWords[name] || name }), " ", button("↑", "Earlier:", moved, i === 0), " ",
      button("✕", "Remove", () => list.filter((other) => other !== name), list.length === 1)]);
  }));
  const rest = Object.keys(objectiveWords).filter((name) => !list.includes(name));
  fill($("objective-new"), rest.map((name) => el("option", { value: name, text: objectiveWords[name] })));
  $("objective-new").disabled = $("objective-add").disabled = rest.length === 0;
}
function makeForms() {
  fill($("facility"), D.facilities.map((place, i) => [place, i]).sort(([a], [b]) => a.stage - b.stage || a.name.localeCompare(b.name))
    .map(([place, i]) => el("option", { value: String(i), text: D.stages[place.stage] + " · " + place.name })));
  $("facility").addEventListener("change", () => { facilityShown = ""; drawFacilityForm(); });
  $("facility-box").addEventListener("toggle", () => { facilityShown = ""; drawFacilityForm(); });
  fill($("target-year"), years.map((year) => el("option", { value: String(year), text: String(year) })));
  $("target-year").value = String(years[years.length - 1]);
  $("target-add").addEventListener("click", () => {
    const targets = presentTargets();
    targets[$("target-year").value] = $("target-share").value.trim() || "50%";
    keepTargets(targets);
  });
  $("objective-add").addEventListener("click", () =>
    change({ set: { objective: "[" + presentObjectives().concat([$("objective-new").value]).join(", ") + "]" } }, "objective-error"));
  const any = async () => {
    const path = $("any-path").value.trim();
    if (!path) return;
    const isTaken = await change({ set: { [path]: $("any-value").value.trim() } }, "any-error");
    $("any-value").setAttribute("aria-invalid", String(!isTaken));
  };
  $("any-apply").addEventListener("click", any);
  $("any-value").addEventListener("keydown", (event) => { if (event.key === "Enter") any(); });
}
