// The verdict: what can happen, how likely, in which regime, because of what; what flips it first.
import { button, capital, decimals, h, high, isRange, joined, low, mark, numberWord, percent, ranged } from "./dom.mjs";
import { comparisonWords, whatHolds } from "./mathml.mjs";
import { isPure, isShare, lotteryParts, resultTitle } from "./equilibria.mjs";
import { paintKey } from "./colours.mjs";
import { fractionOf } from "./sliders.mjs";

// Lists of texts and ["b", text]: what can happen, and how likely the main measure is.
export function verdictWords(data, answer) {
  const titles = new Map(data.outcomes.map((o) => [o.name, o.title || o.name]));
  const order = data.outcomes.map((o) => o.name);
  const results = answer.results.map((r) => {
    const parts = lotteryParts(r.outcomes, order);
    if (isPure(r)) return [["b", resultTitle(r, titles)]];
    const says = parts
      .slice(0, 2)
      .map(([o, x]) => `${titles.get(o) ?? o} ${ranged(x, percent)}`)
      .join(", ");
    const left = parts.length - 2;
    return [
      [
        "b",
        resultTitle(r, titles)
          .replace(/ over \d+ outcomes$/, "")
          .replace(/^The /, "the "),
      ],
      ` (${says}${left > 0 ? `, ${left} more` : ""})`,
    ];
  });
  const n = results.length;
  const here = data.parameters.length ? "At these guesses" : "In this game";
  // Correlated equilibria fill a whole set, of which one is shown.
  const complete = answer.complete && data.model.concept !== "correlated";
  let happens;
  if (!n) happens = ["No equilibrium was found here", answer.note ? `: ${answer.note}` : "", "."];
  else if (n === 1 && !isPure(answer.results[0])) {
    const parts = lotteryParts(answer.results[0].outcomes, order),
      called = resultTitle(answer.results[0], titles);
    happens = [
      complete ? `${here} ` : `${here}, in what was found, `,
      ["b", "chance decides"],
      /^a lottery/.test(called) ? ": " : ` (${called.replace(/^The /, "the ")}): `,
      parts
        .slice(0, 3)
        .map(([o, x]) => `${titles.get(o) ?? o} ${ranged(x, percent)}`)
        .join(", "),
      parts.length > 3 ? `, ${parts.length - 3} more` : "",
      ".",
    ];
  } else if (n === 1)
    happens = [
      `${here} `,
      complete ? "only one thing can happen: " : "this was found: ",
      ...results[0],
      ".",
    ];
  else {
    const shown = results.slice(0, n > 3 ? 2 : 3);
    const list = n > shown.length ? [...shown, [`${numberWord(n - shown.length)} more`]] : shown;
    happens = [
      `${here} ${complete ? "" : "at least "}`,
      ["b", `${numberWord(n)} things`],
      " can happen, and the payoffs do not say which: ",
      ...joined(list, "or")
        .flat(1)
        .flatMap((x) => (typeof x === "string" || x[0] === "b" ? [x] : x)),
      ".",
    ];
  }
  const measure = data.measures.find((m) => m.name === data.main);
  const pair = measure ? answer.measures[measure.name] : null;
  let likely = [];
  if (n && measure && pair) {
    const say = isShare(measure) ? percent : decimals;
    const count = answer.equilibria.length;
    // Ends of a continuum are not all equilibria, nor are those that differ off the path of play only.
    const more = answer.continuum || data.solver.unlisted || data.solver.kind === "induction";
    const among = complete
      ? more
        ? "in every equilibrium"
        : count === 1
          ? "in the only equilibrium"
          : count === 2
            ? "in both equilibria"
            : `in every one of ${numberWord(count)} equilibria`
      : "in what was found (there may be more)";
    const spread = complete
      ? `depending on which ${more ? "equilibrium" : `of ${numberWord(count)} equilibria`} is played`
      : "in the equilibria found (there may be more)";
    likely = isRange(pair)
      ? [
          `The ${measure.title || measure.name} is `,
          ["b", ranged(pair, say)],
          `, ${count === 1 ? "depending on what the equilibrium leaves open" : spread}.`,
        ]
      : [`The ${measure.title || measure.name} is `, ["b", say(low(pair))], ` ${among}.`];
  }
  return { happens, likely, complete };
}

