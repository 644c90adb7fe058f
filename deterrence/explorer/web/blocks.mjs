// Blocks of the data (paragraphs, equations, lists) as nodes; formulas with their numbers beside them.
import { MARKS, capital, decimals, h, mark } from "./dom.mjs";
import { namesIn } from "./formulas.mjs";
import { makeStability } from "./stability_part.mjs";

const LONG = 60;
const SIGNS = { "==": "=", "<=": "≤", ">=": "≥", "!=": "≠", "<": "<", ">": ">" };

export function blockWriter(words) {
  // What shows numbers of the present point: called again at each step while it is on screen.
  const live = [];

  const marked = (text) =>
    text
      .split(/\[(proven|exact|sampled|assumption|open)\]/)
      .map((t, i) => (i % 2 ? (t in MARKS ? mark(t) : h("span", { class: "mark" }, t)) : t));
  const inline = (list, display) =>
    (Array.isArray(list) ? list : [list]).map((item) =>
      typeof item === "string"
        ? marked(item)
        : item && item.f !== undefined
          ? display
            ? words.fraction(item.f)
            : words.math(item.f)
          : null,
    );

  const formulaOf = (list) =>
    list?.length === 1 && typeof list[0] === "object" ? list[0].f : null;
  function equation({ lhs, sign, rhs, note }) {
    const value = h("span", { class: "value" });
    const right = formulaOf(rhs),
      left = formulaOf(lhs);
    if (right !== null && typeof right !== "number")
      live.push((app) => {
        // Only what stands in known values has a number: not the unknown that is solved for.
        const number = (f) =>
          [...namesIn(f)].every((n) => n in app.good.floats) ? app.evaluate(f) : NaN;
        const y = number(right),
          x = left === null || sign === "==" ? NaN : number(left);
        value.textContent = Number.isNaN(y)
          ? ""
          : Number.isNaN(x)
            ? decimals(y)
            : `${decimals(x)} ${SIGNS[sign] ?? sign} ${decimals(y)}`;
      });
    return h(
      "tr",
      {},
      h("td", { class: "lhs" }, inline(lhs, true)),
      h("td", {}, SIGNS[sign] ?? sign ?? ""),
      h("td", {}, inline(rhs, true)),
      h("td", {}, value),
      h("td", { class: "small" }, note?.length ? inline(note) : ""),
    );
  }

  // No browser breaks a formula: a line with a long one scrolls by itself, by keyboard, too.
  const line = (tag, parts) => {
    const long = [parts].flat().some((x) => x?.f && JSON.stringify(x.f).length > LONG);
    return h(tag, { tabindex: long ? "0" : null }, inline(parts));
  };

  function block(b, level = 3) {
    if (b.h !== undefined) return h("h" + level, {}, inline(b.h));
    if (b.p !== undefined) return line("p", b.p);
    if (b.ul)
      return h(
        "ul",
        {},
        b.ul.map((item) => line("li", item)),
      );
    if (b.eq)
      return h(
        "div",
        { class: "scroll", tabindex: "0" },
        h("table", { class: "equations" }, h("tbody", {}, b.eq.map(equation))),
      );
    if (b.dl)
      return h(
        "dl",
        {},
        b.title ? h("div", { class: "title" }, inline(b.title)) : null,
        b.dl.map(([name, text]) =>
          h("div", {}, h("dt", {}, inline(name)), h("dd", {}, inline(text))),
        ),
      );
    if (b.table)
      return h(
        "div",
        { class: "scroll", tabindex: "0" },
        h(
          "table",
          { class: "plain", tabindex: "0" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              b.table.heads.map((t) => h("th", { scope: "col" }, inline(t))),
            ),
          ),
          h(
            "tbody",
            {},
            b.table.rows.map((row) =>
              h(
                "tr",
                {},
                row.map((t) => h("td", {}, inline(t))),
              ),
            ),
          ),
        ),
      );
    if (b.pre)
      return h("pre", { tabindex: "0" }, (Array.isArray(b.pre) ? b.pre : [b.pre]).join("\n"));
    return null;
  }
  return { inline, block, live };
}

