// Formulas as data, interpreted twice: floats by closures that are made once, and exactly.
// A comparison in floats has three answers; NEAR means that the exact one has the word.

import {
  ZERO,
  ONE,
  addRatio,
  subRatio,
  mulRatio,
  divRatio,
  negRatio,
  powRatio,
  rootRatio,
  signRatio,
  compareRatios,
  fromFloat,
  toFloat,
  isRatio,
} from "./rationals.mjs";

export const NEAR = -1;
// Relative to the sizes of all terms: nearer to a tie than this, floats do not decide.
const TIE = 1e-9;
const COMPARISONS = {
  "<": (s) => s < 0,
  "<=": (s) => s <= 0,
  ">": (s) => s > 0,
  ">=": (s) => s >= 0,
  "==": (s) => s === 0,
  "!=": (s) => s !== 0,
};

// What an exact computation throws where a number is not rational.
export class IrrationalError extends Error {}

export function isQuery(f) {
  return Array.isArray(f) && (f[0] === "P" || f[0] === "payoff" || f[0] === "prob");
}
export function queryKey(f) {
  return f.join("\u0000");
}

// The names and the queries (by their keys) in a formula.
export function namesIn(f, found = new Set()) {
  if (typeof f === "string") found.add(f);
  else if (isQuery(f)) found.add(queryKey(f));
  else if (Array.isArray(f) && f[0] !== "q")
    for (let k = f[0] === "call" ? 2 : 1; k < f.length; k++) namesIn(f[k], found);
  return found;
}

function constantOf(f) {
  if (typeof f === "number") return f;
  return Array.isArray(f) && f[0] === "q" ? toFloat(exactConstant(f)) : null;
}

function exactConstant(f) {
  if (typeof f === "number") return fromFloat(f);
  return divRatio({ n: BigInt(f[1]), d: 1n }, { n: BigInt(f[2]), d: 1n });
}

// ---- floats --------------------------------------------------------------------------------
// compileFloat(f, slot) -> x => number, where slot(name) is the place of a name in the array x.
export function compileFloat(f, slot) {
  const number = constantOf(f);
  if (number !== null) return () => number;
  if (typeof f === "string") {
    const k = slot(f);
    return (x) => x[k];
  }
  if (isQuery(f)) {
    const k = slot(queryKey(f));
    return (x) => x[k];
  }
  const op = f[0];
  if (op === "if") {
    const test = compileTruth(f[1], slot),
      yes = compileFloat(f[2], slot),
      no = compileFloat(f[3], slot);
    return (x) => (test(x) !== 0 ? yes(x) : no(x));
  }
  const parts = (op === "call" ? f.slice(2) : f.slice(1)).map((g) => compileFloat(g, slot));
  const [a, b, c, d] = parts;
  switch (op) {
    case "+":
      if (parts.length === 2) return (x) => a(x) + b(x);
      if (parts.length === 3) return (x) => a(x) + b(x) + c(x);
      if (parts.length === 4) return (x) => a(x) + b(x) + c(x) + d(x);
      return (x) => {
        let s = 0;
        for (const p of parts) s += p(x);
        return s;
      };
    case "*":
      if (parts.length === 2) return (x) => a(x) * b(x);
      if (parts.length === 3) return (x) => a(x) * b(x) * c(x);
      return (x) => {
        let s = 1;
        for (const p of parts) s *= p(x);
        return s;
      };
    case "-":
      if (parts.length === 1) return (x) => -a(x);
      if (parts.length === 2) return (x) => a(x) - b(x);
      return (x) => {
        let s = a(x);
        for (let k = 1; k < parts.length; k++) s -= parts[k](x);
        return s;
      };
    case "/":
      return (x) => a(x) / b(x);
    case "~":
      return (x) => -a(x);
    case "^": {
      const k = constantOf(f[2]);
      if (k === 2)
        return (x) => {
          const y = a(x);
          return y * y;
        };
      return (x) => Math.pow(a(x), b(x));
    }
    case "call":
      switch (f[1]) {
        case "min":
          return (x) => {
            let s = a(x);
            for (let k = 1; k < parts.length; k++) s = Math.min(s, parts[k](x));
            return s;
          };
        case "max":
          return (x) => {
            let s = a(x);
            for (let k = 1; k < parts.length; k++) s = Math.max(s, parts[k](x));
            return s;
          };
        case "abs":
          return (x) => Math.abs(a(x));
        case "sqrt":
          return (x) => Math.sqrt(a(x));
        case "exp":
          return (x) => Math.exp(a(x));
        case "log":
          return (x) => Math.log(a(x));
      }
  }
  throw new TypeError(`no operation ${String(op).slice(0, 20)}`);
}

