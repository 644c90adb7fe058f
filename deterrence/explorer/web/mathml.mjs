// Symbols and formulas (nested arrays) as MathML, and as plain text.
import { decimals, h, mathNode, shortTitle } from "./dom.mjs";

const GREEK = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  varepsilon: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  iota: "ι",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  upsilon: "υ",
  phi: "φ",
  varphi: "φ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
  Gamma: "Γ",
  Delta: "Δ",
  Theta: "Θ",
  Lambda: "Λ",
  Xi: "Ξ",
  Pi: "Π",
  Sigma: "Σ",
  Phi: "Φ",
  Psi: "Ψ",
  Omega: "Ω",
  ell: "ℓ",
  infty: "∞",
  cdot: "·",
  times: "×",
  ldots: "…",
  star: "*",
  ast: "*",
  prime: "′",
  pm: "±",
  ",": "",
  ";": "",
  " ": "",
  "!": "",
  "&": "&",
  "%": "%",
  _: "_",
  "#": "#",
  "{": "{",
  "}": "}",
};
const HATS = { hat: "^", bar: "¯", tilde: "~", overline: "¯", dot: "˙" };
const FONTS = ["text", "mathrm", "mathit", "mathbf", "operatorname", "mathcal", "textit", "textrm"];

// LaTeX-like symbol -> a tree of ["mi", text] | ["row", ...] | ["sub", a, b] | ["sup", a, b] | ["over", a, hat].
export function symbolTree(source) {
  const tokens =
    String(source)
      .slice(0, 200)
      .match(/\\[A-Za-z]+|\\.|[A-Za-z]+|\d+(?:\.\d+)?|\s+|./gu) ?? [];
  let at = 0;
  const group = (wide) => {
    while (/^\s+$/.test(tokens[at] ?? "")) at += 1;
    const token = tokens[at];
    if (token === undefined) return ["mi", ""];
    at += 1;
    if (token === "{") {
      const row = until("}");
      at += 1;
      return row;
    }
    if (token[0] === "\\" && token.length > 1) {
      const name = token.slice(1);
      if (name in HATS) return ["over", group(), HATS[name]];
      if (FONTS.includes(name)) return ["mi", plainSymbol(group())];
      return ["mi", GREEK[name] ?? name];
    }
    if (/^[A-Za-z]+$/.test(token) && !wide && token.length > 1) {
      at -= 1;
      tokens.splice(at, 1, ...token);
      at += 1;
      return ["mi", token[0]];
    }
    return ["mi", token];
  };
  const until = (end) => {
    const row = [];
    while (at < tokens.length && tokens[at] !== end) {
      const token = tokens[at];
      if (token === "}") {
        at += 1;
        continue;
      }
      if (/^\s+$/.test(token)) {
        at += 1;
        continue;
      }
      if ((token === "_" || token === "^") && row.length) {
        at += 1;
        row.push([token === "_" ? "sub" : "sup", row.pop(), group(true)]);
      } else if (token === "'" && row.length) {
        at += 1;
        row.push(["sup", row.pop(), ["mi", "′"]]);
      } else row.push(group(true));
    }
    return row.length === 1 ? row[0] : ["row", ...row];
  };
  return until(null);
}

export function plainSymbol(tree) {
  const [kind, a, b] = tree;
  if (kind === "mi") return a;
  if (kind === "sub") return `${plainSymbol(a)}_${plainSymbol(b)}`;
  if (kind === "sup") return `${plainSymbol(a)}${b[1] === "′" ? "′" : "^" + plainSymbol(b)}`;
  if (kind === "over") return plainSymbol(a) + (b === "^" ? "̂" : b === "~" ? "̃" : "̄");
  return tree.slice(1).map(plainSymbol).join("");
}

function symbolNode(tree) {
  const [kind, a, b] = tree;
  if (kind === "mi")
    return mathNode(/^[\d.]+$/.test(a) ? "mn" : /^[+\-*=()·×±−]$/.test(a) ? "mo" : "mi", {}, a);
  // A sub- and a superscript of one base stand above each other.
  if (kind === "sup" && a[0] === "sub")
    return mathNode("msubsup", {}, symbolNode(a[1]), symbolNode(a[2]), symbolNode(b));
  if (kind === "sub" && a[0] === "sup")
    return mathNode("msubsup", {}, symbolNode(a[1]), symbolNode(b), symbolNode(a[2]));
  if (kind === "sub" || kind === "sup")
    return mathNode("m" + kind, {}, symbolNode(a), symbolNode(b));
  if (kind === "over")
    return mathNode("mover", { accent: "true" }, symbolNode(a), mathNode("mo", {}, b));
  return mathNode("mrow", {}, tree.slice(1).map(symbolNode));
}

