// Small helpers: nodes, numbers in words, waiting. Text of the model only ever becomes text nodes.

const holder = typeof document === "undefined" ? null : document.createElement("template");
if (holder) holder.innerHTML = "<svg></svg><math></math>";
const spaces = holder
  ? { svg: holder.content.firstChild.namespaceURI, math: holder.content.lastChild.namespaceURI }
  : {};

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on")
      for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
export const svgNode = (tag, props, ...children) =>
  fill(document.createElementNS(spaces.svg, tag), props, children);
export const mathNode = (tag, props, ...children) =>
  fill(document.createElementNS(spaces.math, tag), props, children);

export const button = (label, click, props) =>
  h("button", { type: "button", ...props, on: { click } }, label);

// A choice among [value, label] pairs.
export function chooser(label, pairs, value, change, props) {
  const node = h(
    "select",
    { ...props, on: { change: () => change(node.value) } },
    pairs.map(([v, t]) => h("option", { value: v }, t)),
  );
  node.value = value;
  return h("label", { class: "choice" }, h("span", {}, label), node);
}

// ---- numbers ----
const minus = (text) => text.replace("-", "−");

export function decimals(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return "?";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size > 0 && size < 0.00005) return minus(x.toExponential(1));
  if (size >= 1e7) return minus(x.toPrecision(4));
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
  const text = x.toFixed(digits);
  return minus(digits ? text.replace(/\.?0+$/, "").replace(/^-0$/, "0") : text);
}

// Never 0 % or 100 % for what is neither.
export function percent(x) {
  const p = 100 * x;
  const text =
    p <= 1e-10
      ? "0"
      : p >= 100 - 1e-10
        ? "100"
        : p < 0.1
          ? "under 0.1"
          : p > 99.9
            ? "over 99.9"
            : p < 10 || p > 99
              ? p.toFixed(1).replace(/\.0$/, "")
              : p.toFixed(0);
  return text + "\u00a0%";
}

// A number as the page's lists hold it: x, or [lo, hi].
export const low = (x) => (Array.isArray(x) ? x[0] : x);
export const high = (x) => (Array.isArray(x) ? x[1] : x);
export const isRange = (x) => Array.isArray(x) && Math.abs(x[1] - x[0]) > 1e-9;
export function ranged(x, say = decimals) {
  if (!isRange(x)) return say(low(x));
  const from = say(x[0]);
  return (
    (say === percent && /^[\d.]+\u00a0%$/.test(from) ? from.slice(0, -2) : from) +
    " to " +
    say(x[1])
  );
}

const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
export const numberWord = (n) => WORDS[n] ?? String(n);
// The title of a parameter, or nothing where it only repeats the name.
export const titleOf = (p) => (p.title && p.title !== p.name ? p.title : "");
// "credibility of the defender: probability that it is hard" -> what stands before the colon.
export const shortTitle = (p) => titleOf(p).split(/[:;(]/)[0].trim();
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function joined(items, word = "and") {
  if (items.length < 2) return items;
  const out = [];
  items.forEach((item, i) => {
    if (i) out.push(i < items.length - 1 ? ", " : items.length > 2 ? `, ${word} ` : ` ${word} `);
    out.push(item);
  });
  return out;
}

export const MARKS = {
  proven: "shown for all values that the assumptions allow, by an automatic prover",
  exact: "computed exactly at these values",
  sampled: "seen at sample points, not proven",
  assumption: "a guess that was put in",
};
export const mark = (kind, title) =>
  h("span", { class: "mark " + kind, title: title ?? MARKS[kind] }, kind);

// ---- work in slices, so that a step of a slider stays short ----
export function slices(run, budget = 7) {
  let waiting = false;
  const channel = new MessageChannel();
  const step = () => {
    waiting = false;
    const end = performance.now() + budget;
    let more = true;
    while (more && performance.now() < end) more = run();
    if (more) wake();
  };
  channel.port1.onmessage = () => requestAnimationFrame(step);
  const wake = () => {
    if (waiting) return;
    waiting = true;
    channel.port2.postMessage(0);
  };
  return wake;
}
