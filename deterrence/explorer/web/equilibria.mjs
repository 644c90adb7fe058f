// Results and equilibria: grouped by result and by connected set, with what each leads to.
import { capital, h, high, isRange, low, mark, percent, ranged } from "./dom.mjs";
import { exactText } from "./rationals.mjs";
import { ownOf } from "./state.mjs";

export const isShare = (measure) =>
  /^(probability|chance|share|risk)\b/i.test(measure?.title ?? "");

const shades = ["88%", "58%", "36%", "20%", "70%", "46%", "28%"];

// "Direct war 55 %, NATO yields 25 %" of a distribution over outcomes.
export function lotteryParts(outcomes, order) {
  return Object.entries(outcomes)
    .filter(([, x]) => high(x) > 1e-12)
    .sort((a, b) => high(b[1]) - high(a[1]) || order.indexOf(a[0]) - order.indexOf(b[0]));
}

export function makeEquilibria(app) {
  const { data } = app;
  const title = new Map(data.outcomes.map((o) => [o.name, o.title || o.name]));
  const order = data.outcomes.map((o) => o.name);
  const list = h("div", { class: "results" });
  const over = h("tbody");
  const rangesTable = h(
    "table",
    { class: "ranges" },
    h("caption", { class: "sr" }, "Ranges over all equilibria"),
    h(
      "thead",
      { class: "sr" },
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "What"),
        h("th", { scope: "col" }, "Range"),
        h("th", { scope: "col" }, "Drawn"),
      ),
    ),
    over,
  );
  const head = h("h2", { id: app.id + "-equilibria" }, "Results and equilibria");
  const count = h("p", { class: "small" });
  const node = h(
    "section",
    { class: "equilibria", "aria-labelledby": app.id + "-equilibria" },
    head,
    count,
    list,
    data.measures.length ? h("h3", {}, "Over all equilibria") : null,
    data.measures.length ? rangesTable : null,
  );

  // Exact texts of the same place in the exact answer, once it is there.
  const textsOf = (pair) =>
    pair === undefined || pair === null
      ? []
      : [pair].flat().map((x) => {
          try {
            return exactText(x);
          } catch {
            return "";
          }
        });
  const twin = (e) => app.exact?.equilibria.find((other) => other.label === e.label);
  const exactly = (text, shown) =>
    text && text.includes("/") && text.length < 12 && text !== shown
      ? h("span", { class: "exact" }, ` (${text})`)
      : null;
  const both = (pair, texts, say) => {
    const shown = ranged(pair, say);
    return isRange(pair)
      ? texts?.some((t) => t.includes("/")) && texts.join().length < 16
        ? [shown, h("span", { class: "exact" }, ` (${texts.join(" to ")})`)]
        : [shown]
      : [shown, exactly(texts?.[0], shown)];
  };

  function bar(outcomes) {
    const parts = lotteryParts(outcomes, order);
    const sum = parts.reduce((a, [, x]) => a + (high(x) + low(x)) / 2, 0) || 1;
    const strip = h(
      "div",
      { class: "bar", "aria-hidden": "true" },
      parts.map(([o, x]) => {
        const piece = h("span");
        piece.style.flexGrow = ((high(x) + low(x)) / 2 / sum).toFixed(4);
        piece.style.setProperty("--shade", shades[order.indexOf(o) % shades.length]);
        return piece;
      }),
    );
    return [
      strip,
      h(
        "ul",
        { class: "outcomes" },
        parts.map(([o, x]) => {
          const dot = h("i", { "aria-hidden": "true" });
          dot.style.setProperty("--shade", shades[order.indexOf(o) % shades.length]);
          return h(
            "li",
            {},
            dot,
            title.get(o) ?? o,
            parts.length > 1 || isRange(x) ? ` ${ranged(x, percent)}` : "",
          );
        }),
      ),
    ];
  }

  const moves = (actions, p, texts) =>
    Object.entries(actions)
      .filter(([, x]) => high(x) > 0)
      .map(([a, x], i) => [
        i ? ", " : "",
        actionName(p, a),
        high(x) === 1 && low(x) === 1
          ? ""
          : [" ", ranged(x, percent), exactly(textsOf(texts?.[a])[0], "")],
      ]);
  const actionName = (p, a) => ownOf(ownOf(data.naming.titles, p), a) ?? a;

  function behaviour(e) {
    return h(
      "dl",
      { class: "profile" },
      Object.entries(e.profile)
        .filter(([, plan]) => Object.keys(plan ?? {}).length)
        .flatMap(([p, plan]) => {
          const i = data.players.findIndex((q) => q.name === p);
          const who = h("b", { class: `p${i % 4}` }, p);
          const nested = Object.values(plan).some(
            (v) => v && typeof v === "object" && !Array.isArray(v),
          );
          const exact = twin(e)?.profile?.[p];
          if (!nested) return [h("div", {}, h("dt", {}, who), h("dd", {}, moves(plan, p, exact)))];
          // Places where the same is done stand together.
          const alike = new Map();
          for (const [set, actions] of Object.entries(plan)) {
            const same = JSON.stringify(actions);
            alike.set(same, [...(alike.get(same) ?? []), set]);
          }
          return [...alike.values()].map((places, k) => {
            const [set] = places,
              shown = places.slice(0, places.length > 5 ? 3 : 5);
            return h(
              "div",
              {},
              h("dt", {}, k ? "" : who),
              h(
                "dd",
                {},
                moves(plan[set], p, exact?.[set]),
                h(
                  "span",
                  { class: "where" },
                  ` at ${shown.join(", ")}${places.length > shown.length ? ` and ${places.length - shown.length} more` : ""}`,
                ),
              ),
            );
          });
        }),
    );
  }

  function card(e, chosen, slim) {
    const click = () => app.choose(e.label);
    const parts = h(
      "article",
      { class: "card" + (chosen ? " chosen" : ""), "data-label": e.label, "data-number": e.number },
      h(
        "h4",
        {},
        h(
          "button",
          {
            type: "button",
            "aria-pressed": chosen ? "true" : "false",
            "data-choose": e.label,
            on: { click },
          },
          /^#/.test(e.label) ? [h("span", { class: "number" }, e.label), " "] : null,
          capital(e.name || e.label),
          e.boundary ? h("span", { class: "small" }, " on a boundary") : null,
        ),
      ),
    );
    if (slim && !chosen) return parts;
    if (chosen) {
      parts.append(behaviour(e));
      const pays = data.players.map((p, i) => [
        i ? " · " : "Payoffs: ",
        h("b", { class: `p${i % 4}` }, p.name),
        " ",
        both(e.payoffs[p.name] ?? NaN, textsOf(twin(e)?.payoffs?.[p.name])),
      ]);
      parts.append(h("p", { class: "small" }, pays));
      if (data.measures.length)
        parts.append(
          h(
            "ul",
            { class: "measures" },
            data.measures.map((m) =>
              e.measures[m.name] === undefined || e.measures[m.name] === null
                ? null
                : h(
                    "li",
                    {},
                    capital(m.title || m.name),
                    ": ",
                    h("b", {}, both(e.measures[m.name], textsOf(twin(e)?.measures?.[m.name]))),
                  ),
            ),
          ),
        );
      for (const open of e.open ?? [])
        parts.append(
          h(
            "p",
            { class: "small" },
            "Free: ",
            open.meaning || open.symbol,
            ", ",
            ranged([open.lo, open.hi]),
            ".",
          ),
        );
    }
    return parts;
  }

  let drawn = [];
  function paint() {
    const { answer } = app;
    const focused = document.activeElement?.dataset?.choose;
    const chosen = app.chosen();
    const many = answer.equilibria.length > 6;
    const n = answer.equilibria.length,
      kinds = answer.results.length;
    count.replaceChildren(
      n
        ? `${n} ${n === 1 ? "equilibrium" : "equilibria"}, ${kinds} ${kinds === 1 ? "result" : "results"}${answer.continuum ? (data.solver.kind === "matrix" ? `, ${answer.components} connected ${answer.components === 1 ? "set" : "sets"}: ends are listed, what lies between is possible, too` : "; some leave a probability open") : ""}. `
        : "",
      mark("exact"),
      answer.complete ? "" : h("b", {}, " The list may be incomplete."),
      answer.note ? ` ${answer.note}` : "",
    );
    const told = answer.results.map((result, place) => {
      const members = result.equilibria
        .map((i) => answer.equilibria[i])
        .filter((e) => (e.results ?? [place])[0] === place);
      const sets = [...new Set(members.map((e) => e.component))];
      // What looks as before stays as it is.
      const mine = members.find((e) => e === chosen);
      const sign = JSON.stringify([
        resultTitle(result, title),
        result.outcomes,
        members.map((e) => e.label + e.name),
        many,
        mine ? [mine.label, mine.payoffs, mine.measures, mine.profile, Boolean(app.exact)] : 0,
      ]);
      if (drawn[place]?.sign === sign) return drawn[place];
      return {
        sign,
        node: h(
          "section",
          { class: "result" },
          h("h3", {}, capital(resultTitle(result, title))),
          isPure(result) ? null : bar(result.outcomes),
          members.length > 1 && sets.length < members.length
            ? h(
                "p",
                { class: "small" },
                `${members.length} equilibria in ${sets.length} connected ${sets.length === 1 ? "set" : "sets"}`,
              )
            : null,
          members.map((e) => card(e, e === chosen, many || members.length > 1)),
        ),
      };
    });
    if (told.length !== drawn.length || told.some((t, i) => t !== drawn[i]))
      list.replaceChildren(...told.map((t) => t.node));
    drawn = told;
    if (focused)
      list.querySelector(`[data-choose="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    over.replaceChildren(
      ...data.measures
        .map((m) => {
          const pair = answer.measures[m.name];
          if (pair === undefined || pair === null) return null;
          const line = h("span", { class: "meter", "aria-hidden": "true" });
          if (isShare(m)) {
            const span = h("span");
            span.style.left = `${100 * Math.max(0, low(pair))}%`;
            span.style.width = `${100 * Math.max(0, high(pair) - low(pair))}%`;
            line.append(span);
          }
          return h(
            "tr",
            { "data-measure": m.name },
            h("th", { scope: "row" }, capital(m.title || m.name)),
            h("td", { class: "num" }, both(pair, textsOf(app.exact?.measures?.[m.name]))),
            h("td", {}, isShare(m) ? line : null),
          );
        })
        .filter(Boolean),
    );
  }
  return { node, paint };
}

export const isPure = (result) =>
  lotteryParts(result.outcomes, []).every(([, x], i, all) => all.length === 1 && low(x) > 1 - 1e-9);

// A result in words: the outcome's title where it is certain, else what the command line calls it.
export function resultTitle(result, title) {
  const parts = lotteryParts(result.outcomes, []);
  if (isPure(result)) return title.get(parts[0][0]) ?? parts[0][0];
  const called = result.prose ?? result.called;
  return !called || /^(Any|Either) of/.test(called)
    ? `a lottery over ${parts.length} outcomes`
    : called;
}
