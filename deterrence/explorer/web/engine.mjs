// The numerics of a page: answers at points, and regimes and other keys by which places are told
// apart, along lines and over planes.
import { exactText, isRatio, simplestBetween, toFloat } from "./rationals.mjs";
import { PointAnswers } from "./answers.mjs";
import { FormulaPoint, NEAR, namesIn, queryKey } from "./formulas.mjs";

export const ON_BOUNDARY = -1;
export const OUTSIDE = -2;
// Of longer fractions it is not asked whether something changes exactly there.
const MOST_DENOMINATOR = 1000000n;

export function openEngine(data) {
  return new Engine(data);
}

class Engine extends PointAnswers {
  constructor(data) {
    super(data);
    this.setKeys(data.regimes.length && data.cover === "proven" ? "regimes" : "results");
  }

  regime(values) {
    const near = [];
    for (let k = 0; k < this.data.regimes.length; k++) {
      const truth = values.point.quick(this.data.regimes[k].when);
      if (truth === 1) return k;
      if (truth === NEAR) near.push(k);
    }
    const found = near.find((k) => values.point.exactTruth(this.data.regimes[k].when));
    return found === undefined ? ON_BOUNDARY : found;
  }

  regimeExact(values) {
    return this.data.regimes.findIndex((r) => values.point.exactTruth(r.when));
  }

  // How places are told apart: by "regimes", "results" or the "main" measure.
  setKeys(kind) {
    this.keyKind = kind;
    this.places = new Map();
    this.texts = new Map();
    this.keys = [];
    if (kind === "regimes")
      this.keys = this.data.regimes.map((r, k) => ({ name: r.name || "", regime: k }));
    if (kind === "main")
      this.keys = ["in no equilibrium", "in some equilibria", "in every equilibrium"].map(
        (name) => ({ name }),
      );
  }

  key(values) {
    if (!values.ok) return OUTSIDE;
    if (this.keyKind === "regimes") return this.regime(values);
    const answer = this.answer(values);
    if (!answer.equilibria.length) return ON_BOUNDARY;
    if (this.keyKind === "main") {
      const range = answer.measures[this.data.main];
      return range ? mainKey(...range) : ON_BOUNDARY;
    }
    const names = [...new Set(answer.results.map((r) => r.name))];
    const text = names.join("\u0001");
    if (!this.places.has(text)) {
      this.places.set(text, this.keys.length);
      this.keys.push({ name: names.join(" | "), results: names });
    }
    return this.places.get(text);
  }

  // A quick way to the key where one or two parameters vary: run(x) with floats.
  runner(values, names) {
    const point = new FormulaPoint(this.space, values.exact, values.floats);
    const followers = this.formulas
      .filter(([name]) => !values.set.has(name) && !names.includes(name))
      .map(([name, f]) => [this.space.place(name), this.space.float(f)]);
    const assumed = this.data.assumptions.map(({ f }) => this.space.truth(f));
    const regimes =
      this.keyKind === "regimes" ? this.data.regimes.map((r) => this.space.truth(r.when)) : null;
    const places = names.map((name) => this.space.place(name));
    const ready = this.kind === "matrix" && !regimes;
    if (ready) for (const o of this.outcomes) this.space.place(queryKey(["P", o]));
    if (ready)
      for (const c of this.data.board.cells)
        for (const f of [...c.payoffs, ...c.lottery.map(([, g]) => g)]) this.space.float(f);
    point.grow();
    const x = point.x;
    const solve = ready ? this.matrixRunner(x, new Set([...values.set, ...names])) : null;
    const base = Object.create(null);
    for (const name of values.set) base[name] = values.exact[name];
    const slow = (given) =>
      this.key(
        this.values({ ...base, ...Object.fromEntries(names.map((name, k) => [name, given[k]])) }),
      );
    if (this.grid) return this.gridRunner(values, names, slow);
    return (...given) => {
      if (!(regimes || solve) || x.length < this.space.places.size) return slow(given);
      for (let k = 0; k < places.length; k++)
        x[places[k]] = typeof given[k] === "number" ? given[k] : toFloat(given[k]);
      for (const [place, get] of followers) x[place] = get(x);
      for (const t of assumed) {
        const truth = t(x);
        if (truth === 0) return OUTSIDE;
        if (truth === NEAR) return slow(given);
      }
      if (solve) {
        const found = solve(() =>
          this.integersAt({
            ...base,
            ...Object.fromEntries(names.map((name, k) => [name, given[k]])),
          }),
        );
        if (typeof found === "number") return found;
        const key = slow(given);
        this.texts.set(found[0], key);
        return key;
      }
      let near = false;
      for (let k = 0; k < regimes.length; k++) {
        const truth = regimes[k](x);
        if (truth === 1) return k;
        near = near || truth === NEAR;
      }
      return near ? slow(given) : ON_BOUNDARY;
    };
  }

