// Values of parameters, and all equilibria and results at a point.
// Floats first; wherever one is near a tie, rational numbers decide.

import {
  ONE,
  ZERO,
  addRatio,
  mulRatio,
  toFloat,
  fromFloat,
  readRatio,
  exactText,
  isRatio,
} from "./rationals.mjs";
import {
  FormulaSpace,
  FormulaPoint,
  IrrationalError,
  PRIME,
  modularValue,
  namesIn,
  isQuery,
  queryKey,
} from "./formulas.mjs";
import {
  MatrixSolver,
  integerPayoffs,
  exactMixture,
  componentsOf,
  tiesEverywhere,
} from "./matrix.mjs";
import {
  PatternNaming,
  readingOrder,
  giveLetters,
  labelOf,
  groupResults,
  compareNumbers,
  textOf,
} from "./naming.mjs";
import { ClosedForm, FloatNumbers, ExactNumbers } from "./forms.mjs";
import { GridAnswers } from "./grid.mjs";
import { inductionAnswer } from "./induction.mjs";

const FLOATS = { zero: 0, one: 1, add: (a, b) => a + b, mul: (a, b) => a * b };
const RATIOS = { zero: ZERO, one: ONE, add: addRatio, mul: mulRatio };
// Chances that are floats and nearer than this, relatively, are one result's.
const SAME_CHANCE = 1e-10;

// What an engine knows of points; engine.mjs has the rest.
export class PointAnswers {
  constructor(data) {
    this.data = data;
    this.space = new FormulaSpace();
    this.kind = data.solver.kind;
    this.players = data.players.map((p) => p.name);
    this.titles = Object.fromEntries(data.outcomes.map((o) => [o.name, o.title]));
    this.parameters = new Map(data.parameters.map((p) => [p.name, p]));
    this.formulas = ordered(data);
    this.measures = new Map(data.measures.map((m) => [m.name, m.f]));
    this.divisors = data.measures.map((m) => divisorsOf(m.f));
    if (this.kind === "matrix") this.openMatrix();
    if (this.kind === "forms")
      this.forms = data.solver.equilibria.map((e) => new ClosedForm(e, this.measures));
    if (this.kind === "forms")
      this.ends = data.solver.ends.map((end) => ({
        ...end,
        forms: end.equilibria.map((e) => new ClosedForm(e, this.measures)),
      }));
    this.perfect =
      (this.kind === "forms" || this.kind === "induction") &&
      Boolean(data.board) &&
      data.model.concept === "spe" &&
      isPerfect(data);
    if (this.kind === "grid") this.grid = new GridAnswers(data);
    const known = data.naming.outcomes;
    this.known = known && known.length ? known : data.outcomes.map((o) => o.name);
  }

  openMatrix() {
    const { board, naming } = this.data;
    this.actions = board.actions.map((own) => own.map((a) => a.name));
    const [m, n] = this.actions.map((own) => own.length);
    this.solver = new MatrixSolver(m, n);
    this.naming = new PatternNaming(this.players, this.actions, naming);
    this.structures = new Map();
    this.a = new Float64Array(m * n);
    this.b = new Float64Array(m * n);
    this.outcomes = [...new Set(board.cells.flatMap((c) => c.lottery.map(([o]) => o)))];
  }

