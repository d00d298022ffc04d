// ---- Solving again: at once without the whole-number rules, with them behind it

const pictures = new Map();
let relaxed = null, whole = null;
let isRelaxedRunning = false, isAgain = false, wholeRun = null, relaxedRun = null;
let overlay = null, generation = 0, hasWholeRules = null, wantedKind = "auto", lastSeconds = 0;
let pinned = null, runningKey = "";

/** A plan as the charts read it. */
function prepared(content) {
  const plan = content.plans[0];
  if (plan.builds) {
    plan.builds = plan.builds.map(([kind, capacity]) => Object.assign({ kind, capacity }, content.buildKinds[kind]));
  }
  return { content, plan };
}
function question() {
  return Object.assign({ model: handle, onlyPlan: true }, overlay || {});
}
/** What a plan depends on: the state with what a slider adds, however it came about. */
function keyOf(isRelaxed) {
  const extra = overlay || {};
  const set = Object.assign(Object.fromEntries(state.set.map((one) => [one.path, one.value])), extra.set);
  return JSON.stringify([state.scenario, extra.budgetScale === undefined ? state.budgetScale : extra.budgetScale,
    Object.entries(set).sort(), isRelaxed]);
}
function remember(key, value) {
  pictures.set(key, value);
  if (pictures.size > 40) pictures.delete(pictures.keys().next().value);
}
/** Shows the plan of the state, and of what a slider adds while it moves. */
function refresh(extra) {
  overlay = extra || null;
  generation += 1;
  if (wholeRun) { wholeRun.cancel(); wholeRun = null; }
  whole = null;
  const key = keyOf(true);
  const known = pictures.get(key);
  if (known && !isRelaxedRunning) {
    relaxed = known;
    whole = pictures.get(keyOf(false)) || null;
    show();
    solveWhole();
    return;
  }
  document.body.classList.add("is-stale");
  // Letting a slider go asks for what it asked for last.
  if (isRelaxedRunning && key === runningKey && !isAgain) return;
  if (isRelaxedRunning) {
    isAgain = true;
    // What takes long is not waited for.
    if (lastSeconds > 0.25 && relaxedRun) relaxedRun.cancel();
    return;
  }
  solveRelaxed();
}
async function solveRelaxed() {
  isRelaxedRunning = true;
  $("work").classList.add("on");
  let found = null;
  do {
    isAgain = false;
    const key = runningKey = keyOf(true);
    const begun = performance.now();
    try {
      relaxedRun = link.call("picture", Object.assign(question(), { relax: true, warm: true }));
      found = prepared(await relaxedRun);
      lastSeconds = (performance.now() - begun) / 1000;
      remember(key, found);
      // What is quick is seen while the slider moves on.
      if (isAgain && lastSeconds < 0.25) {
        relaxed = found;
        show();
        document.body.classList.add("is-stale");
      }
    } catch (error) {
      found = null;
      if (error.code === -1) break;
      if (error.code !== -32800) failed(error);
    }
  } while (isAgain);
  relaxedRun = null;
  isRelaxedRunning = false;
  $("work").classList.remove("on");
  if (!found) return;
  relaxed = found;
  show();
  solveWhole();
}
/** What went wrong is told; an error of the page itself goes to the console too. */
function failed(error) {
  document.body.classList.remove("is-stale");
  refuse($("alert"), error);
  if (!(error instanceof SessionFailure)) setTimeout(() => { throw error; });
}
async function solveWhole() {
  drawKinds();
  if (overlay || hasWholeRules === false || !$("wants-whole").checked || whole || wholeRun) return;
  const [key, begun] = [keyOf(false), generation];
  const known = pictures.get(key);
  if (known) { whole = known; show(); return; }
  // While levers move, and while a question is being answered, the machine is left to that.
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (generation !== begun || overlay || wholeRun || whole || isRelaxedRunning || whyRun || frontierRun) return;
  const run = link.call("picture", Object.assign(question(), { gap: "1%", timeLimit: 60 }), (value) => {
    if (wholeRun === run) $("whole-state").textContent = "solving" + (value.gap ? ", gap " + percent(value.gap, 1) : "")
      + (value.seconds ? ", " + num(value.seconds) + " s" : " …");
  });
  wholeRun = run;
  drawKinds();
  try {
    const found = prepared(await run);
    hasWholeRules = found.content.integers > 0;
    remember(key, found);
    if (generation === begun) { whole = found; wholeRun = null; show(); }
  } catch (error) {
    if (wholeRun === run) wholeRun = null;
    if (error.code !== -32800 && error.code !== -1 && generation === begun) $("whole-state").textContent = error.message;
  }
}
/** The picture that is to be seen. */
function current() {
  if (wantedKind === "relaxed") return relaxed;
  return whole && hasWholeRules ? whole : relaxed;
}
function drawKinds() {
  const now = current();
  const value = (one) => (one && one.plan.value !== null && one.plan.value !== undefined && one.plan.dep
    ? figure(one.plan.value, one.content.objective.unit) : one ? one.plan.status : "…");
  $("relaxed-state").textContent = value(relaxed);
  $("show-relaxed").setAttribute("aria-pressed", String(now === relaxed));
  const none = hasWholeRules === false;
  $("show-whole").hidden = none;
  $("wants-whole").parentElement.hidden = none;
  $("show-whole").disabled = !whole;
  $("show-whole").setAttribute("aria-pressed", String(Boolean(whole) && now === whole));
  if (whole) {
    const check = whole.plan.verification;
    $("whole-state").textContent = value(whole) + (whole.plan.status === "feasible" ? ", best so far" : "")
      + (check ? ", gap " + check.gap : "");
  } else if (!wholeRun) $("whole-state").textContent = $("wants-whole").checked ? "waits" : "off";
  else if (!$("whole-state").textContent.startsWith("solving")) $("whole-state").textContent = "solving …";
}
function show() {
  const now = current();
  if (!now) return;
  if (!pinned) { pinned = now; pinned.name = "as in the file"; }
  document.body.classList.remove("is-stale");
  Object.assign(D, now.content);
  drawKinds();
  if (lastShown !== now || lastPinned !== pinned || lastTargets !== JSON.stringify(presentTargets())) drawShown(now);
}