// x => a bound on the sizes of all terms that meet in a formula, for its rounding error.
function compileSize(f, slot) {
  const number = constantOf(f);
  if (number !== null) {
    const size = Math.abs(number);
    return () => size;
  }
  if (typeof f === "string" || isQuery(f)) {
    const get = compileFloat(f, slot);
    return (x) => Math.abs(get(x));
  }
  const op = f[0];
  if (op === "if") {
    const a = compileSize(f[2], slot),
      b = compileSize(f[3], slot);
    return (x) => Math.max(a(x), b(x));
  }
  const parts = (op === "call" ? f.slice(2) : f.slice(1)).map((g) => compileSize(g, slot));
  const [a, b] = parts;
  switch (op) {
    case "+":
    case "-":
      return (x) => {
        let s = 0;
        for (const p of parts) s += p(x);
        return s;
      };
    case "*":
      return (x) => {
        let s = 1;
        for (const p of parts) s *= p(x);
        return s;
      };
    case "/": {
      const below = compileFloat(f[2], slot);
      return (x) => {
        const y = below(x);
        return (a(x) * b(x)) / (y * y);
      };
    }
    case "^": {
      const k = compileFloat(f[2], slot);
      const base = compileFloat(f[1], slot);
      return (x) => {
        const p = k(x);
        return p < 0 ? Math.pow(Math.abs(base(x)), 2 * p) * Math.pow(a(x), -p) : Math.pow(a(x), p);
      };
    }
    case "~":
      return a;
    default: {
      if (op === "call" && (f[1] === "exp" || f[1] === "log" || f[1] === "sqrt")) {
        const get = compileFloat(f, slot);
        return (x) => Math.abs(get(x)) * (1 + a(x)) + 1;
      }
      return (x) => {
        let s = 0;
        for (const p of parts) s = Math.max(s, p(x));
        return s;
      };
    }
  }
}

// compileTruth(f, slot) -> x => 1, 0 or NEAR.
export function compileTruth(f, slot) {
  const op = f[0],
    holds = COMPARISONS[op];
  if (holds) {
    const a = compileFloat(f[1], slot),
      b = compileFloat(f[2], slot);
    const s = compileSize(f[1], slot),
      t = compileSize(f[2], slot);
    return (x) => {
      const gap = a(x) - b(x);
      if (!(Math.abs(gap) > TIE * (s(x) + t(x)))) return NEAR;
      return holds(gap) ? 1 : 0;
    };
  }
  const parts = f.slice(1).map((g) => compileTruth(g, slot));
  if (op === "not") {
    const a = parts[0];
    return (x) => {
      const t = a(x);
      return t === NEAR ? NEAR : 1 - t;
    };
  }
  if (op !== "and" && op !== "or") throw new TypeError(`no comparison ${String(op).slice(0, 20)}`);
  const last = op === "and" ? 0 : 1;
  return (x) => {
    let found = 1 - last;
    for (const p of parts) {
      const t = p(x);
      if (t === last) return last;
      if (t === NEAR) found = NEAR;
    }
    return found;
  };
}

