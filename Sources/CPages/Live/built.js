// ---- What is built, and the prices that keep plants running

function drawBuilt() {
  const [now, before] = [totals(shown), totals(pinned.plan)];
  const order = D.facilities.map((_, i) => i).sort((a, b) => D.facilities[a].stage - D.facilities[b].stage
    || ((now.get(b) || {}).money || 0) - ((now.get(a) || {}).money || 0) || a - b);
  const head = el("tr", {}, ["facility", "stage", "in", "built, t/yr", "public money", "first award", ""].map((name, i) =>
    el("th", { scope: "col", class: i === 3 || i === 4 ? "num" : null, text: name })));
  const isShown = (f) => showsAll || now.has(f) || before.has(f);
  const hidden = order.filter((f) => !isShown(f)).length;
  const body = order.filter(isShown).map((f) => {
    const place = D.facilities[f];
    const one = now.get(f) || { capacity: 0, money: 0, start: Infinity };
    const was = (before.get(f) || { capacity: 0 }).capacity >= 0.5;
    const is = one.capacity >= 0.5;
    const name = el("button", { type: "button", class: "name", text: place.name });
    name.addEventListener("click", () => chooseFacility(f));
    const ask = el("button", { type: "button", class: "ask", text: "Why?", "aria-label": "Why is " + place.name + (is ? " in" : " out") + "?" });
    ask.addEventListener("click", () => explain(f));
    return el("tr", { class: is && !was ? "is-new" : !is ? "is-gone" : null }, [el("td", {}, [name, ...(is && !was ? [" (new)"] : !is && was ? [" (no longer)"] : [])]),
      el("td", { text: D.stages[place.stage] }), el("td", { text: place.country }),
      el("td", { class: "num", text: is ? num(one.capacity) : "—" }), el("td", { class: "num", text: one.money >= 0.05 ? money(one.money) : "—" }),
      el("td", { text: isFinite(one.start) ? date(one.start) : "" }), el("td", {}, [ask])]);
  });
  const table = el("table", {}, [el("thead", {}, [head]), el("tbody", {}, body)]);
  makeScrollable($("built"), "Facilities, what is built of them and what they get");
  fill($("built"), [table]);
  $("built-more").hidden = !hidden && (!showsAll || D.facilities.length <= 12);
  $("built-more").textContent = showsAll ? "Show only what is built" : "Show also the " + hidden + " that are not built";
}
function drawFloors(now) {
  const found = (now.content.floors || [])[0];
  $("floors-box").hidden = !found || !found.rows;
  if (!found || !found.rows) return;
  const column = (name) => found.columns.find((one) => one.name === name).values;
  const worst = new Map();
  column("facility").forEach((id, i) => {
    const value = column("value")[i];
    if (!worst.has(id) || value > worst.get(id).value) worst.set(id, { year: column("year")[i], what: column("commodity")[i], market: column("market_price")[i], value });
  });
  const perKilogram = (value) => (value === null ? "—" : num(value / 1000, 2) + " " + D.currency + "/kg");
  const nameOf = (id) => { const i = D.facilityIDs.indexOf(id); return i < 0 ? id : D.facilities[i].name; };
  makeScrollable($("floors"), "Prices that keep plants running");
  fill($("floors"), [table(words(["facility", "product", "worst year"]).concat(numbers(["market price", "price it needs"])),
    [...worst].map(([id, one]) => [nameOf(id), one.what || "", String(one.year), perKilogram(one.market), perKilogram(one.value)]))]);
}
