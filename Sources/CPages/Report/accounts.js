// ---- Money of programmes and of facilities

/** The table of a plan's figures: words in the first column and, where it says so, in the last. */
function figureTable(figures) {
  return el("div", { class: "tablebox", tabindex: "0", role: "region", "aria-label": figures.title }, [
    table(figures.head.map((name, i) => ({ name, isNumber: i > 0 && !(figures.endsInWords && i === figures.head.length - 1) })), figures.rows)]);
}
function drawAccounts() {
  fill($("programmes"), shown.programmes.flatMap((figures) => [el("h3", { text: figures.title }), figureTable(figures)]));
  fill($("account-list"), shown.accounts.length ? shown.accounts.map((account) => el("details", {}, [
    el("summary", { text: account.name + ", " + money(account.public) + " of public money" }),
    ...account.facts.map((fact) => el("p", { class: "hint", text: fact })),
    ...account.tables.flatMap((figures) => [el("h3", { text: figures.title }), figureTable(figures)]),
  ])) : [el("p", { class: "hint", text: "No facility gets an award or support in this plan." })]);
}
