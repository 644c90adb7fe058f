// One number and one name per equilibrium, and one name per result, as the package gives them.

import { compareRatios, isRatio, toFloat } from "./rationals.mjs";

const MOST_PATTERNS = 1000;
const MOST_LISTED = 4;
const LONGEST_CALLED = 44;
const MOST_NAMED = 3;

// Numbers and names of the patterns of a matrix: a pattern is one set of actions (bits) a player.
export class PatternNaming {
  constructor(players, actions, naming) {
    this.players = players;
    this.actions = actions;
    this.titles = (naming && naming.titles) || {};
    this.published = (naming && naming.published) || [];
    this.numbers = null;
    this.names = new Map();
  }

  number(pattern) {
    const count = this.actions.reduce((p, own) => p * (2 ** own.length - 1), 1);
    if (count >= MOST_PATTERNS) return null;
    if (!this.numbers) {
      let all = [[]];
      for (const own of this.actions) {
        const sets = Array.from({ length: 2 ** own.length - 1 }, (_, k) => k + 1);
        all = all.flatMap((p) => sets.map((s) => [...p, s]));
      }
      all.sort(comparePatterns);
      this.numbers = new Map(all.map((p, k) => [p.join(), k + 1]));
    }
    return this.numbers.get(pattern.join());
  }

  name(pattern) {
    const key = pattern.join();
    if (!this.names.has(key))
      this.names.set(key, this.publishedName(pattern) || this.play(pattern));
    return this.names.get(key);
  }

  publishedName(pattern) {
    const fits = ({ player, actions }) => {
      const k = this.players.indexOf(player);
      const used = this.actions[k].filter((_, a) => (pattern[k] >> a) & 1);
      return used.length === actions.length && used.every((a) => actions.includes(a));
    };
    const known = this.published.find((p) => p.behaviours.some((b) => b.every(fits)));
    return known ? known.name : "";
  }

  play(pattern) {
    if (
      pattern.length > 1 &&
      this.actions.every((own, k) => own.length > 1 && pattern[k] === 2 ** own.length - 1)
    ) {
      return pattern.length === 2 ? "both mix" : "all mix";
    }
    return pattern
      .map((used, k) => {
        const player = this.players[k],
          titles = Object.hasOwn(this.titles, player) ? this.titles[player] : {};
        const words = this.actions[k]
          .filter((_, a) => (used >> a) & 1)
          .map((a) => textOf(titles, a));
        if (words.length === 1) return `${player}: ${words[0]}`;
        const quoted = words.map((w) => (w.includes(", ") ? `'${w}'` : w));
        return `${player} mixes (${quoted.join(", ")})`;
      })
      .join("; ");
  }
}

function positions(set) {
  const found = [];
  for (let k = 0; set >> k; k++) if ((set >> k) & 1) found.push(k);
  return found;
}

function compareLists(a, b) {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    const order = Array.isArray(a[k]) ? compareLists(a[k], b[k]) : a[k] - b[k];
    if (order) return order;
  }
  return a.length - b.length;
}

// Fewest actions first, then by the numbers of actions, then by the actions.
function comparePatterns(a, b) {
  const p = a.map(positions),
    q = b.map(positions);
  const sizes = [p, q].map((x) => x.map((s) => s.length));
  const total = (list) => list.reduce((s, n) => s + n, 0);
  return (
    total(sizes[0]) - total(sizes[1]) || compareLists(sizes[0], sizes[1]) || compareLists(p, q)
  );
}

// Rationals exactly, floats but for rounding.
export function compareNumbers(x, y) {
  if (isRatio(x) && isRatio(y)) return compareRatios(x, y);
  const a = toFloat(x),
    b = toFloat(y),
    gap = a - b;
  return Math.abs(gap) <= 1e-12 * (Math.abs(a) + Math.abs(b)) ? 0 : gap;
}

// The text under a label of the model; a label may be any word, such as "constructor".
export function textOf(texts, label) {
  return (Object.hasOwn(texts, label) && texts[label]) || label;
}

