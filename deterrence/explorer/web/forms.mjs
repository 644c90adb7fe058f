// Equilibria from closed forms: which exist at a point, what they lead to, and between which
// ends what they leave open lies.  A form is least and greatest at the corners of the ranges
// of the open symbols, since it is affine in each of them.

import {
  ZERO,
  ratio,
  toFloat,
  isRatio,
  mulRatio,
  addRatio,
  subRatio,
  divRatio,
} from "./rationals.mjs";
import { namesIn, queryKey } from "./formulas.mjs";
import { compareNumbers } from "./naming.mjs";

// Open symbols of which all corners are looked at.
const MOST_OPEN = 6;
const HALF = ratio(1n, 2n);

// Numbers of one kind at one point: floats, or rationals with floats where there are none.
export class FloatNumbers {
  constructor(point) {
    this.point = point;
    this.exact = false;
  }
  value(f) {
    const x = this.point.float(f);
    return Number.isFinite(x) ? x : undefined;
  }
  set(name, value) {
    this.point.setFloat(name, value);
  }
  middle(a, b) {
    return (a + b) / 2;
  }
}

export class ExactNumbers {
  constructor(point) {
    this.point = point.extended({});
    this.exact = true;
  }
  value(f) {
    const found = this.point.value(f);
    if (found !== null) return found;
    const x = this.point.float(f);
    return Number.isFinite(x) ? x : undefined;
  }
  set(name, value) {
    this.point.exact[name] = isRatio(value) ? value : null;
    this.point.setFloat(name, toFloat(value));
  }
  middle(a, b) {
    return isRatio(a) && isRatio(b)
      ? mulRatio(addRatio(a, b), HALF)
      : (toFloat(a) + toFloat(b)) / 2;
  }
}

// One closed form of an equilibrium, made ready once.
export class ClosedForm {
  // `measures`: their own formulas, by name, for those without a closed form.
  constructor(e, measures) {
    this.told = e;
    this.symbols = new Set(e.open.map((o) => o.symbol));
    this.forms = [];
    for (const kind of ["payoffs", "outcomes", "measures"]) {
      for (const [name, f] of Object.entries(e[kind])) {
        const asked =
          f === null && kind === "measures" && measures.has(name) ? measures.get(name) : null;
        if (asked === null || ![...namesIn(asked)].some((n) => n.startsWith("prob\u0000")))
          this.forms.push({ kind, name, f, asked, open: f !== null && this.openIn(f).length > 0 });
      }
    }
    this.asks = this.forms.some((x) => x.asked !== null);
    // The symbols on which a form depends, also through the ends of others, the others after them.
    this.involved = this.dependent([
      ...new Set(this.forms.flatMap((x) => (x.open ? this.openIn(x.f) : []))),
    ]);
    this.every = this.dependent([...this.symbols]);
  }

  openIn(f) {
    return [...namesIn(f)].filter((n) => this.symbols.has(n));
  }

  // The symbols, and those that their ends name, each after those.
  dependent(symbols) {
    const found = [],
      waiting = new Set();
    const visit = (s) => {
      if (found.includes(s) || waiting.has(s)) return;
      waiting.add(s);
      for (const o of this.told.open)
        if (o.symbol === s) for (const f of [...o.lower, ...o.upper]) this.openIn(f).forEach(visit);
      found.push(s);
    };
    symbols.forEach(visit);
    return found;
  }

  exists(point) {
    return this.told.when.every((f) => point.truth(f));
  }

  // The range of an open symbol where the others have their values; null if it is empty.
  range(symbol, numbers) {
    const own = this.told.open.filter((o) => o.symbol === symbol);
    const here = own.find((o) => o.where.every((f) => numbers.point.truth(f))) || own[0];
    const pick = (ends, sign) => {
      let best;
      for (const f of ends) {
        const x = numbers.value(f);
        if (x === undefined) return undefined;
        if (best === undefined || compareNumbers(x, best) * sign > 0) best = x;
      }
      return best;
    };
    const low = pick(here.lower, 1),
      high = pick(here.upper, -1);
    if (low === undefined || high === undefined) return null;
    const order = compareNumbers(low, high);
    return order > 0 ? null : order === 0 ? [low] : [low, high];
  }

  // Where the end of a later symbol's range has a kink while a symbol runs from low to high:
  // [place, the later symbol, 0 for its lower end or 1 for its upper end].
  kinks(symbol, low, high, numbers, later) {
    const found = [];
    for (const o of this.told.open) {
      if (!later.includes(o.symbol) || !o.where.every((f) => numbers.point.truth(f))) continue;
      for (const [side, ends] of [o.lower, o.upper].entries()) {
        for (let a = 0; a < ends.length; a++) {
          for (let b = 0; b < a; b++) {
            if (!namesIn(ends[a]).has(symbol) && !namesIn(ends[b]).has(symbol)) continue;
            const gap = ["-", ends[a], ends[b]];
            const at = (x) => {
              numbers.set(symbol, x);
              return numbers.value(gap);
            };
            const x = at(low),
              y = at(high);
            if (x === undefined || y === undefined || !(toFloat(x) * toFloat(y) < 0)) continue;
            const t = cross(low, high, x, y),
              z = at(t);
            if (z !== undefined && Math.abs(toFloat(z)) <= 1e-9 * Math.abs(toFloat(x) - toFloat(y)))
              found.push([t, o.symbol, side]);
          }
        }
      }
    }
    return found;
  }

