// The matrix: a real table, best replies underlined, marks of the equilibria, the chosen one shaded.
import { decimals, h, high, percent } from "./dom.mjs";

// Which payoffs are best replies: cells in the order of the data (last player's action fastest).
export function bestReplies(counts, payoffs) {
  const total = counts.reduce((a, b) => a * b, 1);
  const best = payoffs.map((cell) => cell.map(() => false));
  counts.forEach((count, player) => {
    const stride = counts.slice(player + 1).reduce((a, b) => a * b, 1);
    for (let cell = 0; cell < total; cell += 1) {
      if (Math.floor(cell / stride) % count) continue;
      const group = Array.from({ length: count }, (_, k) => cell + k * stride);
      const top = Math.max(...group.map((k) => payoffs[k][player]));
      for (const k of group)
        if (payoffs[k][player] >= top - 1e-9 * Math.max(1, Math.abs(top))) best[k][player] = true;
    }
  });
  return best;
}

export function makeBoard(app) {
  const { data, words } = app;
  const { actions, cells } = data.board;
  const counts = actions.map((a) => a.length);
  const title = new Map(data.outcomes.map((o) => [o.name, o.title || o.name]));
  const small = counts[0] * counts[1] <= 9;
  const rest = counts.slice(2).reduce((a, b) => a * b, 1);
  const made = cells.map(() => null);
  const name = (p, i) => actions[p][i].title || actions[p][i].name;
  const tables = [];
  for (let other = 0; other < rest; other += 1) {
    let left = other;
    const fixed = [];
    for (let p = counts.length - 1; p > 1; p -= 1) {
      fixed.unshift([p, left % counts[p]]);
      left = Math.floor(left / counts[p]);
    }
    const body = actions[0].map((_, r) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, name(0, r)),
        actions[1].map((_, c) => {
          const index = (r * counts[1] + c) * rest + other,
            cell = cells[index];
          const numbers = cell.payoffs.map((_, p) => h("span", { class: `pay p${p % 4}` }));
          const marks = h("span", { class: "marks" });
          const what = h("span", { class: "what" });
          const formula =
            small && cell.payoffs.every((f) => words.plain(f).length < 9)
              ? h(
                  "span",
                  { class: "formula" },
                  cell.payoffs.map((f, p) => [p ? ", " : "", words.math(f)]),
                )
              : null;
          const box = h(
            "td",
            {},
            h(
              "span",
              { class: "pays" },
              numbers.map((n, p) => [p ? h("span", {}, ", ") : null, n]),
            ),
            formula,
            what,
            marks,
          );
          made[index] = { box, numbers, marks, what, cell };
          return box;
        }),
      ),
    );
    tables.push(
      h(
        "table",
        { class: "matrix" },
        h(
          "caption",
          {},
          fixed.length
            ? `If ${fixed.map(([p, i]) => `${data.players[p].name} plays ${name(p, i)}`).join(" and ")}: `
            : "",
          h("b", { class: "p0" }, data.players[0].name),
          " chooses a row, ",
          h("b", { class: "p1" }, data.players[1].name),
          " a column",
        ),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td", {}),
            actions[1].map((_, c) => h("th", { scope: "col" }, name(1, c))),
          ),
        ),
        h("tbody", {}, body),
      ),
    );
  }
  const key = h(
    "p",
    { class: "small" },
    "In each cell the payoffs of ",
    data.players.map((p, i) => [
      i ? (i + 1 < data.players.length ? ", " : " and ") : "",
      h("b", { class: `p${i % 4}` }, p.name),
    ]),
    "; ",
    h("u", {}, "underlined"),
    ": a best reply. Marks (#) name the equilibria that lead to the cell; shade: how often the chosen one does.",
  );
  const node = h(
    "div",
    { class: "board" + (counts[1] > 3 ? " wide" : "") },
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The matrix" }, tables),
    key,
  );

  function paint() {
    const number = (f) => app.evaluate(f);
    const payoffs = cells.map((c) => c.payoffs.map(number));
    const best = bestReplies(counts, payoffs);
    const chosen = app.chosen();
    const chance = (e, index) => {
      let left = index,
        product = 1;
      for (let p = counts.length - 1; p >= 0; p -= 1) {
        const x = e.profile[data.players[p].name]?.[actions[p][left % counts[p]].name];
        product *= x === undefined ? 0 : high(x);
        left = Math.floor(left / counts[p]);
      }
      return product;
    };
    made.forEach((m, index) => {
      m.numbers.forEach((n, p) => {
        n.textContent = decimals(payoffs[index][p]);
        n.classList.toggle("best", best[index][p]);
      });
      const lottery = m.cell.lottery
        .map(([o, f]) => [o, number(f)])
        .filter(([, x]) => x > 0)
        .sort((a, b) => b[1] - a[1]);
      const says = lottery.map(
        ([o, x]) => title.get(o) + (lottery.length > 1 ? ` ${percent(x)}` : ""),
      );
      const shown = counts[1] > 3 ? says[0] + (says.length > 1 ? " …" : "") : says.join(", ");
      if (m.what.textContent !== shown) {
        m.what.textContent = shown;
        m.what.title = says.join(", ");
      }
      const here = app.answer.equilibria.filter((e) => chance(e, index) > 1e-12);
      const marks =
        here.length > (counts[1] > 3 ? 2 : 4)
          ? `${here.length} equilibria`
          : here.map((e) => e.label).join(" ");
      if (m.marks.textContent !== marks) m.marks.textContent = marks;
      const weight = chosen ? chance(chosen, index) : 0;
      m.box.style.setProperty("--weight", weight.toFixed(3));
      m.box.toggleAttribute("data-played", weight > 1e-12);
      m.box.toggleAttribute("data-mostly", weight > 0.5);
    });
  }
  return { node, paint };
}
