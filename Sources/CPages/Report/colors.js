// ---- Colours: Okabe and Ito's, told apart with every common colour blindness

const wheel = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442",
  "#7f8c99"];
const isDark = () => !isPrinting && matchMedia("(prefers-color-scheme: dark)").matches;
function theme() {
  return isDark()
    ? { ink: "#e8edf3", soft: "#a3b1c0", line: "#344150", paper: "#12181f", wash: "#1b232c" }
    : { ink: "#16202b", soft: "#526070", line: "#d8dee6", paper: "#ffffff", wash: "#f4f6f9" };
}
/** Blue for the most secure class, through teal and yellow to vermilion for the least. */
function classColor(index) {
  const last = D.classes.length - 1;
  if (index < 0 || index > last) return isDark() ? "#9aa7b5" : "#4a5663";
  if (index === 0) return "#0072b2";
  if (index === last) return "#d55e00";
  const between = ["#e69f00", "#f0e442", "#56b4e9", "#cc79a7"];
  return between[(index - 1) % between.length];
}
/** Lines have no area: they are the wheel's colours, darker on white paper and lighter on dark. */
function lineColor(index) {
  const onWhite = ["#0072b2", "#b87700", "#007a59", "#a3507f", "#2b83ba", "#c25500", "#857500", "#66717d"];
  const onDark = ["#4aa3e0", "#e69f00", "#2fc49a", "#e29bc4", "#8fd0f7", "#ff8a3d", "#f0e442", "#a7b3c0"];
  return (isDark() ? onDark : onWhite)[index % wheel.length];
}
/** Round areas, so that pale ones stand out from the paper. */
function outline() { return isDark() ? "rgba(10, 14, 18, 0.9)" : "rgba(22, 32, 43, 0.55)"; }
/** A bar's value; what is nothing has no outline. */
function bar(value, isThere) { return isThere ? value : { value, itemStyle: { borderWidth: 0 } }; }
function payerColor(index) {
  return index === D.payers.length - 1 ? (isDark() ? "#9aa7b5" : "#8792a0")
    : wheel[index % (wheel.length - 1)];
}
/** More programmes than colours: the second and third round of them is hatched. */
function payerDecal(index) {
  if (index === D.payers.length - 1 || index < wheel.length - 1) return undefined;
  const round = Math.floor(index / (wheel.length - 1));
  const color = "rgba(255, 255, 255, 0.75)";
  return round === 1
    ? { symbol: "rect", color, dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 }
    : { symbol: "circle", color, symbolSize: 0.6, dashArrayX: [6, 6], dashArrayY: [6, 3] };
}
/** Stripes for what is missing. */
function hatching() {
  return { symbol: "rect", color: isDark() ? "rgba(18, 24, 31, 0.75)" : "rgba(255, 255, 255, 0.8)", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 };
}
/** Light to dark blue, or dark to light on dark paper. */
function ramp() {
  return isDark() ? ["#1b232c", "#1f4a73", "#3f8fd0", "#bfe0ff"]
    : ["#f4f6f9", "#b5d3ea", "#4a90c4", "#0b3c66"];
}