export function makeMore(app) {
  const { data, words } = app;
  const writer = blockWriter(words);
  const { inline } = writer;
  const folds = [];
  // A part of the page below the desk; its content is made when it is opened first.
  const part = (id, title, make, open) => {
    const body = h("div", { class: "body" });
    const node = h(
      "details",
      { class: "part", id: `${app.id}-${id}`, "data-part": id },
      h("summary", {}, h("h2", {}, title)),
      body,
    );
    const fill = () => {
      if (!body.firstChild) {
        body.append(...[make()].flat(2).filter(Boolean));
        paint();
      }
    };
    node.addEventListener("toggle", () => {
      if (node.open) fill();
    });
    if (open) {
      node.open = true;
    }
    folds.push({ node, fill });
    return node;
  };
  const items = (list) => list.map((item) => h("li", {}, inline(item)));

  let shown = null;
  const derivation = h("div");
  function derive() {
    const chosen = app.chosen();
    const found =
      data.derivations.find((d) => chosen && d.number !== null && d.number === chosen.number) ??
      data.derivations.find((d) => chosen && d.name === chosen.name);
    if (found === shown && derivation.firstChild) return;
    shown = found;
    writer.live.length = 0;
    derivation.replaceChildren(
      ...(found
        ? found.blocks.map((b) => writer.block(b)).filter(Boolean)
        : [
            h(
              "p",
              {},
              "No derivation is at hand for the equilibrium chosen",
              chosen ? ` (${chosen.label})` : "",
              data.derivations.length ? ". Choose another one above." : ".",
            ),
          ]),
    );
  }

  const brief = data.brief;
  const stability = data.stability ? makeStability(app) : null;
  const command = (text) => h("code", { class: "command" }, text);
  const parts = [
    data.derivations.length
      ? part("derivation", "Why: the derivation", () => [
          h(
            "p",
            { class: "small" },
            "Of the equilibrium chosen above, for all values; numbers at the right are at the present guesses.",
          ),
          derivation,
        ])
      : null,
    brief
      ? part("robustness", "How wrong may the guesses be", () => [
          h(
            "p",
            { class: "small" },
            "At the values with which this page opened; what flips the answer at your own guesses, one at a time, stands beside the verdict.",
          ),
          h("ul", {}, items(brief.flips ?? [])),
          brief.unknown?.length
            ? [h("h3", {}, "What is not known"), h("ul", {}, items(brief.unknown))]
            : null,
          data.messages?.length
            ? h(
                "ul",
                {},
                data.messages.map((t) => h("li", {}, t)),
              )
            : null,
        ])
      : null,
    data.results.length
      ? part("conditions", "Which result when", () =>
          h(
            "table",
            { class: "plain", tabindex: "0" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ["Result", "exists iff", "share"].map((t) => h("th", { scope: "col" }, t)),
              ),
            ),
            h(
              "tbody",
              {},
              data.results.map((r) =>
                h(
                  "tr",
                  {},
                  h(
                    "th",
                    { scope: "row" },
                    capital(r.called || r.name),
                    r.numbers?.length
                      ? h(
                          "span",
                          { class: "small" },
                          ` ${r.numbers.map((n) => "#" + n).join(", ")}`,
                        )
                      : null,
                  ),
                  h(
                    "td",
                    {},
                    inline(r.text),
                    " ",
                    r.boundaries === false
                      ? h("span", { class: "small" }, "(boundaries apart) ")
                      : null,
                    data.cover === "proven" ? mark("proven") : mark("sampled"),
                  ),
                  h(
                    "td",
                    { class: "num" },
                    r.share === null || r.share === undefined
                      ? ""
                      : `${Math.round(100 * r.share)} %`,
                  ),
                ),
              ),
            ),
          ),
        )
      : null,
    stability
      ? part("stability", "Stable, and for how long a look ahead", () => stability.node)
      : null,
    part("sources", "Assumptions, sources, known results", () => [
      h("p", {}, data.model.summary),
      data.model.insight ? h("p", {}, h("b", {}, "The point. "), data.model.insight) : null,
      h("p", { class: "source" }, "Source of the model: ", data.model.source),
      h("h3", {}, "The guesses"),
      h(
        "table",
        { class: "plain", tabindex: "0" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Symbol", "Meaning", "Default", "Range", "Source"].map((t) =>
              h("th", { scope: "col" }, t),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          data.parameters.map((p) =>
            h(
              "tr",
              {},
              h("td", {}, words.symbol(p.name)),
              h("td", {}, p.title, p.unit && p.unit !== "utility" ? ` (${p.unit})` : ""),
              h("td", { class: "num" }, p.formula ? words.math(p.formula) : (p.default ?? "")),
              h("td", { class: "num" }, p.range ? `${p.range[0]} to ${p.range[1]}` : ""),
              h(
                "td",
                {},
                p.source,
                p.assumption && !/^assumption/.test(p.source ?? "")
                  ? [" ", mark("assumption")]
                  : null,
              ),
            ),
          ),
        ),
      ),
      data.assumptions.length
        ? [
            h("h3", {}, "What is assumed of them"),
            h(
              "ul",
              { class: "conditions" },
              data.assumptions.map((a) => h("li", {}, words.math(a.f))),
            ),
          ]
        : null,
      h("h3", {}, "Measures"),
      h(
        "ul",
        {},
        data.measures.map((m) => h("li", {}, capital(m.title || m.name), ": ", words.plain(m.f))),
      ),
      data.known.length
        ? [
            h("h3", {}, "What the sources say"),
            h(
              "ul",
              { class: "known" },
              data.known.map((k) =>
                h(
                  "li",
                  {},
                  h(
                    "span",
                    { class: "verdict-mark" },
                    k.verdict === "same" || k.verdict === ""
                      ? "✓ "
                      : k.verdict === "different" || k.verdict === "not found"
                        ? "✗ "
                        : "– ",
                  ),
                  k.title,
                  h("span", { class: "source" }, ` ${k.source}`),
                  k.note ? h("span", { class: "small" }, ` ${k.note}`) : null,
                ),
              ),
            ),
          ]
        : null,
      data.warnings.length
        ? h(
            "ul",
            {},
            data.warnings.map((t) => h("li", {}, t)),
          )
        : null,
    ]),
    data.exercises.length
      ? part("exercises", "Exercises", () =>
          h(
            "ol",
            { class: "exercises" },
            data.exercises.map((e) =>
              h(
                "li",
                {},
                h("p", {}, e.question),
                h(
                  "details",
                  {},
                  h("summary", {}, "Answer"),
                  h("p", {}, e.answer),
                  e.command ? h("p", {}, command(e.command)) : null,
                ),
              ),
            ),
          ),
        )
      : null,
  ];

  function paint() {
    const open = (id) => folds.some((f) => f.node.dataset.part === id && f.node.open);
    if (open("derivation")) derive();
    if (open("stability")) stability.paint();
    for (const update of writer.live) update(app);
  }
  return {
    parts: parts.filter(Boolean),
    part,
    paint,
    openAll: () =>
      folds.forEach((f) => {
        f.node.open = true;
        f.fill();
      }),
  };
}
