// The section on stability: states by notions at the present guesses, and a sentence on one state.
import { chooser, h, joined, mark } from "./dom.mjs";
import { playerInitials } from "./tree.mjs";
import { NOTIONS, Ranking, horizonWords, stabilityOf } from "./stability.mjs";

// What happens in each cell for sure at a point, "" where nothing does that has a name.
export function sureOutcomes(cells, outcomes, chance) {
  const named = outcomes.filter((o) => o.payoffs !== null);
  const titles = new Map(named.map((o) => [o.name, o.title || o.name]));
  return cells.map(({ lottery }) => {
    const possible = lottery.filter(([, f]) => chance(f) > 0);
    return possible.length === 1 ? (titles.get(possible[0][0]) ?? "") : "";
  });
}

const LONGEST_NAME = 40;

// What each cell is called in a sentence, as the package does: what happens there for sure, or its
// title, with the number where that is not enough, or its number alone.
export function stateNames(states, sure) {
  const titles = states.map((s, k) => sure[k] || s.title);
  return states.map(({ number }, k) => {
    const title = titles[k],
      alike = sure[k] ? sure : states.map((s) => s.title);
    const plain =
      title.length <= LONGEST_NAME &&
      !title.includes(";") &&
      alike.filter((t) => t === title).length === 1;
    if (!sure[k] && !plain) return `#${number}`;
    const told = /,| and /.test(title) ? `'${title}'` : title;
    return plain ? told : `${told} #${number}`;
  });
}

// By which notions a state is stable for both: as words, with bold names.
export function verdictParts(name, stable, k, words) {
  const least = (key) => (stable[key] ? Math.min(...stable[key].map((own) => own[k])) : -1);
  const by = (level) => NOTIONS.filter((key) => least(key) === level).map((key) => words[key]);
  const [never, maybe, sure] = [0, 1, 2].map(by);
  const list = (names, word) => joined(names, word);
  if (!sure.length && !maybe.length) return [name, " is stable for both by none of these notions."];
  return [
    name,
    " is ",
    sure.length
      ? ["stable for both by ", never.length || maybe.length ? list(sure, "and") : "all of these notions"]
      : null,
    maybe.length
      ? [sure.length ? "; " : "", "with some ways to break ties stable by ", list(maybe, "and")]
      : null,
    never.length ? [", but not by ", list(never, "or")] : null,
    ".",
  ];
}

export function makeStability(app) {
  const { data } = app,
    { actions, cells } = data.board,
    { states, focus } = data.stability;
  const notions = data.stability.notions.filter((n) => NOTIONS.includes(n.key)),
    words = Object.fromEntries(notions.map((n) => [n.key, n.name]));
  const players = data.players.map((p) => p.name),
    initials = playerInitials(players);
  const rankings = [0, 1].map((i) => new Ranking(cells.map((c) => c.payoffs[i])));
  const [m, n] = actions.map((own) => own.length);
  // The states of an option form are not numbered as the cells are.
  const order = states.map((_, k) => k).sort((a, b) => states[a].number - states[b].number);
  let chosen = focus,
    painted = null;

  const choose = chooser(
    "The state in question",
    order.map((k) => [String(k), `#${states[k].number} ${states[k].title}`]),
    String(chosen),
    (value) => {
      chosen = Number(value);
      painted = null;
      paint();
    },
  );
  const options = [];
  for (const o of choose.querySelectorAll("option")) options[Number(o.value)] = o;
  const said = h("p", { class: "said", "data-part": "stability-says" });
  const ahead = h("p", {});
  const rows = states.map((s) => {
    const head = h("th", { scope: "row" }, `#${s.number} ${s.title}`),
      boxes = notions.map(() => h("td", {}));
    return { node: h("tr", {}, head, boxes), head, boxes, shown: [] };
  });
  const table = h(
    "table",
    { class: "plain states", tabindex: "0" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "State"),
        notions.map((o) => h("th", { scope: "col", title: o.words }, o.name)),
      ),
    ),
    h(
      "tbody",
      {},
      order.map((k) => rows[k].node),
    ),
  );
  const key = h(
    "p",
    { class: "small" },
    h("b", {}, "E"),
    ": stable for both, an equilibrium; ",
    players.map((p, i) => [h("b", { class: `p${i}` }, initials[i]), `: for ${p} alone; `]),
    "in brackets: with some ways to break ties. Anybody may move at any time, nobody twice in a row; a move needs what is strictly better, a sanction is what is no better. A cell counts by its expected payoff.",
  );
  const told = h(
    "details",
    { class: "told" },
    h("summary", {}, "What the notions say"),
    h(
      "dl",
      {},
      notions.map((o) => h("div", {}, h("dt", {}, o.name), h("dd", {}, `It is stable when ${o.words}.`))),
    ),
  );
  const node = h("div", { class: "stability" }, choose, said, ahead, table, key, told);

  function box(levels) {
    const [a, b] = levels;
    if (a && b) return Math.min(a, b) === 2 ? h("b", {}, "E") : "(E)";
    const i = a ? 0 : b ? 1 : -1;
    if (i < 0) return "–";
    return h("b", { class: `p${i}` }, levels[i] === 2 ? initials[i] : `(${initials[i]})`);
  }
  function paint() {
    const values = app.values.ok ? app.values : app.good;
    if (painted === values) return;
    painted = values;
    const ranked = rankings.map((r) => r.at(values.point));
    if (ranked.includes(null)) {
      said.textContent = "A payoff has no value here.";
      return;
    }
    const found = stabilityOf(
      ranked.map((r) => r.ranks),
      m,
      n,
    );
    const outcomes = sureOutcomes(cells, data.outcomes, app.evaluate),
      names = stateNames(states, outcomes);
    const sure = ranked.every((r) => r.exact) ? "exact" : "sampled";
    said.replaceChildren(
      ...[verdictParts(names[chosen], found.stable, chosen, words), " ", mark(sure)].flat(3).filter(Boolean),
    );
    ahead.textContent = horizonWords(
      names[chosen],
      found.ahead[chosen],
      found.without && found.without[chosen],
      found.cycle,
    );
    rows.forEach((row, k) => {
      const once = outcomes.filter((o) => o === outcomes[k]).length === 1;
      const name = `#${states[k].number} ${(once && outcomes[k]) || states[k].title}`;
      if (options[k].textContent !== name) row.head.textContent = options[k].textContent = name;
      row.node.toggleAttribute("data-here", k === chosen);
      notions.forEach((o, c) => {
        const levels = found.stable[o.key]?.map((own) => own[k]);
        if (row.shown[c] === String(levels)) return;
        row.shown[c] = String(levels);
        row.boxes[c].replaceChildren(levels ? box(levels) : "?");
        row.boxes[c].toggleAttribute("data-both", Boolean(levels) && Math.min(...levels) === 2);
      });
    });
  }
  return { node, paint };
}
