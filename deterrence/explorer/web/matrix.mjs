// All extreme equilibria of a game of two players, from the vertices of both best-response
// polyhedra.  A vertex is the mixture of a basis: as many actions in use as replies that tie.
// Floats reject or accept a basis where they are sure; the others are decided in integers.

import { ratio, toFloat } from "./rationals.mjs";
import { PRIME, inverseMod } from "./formulas.mjs";

// Pivots and weights nearer to 0 than this (relative to the largest payoff) are not believed.
const SURE_PIVOT = 1e-6;
const SURE_SIGN = 1e-8;
const MOST_ACTIONS = 6;

function bitsOf(mask) {
  const found = [];
  for (let k = 0; mask >> k; k++) if ((mask >> k) & 1) found.push(k);
  return found;
}

// Per set of own actions, the sets of as many replies: {s, own, replies: [{t, tied}]}.
function basesOf(m, n) {
  const bySize = Array.from({ length: MOST_ACTIONS + 1 }, () => []);
  for (let t = 1; t < 1 << n; t++) {
    const tied = bitsOf(t);
    bySize[tied.length].push({ t, tied });
  }
  const bases = [];
  for (let s = 1; s < 1 << m; s++) {
    const own = bitsOf(s);
    if (own.length <= n) bases.push({ s, own, replies: bySize[own.length] });
  }
  return bases;
}

export class MatrixSolver {
  constructor(m, n) {
    if (m > MOST_ACTIONS || n > MOST_ACTIONS) throw new RangeError("at most 6 x 6");
    this.m = m;
    this.n = n;
    this.sides = [basesOf(m, n), basesOf(n, m)];
    this.work = new Float64Array(MOST_ACTIONS * MOST_ACTIONS);
    this.weights = new Float64Array(MOST_ACTIONS);
    this.order = new Int32Array(MOST_ACTIONS);
    this.turned = new Float64Array(m * n);
  }

