// Stability of the cells of a table of two players, in the graph model: whoever moves changes her
// own action, and only the order of the payoffs counts.  As deterrence/graph_model/concepts.py and
// look_ahead.py have it, where the literature is named.
import { compareRatios, isRatio } from "./rationals.mjs";
import { capital, numberWord } from "./dom.mjs";

// In the order in which they are told; those with a number look so many moves ahead.
export const NOTIONS = ["nash", "sseq", "seq", "smr", "gmr", "l2", "l3", "nm"];
// Moves ahead at which it is given up that the tables repeat, and that are told one by one.
const MOST_AHEAD = 500;
const TOLD_AHEAD = 12;

// ---- ranks ---------------------------------------------------------------------------------
// Ranks from 0 of the payoffs at a point, ties equal: floats first, fractions where two are near.
export class Ranking {
  constructor(formulas) {
    // What has one formula has one payoff.
    const seen = new Map();
    this.place = formulas.map((f) => {
      const text = JSON.stringify(f);
      if (!seen.has(text)) seen.set(text, seen.size);
      return seen.get(text);
    });
    this.formulas = [...seen.keys()].map((text) => JSON.parse(text));
    this.below = new Map();
  }

  // Whether floats are sure that one payoff is below another.
  isBelow(point, a, b) {
    const key = a * this.formulas.length + b;
    if (!this.below.has(key)) this.below.set(key, ["<", this.formulas[a], this.formulas[b]]);
    return point.quick(this.below.get(key)) === 1;
  }

  // -> {ranks, exact}, or null where a payoff has no value.
  at(point) {
    const floats = this.formulas.map((f) => point.float(f));
    if (!floats.every(Number.isFinite)) return null;
    const order = floats.map((_, k) => k).sort((a, b) => floats[a] - floats[b]);
    let same = (a, b) => !this.isBelow(point, a, b),
      exact = true;
    if (order.some((a, k) => k && same(order[k - 1], a))) {
      const values = this.formulas.map((f) => point.value(f));
      exact = values.every(isRatio);
      if (exact) {
        order.sort((a, b) => compareRatios(values[a], values[b]));
        same = (a, b) => compareRatios(values[a], values[b]) === 0;
      }
    }
    const ranks = [];
    order.forEach((own, k) => {
      ranks[own] = k ? ranks[order[k - 1]] + (same(order[k - 1], own) ? 0 : 1) : 0;
    });
    return { ranks: this.place.map((k) => ranks[k]), exact };
  }
}

// ---- moves ---------------------------------------------------------------------------------
// Per player, per cell, where she can go; the second player's action varies fastest.
export function movesOf(m, n) {
  const cells = Array.from({ length: m * n }, (_, k) => k);
  return [
    cells.map((k) => cells.filter((x) => x !== k && x % n === k % n)),
    cells.map((k) => cells.filter((x) => x !== k && Math.floor(x / n) === Math.floor(k / n))),
  ];
}

// ---- with sanctions ------------------------------------------------------------------------
// ranks: per player, per cell -> whether each cell is stable for each player.  A player moves to
// what is strictly better; a sanction, one move of the other, is not better than what she left,
// and by SEQ and SSEQ better for the other; by SMR and SSEQ she has no way on to anything better.
export function stableBy(notion, ranks, moves) {
  const wanted = notion === "seq" || notion === "sseq",
    final = notion === "smr" || notion === "sseq";
  return ranks.map((own, i) => {
    const other = ranks[1 - i];
    const worth = own.map((r, k) => (final ? Math.max(r, ...moves[i][k].map((x) => own[x])) : r));
    const comesTo = (x) => {
      const answers = moves[1 - i][x].filter((y) => !wanted || other[y] > other[x]);
      return Math.min(...answers.map((y) => worth[y]));
    };
    return own.map((r, k) =>
      moves[i][k].every((x) => own[x] <= r || (notion !== "nash" && comesTo(x) <= r)),
    );
  });
}

// ---- looking ahead -------------------------------------------------------------------------
// What may come of each cell when a player is to move, by the number of moves left.  Told are kinds
// of cells: those worth the same to both are one.  With ties every choice among equals counts.
export class LookAhead {
  constructor(ranks, moves) {
    const seen = new Map();
    this.moves = moves;
    this.kinds = ranks[0].map((r, k) => {
      const text = `${r} ${ranks[1][k]}`;
      if (!seen.has(text)) seen.set(text, seen.size);
      return seen.get(text);
    });
    this.worth = [0, 1].map((i) => {
      const own = [];
      this.kinds.forEach((kind, k) => {
        own[kind] = ranks[i][k];
      });
      return own;
    });
    const rest = this.kinds.map((kind) => [kind]);
    this.tables = [[rest, rest]];
  }