  // ---- values --------------------------------------------------------------------------------
  // point: {name: "p/q" or decimal text, or a rational}; derived parameters follow unless set.
  values(point = {}) {
    const start = (this.data.start && this.data.start.values) || {};
    const exact = Object.create(null),
      floats = Object.create(null),
      set = new Set();
    const refused = (reason) => ({
      ok: false,
      reason,
      assumption: -1,
      floats,
      exact,
      set,
      point: new FormulaPoint(this.space, exact, floats),
    });
    for (const [name, p] of this.parameters) {
      const own = Object.hasOwn(point, name)
        ? point[name]
        : p.formula !== null
          ? null
          : Object.hasOwn(start, name)
            ? start[name]
            : p.default;
      if (own === null || own === undefined) continue;
      const value = readRatio(own);
      if (value === null) return refused(`${name}: ${String(own).slice(0, 40)} is not a number`);
      exact[name] = value;
      floats[name] = toFloat(value);
      set.add(name);
    }
    const formulaPoint = new FormulaPoint(this.space, exact, floats);
    for (const [name, f] of this.formulas) {
      if (set.has(name)) continue;
      const value = formulaPoint.value(f);
      const x = isRatio(value) ? toFloat(value) : formulaPoint.float(f);
      if (value === undefined || !Number.isFinite(x)) {
        if (this.parameters.has(name)) return refused(`${name} has no value here`);
        continue;
      }
      exact[name] = value;
      floats[name] = x;
      formulaPoint.setFloat(name, x);
    }
    const made = { ok: true, reason: "", assumption: -1, floats, exact, set, point: formulaPoint };
    for (let k = 0; k < this.data.assumptions.length; k++) {
      const { text, f } = this.data.assumptions[k];
      if (!formulaPoint.truth(f)) return { ...made, ok: false, reason: text, assumption: k };
    }
    return made;
  }

  evaluate(f, values) {
    const value = values.point.value(f);
    const float = isRatio(value)
      ? toFloat(value)
      : value === undefined
        ? NaN
        : values.point.float(f);
    return { float, text: isRatio(value) ? exactText(value) : "" };
  }

  holds(f, values) {
    return values.point.truth(f);
  }

  // ---- answers -------------------------------------------------------------------------------
  answer(values) {
    return this.answerIn(values, false);
  }

  // The same with rational numbers, wherever there are such.
  exactAnswer(values) {
    return this.answerIn(values, true);
  }

  answerIn(values, exactly) {
    if (this.kind === "matrix") return this.matrixAnswer(values, exactly);
    if (this.kind === "forms") return this.formsAnswer(values, exactly);
    if (this.kind === "induction")
      return (
        this.inducedAnswer(values, exactly) ||
        nothing("too many equilibria, or numbers that are not rational")
      );
    return this.grid.answer(this, values, exactly);
  }

  // Ties that hold whatever the values are, where these parameters are set and not derived.
  structure(set) {
    const free = this.formulas
      .map(([name]) => name)
      .filter((name) => set.has(name))
      .join();
    if (!this.structures.has(free)) this.structures.set(free, this.findStructure(set));
    return this.structures.get(free);
  }