  // Call visit() at all corners of the ranges of these symbols; false if there is none.
  corners(symbols, numbers, visit, only = new Map()) {
    if (!symbols.length) {
      visit();
      return true;
    }
    const [first, ...rest] = symbols;
    const ends = this.range(first, numbers);
    if (ends === null) return false;
    let any = false;
    const go = (value, sides) => {
      numbers.set(first, value);
      any = this.corners(rest, numbers, visit, sides) || any;
    };
    if (only.has(first)) go(ends[only.get(first) && ends.length - 1], only);
    else for (const value of ends) go(value, only);
    if (ends.length > 1 && rest.length)
      for (const [t, s, side] of this.kinks(first, ends[0], ends[1], numbers, rest))
        go(t, new Map(only).set(s, side));
    return any;
  }

  // Set every open symbol to the middle of its range, each in turn; false if one is empty.
  settle(numbers, ranges) {
    for (const s of this.every) {
      const ends = this.range(s, numbers);
      if (ends === null) return false;
      if (ranges) ranges.set(s, [ends[0], ends[ends.length - 1]]);
      numbers.set(s, ends.length > 1 ? numbers.middle(...ends) : ends[0]);
    }
    return true;
  }

  // {payoffs, outcomes, measures: {name: [low, high] | null}, corners, open, profile};
  // null where the forms have no value.
  at(numbers) {
    const ranges = new Map();
    if (!this.settle(numbers, ranges)) return null;
    const found = {
      payoffs: {},
      outcomes: {},
      measures: {},
      corners: [],
      open: [],
      profile: {},
      partial: false,
    };
    for (const [player, sets] of Object.entries(this.told.profile)) {
      const own = (found.profile[player] = {});
      for (const [set, mix] of Object.entries(sets)) {
        const told = (own[set] = {});
        if (typeof mix !== "object" || mix === null || Array.isArray(mix)) {
          own[set] = mix === null ? null : (numbers.value(mix) ?? null);
          continue;
        }
        for (const [action, f] of Object.entries(mix))
          told[action] = f === null ? null : (numbers.value(f) ?? null);
      }
    }
    for (const kind of ["payoffs", "outcomes", "measures"])
      for (const name of Object.keys(this.told[kind]))
        if (this.told[kind][name] === null) found[kind][name] = null;
    for (const { name, asked } of this.forms) if (asked !== null) delete found.measures[name];
    const few = this.involved.length <= MOST_OPEN;
    let lost = false;
    const visit = () => {
      const outcomes = [];
      const add = (kind, name, x) => {
        const have = found[kind][name];
        if (x === undefined) found[kind][name] = null;
        else if (have === undefined) found[kind][name] = [x, x];
        else if (have !== null) {
          if (compareNumbers(x, have[0]) < 0) have[0] = x;
          if (compareNumbers(x, have[1]) > 0) have[1] = x;
        }
      };
      for (const { kind, name, f } of this.forms) {
        if (f === null) continue;
        const x = numbers.value(f);
        if (x === undefined && kind !== "measures") lost = true;
        add(kind, name, x);
        if (kind === "measures" || x === undefined) continue;
        if (kind === "outcomes") outcomes.push([name, x]);
        if (this.asks) numbers.set(queryKey([kind === "outcomes" ? "P" : "payoff", name]), x);
      }
      for (const { name, asked } of this.forms) {
        if (asked === null) continue;
        for (const key of namesIn(asked))
          if (key.startsWith("P\u0000") && !Object.hasOwn(this.told.outcomes, key.slice(2)))
            numbers.set(key, numbers.exact ? ZERO : 0);
        add("measures", name, numbers.value(asked));
      }
      found.corners.push(outcomes);
    };
    if (few) this.corners(this.involved, numbers, visit);
    else visit();
    if (lost || !found.corners.length) return null;
    found.partial = !few && !this.bounded(numbers, found);
    const meanings = new Map(this.told.open.map((o) => [o.symbol, o.meaning]));
    for (const s of this.symbols)
      found.open.push({
        symbol: s,
        meaning: meanings.get(s),
        lo: ranges.get(s)[0],
        hi: ranges.get(s)[1],
        ends: this.symbolEnds(s, ranges, numbers),
      });
    return found;
  }

  // The range of a symbol over all values of the others where few are involved.
  symbolEnds(symbol, ranges, numbers) {
    const needs = this.dependent([symbol]);
    if (needs.length === 1 || needs.length > MOST_OPEN) return ranges.get(symbol);
    let found = null;
    this.corners(needs, numbers, () => {
      const x = numbers.value(symbol);
      if (!found) found = [x, x];
      if (compareNumbers(x, found[0]) < 0) found[0] = x;
      if (compareNumbers(x, found[1]) > 0) found[1] = x;
    });
    return found || ranges.get(symbol);
  }

  // Put the bounds that were proven in place of one value; false if some form has none.
  bounded(numbers, found) {
    const here = (this.told.bounds || []).find((b) => b.where.every((f) => numbers.point.truth(f)));
    let whole = true;
    for (const { kind, name, open } of this.forms) {
      if (!open) continue;
      const ends =
        here && Object.hasOwn(here[kind], name)
          ? here[kind][name].map((f) => numbers.value(f))
          : [undefined];
      if (ends.includes(undefined)) whole = false;
      else found[kind][name] = ends;
    }
    return whole;
  }
}

function cross(low, high, x, y) {
  if ([low, high, x, y].every(isRatio))
    return addRatio(low, divRatio(mulRatio(x, subRatio(high, low)), subRatio(x, y)));
  const [a, b, p, q] = [low, high, x, y].map(toFloat);
  return a + (p * (b - a)) / (p - q);
}