  // a, b: floats of both players by cell, the second player's action fastest.
  // exact() returns the same in integers (BigInt), or null where there are none.
  // -> {vertices: [rows', columns'], pairs: [[i, j]], exact}: a vertex is
  // {s: actions in use, t: best replies (both as bits), basis, weights: floats}.
  // known: what ties whatever the values are, from tiesEverywhere(), or null.
  solve(a, b, exact, known = null) {
    const { m, n, turned } = this;
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) turned[j * m + i] = a[i * n + j];
    const [rows, columns] = this.undominated(a, b);
    const near = [];
    const first = this.vertices(0, b, m, n, rows, columns, near, null, known && known[0]);
    // Of the second side only what is played against some best reply can matter.
    const replies = [...new Set([...first, ...near].map((v) => v.most ?? v.t))];
    const second = this.vertices(1, turned, n, m, columns, rows, near, replies, known && known[1]);
    let certain = true,
      integers = null;
    if (near.length) {
      integers = exact ? exact() : null;
      certain = integers !== null;
      for (const found of near) {
        const v = certain ? exactVertex(found, integers[found.side]) : found.guess;
        if (v) (found.side ? second : first).push(v);
      }
    }
    const xs = distinct(first),
      ys = distinct(second),
      pairs = [];
    for (let i = 0; i < xs.length; i++) {
      for (let j = 0; j < ys.length; j++) {
        if (!(xs[i].s & ~ys[j].t) && !(ys[j].s & ~xs[i].t)) pairs.push([i, j]);
      }
    }
    return { vertices: [xs, ys], pairs, certain, integers };
  }

  // Bits of the actions that are left when those go that another one surely beats.
  undominated(a, b) {
    const { m, n, turned } = this;
    const sureA = SURE_SIGN * largest(a),
      sureB = SURE_SIGN * largest(b);
    let rows = (1 << m) - 1,
      columns = (1 << n) - 1;
    for (let changed = true; changed;) {
      const r = beaten(turned, m, rows, columns, n, sureA);
      rows &= ~r;
      const c = beaten(b, n, columns, rows, m, sureB);
      columns &= ~c;
      changed = (r | c) !== 0;
    }
    return [rows, columns];
  }

  // u[i * n + j]: what the other side gets for reply j to action i.
  vertices(side, u, m, n, rows, columns, near, within, known) {
    const found = [],
      scale = largest(u),
      sure = SURE_SIGN * scale;
    for (const [place, { s, own, replies }] of this.sides[side].entries()) {
      if (s & ~rows || (within && !within.some((t) => !(s & ~t)))) continue;
      let open = columns;
      if (own.length > 1) open &= ~beaten(u, n, columns, s, m, sure);
      for (let r = 0; r < replies.length; r++) {
        const { t, tied } = replies[r],
          always = known ? known[place][r] : 0;
        if (t & ~open || always < 0) continue;
        const v = this.vertex(u, n, s, own, t, tied, open, scale, side, always);
        if (v === null) continue;
        if (v.side === undefined) found.push(v);
        else near.push(v);
      }
    }
    return found;
  }

  vertex(u, n, s, own, t, tied, open, scale, side, always) {
    const { work, weights: w, order } = this,
      k = own.length;
    let doubt = false,
      zero = false;
    if (k === 1) w[0] = 1;
    else {
      for (let r = 0; r < k - 1; r++) {
        for (let c = 0; c < k; c++)
          work[r * k + c] = u[own[c] * n + tied[0]] - u[own[c] * n + tied[r + 1]];
      }
      if (k === 2) {
        const p = work[0],
          q = work[1],
          big = Math.max(Math.abs(p), Math.abs(q));
        if (big <= SURE_PIVOT * scale) return { side, s, own, t, tied, most: open, guess: null };
        w[0] = Math.abs(q) / big;
        w[1] = Math.abs(p) / big;
        if (p * q > 0 && Math.min(w[0], w[1]) > SURE_SIGN) return null;
      } else if (!nullVector(work, k, w, order, SURE_PIVOT * scale))
        return { side, s, own, t, tied, most: open, guess: null };
      let big = 0;
      for (let c = 0; c < k; c++) if (Math.abs(w[c]) > Math.abs(big)) big = w[c];
      for (let c = 0; c < k; c++) {
        w[c] /= big;
        if (w[c] < -SURE_SIGN) return null;
        if (w[c] <= SURE_SIGN) {
          doubt = zero = true;
          w[c] = 0;
        }
      }
    }
    let best = 0,
      total = 0;
    for (let c = 0; c < k; c++) {
      best += w[c] * u[own[c] * n + tied[0]];
      total += w[c];
    }
    let ties = t | always;
    for (let j = 0; j < n; j++) {
      if ((ties >> j) & 1 || !((open >> j) & 1)) continue;
      let worth = 0;
      for (let c = 0; c < k; c++) worth += w[c] * u[own[c] * n + j];
      const slack = best - worth;
      if (slack < -SURE_SIGN * scale * total) return null;
      if (slack <= SURE_SIGN * scale * total) {
        doubt = true;
        ties |= 1 << j;
      }
    }
    const made = { s, t: ties, own, tied, weights: Array.from(w.subarray(0, k), (p) => p / total) };
    return doubt ? { side, s, own, t, tied, most: ties, guess: zero ? null : made } : made;
  }
}

// Ties that hold whatever the values are, per side and basis: -1 where it has no vertex of its
// own, else the bits of the replies that tie with its own.  `draws` are payoffs of both players
// modulo PRIME at random points.
export function tiesEverywhere(solver, draws) {
  const { m, n } = solver;
  const tables = draws.map(([a, b]) => [
    b,
    Array.from({ length: m * n }, (_, k) => a[(k % m) * n + Math.floor(k / m)]),
  ]);
  return solver.sides.map((bases, side) =>
    bases.map(({ own, replies }) =>
      replies.map(({ t, tied }) => {
        const width = side ? m : n;
        const found = tables.map((both) => modularVertex(own, tied, both[side], width));
        if (found.every((v) => v === null) || found.every((v) => v && v.zero)) return -1;
        return found.includes(null) ? 0 : found.reduce((mask, v) => mask & v.ties, ~0) & ~t;
      }),
    ),
  );
}