  findStructure(set) {
    let seed = 20261130;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return 1 + (seed % (PRIME - 1));
    };
    const draw = () => {
      const known = new Map(
        [...this.parameters.keys()].filter((name) => set.has(name)).map((name) => [name, random()]),
      );
      const look = (name) => {
        if (!known.has(name)) throw new IrrationalError(name);
        return known.get(name);
      };
      for (const [name, f] of this.formulas)
        if (!known.has(name)) {
          try {
            known.set(name, modularValue(f, look));
          } catch (error) {
            if (!(error instanceof IrrationalError)) throw error;
          }
        }
      return [0, 1].map((s) => this.data.board.cells.map((c) => modularValue(c.payoffs[s], look)));
    };
    try {
      return tiesEverywhere(this.solver, [draw(), draw(), draw()]);
    } catch (error) {
      if (error instanceof IrrationalError || error instanceof RangeError) return null;
      throw error;
    }
  }

  matrixAnswer(values, exactly) {
    const { solver, a, b, space } = this,
      { point } = values,
      [m, n] = [solver.m, solver.n];
    const cells = this.data.board.cells;
    cells.forEach(({ payoffs }, k) => {
      a[k] = point.float(payoffs[0]);
      b[k] = point.float(payoffs[1]);
    });
    if (![...a, ...b].every(Number.isFinite)) return nothing("a payoff has no value here");
    let rational = null;
    const exact = () => {
      rational = [0, 1].map((s) => cells.map((c) => point.value(c.payoffs[s])));
      return rational.flat().every(isRatio) ? integerPayoffs(m, n, ...rational) : null;
    };
    const found = solver.solve(a, b, exact, this.structure(values.set));
    let integers = found.integers;
    if (exactly && !integers) integers = exact();
    const whole = exactly && integers !== null;
    const numbers = whole ? RATIOS : FLOATS;
    const payoffs = whole ? rational : [a, b];
    const lotteries = this.lotteries(point, whole);
    // Where there are ties, equal results have to come out equal: floats of the exact mixtures.
    const mixtures = found.vertices.map((side, s) =>
      side.map((v, place) => {
        const mix = Array(s ? n : m).fill(numbers.zero);
        if (!found.pairs.some((pair) => pair[s] === place)) return mix;
        const weights = whole
          ? exactMixture(v, integers[s])
          : integers
            ? exactMixture(v, integers[s]).map(toFloat)
            : v.weights;
        v.own.forEach((i, c) => {
          mix[i] = weights[c];
        });
        return mix;
      }),
    );
    const equilibria = found.pairs.map(([i, j]) => {
      const x = mixtures[0][i],
        y = mixtures[1][j];
      return {
        pattern: [found.vertices[0][i].s, found.vertices[1][j].s],
        vector: [...x, ...y],
        mix: [x, y],
        pair: [i, j],
      };
    });
    equilibria.sort(readingOrder);
    const places = componentsOf(equilibria.map((e) => e.pair));
    giveLetters(equilibria);
    const told = equilibria.map((e, k) => {
      const number = this.naming.number(e.pattern),
        name = this.naming.name(e.pattern);
      const label = labelOf({ number, letter: e.letter, name });
      const own = this.consequences(e.mix, payoffs, lotteries, numbers, values, whole);
      const profile = Object.fromEntries(
        this.players.map((p, s) => [
          p,
          Object.fromEntries(this.actions[s].map((act, i) => [act, e.mix[s][i]])),
        ]),
      );
      return {
        number,
        letter: e.letter,
        label,
        name,
        pattern: e.pattern,
        profile,
        ...own,
        component: places[k],
        open: [],
      };
    });
    const spare = (v) => countBits(v.t) - countBits(v.s);
    return this.finished(told, {
      ties: found.pairs.reduce(
        (sum, [i, j]) => sum + spare(found.vertices[0][i]) + spare(found.vertices[1][j]),
        0,
      ),
      complete: true,
      exact: found.certain,
      whole,
      note: found.certain ? "" : "some numbers are irrational: ties are told apart to 9 digits",
      components: new Set(places).size,
      continuum: new Set(places).size < told.length,
    });
  }

  // The payoffs at a point in integers, null where they are not rational.
  integersAt(given) {
    const { point } = this.values(given);
    const { cells } = this.data.board;
    const sides = [0, 1].map((s) => cells.map((c) => point.value(c.payoffs[s])));
    return sides.flat().every(isRatio)
      ? integerPayoffs(this.solver.m, this.solver.n, ...sides)
      : null;
  }

  lotteries(point, whole) {
    const weight = (f) => {
      if (f === 1) return whole ? ONE : 1;
      const w = point.float(f);
      const exact = whole || Math.abs(w) < 1e-12 ? point.value(f) : null;
      return exact ? (whole ? exact : toFloat(exact)) : whole ? fromFloat(w) : w;
    };
    return this.data.board.cells.map(({ lottery }) => lottery.map(([o, f]) => [o, weight(f)]));
  }

  // Payoffs, outcomes and measures of a profile of mixtures.
  consequences([x, y], payoffs, lotteries, numbers, values, whole) {
    const { add, mul, zero } = numbers,
      n = y.length;
    const isZero = whole ? (p) => p.n === 0n : (p) => p === 0;
    const chances = new Map(this.outcomes.map((o) => [o, zero])),
      worth = [zero, zero];
    x.forEach((p, i) => {
      if (isZero(p)) return;
      y.forEach((q, j) => {
        if (isZero(q)) return;
        const k = i * n + j,
          both = mul(p, q);
        worth[0] = add(worth[0], mul(both, payoffs[0][k]));
        worth[1] = add(worth[1], mul(both, payoffs[1][k]));
        for (const [o, w] of lotteries[k]) chances.set(o, add(chances.get(o), mul(both, w)));
      });
    });
    const queries = new Map();
    for (const [o, p] of chances) queries.set(queryKey(["P", o]), p);
    this.players.forEach((p, s) => {
      queries.set(queryKey(["payoff", p]), worth[s]);
      this.actions[s].forEach((act, i) => queries.set(queryKey(["prob", p, act]), (s ? y : x)[i]));
    });
    return {
      payoffs: Object.fromEntries(this.players.map((p, s) => [p, [worth[s], worth[s]]])),
      outcomes: Object.fromEntries([...chances].map(([o, p]) => [o, [p, p]])),
      measures: this.measured(queries, values, whole),
    };
  }

  measured(queries, values, whole) {
    const { point } = values,
      found = {};
    const rational = whole ? point.extended(Object.fromEntries(queries)) : null;
    if (!whole) for (const [key, p] of queries) point.setFloat(key, p);
    this.data.measures.forEach(({ name, f }, k) => {
      let x;
      if (whole) {
        for (const key of namesIn(f))
          if (key.startsWith("P\u0000") && !queries.has(key)) rational.exact[key] = ZERO;
        x = rational.value(f);
        if (x === null) x = rational.float(f);
      } else {
        const doubtful = this.divisors[k].some((test) => point.quick(test) !== 1);
        x = doubtful ? undefined : point.float(f);
      }
      found[name] =
        x === undefined || (typeof x === "number" && !Number.isFinite(x)) ? null : [x, x];
    });
    return found;
  }

  formsAnswer(values, exactly) {
    const { point } = values,
      { solver } = this.data;
    point.approximate = point.tied = false;
    // Of several ends at once the one with all of their conditions is the case.
    const ends = this.ends.filter((e) => e.when.every((f) => point.truth(f)));
    const end = ends.reduce(
      (best, e) => (best && best.when.length >= e.when.length ? best : e),
      null,
    );
    const conditions = end ? new Set(end.when.map((f) => JSON.stringify(f))) : null;
    const apart = ends.some((e) => e.when.some((f) => !conditions.has(JSON.stringify(f))));
    const forms = end ? end.forms : this.forms;
    const told = [];
    let missing = false,
      partial = false;
    const existing = forms.filter((form) => form.exists(point));
    // On a tie a divisor may be 0, which floats would not see.
    const exact = exactly || point.tied;
    const numbers = exact ? new ExactNumbers(point) : new FloatNumbers(point);
    for (const form of existing) {
      const found = form.at(numbers),
        own = found && exact && !exactly ? inFloats(found) : found;
      const e = form.told;
      if (own === null) {
        missing = true;
        continue;
      }
      partial = partial || own.partial;
      told.push({
        number: e.number,
        letter: "",
        label: e.label || labelOf({ number: e.number, letter: "", name: e.name }),
        name: e.name,
        pattern: null,
        ...own,
        component: told.length,
        boundary: e.boundary,
      });
    }
    const whole = end ? end.complete && !apart : solver.complete;
    const unproven = point.tied && solver.boundaries !== "proven";
    const induced = unproven && this.perfect ? this.inducedAnswer(values, exactly) : null;
    const free = (e) =>
      e.open.some((o) => /^q[0-9]/.test(o.symbol) && compareNumbers(o.lo, o.hi) < 0);
    const notes = [];
    if (!told.length) notes.push("no closed form holds here");
    if (missing) notes.push("a closed form has no value here");
    if (apart) notes.push("several moves of chance never come here: more equilibria are possible");
    if (partial) notes.push("some ranges are not known");
    if (unproven) notes.push("on this boundary there may be more equilibria");
    if (solver.unlisted)
      notes.push("equilibria that differ off the path of play only are not all listed");
    const made = this.finished(told, {
      complete: whole && !missing && told.length > 0 && !unproven,
      exact: !point.approximate,
      whole: exactly,
      note: notes.join("; "),
      components: told.length,
      continuum: told.some(free),
    });
    if (!induced) return made;
    // Closed forms say more, where nothing is missing among them.
    return sameResults(made, induced) && made.continuum === induced.continuum
      ? { ...made, complete: true, note: "" }
      : induced;
  }

  // Backward induction, for boundaries of which closed forms list too little.
  inducedAnswer(values, exactly) {
    const { board, measures } = this.data,
      found = inductionAnswer(board, this.players, values.point);
    if (!found || !found.complete) return null;
    const kept = new Map();
    for (const { corners } of found.families)
      for (const c of corners) {
        const key =
          [...c.chances]
            .map(([o, p]) => `${o}\u0000${exactText(p)}`)
            .sort()
            .join() +
          [...c.moves]
            .map(([s, mix]) => `${s}\u0000${mix.map(exactText)}`)
            .sort()
            .join();
        if (!kept.has(key)) kept.set(key, c);
      }
    const number = (x) => (exactly ? x : toFloat(x));
    const told = [...kept.values()].map((c, k) => {
      const profile = {};
      board.sets.forEach((s, place) => {
        if (s.player < 0 || !c.moves.has(place)) return;
        const own = (profile[this.players[s.player]] ||= {});
        own[s.label] = Object.fromEntries(
          s.actions.map((a, i) => [a.name, number(c.moves.get(place)[i])]),
        );
      });
      const outcomes = Object.fromEntries(
        [...c.chances].map(([o, p]) => [o, [number(p), number(p)]]),
      );
      const queries = new Map([...c.chances].map(([o, p]) => [queryKey(["P", o]), p]));
      this.players.forEach((p, i) => queries.set(queryKey(["payoff", p]), c.worth[i]));
      const own = this.measured(queries, values, true);
      for (const { name } of measures) if (own[name]) own[name] = own[name].map(number);
      return {
        number: null,
        letter: "",
        label: "",
        name: this.playName(c.moves),
        pattern: null,
        profile,
        outcomes,
        measures: own,
        payoffs: Object.fromEntries(
          this.players.map((p, i) => [p, [number(c.worth[i]), number(c.worth[i])]]),
        ),
        component: k,
        open: [],
        boundary: true,
      };
    });
    return this.finished(told, {
      complete: true,
      exact: true,
      whole: exactly,
      components: found.families.length,
      continuum: found.families.some((f) => f.loose),
      note: "solved from the last moves to the first; equilibria with the same play count once",
    });
  }

  // What is done where the play can come, in the words of the package.
  playName(moves) {
    const { sets } = this.data.board,
      titles = this.data.naming.titles;
    return (
      sets
        .map((s, k) => {
          if (s.player < 0 || !moves.has(k)) return "";
          const player = this.players[s.player],
            mix = moves.get(k);
          const words = s.actions
            .filter((_, i) => mix[i].n !== 0n)
            .map((a) => textOf(Object.hasOwn(titles, player) ? titles[player] : {}, a.name));
          const told = words
            .map((w) => (w.includes(", ") && words.length > 1 ? `'${w}'` : w))
            .join(", ");
          return words.length === 1
            ? `${player} at ${s.label}: ${told}`
            : `${player} at ${s.label} mixes (${told})`;
        })
        .filter(Boolean)
        .join("; ") || "nobody moves"
    );
  }

  // Group by results and put the ranges over all equilibria together.
  finished(told, rest) {
    const parts = [];
    told.forEach((e, k) => {
      const corners = e.corners || [Object.entries(e.outcomes).map(([o, [p]]) => [o, p])];
      for (const outcomes of corners)
        parts.push({
          k,
          label: e.label,
          name: e.name,
          outcomes: outcomes.filter(([, p]) => !vanishes(p, e.corners)),
        });
    });
    const seen = [];
    const digits = (p) => {
      if (isRatio(p)) return exactText(p);
      let place = seen.findIndex((q) => Math.abs(p - q) <= SAME_CHANCE * q);
      if (place < 0) place = seen.push(p) - 1;
      return `~${place}`;
    };
    const key = (part) =>
      part.outcomes
        .map(([o, p]) => `${o}\u0000${digits(p)}`)
        .sort()
        .join("\u0001");
    const results = groupResults(parts, key, (part) => [...part.outcomes], this.titles, this.known);
    for (const e of told) e.results = [];
    results.forEach((r, place) => {
      r.equilibria = [...new Set(r.equilibria.map((p) => parts[p].k))];
      r.outcomes = Object.fromEntries(r.chances.map(([o, p]) => [o, [p, p]]));
      for (const k of r.equilibria) told[k].results.push(place);
    });
    for (const e of told) e.result = e.results.length ? e.results[0] : -1;
    const measures = {};
    for (const name of this.measures.keys())
      measures[name] = joinRanges(told.map((e) => e.measures[name]));
    return { ...rest, equilibria: told, results, measures };
  }
}

