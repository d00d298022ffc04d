// ---- Data tables

const tableState = { sort: -1, descends: false, limit: 100, rows: [] };
function cellText(value, column) {
  if (value === null) return "";
  if (typeof value !== "number") return value;
  // Years and counts are not grouped; a count of modules without the whole-number rules is a fraction.
  if (!column.unit) return Number.isInteger(value) ? String(value) : num(value, 2);
  return column.unit === "share" ? percent(value, 2) : num(value, Math.abs(value) < 100 ? 2 : 1);
}
function drawTable() {
  const chosen = D.tables[Number($("table").value)];
  if (!chosen) return;
  const needle = $("filter").value.trim().toLowerCase();
  let rows = chosen.rows.filter((row) => !needle
    || row.some((cell) => cell !== null && String(cell).toLowerCase().includes(needle)));
  if (tableState.sort >= 0) {
    const s = tableState.sort;
    rows = rows.map((row, i) => [row, i]).sort(([a, i], [b, j]) => {
      const [x, y] = [a[s], b[s]];
      const order = x === y ? 0 : x === null ? 1 : y === null ? -1
        : typeof x === "number" && typeof y === "number" ? x - y : String(x) < String(y) ? -1 : 1;
      return (tableState.descends ? -order : order) || i - j;
    }).map(([row]) => row);
  }
  tableState.rows = rows;
  const isNumber = (c) => chosen.rows.length > 0 && typeof chosen.rows[0][c] === "number";
  const head = el("tr", {}, chosen.columns.map((column, c) => {
    const isSorted = tableState.sort === c;
    const name = column.id.replace(/_/g, " ") + (column.unit ? " [" + column.unit + "]" : "");
    const button = el("button", { type: "button", text: name + (isSorted ? (tableState.descends ? " ▼" : " ▲") : "") });
    button.addEventListener("click", () => {
      tableState.descends = isSorted && !tableState.descends;
      tableState.sort = c;
      drawTable();
      const again = $("table-box").querySelectorAll("th button")[c];
      if (again) again.focus();
    });
    return el("th", { scope: "col", class: isNumber(c) ? "num" : null, "data-name": name,
      "aria-sort": isSorted ? (tableState.descends ? "descending" : "ascending") : "none" }, [button]);
  }));
  const body = rows.slice(0, tableState.limit).map((row) => el("tr", {}, row.map((cell, c) => {
    const text = cellText(cell, chosen.columns[c]);
    return el("td", { class: cellClass(text, isNumber(c)), text });
  })));
  fill($("table-box"), [el("table", {}, [el("caption", { class: "hint", text: chosen.name.replace(/_/g, " ") }), el("thead", {}, [head]), el("tbody", {}, body)])]);
  $("table-count").textContent = num(rows.length) + " of " + num(chosen.rows.length) + " rows"
    + (rows.length > tableState.limit ? ", the first " + num(tableState.limit) + " shown" : "") + ".";
  $("more").hidden = rows.length <= tableState.limit;
}
function csvText() {
  const chosen = D.tables[Number($("table").value)];
  const quote = (cell) => {
    if (cell === null) return "";
    let text = String(cell);
    if (typeof cell === "string" && /^[=+\-@\t\r\n]/.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  };
  return [chosen.columns.map((c) => quote(c.unit ? c.id + " [" + c.unit + "]" : c.id))]
    .concat(tableState.rows.map((row) => row.map(quote))).map((row) => row.join(",") + "\n").join("");
}
