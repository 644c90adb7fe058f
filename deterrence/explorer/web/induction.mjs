// Trees in which everybody knows all that happened, where there are ties: backward induction
// over rationals, with every tie kept as a set of equilibria whose corners are listed.
//
// A family of a subgame's equilibria is a polytope of mixtures, given by its corners: what each
// is worth, what happens and what is played there, and which constraints are tight in it.  A
// move that compares actions cuts the polytope by the hyperplanes where they are worth the same.
// Equilibria that differ only in what is done where the play does not come count once.

import {
  ONE,
  ZERO,
  addRatio,
  subRatio,
  mulRatio,
  divRatio,
  signRatio,
  compareRatios,
  exactText,
  isRatio,
} from "./rationals.mjs";

// Combinations of smaller subgames' families, and corners of one family, that are followed up.
const MOST_FAMILIES = 3000;
const MOST_CORNERS = 200;

// -> {families: [{corners: [{worth, chances: Map, moves: Map}], loose}], complete}, or null where
// a number is not rational.  `loose`: there are infinitely many.
export function inductionAnswer(board, players, point) {
  const numbers = (f) => {
    const x = point.value(f);
    if (!isRatio(x)) throw new RangeError("irrational");
    return x;
  };
  try {
    return new Induction(board, players, numbers).solve();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

class Induction {
  constructor(board, players, numbers) {
    this.board = board;
    this.players = players;
    this.numbers = numbers;
    this.complete = true;
    this.ties = 0;
  }

  solve() {
    const { nodes } = this.board,
      table = Array(nodes.length);
    for (let k = nodes.length - 1; k >= 0; k--)
      table[k] = this.distinct(this.node(nodes[k], table));
    return { families: table[0], complete: this.complete };
  }

  node(node, table) {
    const paid = this.players.map((_, p) =>
      node.payoffs === null ? ZERO : this.numbers(node.payoffs[p]),
    );
    if (node.set < 0) {
      return [
        {
          loose: false,
          affine: this.players.map(() => true),
          corners: [
            {
              worth: paid,
              chances: new Map([[node.outcome, ONE]]),
              moves: new Map(),
              tight: new Set(),
            },
          ],
        },
      ];
    }
    const set = this.board.sets[node.set];
    const found = [];
    const lists = node.children.map((c) =>
      table[c].flatMap((f) =>
        set.player < 0 || node.children.length === 1 ? [f] : this.comparable(f, set.player),
      ),
    );
    for (const parts of this.combinations(lists)) {
      for (const f of set.player < 0 ? [this.drawn(set, parts)] : this.decided(node, set, parts))
        found.push(f);
    }
    for (const f of found)
      for (const c of f.corners) c.worth = c.worth.map((u, p) => addRatio(u, paid[p]));
    return found;
  }

  *combinations(lists) {
    const count = lists.reduce((n, own) => n * own.length, 1);
    if (count > MOST_FAMILIES) this.complete = false;
    const places = lists.map(() => 0);
    for (let made = 0; made < Math.min(count, MOST_FAMILIES); made++) {
      yield lists.map((own, k) => own[places[k]]);
      for (let k = lists.length - 1; k >= 0 && ++places[k] === lists[k].length; k--) places[k] = 0;
    }
  }

  // All corners of several families side by side: [one corner per family].
  product(parts) {
    let all = [[]];
    for (const f of parts) all = all.flatMap((chosen) => f.corners.map((c) => [...chosen, c]));
    if (all.length > MOST_CORNERS) {
      this.complete = false;
      all = all.slice(0, MOST_CORNERS);
    }
    return all;
  }

  drawn(set, parts) {
    const chances = set.chances.map(this.numbers);
    const corners = this.product(parts).map((chosen) => ({
      worth: this.players.map((_, p) =>
        chosen.reduce((u, c, k) => addRatio(u, mulRatio(chances[k], c.worth[p])), ZERO),
      ),
      chances: blend(
        chosen.map((c) => c.chances),
        chances,
      ),
      moves: new Map(chosen.flatMap((c, k) => (chances[k].n === 0n ? [] : [...c.moves]))),
      tight: new Set(chosen.flatMap((c) => [...c.tight])),
    }));
    return { loose: parts.some((f) => f.loose), affine: this.affine(parts), corners };
  }

  // What a player can compare: of a family whose worth is not affine its corners alone.
  comparable(f, player) {
    if (f.affine[player]) return [f];
    this.complete = false;
    return f.corners.map((c) => pointFamily(c, true));
  }

  affine(parts) {
    return this.players.map((_, p) => parts.every((f) => f.affine[p]));
  }

  decided(node, set, parts) {
    const me = set.player,
      own = node.set;
    const loose = parts.some((f) => f.loose);
    const cell = this.product(parts).map((chosen) => ({
      chosen,
      tight: new Set(chosen.flatMap((c) => [...c.tight])),
    }));
    const found = [];
    // Which sets of actions are best somewhere: each where they tie and beat the others.
    const single = parts.map((_, a) => a);
    for (const actions of subsets(single)) {
      let here = cell;
      const [first, ...others] = actions;
      for (const a of single) {
        if (a === first || !here.length) continue;
        here = this.cut(
          here,
          (v) => subRatio(v.chosen[first].worth[me], v.chosen[a].worth[me]),
          others.includes(a),
        );
      }
      if (!here.length) continue;
      // Left out where a larger set is best on all of it.
      const more = single.filter((a) => !actions.includes(a));
      if (
        more.some((a) =>
          here.every((v) => compareRatios(v.chosen[a].worth[me], v.chosen[first].worth[me]) === 0),
        )
      )
        continue;
      found.push(...this.mixed(own, actions, here, loose, parts));
    }
    return found;
  }

  // The family in which some actions are mixed, over a polytope of what follows.
  mixed(own, actions, here, loose, parts) {
    const spread = here.length > 1 || actions.length > 1;
    const number = ++this.ties;
    const corners = here.flatMap((v) =>
      actions.map((a) => {
        const tight = new Set(v.tight);
        for (const other of actions) if (other !== a) tight.add(`${number}.${other}`);
        return corner(v, own, a, tight);
      }),
    );
    const constant = corners.every((c) => sameWorth(c.worth, corners[0].worth));
    if (constant) return corners.map((c) => pointFamily(c, loose || spread));
    // A product of two mixtures is not affine where what follows is worth different things.
    const affine = this.affine(parts).map((whole, p) => {
      const all = (same) => here.every((v) => actions.every((a) => same(v, a)));
      const worth = (v, a) => v.chosen[a].worth[p];
      if (actions.length === 1) return whole;
      return (
        whole &&
        (all((v, a) => compareRatios(worth(v, a), worth(v, actions[0])) === 0) ||
          all((v, a) => compareRatios(worth(v, a), worth(here[0], a)) === 0))
      );
    });
    return [{ loose: loose || spread, affine, corners }];
  }

  // The corners of a polytope on the side where gap(corner) >= 0, or = 0.
  cut(corners, gap, equal) {
    const values = corners.map(gap),
      kept = [],
      id = `cut ${++this.ties}`;
    corners.forEach((v, k) => {
      const sign = signRatio(values[k]);
      if (sign === 0) kept.push({ ...v, tight: new Set(v.tight).add(id) });
      else if (sign > 0 && !equal) kept.push(v);
    });
    for (let a = 0; a < corners.length; a++) {
      for (let b = 0; b < corners.length; b++) {
        if (!(signRatio(values[a]) > 0 && signRatio(values[b]) < 0)) continue;
        const common = [...corners[a].tight].filter((t) => corners[b].tight.has(t));
        const between = corners.some(
          (v, k) => k !== a && k !== b && common.every((t) => v.tight.has(t)),
        );
        if (between) continue;
        const share = divRatio(values[a], subRatio(values[a], values[b]));
        kept.push({
          chosen: corners[a].chosen.map((c, k) => this.between(c, corners[b].chosen[k], share)),
          tight: new Set(common).add(id),
        });
      }
    }
    return kept;
  }

  // The point on the line from one corner to another.
  between(a, b, share) {
    if (a === b) return a;
    const rest = subRatio(ONE, share);
    const line = (x, y) => addRatio(mulRatio(rest, x), mulRatio(share, y));
    const moves = new Map(a.moves);
    let moved = 0;
    for (const [set, mix] of b.moves) {
      if (!moves.has(set)) moves.set(set, mix);
      else if (moves.get(set).some((p, k) => compareRatios(p, mix[k]) !== 0)) {
        moved += 1;
        moves.set(
          set,
          moves.get(set).map((p, k) => line(p, mix[k])),
        );
      }
    }
    if (moved > 1) this.complete = false;
    return {
      worth: a.worth.map((u, p) => line(u, b.worth[p])),
      chances: blend([a.chances, b.chances], [rest, share]),
      moves,
      tight: new Set([...a.tight].filter((t) => b.tight.has(t))),
    };
  }

  // Families of one corner with the same worth and chances count once.
  distinct(families) {
    const seen = new Map(),
      found = [];
    for (const f of families) {
      const key = f.corners
        .map(
          (c) =>
            `${c.worth.map(exactText)} ${[...c.chances]
              .filter(([, p]) => p.n !== 0n)
              .map(([o, p]) => `${o}=${exactText(p)}`)
              .sort()} ${playKey(c.moves)}`,
        )
        .join("|");
      if (seen.has(key)) {
        seen.get(key).loose = seen.get(key).loose || f.loose;
        continue;
      }
      seen.set(key, f);
      found.push(f);
    }
    return found;
  }
}

function playKey(moves) {
  return [...moves]
    .map(([set, mix]) => `${set}:${mix.map(exactText)}`)
    .sort()
    .join(";");
}

function pointFamily(c, loose) {
  return { loose, affine: c.worth.map(() => true), corners: [{ ...c, tight: new Set() }] };
}

// What one action leads to at a corner: the others are off the path.
function corner(v, own, a, tight) {
  const { worth, chances, moves } = v.chosen[a];
  const mix = v.chosen.map((_, k) => (k === a ? ONE : ZERO));
  return { worth, chances, moves: new Map(moves).set(own, mix), tight };
}

function sameWorth(a, b) {
  return a.every((u, p) => compareRatios(u, b[p]) === 0);
}

function blend(maps, weights) {
  const found = new Map();
  maps.forEach((chances, k) => {
    if (weights[k].n === 0n) return;
    for (const [o, p] of chances)
      found.set(o, addRatio(found.get(o) || ZERO, mulRatio(weights[k], p)));
  });
  return found;
}

// All sets but the empty one, small ones first.
function subsets(items) {
  const found = [];
  for (let mask = 1; mask < 1 << items.length; mask++)
    found.push(items.filter((_, k) => (mask >> k) & 1));
  return found.sort((a, b) => a.length - b.length);
}
