// How far the plan spreads over the outcomes

let spread = null;
/** Takes over the stress test of a plan; null: there is none. */
function takeSpread(found) { spread = found || null; }
takeSpread(D.stress);
/** Whether what was found is of a plan. */
let isSpreadOf = (plan) => plan === shownPlans[0];
function spreadOf(plan) { return spread && isSpreadOf(plan) ? spread : null; }
function drawSpread() {
  fill($("spread-says"), (spread ? spread.says : []).map((text) => el("li", { text })));
  fill($("spread-tables"), (spread ? spread.tables : []).flatMap((figures) => [el("h3", { text: figures.title }), figureTable(figures)]));
}