// ---- exactly -------------------------------------------------------------------------------
// exactValue(f, look): look(name) is a rational; it may throw IrrationalError.
// A division by 0 throws RangeError.
export function exactValue(f, look) {
  if (typeof f === "string") return look(f);
  if (typeof f === "number" || f[0] === "q") return exactConstant(f);
  if (isQuery(f)) return look(queryKey(f));
  const op = f[0];
  switch (op) {
    case "+": {
      let s = exactValue(f[1], look);
      for (let k = 2; k < f.length; k++) s = addRatio(s, exactValue(f[k], look));
      return s;
    }
    case "*": {
      let s = exactValue(f[1], look);
      for (let k = 2; k < f.length; k++) s = mulRatio(s, exactValue(f[k], look));
      return s;
    }
    case "-": {
      let s = exactValue(f[1], look);
      if (f.length === 2) return negRatio(s);
      for (let k = 2; k < f.length; k++) s = subRatio(s, exactValue(f[k], look));
      return s;
    }
    case "~":
      return negRatio(exactValue(f[1], look));
    case "/":
      return divRatio(exactValue(f[1], look), exactValue(f[2], look));
    case "if":
      return exactValue(exactTruth(f[1], look) ? f[2] : f[3], look);
    case "^":
      return exactPower(exactValue(f[1], look), exactValue(f[2], look));
    case "call": {
      const parts = f.slice(2).map((g) => exactValue(g, look)),
        a = parts[0];
      if (f[1] === "min") return parts.reduce((s, p) => (compareRatios(p, s) < 0 ? p : s));
      if (f[1] === "max") return parts.reduce((s, p) => (compareRatios(p, s) > 0 ? p : s));
      if (f[1] === "abs") return signRatio(a) < 0 ? negRatio(a) : a;
      if (f[1] === "exp" && a.n === 0n) return ONE;
      if (f[1] === "log" && a.n === 1n && a.d === 1n) return ZERO;
      const root = f[1] === "sqrt" ? rootRatio(a) : null;
      if (root) return root;
      throw new IrrationalError(f[1]);
    }
  }
  throw new TypeError(`no operation ${String(op).slice(0, 20)}`);
}

function exactPower(a, k) {
  if (k.d === 1n && k.n < 4096n && k.n > -4096n) return powRatio(a, Number(k.n));
  const root = k.d === 2n ? rootRatio(a) : null;
  if (root) return powRatio(root, Number(k.n));
  throw new IrrationalError("power");
}

// onTie() is called where the sides of a comparison are equal.
export function exactTruth(f, look, onTie) {
  const holds = COMPARISONS[f[0]];
  if (holds) {
    const order = compareRatios(exactValue(f[1], look), exactValue(f[2], look));
    if (order === 0 && onTie) onTie();
    return holds(order);
  }
  if (f[0] === "not") return !exactTruth(f[1], look, onTie);
  if (f[0] !== "and" && f[0] !== "or")
    throw new TypeError(`no comparison ${String(f[0]).slice(0, 20)}`);
  const last = f[0] === "or";
  for (let k = 1; k < f.length; k++) {
    try {
      if (exactTruth(f[k], look, onTie) === last) return last;
    } catch (error) {
      // An alternative that divides by 0 does not hold; another one may.
      if (!last || !(error instanceof RangeError)) throw error;
    }
  }
  return !last;
}

// ---- in a finite field ---------------------------------------------------------------------
// What vanishes at random points modulo a prime vanishes identically, all but surely.
export const PRIME = 67108859;