function modularVertex(own, tied, u, width) {
  const k = own.length,
    pivots = [];
  const rows = tied
    .slice(1)
    .map((t) => own.map((i) => (u[i * width + tied[0]] + PRIME - u[i * width + t]) % PRIME));
  for (let p = 0; p < k - 1; p++) {
    let column = -1;
    for (let r = p; r < k - 1 && column < 0; r++) {
      column = rows[r].findIndex((x) => x !== 0);
      if (column >= 0) [rows[p], rows[r]] = [rows[r], rows[p]];
    }
    if (column < 0) return null;
    const scale = inverseMod(rows[p][column]);
    rows[p] = rows[p].map((x) => (x * scale) % PRIME);
    for (let r = 0; r < k - 1; r++) {
      const f = rows[r][column];
      if (r !== p && f)
        rows[r] = rows[r].map((x, c) => (x + PRIME - ((f * rows[p][c]) % PRIME)) % PRIME);
    }
    pivots.push(column);
  }
  const free = own.findIndex((_, c) => !pivots.includes(c));
  const weights = own.map(() => 0);
  weights[free] = 1;
  pivots.forEach((column, r) => {
    weights[column] = (PRIME - rows[r][free]) % PRIME;
  });
  const worth = (j) => own.reduce((sum, i, c) => (sum + weights[c] * u[i * width + j]) % PRIME, 0);
  const best = worth(tied[0]);
  let ties = 0;
  for (let j = 0; j < width; j++) if (worth(j) === best) ties |= 1 << j;
  return { zero: weights.includes(0), ties };
}

function largest(u) {
  let big = 0;
  for (let k = 0; k < u.length; k++) if (Math.abs(u[k]) > big) big = Math.abs(u[k]);
  return big;
}

// Bits of the replies (of `among`) that another reply surely beats, whichever of `actions` is
// played: u[i * n + j] for reply j to action i.
function beaten(u, n, among, actions, m, sure) {
  let found = 0;
  for (let j = 0; j < n; j++) {
    if (!((among >> j) & 1)) continue;
    for (let r = 0; r < n; r++) {
      if (r === j || !((among >> r) & 1) || (found >> r) & 1) continue;
      let every = true;
      for (let i = 0; i < m && every; i++)
        if ((actions >> i) & 1) every = u[i * n + r] - u[i * n + j] > sure;
      if (every) {
        found |= 1 << j;
        break;
      }
    }
  }
  return found;
}

// Solve (k-1) x k equations work * w = 0 by elimination with full pivoting; false where the
// pivots are too small to be believed.
function nullVector(work, k, w, order, least) {
  for (let c = 0; c < k; c++) order[c] = c;
  for (let p = 0; p < k - 1; p++) {
    let big = 0,
      row = p,
      column = p;
    for (let r = p; r < k - 1; r++) {
      for (let c = p; c < k; c++) {
        const size = Math.abs(work[r * k + c]);
        if (size > big) {
          big = size;
          row = r;
          column = c;
        }
      }
    }
    if (big <= least) return false;
    if (row !== p)
      for (let c = 0; c < k; c++) {
        const x = work[p * k + c];
        work[p * k + c] = work[row * k + c];
        work[row * k + c] = x;
      }
    if (column !== p) {
      for (let r = 0; r < k - 1; r++) {
        const x = work[r * k + p];
        work[r * k + p] = work[r * k + column];
        work[r * k + column] = x;
      }
      const x = order[p];
      order[p] = order[column];
      order[column] = x;
    }
    for (let r = p + 1; r < k - 1; r++) {
      const f = work[r * k + p] / work[p * k + p];
      if (f !== 0) for (let c = p; c < k; c++) work[r * k + c] -= f * work[p * k + c];
    }
  }
  w[order[k - 1]] = 1;
  for (let p = k - 2; p >= 0; p--) {
    let sum = 0;
    for (let c = p + 1; c < k; c++) sum += work[p * k + c] * w[order[c]];
    w[order[p]] = -sum / work[p * k + p];
  }
  return true;
}