// The order in which equilibria are told: pure ones first, small supports, then the actions.
export function readingOrder(a, b) {
  const p = a.pattern.map(positions),
    q = b.pattern.map(positions);
  const total = (x) => x.reduce((s, own) => s + own.length, 0);
  const mixed = (x) => (x.some((own) => own.length > 1) ? 1 : 0);
  return (
    mixed(p) - mixed(q) ||
    total(p) - total(q) ||
    compareLists(p, q) ||
    -compareVectors(a.vector, b.vector)
  );
}

export function compareVectors(a, b) {
  for (let k = 0; k < a.length; k++) {
    const order = compareNumbers(a[k], b[k]);
    if (order) return order;
  }
  return 0;
}

// a, b, ..., z, aa, ab, ...
function letterOf(k) {
  let letters = "";
  for (k += 1; k; k = Math.floor((k - 1) / 26))
    letters = String.fromCharCode(97 + ((k - 1) % 26)) + letters;
  return letters;
}

// Give letters to equilibria that share a pattern, in the order of their probabilities.
export function giveLetters(equilibria) {
  const groups = new Map();
  for (const e of equilibria) {
    const key = e.pattern.join();
    groups.set(key, [...(groups.get(key) || []), e]);
  }
  for (const same of groups.values()) {
    if (same.length === 1) {
      same[0].letter = "";
      continue;
    }
    [...same]
      .sort((a, b) => compareVectors(a.vector, b.vector))
      .forEach((e, k) => {
        e.letter = letterOf(k);
      });
  }
}

export function labelOf({ number, letter, name }) {
  if (number !== null && number !== undefined) return `#${number}${letter}`;
  return letter ? `${name} (${letter})` : name;
}

// The name of a result: the outcomes that are possible, by their titles.
export function resultName(possible, titles, known) {
  const rank = (o) => {
    const k = known.indexOf(o);
    return k < 0 ? known.length : k;
  };
  const ordered = possible
    .map((o, k) => [o, k])
    .sort((a, b) => rank(a[0]) - rank(b[0]) || a[1] - b[1]);
  let words = [...new Set(ordered.map(([o]) => textOf(titles, o)))];
  if (words.length === 1) return words[0];
  if (words.length > MOST_LISTED + 1)
    words = [...words.slice(0, MOST_LISTED), `or one of ${words.length - MOST_LISTED} others`];
  return `${words.length === 2 ? "Either" : "Any"} of: ${words.join("; ")}`;
}

// What a result is called in prose: a lottery by the one equilibrium behind it.
export function calledResult(name, possible, equilibria) {
  const names = new Set(equilibria);
  const [only] = names;
  return possible.length > 1 && names.size === 1 && [...only].length <= LONGEST_CALLED
    ? only
    : name;
}

// Group equilibria by what happens in them, in the order of the outcomes.  `key(e)` tells
// results apart; `chances(e)` are [outcome, probability] of what can happen.
export function groupResults(equilibria, key, chances, titles, known) {
  const groups = new Map();
  equilibria.forEach((e, k) => {
    const text = key(e);
    if (!groups.has(text)) groups.set(text, { chances: chances(e), members: [] });
    groups.get(text).members.push(k);
  });
  const results = [...groups.values()].map((g) => {
    g.chances.sort((a, b) => -compareNumbers(a[1], b[1]));
    const possible = g.chances.map(([o]) => o);
    const name = resultName(possible, titles, known);
    const names = g.members.map((k) => equilibria[k].name);
    return {
      name,
      called: name,
      prose: calledResult(name, possible, names),
      possible,
      chances: g.chances,
      equilibria: g.members,
      ranks: possible.map((o) => known.indexOf(o)).filter((r) => r >= 0),
    };
  });
  results.sort((a, b) => a.possible.length - b.possible.length || compareLists(a.ranks, b.ranks));
  for (const r of results) {
    if (results.filter((other) => other.name === r.name).length === 1) continue;
    const told = [...new Set(r.equilibria.map((k) => equilibria[k].label))];
    const more = told.length - MOST_NAMED;
    const few = told.slice(0, MOST_NAMED).join(", ");
    r.called = `${r.name} (${more <= 0 ? few : `${few} and ${more} more`})`;
  }
  return results;
}