// Formulas of derived parameters and definitions, each after those that it needs.
function ordered(data) {
  const formulas = new Map();
  for (const p of data.parameters) if (p.formula !== null) formulas.set(p.name, p.formula);
  for (const [name, f] of Object.entries(data.definitions || {})) formulas.set(name, f);
  const done = new Set(),
    found = [];
  const visit = (name) => {
    if (done.has(name)) return;
    done.add(name);
    for (const other of namesIn(formulas.get(name))) if (formulas.has(other)) visit(other);
    found.push([name, formulas.get(name)]);
  };
  [...formulas.keys()].forEach(visit);
  return found;
}

// The same with floats in place of rationals, however deep they are.
function inFloats(x) {
  if (isRatio(x)) return toFloat(x);
  if (Array.isArray(x)) return x.map(inFloats);
  return x !== null && typeof x === "object"
    ? Object.fromEntries(Object.entries(x).map(([name, y]) => [name, inFloats(y)]))
    : x;
}

function sameResults(a, b) {
  const close = (x, y) =>
    isRatio(x) && isRatio(y)
      ? compareNumbers(x, y) === 0
      : Math.abs(toFloat(x) - toFloat(y)) < 1e-9;
  const equal = (r, q) =>
    r.chances.length === q.chances.length &&
    r.chances.every(([o, p]) => q.chances.some(([other, w]) => o === other && close(p, w)));
  return (
    a.results.length === b.results.length &&
    a.results.every((r) => b.results.some((q) => equal(r, q)))
  );
}

