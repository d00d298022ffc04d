// ---- Where the page begins, and what the reader does

function listen() {
  $("undo").addEventListener("click", () => step("undo"));
  $("redo").addEventListener("click", () => step("redo"));
  $("reset").addEventListener("click", () => change({ clear: true }));
  $("pin").addEventListener("click", () => {
    pinned = current();
    pinned.name = isChanged() ? "the plan pinned by hand" : "as in the file";
    $("pinned-name").textContent = "pinned: " + pinned.name;
    show();
  });
  $("show-relaxed").addEventListener("click", () => { wantedKind = "relaxed"; show(); });
  $("show-whole").addEventListener("click", () => { wantedKind = "auto"; show(); });
  $("wants-whole").addEventListener("change", () => { if (!$("wants-whole").checked && wholeRun) wholeRun.cancel(); solveWhole(); });
  $("levers-toggle").addEventListener("click", () => {
    // On a narrow screen they stand below the plan.
    if (matchMedia("(max-width: 60rem)").matches) { $("levers").scrollIntoView(); return; }
    const isHidden = document.querySelector(".columns").classList.toggle("alone");
    $("levers-toggle").setAttribute("aria-expanded", String(!isHidden));
    drawCharts();
  });
  $("copy").addEventListener("click", async () => {
    writeAddress();
    try { await navigator.clipboard.writeText(location.href); toast("The address of this view is copied."); }
    catch (_) { toast("Copy the address from the browser's own field."); }
  });
  $("print").addEventListener("click", () => window.print());
  for (const slider of document.querySelectorAll("input.year")) {
    slider.addEventListener("input", () => { yearIndex = Number(slider.value) - years[0]; drawYear(); writeAddress(); });
  }
  listenMap(() => draw("map"));
  listenStudies();
  listenAims();
  $("built-more").addEventListener("click", () => { showsAll = !showsAll; drawBuilt(); });
  $("frontier-draw").addEventListener("click", drawFrontier);
  $("why-close").addEventListener("click", () => $("why").close());
  $("why").addEventListener("close", () => { if (whyRun) whyRun.cancel(); });
  $("whatif-keep").addEventListener("click", keepWhatIf);
  $("whatif-file").addEventListener("click", saveFile);
  $("whatif-open").addEventListener("change", () => { const [file] = $("whatif-open").files; if (file) openFile(file); $("whatif-open").value = ""; });
  $("save").addEventListener("click", saveScenario);
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target instanceof HTMLInputElement && event.target.type === "text") return;
    event.preventDefault();
    step(event.shiftKey ? "redo" : "undo");
  });
  addEventListener("hashchange", () => {
    const wanted = decoded(location.hash.slice(1));
    if (wanted && JSON.stringify([wanted.scenario, wanted.budgetScale, wanted.set]) !== JSON.stringify([state.scenario, state.budgetScale, state.set])) change(changeTo(wanted));
  });
  let timer = 0, width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width || isPrinting) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(drawCharts, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCharts);
  const print = (now) => { if (isPrinting !== now) { isPrinting = now; drawCharts(); } };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}
function drawCharts() { if (lastShown) drawShown(lastShown); }

async function readBase(opened) {
  base0.scenarios = opened.scenarios;
  base0.frame = await frameUnder({});
  const [funds, adversary, reveal, targets, objectives] = await Promise.all([
    valuesAt("funds.*.appropriations"), valuesAt("adversary.moves"), valuesAt("uncertainty.reveal"), valuesAt("targets"), valuesAt("objective")]);
  for (const one of funds) {
    const id = one.path.split(".")[1];
    const rows = byYear(one.value);
    if (rows) base0.funds[id] = { id, name: D.payers[D.fundIDs.indexOf(id)] || id, base: rows };
  }
  fundsOf = JSON.stringify([]);
  base0.moves = adversary.length ? Object.keys(adversary[0].value) : [];
  base0.hasOutcomes = reveal.length > 0;
  base0.targets = targets.length && targets[0].value ? targets[0].value : {};
  base0.objectives = objectives.length ? [].concat(objectives[0].value) : ["dependency", "public_cost"];
}
/** After the session has ended, whatever ended it: another one, with the same changes. */
async function again() {
  refuse($("alert"), { message: "The session has ended; another is being opened …", details: {} });
  for (let wait = 300; wait < 20000; wait *= 2) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      await link.connect();
      const opened = await link.call("open", { path: document.body.dataset.model });
      handle = opened.model;
      isRelaxedRunning = isAgain = false;
      wholeRun = relaxedRun = frontierRun = null;
      const wanted = plainState();
      state = opened.state;
      $("alert").hidden = true;
      if (wanted.scenario.length || wanted.set.length || wanted.budgetScale !== 1) await change(changeTo(wanted));
      else took(state);
      toast("The session was opened again; its steps back are gone, the changes are not.");
      return;
    } catch (error) { if (error.code !== -1) { refuse($("alert"), error); return; } }
  }
  refuse($("alert"), { message: "The server does not answer. Is `lodestone serve` still running?", details: {} });
}
async function begin(opened, firstPicture) {
  handle = opened.model;
  state = opened.state;
  relaxed = prepared(firstPicture);
  remember(keyOf(true), relaxed);
  shown = relaxed.plan;
  yearIndex = years.length - 1;
  for (const slider of document.querySelectorAll("input.year")) {
    slider.min = String(years[0]);
    slider.max = String(years[yearIndex]);
  }
  $("map").hidden = !hasMap;
  await readBase(opened);
  const wanted = decoded(location.hash.slice(1));
  if (wanted && years.includes(wanted.year)) yearIndex = wanted.year - years[0];
  showYear();
  $("model-line").textContent = D.title + " · " + document.body.dataset.model + " · " + years[0] + "–" + years[years.length - 1]
    + (D.author ? " · " + D.author : "") + (D.asOf ? " · data as of " + D.asOf : "") + " · version " + D.hash.slice(0, 10) + " · " + new Date().toISOString().slice(0, 10);
  $("made").textContent = "Lodestone " + document.body.dataset.version + ". Every plan is verified apart from the solver."
    + (typeof echarts === "undefined" ? " The chart library was not found: charts are shown as tables." : "");
  makeFunds();
  makeToggles();
  makeForms();
  drawWhatIfs();
  drawLevers();
  listen();
  $("pinned-name").textContent = "pinned: as in the file";
  show();
  if (wanted) await change(changeTo(wanted));
  else solveWhole();
  link.onLost = again;
  window.live = { link, charts, facilityIDs: D.facilityIDs, get state() { return state; }, get shown() { return shown; }, get isBusy() { return isRelaxedRunning; },
    get isStale() { return document.body.classList.contains("is-stale"); }, get whole() { return Boolean(wholeRun); } };
  document.documentElement.setAttribute("data-ready", "true");
}
