// If they answer

let answered = null, replies = null;
/** Takes over a study of the answers; null: there is none. */
function takeAnswers(found) {
  answered = found || null;
  replies = answered ? answered.chart : null;
}
takeAnswers(D.answers);
function replyFigure(value) { return value === null ? "cannot be carried out" : replies.unit === "share" ? percent(value, 1) : num(value, 1); }
define("answers", {
  height: (w) => tall(320) + legendHeight(replies.plans.map((plan) => plan.name), w),
  label: () => D.objective.label + " under the worst answer, less what it costs them, by how many moves they make at a time, for "
    + replies.plans.map((plan) => plan.name).join(", ") + ".",
  option: (w) => {
    const t = theme();
    return base({
      grid: { left: 52, right: 16, top: 30, bottom: legendHeight(replies.plans.map((plan) => plan.name), w) + 28 },
      legend: legend({}),
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis", axisPointer: { type: "shadow" },
        formatter: (items) => tip(items[0].axisValue, items.map((item) => [item.seriesName, replyFigure(item.data)
          + (replies.plans[item.seriesIndex].answers[item.dataIndex] ? " (" + replies.plans[item.seriesIndex].answers[item.dataIndex] + ")" : ""), item.color])),
      }),
      xAxis: axis({ type: "category", data: replies.moves, name: "", splitLine: { show: false } }),
      yAxis: axis({
        type: "value", min: 0, name: replies.unit === "share" ? "share of demand" : D.objective.unitWords,
        axisLabel: { color: t.soft, formatter: (v) => (replies.unit === "share" ? num(v * 100) + " %" : num(v)) },
        nameTextStyle: { color: t.soft, align: "left", padding: [0, 0, 0, -40] },
      }),
      series: replies.plans.map((plan, i) => ({
        name: plan.name, type: "bar", data: plan.values, barGap: "6%", barCategoryGap: "24%",
        itemStyle: { color: i === 0 ? t.ink : lineColor(i - 1), borderColor: outline(), borderWidth: 0.6 },
      })),
    });
  },
  table: () => table(words(["plan"]).concat(numbers(replies.moves)),
    replies.plans.map((plan) => [plan.name].concat(plan.values.map(replyFigure)))),
});
function drawAnswers() {
  if (!replies) { for (const id of ["answers-says", "answers-tables", "answers-off"]) fill($(id), []); return; }
  $("answers-says").textContent = answered.headline;
  fill($("answers-tables"), answered.tables.flatMap((figures) => [el("h3", { text: figures.title }), figureTable(figures)]));
  fill($("answers-off"), answered.sentences.map((text) => el("li", { text })));
}
