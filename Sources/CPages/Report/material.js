// Material

function nodeName(node) { return node.name.replace(/_/g, " ") + (node.kind === "import" ? " imports" : ""); }
function nodeText(node) { return nodeName(node) + (node.class >= 0 ? " · " + D.classes[node.class].name : ""); }
function flowsOf(y) { return shown.flows ? shown.flows[y] || [] : []; }
/** How many nodes stand above each other at most: each needs room for its name. */
function tallestColumn(links) {
  const columns = new Map();
  for (const id of new Set(links.flatMap((link) => [link[0], link[1]]))) columns.set(D.nodes[id].depth, (columns.get(D.nodes[id].depth) || 0) + 1);
  return Math.max(1, ...columns.values());
}
const flowGap = (w) => (w < 800 ? 26 : 30);
define("material", {
  leastWidth: 760,
  height: (w) => Math.max(tall(520), tallestColumn(flowsOf(yearIndex)) * (flowGap(w) + 9)),
  label: () => "Material by stage and provenance of " + shown.name + " in " + years[yearIndex]
    + ", tonnes a year.",
  option: (w) => {
    const t = theme();
    const links = flowsOf(yearIndex);
    const ids = [...new Set(links.flatMap((link) => [link[0], link[1]]))].sort((a, b) => a - b);
    const isNarrow = w < 800;
    const depths = ids.map((id) => D.nodes[id].depth);
    const least = Math.min(...depths);
    const sums = { in: {}, out: {} };
    for (const [from, to, value] of links) {
      sums.out[from] = (sums.out[from] || 0) + value;
      sums.in[to] = (sums.in[to] || 0) + value;
    }
    const size = (id) => Math.max(sums.in[id] || 0, sums.out[id] || 0);
    const columnCount = new Set(ids.map((id) => D.nodes[id].depth)).size;
    const right = isNarrow ? 116 : 150;
    const room = (w - right) / Math.max(1, columnCount - 1) - (isNarrow ? 18 : 24);
    return base({
      tooltip: Object.assign(base().tooltip, {
        formatter: (item) => item.dataType === "edge"
          ? tip(nodeText(D.nodes[item.data.source]) + " → " + nodeText(D.nodes[item.data.target]),
            [[String(years[yearIndex]), tonnes(item.value)]])
          : tip(nodeText(D.nodes[item.name]), [[String(years[yearIndex]), tonnes(item.value)]]),
      }),
      series: [{
        type: "sankey", left: 4, right, top: 14, bottom: 14, nodeGap: flowGap(w),
        nodeWidth: isNarrow ? 10 : 14, layoutIterations: 48, draggable: false,
        emphasis: { focus: "adjacency" },
        label: {
          color: t.ink, fontSize: isNarrow ? 10 : 12, lineHeight: isNarrow ? 12 : 14, textBorderColor: t.paper, textBorderWidth: 3,
          width: Math.max(60, room), overflow: "truncate",
          // The name, and below it class and tonnes.
          formatter: (item) => {
            const node = D.nodes[item.name];
            return nodeName(node) + "\n" + (node.class >= 0 ? D.classes[node.class].name + ", " : "") + tonnes(size(Number(item.name)));
          },
        },
        data: ids.map((id) => ({
          name: String(id), depth: D.nodes[id].depth - least,
          itemStyle: { color: classColor(D.nodes[id].class), borderWidth: 0 },
        })),
        links: links.map((link) => ({
          source: String(link[0]), target: String(link[1]), value: link[2],
          lineStyle: { color: classColor(linkClass(link)), opacity: isDark() ? 0.5 : 0.4 },
        })),
      }],
      graphic: links.length ? [] : [{
        type: "text", left: "center", top: "middle",
        style: { text: "No material flows in " + years[yearIndex], fill: t.soft, fontSize: 14 },
      }],
    });
  },
  table: () => table(words(["from", "to"]).concat(numbers(["tonnes"])),
    flowsOf(yearIndex).map((link) =>
      [nodeText(D.nodes[link[0]]), nodeText(D.nodes[link[1]]), num(link[2], 1)])),
});
/** The class that the material has behind the link. */
function linkClass(link) {
  const target = D.nodes[link[1]].class;
  return target >= 0 ? target : D.nodes[link[0]].class;
}
