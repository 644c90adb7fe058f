// Questions with a seed: the same link gives a class the same question; the engine knows the answer.
import { button, decimals, h, high, isRange, low, numberWord, percent, ranged } from "./dom.mjs";
import { isShare } from "./equilibria.mjs";
import { stopsOf } from "./sliders.mjs";
import { numberOf, ownOf } from "./state.mjs";

function randomFrom(seed) {
  let a = (seed * 2654435761) >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const KINDS = ["regime", "direction", "count", "tell"];

// {kind, start, changes: {name: text}, point, ask, choices, right, why}, or null where none was found.
export function makeQuestion(data, engine, seed, regimeTitle) {
  const random = randomFrom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const shuffled = (list) =>
    list
      .map((x) => [random(), x])
      .sort((a, b) => a[0] - b[0])
      .map(([, x]) => x);
  const free = data.parameters.filter(
    (p) =>
      !p.formula &&
      p.range &&
      (data.solver.kind === "grid" ? data.solver.axes.some((a) => a.name === p.name) : p.slider),
  );
  const main = data.measures.find((m) => m.name === data.main);
  if (!free.length) return null;
  const stops = new Map(free.map((p) => [p.name, stopsOf(p, data.solver)]));
  const starts = [
    { title: "", values: {} },
    ...data.scenarios.map((s) => ({ title: s.title, values: s.values })),
  ];
  // Of a few random stops the one with the shortest text.
  const nice = (p) =>
    [1, 2, 3, 4].map(() => pick(stops.get(p.name))).sort((a, b) => a.length - b.length)[0];
  const solved = (point) => {
    const values = engine.values(point);
    if (!values.ok) return null;
    const answer = engine.answer(values);
    return answer.complete && answer.equilibria.length ? { values, answer } : null;
  };

  function attempt(kind) {
    const start = random() < 0.5 ? starts[0] : pick(starts);
    const changes = {};
    const settable = free.filter((p) => ownOf(start.values, p.name) === undefined);
    for (let i = 0; i < 2 && settable.length; i += 1) {
      const p = pick(settable);
      changes[p.name] = nice(p);
    }
    const point = { ...data.start.values, ...start.values, ...changes };
    const base = solved(point);
    if (!base) return null;
    const made = { kind, seed, start: start.title, changes, base: point, point };
    const pair = main ? base.answer.measures[main.name] : null;
    const sure = (x) => x && Number.isFinite(low(x)) && Number.isFinite(high(x));
    const say = main && isShare(main) ? percent : decimals;

    if (kind === "regime") {
      if (data.regimes.length < 2 || data.cover !== "proven") return null;
      const key = engine.regime(base.values);
      if (key < 0) return null;
      const titles = [...new Set(data.regimes.map((_, i) => regimeTitle(i)))];
      if (titles.length < 2) return null;
      const right = regimeTitle(key);
      const choices = shuffled([right, ...shuffled(titles.filter((t) => t !== right)).slice(0, 3)]);
      return {
        ...made,
        ask: "Which regime is this?",
        choices,
        right: choices.indexOf(right),
        why: data.regimes[key].description || "",
      };
    }
    if (kind === "count") {
      if (base.answer.continuum || data.solver.unlisted || data.solver.kind === "grid") return null;
      const n = base.answer.equilibria.length;
      const choices = [...new Set([n, Math.max(1, n - 1), n + 1, n + 2])].sort((a, b) => a - b);
      return {
        ...made,
        ask: "How many equilibria are there?",
        choices: choices.map((k) => numberWord(k)),
        right: choices.indexOf(n),
        why: base.answer.equilibria
          .map((e) => `${e.label} ${e.name}`)
          .slice(0, 6)
          .join("; "),
      };
    }
    if (!sure(pair)) return null;
    if (kind === "direction") {
      const p = pick(free),
        list = stops.get(p.name),
        now = numberOf(point[p.name] ?? "NaN");
      const to = nice(p);
      if (!(numberOf(to) > now) || ownOf(changes, p.name) !== undefined) return null;
      const then = solved({ ...point, [p.name]: to });
      if (!then || !sure(then.answer.measures[main.name]) || !list.length) return null;
      const after = then.answer.measures[main.name];
      const move = (a, b) => (Math.abs(a - b) < 1e-9 ? 0 : Math.sign(b - a));
      const moves = [move(low(pair), low(after)), move(high(pair), high(after))];
      if (moves.includes(1) && moves.includes(-1)) return null;
      const right = moves.includes(1) ? 0 : moves.includes(-1) ? 1 : 2;
      if (right === 2 && random() < 0.75) return null;
      const choices = ["It rises", "It falls", "It stays as it is"];
      return {
        ...made,
        ask: [
          `Now the ${p.title || p.name} `,
          { f: p.name },
          ` rises from ${point[p.name]} to ${to}. What becomes of the ${main.title}${isRange(pair) || isRange(after) ? " (the range over all equilibria)" : ""}?`,
        ],
        choices,
        right,
        why: `It was ${ranged(pair, say)} and becomes ${ranged(after, say)}.`,
        point: { ...point, [p.name]: to },
      };
    }
    // What would you tell a player? Changes of what it controls, if it controls enough.
    const player = pick(data.players).name;
    const own = free.filter((p) => p.controlled_by === player && point[p.name] !== undefined);
    const some = shuffled(
      own.length > 1 ? own : free.filter((p) => ownOf(changes, p.name) === undefined),
    ).slice(0, 3);
    const wants = main.sense === "want";
    const worth = (x) => (wants ? -low(x) * 1e6 - high(x) : high(x) * 1e6 + low(x));
    const tried = some
      .map((p) => {
        const to = nice(p);
        const then = to === point[p.name] ? null : solved({ ...point, [p.name]: to });
        const after = then?.answer.measures[main.name];
        return sure(after) ? { p, to, after, worth: worth(after) } : null;
      })
      .filter(Boolean);
    if (tried.length < 2) return null;
    const stay = worth(pair);
    const sorted = [...tried].sort((a, b) => a.worth - b.worth);
    const helps = sorted[0].worth < stay - 1e-6;
    if ((helps && sorted[1].worth < sorted[0].worth + 1e-6) || (!helps && random() < 0.8))
      return null;
    const choices = [
      ...tried.map((t) => `${t.p.title || t.p.name}: from ${point[t.p.name]} to ${t.to}`),
      "None of these helps",
    ];
    return {
      ...made,
      ask: `You advise ${player}. Which one of these changes makes the ${main.title} ${wants ? "as high" : "as low"} as possible, in the worst equilibrium?`,
      choices,
      right: helps ? tried.indexOf(sorted[0]) : tried.length,
      point: helps ? { ...point, [sorted[0].p.name]: sorted[0].to } : point,
      why: `Now it is ${ranged(pair, say)}; ${tried.map((t) => `${t.p.title || t.p.name} ${t.to}: ${ranged(t.after, say)}`).join("; ")}.`,
    };
  }

  for (let i = 0; i < KINDS.length; i += 1) {
    const kind = KINDS[(seed + i) % KINDS.length];
    for (let k = 0; k < 40; k += 1) {
      const made = attempt(kind);
      if (made) return made;
    }
  }
  return null;
}

export function makeQuiz(app, more) {
  const { data, words } = app;
  const box = h("div", { class: "quiz", "aria-live": "polite" });
  const node = more.part("quiz", "Quiz", () => box);
  let score = [0, 0],
    asked = null;

  // The payoffs at the values of the question, where the game is a small matrix.
  function payoffs(q) {
    const { actions, cells } = data.board;
    if (!actions || actions.length !== 2 || cells.length > 9) return null;
    const values = app.engine.values(q.base),
      [rows, columns] = actions.map((own) => own.map((a) => a.title || a.name));
    const cell = (f) => decimals(values.point.float(f));
    return h(
      "div",
      { class: "scroll", tabindex: "0" },
      h(
        "table",
        { class: "matrix plain-matrix" },
        h("caption", {}, "Payoffs of ", data.players[0].name, " (rows) and ", data.players[1].name),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td"),
            columns.map((t) => h("th", { scope: "col" }, t)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((t, r) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, t),
              columns.map((_, c) =>
                h(
                  "td",
                  {},
                  h("b", { class: "p0" }, cell(cells[r * columns.length + c].payoffs[0])),
                  ", ",
                  h("b", { class: "p1" }, cell(cells[r * columns.length + c].payoffs[1])),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }

  function ask(seed) {
    const q = makeQuestion(data, app.engine, seed, app.regimeTitle);
    asked = seed;
    const next = button("Next question", () => app.setQuiz(app.state.quiz + 1), {
      class: "primary",
    });
    if (!q) {
      box.replaceChildren(h("p", {}, "No question was found for this model."));
      return;
    }
    const feedback = h("div", {});
    const name = `${app.id}-quiz-${seed}`;
    const changes = Object.entries(q.changes).flatMap(([n, v], i, all) => [
      i ? (i + 1 < all.length ? ", " : " and ") : "",
      data.parameters.find((p) => p.name === n).title || n,
      " ",
      words.symbol(n),
      ` = ${v}`,
    ]);
    const choices = q.choices.map((text, i) =>
      h("label", {}, h("input", { type: "radio", name, value: i }), " ", text),
    );
    const check = button(
      "Check",
      () => {
        const chosen = box.querySelector("input:checked");
        if (!chosen) {
          feedback.replaceChildren("Choose an answer first.");
          return;
        }
        const right = Number(chosen.value) === q.right;
        if (!check.disabled) {
          score = [score[0] + (right ? 1 : 0), score[1] + 1];
        }
        check.disabled = true;
        box.querySelectorAll("input").forEach((n) => {
          n.disabled = true;
        });
        choices[q.right].setAttribute("data-right", "");
        feedback.replaceChildren(
          h(
            "p",
            {},
            h("b", {}, right ? "Right. " : `No: ${q.choices[q.right]}. `),
            q.why,
            ` (${score[0]} of ${score[1]} so far)`,
          ),
          h(
            "p",
            {},
            button("Show it on the page", () => {
              app.setPoint(q.point);
              app.top();
            }),
            " ",
            next,
          ),
        );
      },
      { class: "primary" },
    );
    box.replaceChildren(
      h(
        "p",
        { class: "small" },
        `Question ${seed}. The link of this page leads a class to the same question.`,
      ),
      h(
        "fieldset",
        {},
        h(
          "legend",
          {},
          q.start ? `Scenario “${q.start}”` : "The base case",
          changes.length ? [", but with ", changes] : "",
          ". ",
          words.inline(q.ask),
        ),
        payoffs(q),
        choices,
      ),
      h(
        "p",
        {},
        check,
        " ",
        button("Another one", () => app.setQuiz(app.state.quiz + 1), { class: "link" }),
      ),
      feedback,
    );
  }
  function paint() {
    if (app.state.quiz === null || app.state.quiz === asked) return;
    ask(app.state.quiz);
  }
  node.addEventListener("toggle", () => {
    if (node.open && app.state.quiz === null) app.setQuiz(1 + Math.floor(Math.random() * 9999));
  });
  return { node, paint };
}