const RANK = {
  or: 0,
  and: 1,
  not: 2,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "==": 3,
  "!=": 3,
  "+": 4,
  "-": 4,
  "~": 4,
  "*": 5,
  "/": 5,
  "^": 7,
};
const SIGN = { "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "*": "·", "-": "−" };
const rankOf = (f) =>
  Array.isArray(f) ? (RANK[f[0]] ?? 9) : typeof f === "number" && f < 0 ? 4 : 9;
const isFraction = (f) => Array.isArray(f) && f[0] === "q";

export function mathWriter(data) {
  const symbols = new Map(Object.entries(data.symbols ?? {}));
  for (const p of data.parameters ?? []) symbols.set(p.name, p.symbol || p.name);
  const outcomes = new Map((data.outcomes ?? []).map((o) => [o.name, o.title || o.name]));
  const treeOf = (name) =>
    symbolTree(
      symbols.get(name) ??
        (/^[A-Za-z]+\d*$/.test(name) && name.length > 1
          ? `\\text{${name}}`
          : name.replace(/_(.+)$/, (_, rest) => `_{${rest.replaceAll("_", " ")}}`)),
    );

  // One walk for both ways of writing; `out` says how pieces are made.
  function walk(f, out, flat) {
    const inner = (g, rank) => {
      const node = walk(g, out, flat);
      return rankOf(g) < rank || (isFraction(g) && rank >= 5 && flat)
        ? out.row([out.op("("), node, out.op(")")])
        : node;
    };
    if (typeof f === "number")
      return f < 0 ? out.row([out.op("−"), out.num(String(-f))]) : out.num(String(f));
    if (typeof f === "string") return out.name(f);
    const [kind, ...args] = f;
    switch (kind) {
      case "q": {
        const negative = args[0].startsWith("-");
        const top = out.num(negative ? args[0].slice(1) : args[0]);
        const node = flat
          ? out.row([top, out.op("/"), out.num(args[1])])
          : out.over(top, out.num(args[1]));
        return negative ? out.row([out.op("−"), node]) : node;
      }
      case "/":
        if (!flat) return out.over(walk(args[0], out, flat), walk(args[1], out, flat));
        return out.row([inner(args[0], 5), out.op("/"), inner(args[1], 6)]);
      case "^":
        return out.power(inner(args[0], 8), walk(args[1], out, true));
      case "~":
        return out.row([out.op("−"), inner(args[0], 5)]);
      case "*": {
        const row = [];
        args.forEach((g, i) => {
          if (i) row.push(out.times(args[i - 1], g));
          row.push(inner(g, 5));
        });
        return out.row(row);
      }
      case "+":
      case "-": {
        const row = [];
        args.forEach((g, i) => {
          const negated = Array.isArray(g) && g[0] === "~" && kind === "+";
          if (i) row.push(out.op(kind === "-" || negated ? "−" : "+", true));
          else if (kind === "-" && args.length === 1) row.push(out.op("−"));
          row.push(i && negated ? inner(g[1], 5) : inner(g, i && kind === "-" ? 5 : 4));
        });
        return out.row(row);
      }
      case "and":
      case "or": {
        if (!args.length) return out.words(kind === "and" ? "always" : "never");
        const row = [];
        args.forEach((g, i) => {
          const last = args[i - 1];
          // 0 <= x and x <= 1 reads 0 <= x <= 1.
          if (
            i &&
            kind === "and" &&
            RANK[g[0]] === 3 &&
            RANK[last[0]] === 3 &&
            JSON.stringify(last[2]) === JSON.stringify(g[1])
          ) {
            row.push(out.op(SIGN[g[0]] ?? g[0], true), inner(g[2], 4));
            return;
          }
          if (i) row.push(out.words(` ${kind} `));
          row.push(inner(g, RANK[kind]));
        });
        return out.row(row);
      }
      case "not":
        return out.row([out.words("not "), inner(args[0], 3)]);
      case "if":
        return out.row([
          walk(args[1], out, flat),
          out.words(" if "),
          walk(args[0], out, flat),
          out.words(", else "),
          walk(args[2], out, flat),
        ]);
      case "call":
        return out.row([out.words(args[0]), out.op("("), ...listed(args.slice(1)), out.op(")")]);
      case "P":
      case "payoff":
      case "prob":
        return out.row([
          out.words(kind),
          out.op("("),
          out.words(args.map((t) => outcomes.get(t) ?? t).join(", ")),
          out.op(")"),
        ]);
      default:
        if (kind in RANK && args.length === 2)
          return out.row([inner(args[0], 4), out.op(SIGN[kind] ?? kind, true), inner(args[1], 4)]);
        return out.words("?");
    }
    function listed(list) {
      return list.flatMap((g, i) => (i ? [out.op(","), walk(g, out, flat)] : [walk(g, out, flat)]));
    }
  }

  const nodes = {
    num: (t) => mathNode("mn", {}, t),
    op: (t) =>
      mathNode(
        "mo",
        t === "−" || t === "(" || t === ")" || t === "/" ? { stretchy: "false" } : {},
        t,
      ),
    words: (t) => mathNode("mtext", {}, t.replaceAll(" ", "\u00a0")),
    name: (n) => symbolNode(treeOf(n)),
    row: (list) => mathNode("mrow", {}, list),
    over: (a, b) => mathNode("mfrac", {}, a, b),
    power: (a, b) => mathNode("msup", {}, a, b),
    times: (a, b) => mathNode("mo", {}, typeof b === "number" || isFraction(b) ? "·" : "\u2062"),
  };
  const plain = {
    num: (t) => t,
    op: (t, wide) => (wide ? ` ${t} ` : t === "," ? ", " : t),
    words: (t) => t,
    name: (n) => plainSymbol(treeOf(n)),
    row: (list) => list.join(""),
    over: (a, b) => `${a}/${b}`,
    power: (a, b) => `${a}^${b}`,
    times: () => "·",
  };
  // Conditions are broken into lines between their comparisons; formulas are not broken.
  const pieces = (f) => {
    const [kind, ...args] = Array.isArray(f) ? f : [f];
    if (
      (kind !== "and" && kind !== "or") ||
      args.length < 2 ||
      JSON.stringify(args[0][2]) === JSON.stringify(args[1][1])
    )
      return [mathNode("math", {}, walk(f, nodes, true))];
    return args.flatMap((g, i) => [
      i ? (kind === "or" ? ", or " : " and ") : "",
      ...(kind === "and" && g[0] === "or" ? ["(", ...pieces(g), ")"] : pieces(g)),
    ]);
  };
  return {
    math: (f) => {
      const made = pieces(f);
      return made.length === 1 ? made[0] : h("span", {}, made);
    },
    fraction: (f) =>
      mathNode("math", {}, mathNode("mstyle", { displaystyle: "true" }, walk(f, nodes, false))),
    symbol: (name) => mathNode("math", {}, symbolNode(treeOf(name))),
    plain: (f) => walk(f, plain, true),
    plainName: (name) => plainSymbol(treeOf(name)),
  };
}

const SAYS = {
  "<": "is below",
  "<=": "is at most",
  ">": "is above",
  ">=": "is at least",
  "==": "equals",
  "!=": "differs from",
};

// Of a condition, the comparisons that make it hold (or the whole where none of its cases does).
export function whatHolds(f, holds) {
  if (!Array.isArray(f)) return [];
  if (f[0] === "and") return f.slice(1).flatMap((g) => whatHolds(g, holds));
  if (f[0] === "or") {
    const cases = f
      .slice(1)
      .filter(holds)
      .map((g) => whatHolds(g, holds));
    return cases.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  return [f];
}

// "NATO's loss from yielding l_N (9) is above 8": a list of texts and {f} for the page.
export function comparisonWords(f, data, value) {
  const side = (g) => {
    if (typeof g === "number" || isFraction(g)) return [{ f: g }];
    const p = typeof g === "string" ? data.parameters.find((q) => q.name === g) : null;
    const number = ` (${decimals(value(g))})`;
    return p && shortTitle(p) ? [shortTitle(p) + " ", { f: g }, number] : [{ f: g }, number];
  };
  if (!(f[0] in SAYS) || f.length !== 3) return [{ f }];
  return [...side(f[1]), ` ${SAYS[f[0]]} `, ...side(f[2])];
}
