// ---- The address: the view that is seen, so that it can be sent

const seenBudget = () => (hasFrontier ? num(budgetScale, 4).replace(/,/g, "") : "1.0000");
let firstBudget = "";
function writeView() {
  const parts = [["plan", String(shownPlans.indexOf(shown)), "0"], ["year", String(years[yearIndex]), String(years[years.length - 1])],
    ["budget", seenBudget(), firstBudget]].filter(([, value, usual]) => value !== usual).map(([name, value]) => name + "=" + value);
  // A page that is opened from a file may change what follows # alone.
  try { history.replaceState(null, "", parts.length ? "#view:" + parts.join(";") : "#"); } catch (_) { /* the view is not sent then */ }
}
/** Takes over the view of the address; false where it has none. */
function readView() {
  const match = /^#view:([a-z0-9=.;]*)$/.exec(location.hash);
  if (!match) return false;
  const view = Object.fromEntries(match[1].split(";").map((part) => part.split("=")));
  const plan = shownPlans[Number(view.plan || 0)];
  if (plan) { shown = plan; $("plan").value = String(shownPlans.indexOf(plan)); }
  const year = Number(view.year);
  if (years.includes(year)) yearIndex = year - years[0];
  const scale = Number(view.budget);
  if (hasFrontier && scale > 0) {
    budgetScale = Math.min(Math.max(scale, leastScale()), mostScale());
    $("budget").value = String(Math.round((budgetScale - leastScale()) / (mostScale() - leastScale()) * budgetSteps));
  }
  return true;
}

// ---- What the reader does

function choosePlan(index) {
  shown = shownPlans[index];
  $("plan").value = String(index);
  drawPlan();
  if (trade) drawTrade();
  writeView();
}
function listen() {
  $("plan").addEventListener("change", () => choosePlan(Number($("plan").value)));
  for (const slider of document.querySelectorAll("input.year")) {
    slider.addEventListener("input", () => { yearIndex = Number(slider.value) - years[0]; drawYear(); writeView(); });
  }
  listenMap(() => draw("map"));
  addEventListener("hashchange", () => { if (readView()) drawAll(); });
  $("budget").addEventListener("input", () => {
    budgetScale = leastScale() + (mostScale() - leastScale()) * Number($("budget").value) / budgetSteps;
    drawBudget();
    writeView();
  });
  $("budget-exact").addEventListener("input", () => {
    const wanted = Number($("budget-exact").value) / D.appropriations;
    if (!isFinite(wanted) || $("budget-exact").value === "") return;
    budgetScale = Math.min(Math.max(wanted, leastScale()), mostScale());
    $("budget").value = String(Math.round((budgetScale - leastScale()) / (mostScale() - leastScale()) * budgetSteps));
    drawBudget();
    writeView();
  });
  $("budget-exact").addEventListener("change", () => {
    $("budget-exact").value = String(Math.round(onFrontier(budgetScale).budget * 10) / 10);
  });
  $("patterns").addEventListener("change", () => { hasPatterns = $("patterns").checked; drawAll(); });
  $("print").addEventListener("click", () => window.print());
  $("table").addEventListener("change", () => { tableState.sort = -1; tableState.limit = 100; drawTable(); });
  $("filter").addEventListener("input", drawTable);
  $("more").addEventListener("click", () => { tableState.limit += 500; drawTable(); });
  $("csv").addEventListener("click", () => {
    const link = el("a", { download: D.tables[Number($("table").value)].name + ".csv",
      href: URL.createObjectURL(new Blob([csvText()], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  let timer = 0;
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width || isPrinting) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(drawAll, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const print = (now) => { if (isPrinting !== now) { isPrinting = now; drawAll(); } };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (event) => print(event.matches));
}

/** Every chart as [name, base64 of an SVG or PNG file], for `lodestone report --charts`. */
async function exported(kind) {
  const files = [];
  for (const name of Object.keys(charts)) {
    const { chart, plot } = charts[name];
    if (!chart || plot.offsetParent === null) continue;
    const [width, height] = [chart.getWidth(), chart.getHeight()];
    const image = plot.querySelector("svg").cloneNode(true);
    image.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    image.setAttribute("width", width);
    image.setAttribute("height", height);
    image.setAttribute("font-family", "Liberation Sans, Arial, sans-serif");
    const bytes = new TextEncoder().encode(new XMLSerializer().serializeToString(image));
    const svg = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    files.push([name, kind === "png" ? await pixels(svg, width, height) : svg]);
  }
  return files;
}
function pixels(svg, width, height) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = el("canvas", { width: 2 * width, height: 2 * height });
      const context = canvas.getContext("2d");
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      resolve(canvas.toDataURL("image/png").split(",")[1]);
    };
    image.onerror = () => reject(new Error("the chart cannot be drawn"));
    image.src = "data:image/svg+xml;base64," + svg;
  });
}

if (wanted) isPrinting = true;
drawFixed();
fill($("table"), D.tables.map((t, i) => el("option", { value: String(i), text: t.name.replace(/_/g, " ") })));
drawTable();
firstBudget = seenBudget();
readView();
drawAll();
listen();
window.lodestone = { charts, csvText, planAt, budgetPlans };
if (wanted) {
  exported(wanted[1]).then((files) => document.body.append(
    el("pre", { id: "exported", text: files.map((file) => file.join(" ")).join("\n") })));
}
document.documentElement.setAttribute("data-ready", "true");