  // The keys of a grid: every answer is looked at once.
  gridRunner(values, names, slow) {
    const floats = { ...values.floats },
      known = new Map();
    return (...given) => {
      names.forEach((name, k) => {
        floats[name] = toFloat(given[k]);
      });
      const { answer, values: place } = this.grid.nearest(floats);
      if (answer < 0) return answer === -1 ? OUTSIDE : ON_BOUNDARY;
      if (!known.has(answer))
        known.set(answer, slow(names.map((name) => place[name] ?? values.exact[name])));
      return known.get(answer);
    };
  }

  // The keys of answers without names and numbers: floats x -> key.
  matrixRunner(x, set) {
    const known = this.structure(set);
    const { solver, space } = this,
      { cells } = this.data.board,
      n = solver.n;
    const payoffs = [0, 1].map((s) => cells.map((c) => space.float(c.payoffs[s])));
    const lotteries = cells.map(({ lottery }) =>
      lottery.map(([o, f]) => [o, f === 1 ? null : space.float(f)]),
    );
    const a = new Float64Array(cells.length),
      b = new Float64Array(cells.length);
    const main = this.measures.get(this.data.main),
      chance = Object.fromEntries(this.outcomes.map((o) => [o, 0]));
    const simple = main !== undefined && [...namesIn(main)].every((k) => k.startsWith("P\u0000"));
    if (this.keyKind === "main" && !simple) return null;
    const measure = simple ? space.float(main) : null;
    return (exact) => {
      for (let k = 0; k < cells.length; k++) {
        a[k] = payoffs[0][k](x);
        b[k] = payoffs[1][k](x);
      }
      const { vertices, pairs } = solver.solve(a, b, exact, known);
      let low = Infinity,
        high = -Infinity;
      const names = new Set(),
        seen = new Set();
      for (const [i, j] of pairs) {
        const p = vertices[0][i],
          q = vertices[1][j],
          both = p.s * 64 + q.s;
        if (!measure && seen.has(both)) continue;
        seen.add(both);
        const possible = new Map();
        p.own.forEach((r, c) =>
          q.own.forEach((t, d) => {
            for (const [o, get] of lotteries[r * n + t]) {
              const w = get ? get(x) : 1;
              if (w > 1e-12)
                possible.set(o, (possible.get(o) || 0) + w * p.weights[c] * q.weights[d]);
            }
          }),
        );
        if (this.keyKind === "results") {
          names.add([...possible.keys()].sort().join("\u0000"));
          continue;
        }
        for (const o of this.outcomes) x[space.place(queryKey(["P", o]))] = possible.get(o) || 0;
        const value = measure(x);
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (!pairs.length) return ON_BOUNDARY;
      if (this.keyKind === "main") return mainKey(low, high);
      const text = [...names].sort().join("\u0001");
      const place = this.texts.get(text);
      return place === undefined ? [text] : place;
    };
  }

  // The keys on a line: [{from, to, key, fromText, toText, exact}] from low to high.
  along(values, name, low, high, steps = 48) {
    const run = this.runner(values, [name]);
    const scale = this.parameters.get(name);
    const at = spread(low, high, steps, scale && scale.scale === "log");
    const cuts = [];
    const split = (a, ka, b, kb) => {
      while (b - a > 4e-16 * Math.max(Math.abs(a), Math.abs(b), (high - low) * 1e-3)) {
        const middle = (a + b) / 2,
          k = run(middle);
        if (middle <= a || middle >= b) break;
        if (k === ka) a = middle;
        else if (k === kb) b = middle;
        else {
          split(a, ka, middle, k);
          split(middle, k, b, kb);
          return;
        }
      }
      cuts.push([(a + b) / 2, kb]);
    };
    const keys = at.map((t) => run(t));
    for (let k = 1; k < at.length; k++)
      if (keys[k] !== keys[k - 1]) split(at[k - 1], keys[k - 1], at[k], keys[k]);
    // A sample on a boundary is no piece of its own.
    const pieces = [{ from: low, to: high, key: keys[0] }];
    for (const [t, key] of cuts) {
      const last = pieces[pieces.length - 1];
      if (t - last.from <= 1e-12 * Math.max(Math.abs(t), high - low)) {
        last.key = key;
        continue;
      }
      last.to = t;
      pieces.push({ from: t, to: high, key });
    }
    const joined = pieces.filter((p, k) => k === 0 || p.key !== pieces[k - 1].key);
    if (joined.length > 1 && joined[joined.length - 1].from >= high) joined.pop();
    joined.forEach((p, k) => {
      p.to = k + 1 < joined.length ? joined[k + 1].from : high;
    });
    joined.forEach((p, k) => {
      p.exact = true;
      p.fromText = "";
      p.regime = this.keyKind === "regimes" ? p.key : -1;
      if (k) {
        const found = this.changeAt(values, name, p.from);
        p.exact = found !== null;
        p.fromText = found ? exactText(found) : "";
        if (found) p.from = toFloat(found);
      }
    });
    joined.forEach((p, k) => {
      p.toText = k + 1 < joined.length ? joined[k + 1].fromText : "";
      if (k + 1 < joined.length) p.to = joined[k + 1].from;
    });
    return joined;
  }

  // The exact place of a change near t if it is a rational with a small denominator, else null.
  changeAt(values, name, t) {
    const room = 1e-11 * Math.max(Math.abs(t), 1e-3);
    const found = simplestBetween(t - room, t + room);
    if (found === null || found.d > MOST_DENOMINATOR) return null;
    const base = Object.create(null);
    for (const n of values.set) base[n] = values.exact[n];
    const at = (x) => this.values({ ...base, [name]: x });
    const there = at(found);
    if (onEdge(["and", ...this.data.assumptions.map((a) => a.f)], there.point)) return found;
    if (!there.ok || this.kind === "grid") return null;
    if (this.keyKind === "regimes") return this.regimeExact(there) === ON_BOUNDARY ? found : null;
    if (this.kind !== "matrix") return null;
    const ties = this.answer(there).ties;
    const beside = [t - 1000 * room, t + 1000 * room].map(at).filter((v) => v.ok);
    return beside.every((v) => this.answer(v).ties < ties) ? found : null;
  }

  // Keys at n x n points: the middle of each of n columns (x) and rows (y, from the lowest up).
  plane(values, x, y, ranges, n) {
    const keys = new Int16Array(n * n);
    this.planeRows(
      values,
      x,
      y,
      this.planePlaces(x, ranges[0], n),
      this.planePlaces(y, ranges[1], n),
      keys,
      0,
      n,
    );
    return keys;
  }

  planePlaces(name, [low, high], n) {
    const p = this.parameters.get(name),
      logarithmic = p && p.scale === "log" && low > 0;
    return Array.from({ length: n }, (_, k) =>
      logarithmic ? low * (high / low) ** ((k + 0.5) / n) : low + ((high - low) * (k + 0.5)) / n,
    );
  }

  // Fill rows from..to of the keys at the points xs x ys.
  planeRows(values, x, y, xs, ys, keys, from, to) {
    const run = this.runner(values, [x, y]);
    for (let r = from; r < to; r++)
      for (let c = 0; c < xs.length; c++) keys[r * xs.length + c] = run(xs[c], ys[r]);
  }
}

function mainKey(low, high) {
  return high <= 1e-12 ? 0 : low <= 1e-12 ? 1 : 2;
}

function spread(low, high, steps, logarithmic) {
  return Array.from({ length: steps + 1 }, (_, k) =>
    logarithmic && low > 0 ? low * (high / low) ** (k / steps) : low + ((high - low) * k) / steps,
  );
}

// Whether some comparison in a condition is a tie, exactly.
function onEdge(f, point) {
  if (f[0] === "and" || f[0] === "or" || f[0] === "not")
    return f.slice(1).some((g) => onEdge(g, point));
  const gap = point.value(["-", f[1], f[2]]);
  return isRatio(gap) && gap.n === 0n;
}