  table(count) {
    while (this.tables.length <= count) {
      const [first, second] = this.tables.at(-1);
      this.tables.push([this.step(0, second), this.step(1, first)]);
    }
    return this.tables[count];
  }

  // One moves only if it is sure to lead to better than staying; an end may come of it unless
  // another move is sure to lead to better.
  step(i, after) {
    const worth = this.worth[i];
    const sure = after.map((kinds) => Math.min(...kinds.map((v) => worth[v])));
    return this.kinds.map((kind, k) => {
      const here = worth[kind],
        best = Math.max(here, ...this.moves[i][k].map((x) => sure[x]));
      const found = new Set(best > here ? [] : [kind]);
      for (const x of this.moves[i][k])
        for (const v of after[x]) if (worth[v] > here && worth[v] >= best) found.add(v);
      return [...found].sort((a, b) => a - b);
    });
  }

  // Whether each cell is stable for each player: 2 however ties are broken, 1 for some ways, 0.
  limited(count) {
    return this.table(count).map((table) =>
      table.map((kinds, k) => (kinds.includes(this.kinds[k]) ? (kinds.length === 1 ? 2 : 1) : 0)),
    );
  }

  // The same for all numbers of moves that come back: {stable, start, period}, else null.
  nonMyopic() {
    const seen = new Map();
    for (let count = 0; count < MOST_AHEAD; count += 1) {
      const text = JSON.stringify(this.table(count));
      if (seen.has(text)) {
        const start = seen.get(text),
          period = count - start;
        const cycle = Array.from({ length: period }, (_, k) => this.limited(start + k));
        const least = (i, k) => Math.min(...cycle.map((c) => c[i][k]));
        const stable = [0, 1].map((i) => this.kinds.map((_, k) => least(i, k)));
        return { stable, start, period };
      }
      seen.set(text, count);
    }
    return null;
  }
}

// ---- all of it -----------------------------------------------------------------------------
// -> {stable: notion -> player -> cell -> 2, 1 or 0, ahead: per cell for both, by the number of
// moves from 1 on, without: the same without end, cycle: how many of the last moves come back}.
export function stabilityOf(ranks, m, n) {
  const moves = movesOf(m, n),
    sight = new LookAhead(ranks, moves),
    found = sight.nonMyopic();
  const stable = {};
  for (const key of NOTIONS) {
    const count = /^l(\d+)$/.exec(key);
    stable[key] = count
      ? sight.limited(Number(count[1]))
      : key === "nm"
        ? found?.stable
        : stableBy(key, ranks, moves).map((own) => own.map((yes) => (yes ? 2 : 0)));
  }
  const whole = found ? Math.max(1, found.start) + found.period - 1 : Infinity,
    last = Math.min(whole, TOLD_AHEAD);
  const seen = Array.from({ length: last }, (_, h) => sight.limited(h + 1));
  const both = (s, k) => Math.min(s[0][k], s[1][k]);
  return {
    stable,
    ahead: ranks[0].map((_, k) => seen.map((s) => both(s, k))),
    without: found ? ranks[0].map((_, k) => both(found.stable, k)) : null,
    cycle: found && last >= whole ? found.period : 0,
  };
}

// ---- in words ------------------------------------------------------------------------------
const IS = ["is not stable", "is stable with some ways to break ties", "is stable"];

// For how long a look ahead a cell is stable, as the package says it.
export function horizonWords(name, ahead, without, cycle) {
  const runs = [];
  ahead.forEach((status, k) => {
    const last = runs.at(-1);
    if (last && last.status === status) last.to = k + 1;
    else runs.push({ from: k + 1, to: k + 1, status });
  });
  const ends = "without end (non-myopic)",
    settled = cycle > 0 && new Set(ahead.slice(-cycle)).size === 1;
  if (settled && runs.length === 1)
    return `However far ahead they look, and ${ends}, ${name} ${IS[without]}.`;
  const parts = runs.map(({ from, to, status }, k) => {
    let span = numberWord(from);
    if (settled && k === runs.length - 1) span += ` or more, and ${ends}`;
    else if (to > from) span += ` ${to === from + 1 ? "or" : "to"} ${numberWord(to)}`;
    if (!k) span += ` move${to > 1 ? "s" : ""} ahead`;
    return `looking ${span}, ${k ? "it" : name} ${IS[status]}`;
  });
  if (!settled && cycle)
    parts.push(
      `from there on that comes back every ${numberWord(cycle)} moves, so ${ends} it ${IS[without]}`,
    );
  else if (!settled && without !== null) parts.push(`${ends} it ${IS[without]}`);
  return `${capital(parts.join("; "))}.`;
}