export const plainWords = (list) => list.map((x) => (typeof x === "string" ? x : x[1])).join("");

export function makeVerdict(app) {
  const { data, words } = app;
  const nodesOf = (list) => list.map((x) => (typeof x === "string" ? x : h("b", {}, x[1])));
  const lead = h("p", { class: "lead" }),
    regime = h("p", { class: "regime" }),
    meter = h("div", { class: "dots", role: "img", "aria-label": "main measure", hidden: true });
  const swatch = h("span", { class: "swatch" });
  const said = h("p", { class: "sr", role: "status", "aria-live": "polite" });
  const list = h("ol", { class: "flips" }),
    flipNote = h("p", { class: "small" });
  const more = button(
    "Why",
    () => {
      const open = node.toggleAttribute("data-open");
      more.setAttribute("aria-expanded", open);
      more.textContent = open ? "Less" : "Why";
    },
    { class: "link why-button", "aria-expanded": "false" },
  );
  const node = h(
    "section",
    { class: "verdict", "data-part": "verdict", "aria-labelledby": app.id + "-verdict" },
    h(
      "div",
      { class: "answer" },
      h("div", { class: "top" }, h("h2", { id: app.id + "-verdict" }, "What happens"), meter),
      lead,
      regime,
      more,
      said,
    ),
    data.parameters.length
      ? h(
          "div",
          { class: "flips-box", "data-part": "flips" },
          h("h2", {}, "What flips it first, one guess at a time"),
          list,
          flipNote,
        )
      : null,
  );

  let timer = 0;
  function announce(text) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (said.textContent !== text) said.textContent = text;
    }, 700);
  }

  function paint() {
    const { answer, values } = app;
    node.toggleAttribute("data-broken", !values.ok);
    if (!values.ok) {
      const broken = values.assumption >= 0 ? data.assumptions[values.assumption] : null;
      lead.replaceChildren(
        "These guesses contradict what the model assumes: ",
        broken ? words.math(broken.f) : values.reason,
        ". The answer below is that of the last guesses that do not.",
      );
      regime.replaceChildren();
      announce(`These guesses contradict an assumption: ${values.reason}.`);
      return;
    }
    const told = verdictWords(data, answer);
    lead.replaceChildren(
      ...nodesOf(told.happens),
      " ",
      ...nodesOf(told.likely),
      " ",
      answer.equilibria.length ? mark(told.complete ? "exact" : "sampled") : "",
    );
    dots(answer);
    const key = app.regimeHere,
      found = key >= 0 ? data.regimes[key] : null;
    if (found) {
      const because = whatHolds(found.when, (f) => app.engine.holds(f, values)).map((f, i, all) =>
        inSymbols(f, all.length > 2 && found.description),
      );
      paintKey(swatch, key, app.swatch);
      regime.replaceChildren(
        "Regime: ",
        app.colour() === "regimes" ? swatch : "",
        h("b", {}, " ", app.regimeTitle(key)),
        ". ",
        found.description ? `${found.description} ` : "",
        because.length
          ? h(
              "span",
              { class: "because" },
              "Because ",
              ...joined(because.slice(0, 4)),
              because.length > 4 ? `, and ${because.length - 4} more conditions` : "",
              ".",
            )
          : "",
        " ",
        mark(found.proof === "proven" ? "proven" : "sampled"),
      );
    } else if (data.regimes.length && app.engineRegimes) {
      regime.replaceChildren(
        "These guesses lie on a boundary between regimes: one change in any of them may flip the answer.",
      );
    } else {
      regime.replaceChildren(
        !data.parameters.length
          ? ""
          : data.cover === "proven" || data.solver.kind === "matrix"
            ? "No regimes were derived for this model: the map tells the results apart."
            : "The regimes of this model are not all derived: what is shown is the answer at these values.",
      );
    }
    const notes = [];
    if (data.solver.kind === "forms" && data.solver.boundaries !== "proven")
      notes.push(
        data.solver.boundaries === "sampled"
          ? "What holds on the boundaries was only sampled. "
          : "On the boundaries the answer is not known. ",
      );
    if (answer.note && answer.equilibria.length) notes.push(`${capital(answer.note)}. `);
    if (notes.length) regime.append(" ", h("span", { class: "caution" }, notes.join("")));
    announce(`${plainWords(told.happens)} ${plainWords(told.likely)}`);
  }

  // "k_N (8) is below ...", or where there are many "k_N < l_N (8 < 9)".
  function inSymbols(f, brief) {
    const says = comparisonWords(f, data, app.evaluate);
    if (!brief || f.length !== 3)
      return h(
        "span",
        {},
        says.map((x) => (typeof x === "string" ? x : words.math(x.f))),
      );
    const sign = { "<=": "≤", ">=": "≥", "==": "=", "!=": "≠" }[f[0]] ?? f[0];
    return h(
      "span",
      { title: says.map((x) => (typeof x === "string" ? x : words.plain(x.f))).join("") },
      words.math(f),
      ` (${decimals(app.evaluate(f[1]))} ${sign} ${decimals(app.evaluate(f[2]))})`,
    );
  }

  // The main measure in each equilibrium, on a line from 0 to 1.
  function dots(answer) {
    const measure = data.measures.find((m) => m.name === data.main);
    const pair = measure ? answer.measures[measure.name] : null;
    meter.hidden = !(pair && isShare(measure));
    if (meter.hidden) return;
    meter.title = capital(measure.title);
    meter.setAttribute("aria-label", `${capital(measure.title)}: ${ranged(pair, percent)}`);
    const line = h("span", { class: "line" });
    line.style.left = `${100 * low(pair)}%`;
    line.style.width = `${100 * (high(pair) - low(pair))}%`;
    const seen = new Set();
    const points = answer.equilibria
      .flatMap((e) =>
        e.measures[measure.name]
          ? [low(e.measures[measure.name]), high(e.measures[measure.name])]
          : [],
      )
      .filter((x) => !seen.has(x.toFixed(3)) && seen.add(x.toFixed(3)))
      .map((x) => {
        const dot = h("i");
        dot.style.left = `${100 * x}%`;
        return dot;
      });
    meter.replaceChildren(
      h("span", { class: "what" }, capital(measure.title)),
      h("span", {}, "0"),
      h("span", { class: "rail" }, line, points),
      h("span", {}, "100\u00a0%"),
    );
  }

  function paintFlips(flips, ready) {
    if (!ready) return;
    list.replaceChildren(
      ...flips.slice(0, 3).map((f) => {
        const square = h("span", { class: "swatch" });
        paintKey(square, f.to, app.swatch);
        const small = f.share < 0.005 ? "under 1" : String(Math.round(100 * f.share));
        return h(
          "li",
          {},
          h(
            "span",
            { class: "flip" },
            f.title,
            " ",
            words.symbol(f.name),
            f.up ? " above " : " below ",
            button(decimals(f.at), () => app.goPast(f), { class: "link at", title: "Try it" }),
            h(
              "span",
              { class: "small" },
              ` (${fractionOf(f) ? `${fractionOf(f)}; ` : ""}now ${decimals(app.number(f.name))}; ${small}\u00a0% of its range)`,
            ),
            h("span", { class: "to" }, " → ", square, " ", app.keyTitle(f.to)),
          ),
        );
      }),
    );
    flipNote.replaceChildren(
      ...(flips.length
        ? [
            flips.length > 3 ? `${flips.length - 3} more on the sliders. ` : "",
            mark(
              "sampled",
              "places are computed; that no other lies nearer was seen at many values of each guess, not proven",
            ),
          ]
        : [
            "Within their ranges no single guess changes the ",
            app.colour() === "regimes" ? "regime" : "answer",
            ". ",
            mark("sampled"),
          ]),
    );
  }
  return { node, paint, paintFlips };
}
