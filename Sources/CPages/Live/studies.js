// ---- Studies that are asked for: what each programme takes off, the decisions, how far the plan spreads, the answers of the
// other side

/** One study at a time: its button starts and stops it; a change of the model makes what it found old. */
const studies = {
  measures: {
    ask: () => ["measures", { relax: true, onlyPlan: true }],
    take: (found) => { measures = found.measures; return measures ? "" : "No programme pays for anything in this plan."; },
    draw: () => { if (measures) draw("measures"); },
  },
  decisions: {
    // The cases are the model's scenarios, as many as are answered in reasonable time.
    ask: () => ["decisions", { relax: true, onlyPlan: true, case: base0.scenarios.map((one) => one.id).filter((id) => !state.scenario.includes(id)).slice(0, 8) }],
    take: (found) => { decisions = found.decisions; return decisions ? "" : "Nothing new gets public money in this plan."; },
    draw: () => drawDecisions(),
  },
  spread: {
    ask: () => ["stress", { relax: true, picture: true }],
    take: (found) => { takeSpread(found.picture); return spread ? "" : "No outcome has a plan."; },
    draw: () => { drawSpread(); draw("dependency"); },
  },
  answers: {
    ask: () => ["adversary", { relax: true, picture: true }],
    take: (found) => { takeAnswers(found.picture); return replies ? "" : found.reason || "There is no such plan."; },
    draw: () => { drawAnswers(); if (replies) draw("answers"); },
  },
  aims: {
    ask: () => ["pareto", { relax: true, onlyCorners: true, picture: true, objectives: aimsChosen() }],
    // Of other aims it is another question.
    chosen: () => aimsChosen(),
    take: (found) => { takeAims(found); return ""; },
    draw: () => drawAims(),
  },
};
const stateKey = () => JSON.stringify([state.scenario, state.budgetScale, state.set]);
const keyOfStudy = (name) => stateKey() + JSON.stringify(studies[name].chosen ? studies[name].chosen() : []);
/** The spread is of the plan without the whole-number rules, in the state in which it was asked for. */
isSpreadOf = (plan) => lastShown !== null && plan === lastShown.plan && lastShown.content.isRelaxed && studies.spread.found === keyOfStudy("spread");
async function study(name) {
  const one = studies[name];
  if (one.run) { one.run.cancel(); return; }
  const [button, said] = [$(name + "-ask"), $(name + "-state")];
  const asked = keyOfStudy(name);
  const refusal = $(name + "-error");
  if (refusal) refusal.hidden = true;
  const words = button.textContent;
  pauseWhole();
  button.textContent = "Stop";
  said.textContent = "Solving …";
  const [method, params] = one.ask();
  one.run = link.call(method, Object.assign({ model: handle }, params),
    (value) => { said.textContent = "Solving: " + value.phase + (value.total ? ", " + value.done + " of " + value.total : "") + " …"; });
  try {
    const nothing = one.take(await one.run);
    one.found = asked;
    one.nothing = nothing;
  } catch (error) {
    if (refusal && (error.code > 0 || error.code === -32602)) {
      refuse(refusal, error);
      one.failed = "Nothing was worked out.";
    } else one.failed = error.code === -32800 ? "Stopped." : error.message;
  }
  one.run = null;
  button.textContent = words;
  drawStudies();
  if (one.failed) said.textContent = one.failed;
  one.failed = "";
  solveWhole();
}
/** What was found before, and whether it is of another state. */
function drawStudies() {
  drawAimChoice();
  for (const [name, one] of Object.entries(studies)) {
    if (one.run || one.found === undefined) continue;
    const isOld = one.found !== keyOfStudy(name);
    $(name + "-state").textContent = one.nothing || (isOld ? (one.chosen ? "Of an earlier state or other aims" : "Of an earlier state") + "; work it out again."
      : one.note || "Without the whole-number rules.");
    $(name + "-box").classList.toggle("is-old", isOld);
    one.draw();
  }
  drawTitles();
}
function listenStudies() {
  $("answers").hidden = base0.moves.length === 0;
  $("spread").hidden = !base0.hasOutcomes;
  for (const name of Object.keys(studies)) $(name + "-ask").addEventListener("click", () => study(name));
}
