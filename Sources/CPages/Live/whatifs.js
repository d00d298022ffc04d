// ---- Named what-ifs: kept side by side, in a file, or in the model

let whatifs = [];
function drawWhatIfs() {
  if (!whatifs.length) { fill($("whatifs"), [el("p", { class: "hint", text: "None is kept yet." })]); return; }
  const head = el("tr", {}, ["what-if", "index " + years[years.length - 1], "public money", ""].map((text, i) => el("th", { scope: "col", class: i === 1 || i === 2 ? "num" : null, text })));
  fill($("whatifs"), [el("div", { class: "tablebox" }, [el("table", {}, [el("thead", {}, [head]), el("tbody", {}, whatifs.map((one, i) => {
    const button = (text, act) => { const node = el("button", { type: "button", text, "aria-label": text + " " + one.name }); node.addEventListener("click", act); return node; };
    return el("tr", {}, [el("td", { text: one.name }), el("td", { class: "num", text: one.index === null ? "—" : percent(one.index) }),
      el("td", { class: "num", text: one.spent === null ? "—" : money(one.spent) }),
      el("td", {}, [button("Show", () => change(changeTo(one))), " ", button("Remove", () => { whatifs.splice(i, 1); drawWhatIfs(); })])]);
  }))])])]);
}
function keepWhatIf() {
  const name = $("whatif-name").value.trim() || "what-if " + (whatifs.length + 1);
  whatifs = whatifs.filter((one) => one.name !== name);
  whatifs.push(Object.assign({ name, index: shown.dep ? lastOf(shown.dep) : null, spent: shown.money ? shown.money.public : null }, plainState()));
  $("whatif-name").value = "";
  drawWhatIfs();
}
function saveFile() {
  const content = JSON.stringify({ lodestone_what_ifs: 1, model: D.title, hash: D.hash, what_ifs: whatifs.length ? whatifs
    : [Object.assign({ name: "as shown", index: null, spent: null }, plainState())] }, null, 2);
  const anchor = el("a", { download: "what-ifs.json", href: URL.createObjectURL(new Blob([content], { type: "application/json" })) });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
}
async function openFile(file) {
  try {
    if (file.size > 1e6) throw new Error("the file is larger than a megabyte");
    const content = JSON.parse(await file.text());
    if (content.lodestone_what_ifs !== 1 || !Array.isArray(content.what_ifs)) throw new Error("it holds no what-ifs");
    const read = content.what_ifs.map((one) => {
      const checked = checkedState(one);
      if (!checked) throw new Error("one of them is not a what-if");
      const number = (x) => (typeof x === "number" ? x : null);
      return Object.assign(checked, { name: String(one.name).slice(0, 80), index: number(one.index), spent: number(one.spent) });
    });
    whatifs = whatifs.filter((one) => !read.some((other) => other.name === one.name)).concat(read);
    drawWhatIfs();
    toast(read.length + " read" + (content.hash !== D.hash ? "; they were made with another version of the model" : ""));
  } catch (error) { toast("This file cannot be used: " + error.message); }
}
async function saveScenario() {
  $("save-done").textContent = "";
  try {
    const found = await link.call("save", { model: handle, id: $("save-id").value.trim() });
    $("save-error").hidden = true;
    base0.scenarios = found.scenarios;
    makeToggles();
    drawToggles();
    $("save-done").textContent = "Written in " + found.path.split("/").pop() + ", line " + found.line + "; it stands among the scenarios.";
  } catch (error) { refuse($("save-error"), error); }
}
function toast(text) {
  for (const old of document.querySelectorAll(".toast")) old.remove();
  const node = el("div", { class: "toast", role: "status", text });
  document.body.append(node);
  setTimeout(() => node.remove(), 4000);
}