// One vertex per set of tight inequalities.
function distinct(vertices) {
  const seen = new Map();
  for (const v of vertices) {
    const key = v.s * 64 + v.t;
    if (!seen.has(key)) seen.set(key, v);
  }
  return [...seen.values()];
}

// ---- integers ------------------------------------------------------------------------------
// The weights (integers of one sign) at which `tied` replies tie against `own`; null if there
// are none or many.  u[i][j]: what the other side gets for reply j to action i.
export function exactWeights(own, tied, u) {
  const k = own.length;
  if (k === 1) return [1n];
  const rows = tied.slice(1).map((t) => own.map((i) => u[i][tied[0]] - u[i][t]));
  const pivots = [];
  let last = 1n;
  for (let p = 0; p < k - 1; p++) {
    let column = -1;
    for (let r = p; r < k - 1 && column < 0; r++) {
      column = rows[r].findIndex((x) => x !== 0n);
      if (column >= 0) [rows[p], rows[r]] = [rows[r], rows[p]];
    }
    if (column < 0) return null;
    const pivot = rows[p][column];
    for (let r = 0; r < k - 1; r++) {
      if (r === p) continue;
      const f = rows[r][column];
      for (let c = 0; c < k; c++) rows[r][c] = (rows[r][c] * pivot - f * rows[p][c]) / last;
    }
    pivots.push(column); // fraction-free: every row so far now has this pivot
    last = pivot;
  }
  const free = [...Array(k).keys()].find((c) => !pivots.includes(c));
  const weights = Array(k).fill(0n);
  weights[free] = last;
  pivots.forEach((column, r) => {
    weights[column] = -rows[r][free];
  });
  return weights.some((w) => w < 0n)
    ? weights.every((w) => w <= 0n)
      ? weights.map((w) => -w)
      : null
    : weights;
}

function exactVertex({ s, own, t, tied }, u) {
  const weights = exactWeights(own, tied, u);
  if (!weights || weights.includes(0n)) return null;
  const worth = (j) => own.reduce((sum, i, c) => sum + weights[c] * u[i][j], 0n);
  const best = worth(tied[0]);
  let ties = t;
  for (let j = 0; j < u[0].length; j++) {
    if ((t >> j) & 1) continue;
    const other = worth(j);
    if (other > best) return null;
    if (other === best) ties |= 1 << j;
  }
  const total = weights.reduce((sum, w) => sum + w, 0n);
  return { s, t: ties, own, tied, weights: weights.map((w) => toFloat({ n: w, d: total })) };
}

// The exact mixture of a vertex, as rationals by position in `own`.
export function exactMixture(vertex, u) {
  const weights = exactWeights(vertex.own, vertex.tied, u);
  const total = weights.reduce((sum, w) => sum + w, 0n);
  return weights.map((w) => ratio(w, total));
}

// Integers in the same proportions: [columns' payoffs by row and column, rows' by column and row].
export function integerPayoffs(m, n, first, second) {
  const whole = (payoffs) => {
    const common = payoffs.reduce((d, x) => d * ratio(d, x.d).d, 1n);
    return payoffs.map((x) => x.n * (common / x.d));
  };
  const a = whole(first),
    b = whole(second);
  const table = (count, other, at) =>
    Array.from({ length: count }, (_, i) => Array.from({ length: other }, (_, j) => at(i, j)));
  return [table(m, n, (i, j) => b[i * n + j]), table(n, m, (j, i) => a[i * n + j])];
}

// The number of the connected set of each pair, in the order of the pairs.
export function componentsOf(pairs) {
  const group = pairs.map((_, k) => k);
  const find = (k) => {
    while (group[k] !== k) k = group[k];
    return k;
  };
  const rows = new Map(),
    columns = new Map();
  pairs.forEach(([i, j], k) => {
    for (const [seen, v] of [
      [rows, i],
      [columns, j],
    ]) {
      if (seen.has(v)) {
        const [a, b] = [find(seen.get(v)), find(k)];
        group[Math.max(a, b)] = Math.min(a, b);
      } else seen.set(v, k);
    }
  });
  const numbers = new Map();
  return pairs.map((_, k) => {
    const root = find(k);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root);
  });
}