export function inverseMod(a) {
  let result = 1,
    power = PRIME - 2,
    base = a;
  if (a === 0) throw new RangeError("division by zero");
  for (; power; power = Math.floor(power / 2)) {
    if (power % 2) result = (result * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return result;
}

// The value of a formula of the four operations and whole powers modulo PRIME.
export function modularValue(f, look) {
  if (typeof f === "string") return look(f);
  if (typeof f === "number") return ((f % PRIME) + PRIME) % PRIME;
  const whole = (text) => Number(((BigInt(text) % BigInt(PRIME)) + BigInt(PRIME)) % BigInt(PRIME));
  if (f[0] === "q") return (whole(f[1]) * inverseMod(whole(f[2]))) % PRIME;
  const parts =
    f[0] === "^" ? [modularValue(f[1], look)] : f.slice(1).map((g) => modularValue(g, look));
  switch (f[0]) {
    case "+":
      return parts.reduce((s, x) => (s + x) % PRIME);
    case "*":
      return parts.reduce((s, x) => (s * x) % PRIME);
    case "-":
      return parts.length === 1
        ? (PRIME - parts[0]) % PRIME
        : parts.reduce((s, x) => (s + PRIME - x) % PRIME);
    case "~":
      return (PRIME - parts[0]) % PRIME;
    case "/":
      return (parts[0] * inverseMod(parts[1])) % PRIME;
    case "^": {
      if (!Number.isInteger(f[2]) || Math.abs(f[2]) > 64) throw new IrrationalError("power");
      const base = f[2] < 0 ? inverseMod(parts[0]) : parts[0];
      let result = 1;
      for (let k = Math.abs(f[2]); k; k--) result = (result * base) % PRIME;
      return result;
    }
  }
  throw new IrrationalError(String(f[0]).slice(0, 20));
}

// ---- both ----------------------------------------------------------------------------------
// A set of formulas over one list of names: the floats in an array, the rationals in a map.
export class FormulaSpace {
  constructor() {
    this.places = new Map();
    this.made = new Map();
    this.slot = (name) => this.place(name);
  }

  place(name) {
    let k = this.places.get(name);
    if (k === undefined) this.places.set(name, (k = this.places.size));
    return k;
  }

  float(f) {
    return this.kept("f", f, compileFloat);
  }
  truth(f) {
    return this.kept("t", f, compileTruth);
  }

  kept(kind, f, make) {
    if (typeof f !== "object") return make(f, this.slot);
    let own = this.made.get(f);
    if (!own) this.made.set(f, (own = {}));
    return own[kind] || (own[kind] = make(f, this.slot));
  }
}

// A point: floats by place and rationals by name (null where a value is not rational).
export class FormulaPoint {
  constructor(space, exact, floats) {
    this.space = space;
    this.exact = exact;
    this.approximate = false;
    this.tied = false;
    this.onTie = () => {
      this.tied = true;
    };
    this.x = new Float64Array(Math.max(space.places.size, 16));
    for (const [name, value] of Object.entries(floats)) this.setFloat(name, value);
    this.look = (name) => {
      const value = this.exact[name];
      if (isRatio(value)) return value;
      if (typeof value === "function") return value();
      throw new IrrationalError(name);
    };
  }

  setFloat(name, value) {
    const k = this.space.place(name);
    if (k >= this.x.length) {
      const longer = new Float64Array(2 * k + 1);
      longer.set(this.x);
      this.x = longer;
    }
    this.x[k] = value;
  }

  // A point with more names on top of this one.
  extended(exact) {
    const all = Object.assign(Object.create(this.exact), exact);
    const made = new FormulaPoint(this.space, all, {});
    made.grow();
    made.x.set(this.x.subarray(0, Math.min(this.x.length, made.x.length)));
    for (const [name, value] of Object.entries(exact)) made.setFloat(name, toFloat(value));
    return made;
  }

  grow() {
    if (this.space.places.size > this.x.length) {
      const longer = new Float64Array(2 * this.space.places.size);
      longer.set(this.x);
      this.x = longer;
    }
  }

  float(f) {
    const get = this.space.float(f);
    this.grow();
    return get(this.x);
  }

  // The exact value; null where it is not rational, undefined where there is none.
  value(f) {
    try {
      return exactValue(f, this.look);
    } catch (error) {
      if (error instanceof IrrationalError) {
        this.approximate = true;
        return null;
      }
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  // In floats alone: 1, 0 or NEAR.
  quick(f) {
    const test = this.space.truth(f);
    this.grow();
    return test(this.x);
  }

  // Exact on boundaries; where numbers are not rational, floats decide and say so.
  truth(f) {
    const quick = this.quick(f);
    if (quick !== NEAR) return quick === 1;
    return this.exactTruth(f);
  }

  exactTruth(f) {
    try {
      return exactTruth(f, this.look, this.onTie);
    } catch (error) {
      if (error instanceof RangeError) return false;
      if (!(error instanceof IrrationalError)) throw error;
      this.approximate = true;
      return this.looseTruth(f);
    }
  }

  // Irrational numbers: what is within the bound counts as a tie.
  looseTruth(f) {
    const holds = COMPARISONS[f[0]];
    if (holds) {
      try {
        return exactTruth(f, this.look);
      } catch (error) {
        if (error instanceof RangeError) return false;
        if (!(error instanceof IrrationalError)) throw error;
      }
      const quick = this.quick(f);
      return quick === NEAR ? holds(0) : quick === 1;
    }
    if (f[0] === "not") return !this.looseTruth(f[1]);
    const last = f[0] === "or";
    for (let k = 1; k < f.length; k++) if (this.looseTruth(f[k]) === last) return last;
    return !last;
  }
}