// Whether everybody knows all that happened, so that measures and moves are those of one node.
function isPerfect({ board, measures }) {
  const counts = board.sets.map(() => 0);
  for (const n of board.nodes) if (n.set >= 0) counts[n.set] += 1;
  const asked = measures.flatMap((m) => [...namesIn(m.f)]);
  return (
    board.sets.every((s, k) => counts[k] === 1) &&
    !asked.some((name) => name.startsWith("prob\u0000"))
  );
}

// Tests that the divisors in a measure which depend on the equilibrium are not 0.
function divisorsOf(f) {
  if (!Array.isArray(f) || f[0] === "q" || isQuery(f)) return [];
  const below = f.slice(f[0] === "call" ? 2 : 1).flatMap(divisorsOf);
  return f[0] === "/" && [...namesIn(f[2])].some((n) => n.includes("\u0000"))
    ? [["!=", f[2], 0], ...below]
    : below;
}

function nothing(note) {
  return {
    complete: false,
    exact: true,
    note,
    equilibria: [],
    results: [],
    components: 0,
    continuum: false,
    measures: {},
  };
}

function countBits(mask) {
  let count = 0;
  for (; mask; mask &= mask - 1) count++;
  return count;
}

// Closed forms in floats leave rests where terms cancel.
function vanishes(p, form) {
  return isRatio(p) ? p.n === 0n : form ? Math.abs(p) < 1e-12 : p === 0;
}

function joinRanges(ranges) {
  if (!ranges.length || ranges.some((r) => !r)) return null;
  let [low, high] = ranges[0];
  for (const [a, b] of ranges) {
    if (compareNumbers(a, low) < 0) low = a;
    if (compareNumbers(b, high) > 0) high = b;
  }
  return [low, high];
}
