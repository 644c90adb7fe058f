// The guesses: a slider's track is the regime map along that one guess.
import { button, capital, decimals, h, shortTitle, titleOf } from "./dom.mjs";
import { cleanNumber, numberOf, ownOf } from "./state.mjs";
import { paintKey } from "./colours.mjs";
import { OUTSIDE } from "./engine.mjs";
import { exactText, simplestBetween, toFloat } from "./rationals.mjs";

// Where a value lies between the ends of its range (0 to 1), and back.
export function spanOf(p) {
  const [lo, hi] = (p.range ?? [p.lower ?? "0", p.upper ?? "1"]).map(numberOf);
  const log = p.scale === "log" && lo > 0;
  return {
    lo,
    hi,
    log,
    share: (x) => (log ? Math.log(x / lo) / Math.log(hi / lo) : (x - lo) / (hi - lo || 1)),
    value: (s) => (log ? lo * (hi / lo) ** s : lo + s * (hi - lo)),
  };
}

// The values at which a slider stops, as exact text; ends that are not allowed are left out.
export function stopsOf(p, solver) {
  const axis = solver.kind === "grid" ? solver.axes.find((a) => a.name === p.name) : null;
  if (axis) return axis.values;
  const { lo, hi, log, value } = spanOf(p);
  const [low, high] = p.range ?? [p.lower, p.upper];
  const first = p.lower_open && p.lower === low ? [] : [low];
  const last = p.upper_open && p.upper === high ? [] : [high];
  const middle = [];
  if (log) {
    for (let i = 1; i < 200; i += 1) middle.push(String(Number(value(i / 200).toPrecision(2))));
  } else {
    const rough = (hi - lo) / 200;
    const power = 10 ** Math.floor(Math.log10(rough) + 1e-9);
    const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (let k = Math.floor(lo / step) + 1; k * step < hi - step * 1e-6; k += 1) {
      const x = k * step;
      if (x > lo + step * 1e-6) middle.push(cleanNumber(x.toFixed(digits)));
    }
  }
  return [
    ...first,
    ...new Set(middle.filter((t) => numberOf(t) > lo && numberOf(t) < hi)),
    ...last,
  ];
}

// The keys along one guess as pieces {from, to, key}; a generator, so that it can be done in slices.
export function* lineOf(run, span, steps = 40) {
  const at = (k) => span.value(Math.min(1, Math.max(0, (k + 0.0137) / steps)));
  const cuts = [],
    unit = 10 ** (Math.floor(Math.log10(span.hi - span.lo)) - 8);
  const cut = (from, to, after) =>
    cuts.push({ at: Math.round((from + to) / 2 / unit) * unit, between: [from, to], key: after });
  let a = span.lo,
    key = run(at(0));
  const first = key;
  for (let k = 1; k <= steps; k += 1) {
    const b = k === steps ? span.hi : at(k),
      next = run(k === steps ? at(steps - 0.03) : b);
    yield;
    if (next !== key) {
      // Halve until the change is told to some eight digits; what lies between is cut off in turn.
      const open = [[a, key, b, next]];
      while (open.length) {
        const [from, before, to, after] = open.pop();
        if (before === after) continue;
        if (to - from < 3e-9 * (span.hi - span.lo)) {
          cut(from, to, after);
          continue;
        }
        const middle = (from + to) / 2,
          found = run(middle);
        yield;
        if (found !== before && found !== after && to - from < 1e-6 * (span.hi - span.lo)) {
          cut(from, to, after);
          continue;
        }
        open.push([middle, found, to, after], [from, before, middle, found]);
      }
    }
    a = b;
    key = next;
  }
  const pieces = [{ from: span.lo, to: span.hi, key: first }];
  for (const { at: place, between, key: next } of cuts) {
    const last = pieces.at(-1);
    if (next === last.key) continue;
    last.to = place;
    pieces.push({ from: place, between, to: span.hi, key: next });
  }
  return pieces;
}

// The exact places of the changes, where they are fractions that the engine confirms.
export function exactPlaces(pieces, engine, values, name) {
  pieces.slice(1).forEach((piece, i) => {
    const guess = simplestBetween(...piece.between);
    let found = null;
    try {
      found = guess && engine.changeAt(values, name, toFloat(guess));
    } catch {
      // Where a formula has no value there is nothing to confirm.
    }
    if (!found) return;
    piece.exact = exactText(found);
    piece.from = pieces[i].to = toFloat(found);
  });
}

// "1/11" where no short decimal is the same.
export const fractionOf = ({ at, exact }) =>
  exact?.includes("/") && Math.abs(at * 1e4 - Math.round(at * 1e4)) > 1e-6 ? exact : "";
const tickText = (place) =>
  (fractionOf(place).length < 6 && fractionOf(place)) || decimals(place.at);

export function nearestStop(stops, x) {
  let best = 0;
  stops.forEach((t, i) => {
    if (Math.abs(numberOf(t) - x) < Math.abs(numberOf(stops[best]) - x)) best = i;
  });
  return best;
}

export function makeSliders(app) {
  const { data, words } = app;
  const rows = new Map();
  const list = h("div", { class: "guesses" });
  const derivedList = h("dl", { class: "derived" });

  for (const p of data.parameters.filter((q) => !q.formula)) {
    const id = `${app.id}-${p.name}`;
    const span = spanOf(p);
    const stops = stopsOf(p, data.solver);
    const fixed =
      !p.slider ||
      (data.solver.kind === "grid" && !data.solver.axes.some((a) => a.name === p.name));
    const strip = h("div", { class: "strip", "aria-hidden": "true" });
    const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
    const said = h("span", { class: "sr", id: id + "-says" });
    const range = h("input", {
      type: "range",
      id: id + "-range",
      min: 0,
      max: 1000,
      step: "any",
      disabled: fixed,
      "aria-labelledby": id + "-label",
      "aria-describedby": id + "-says",
      "data-name": p.name,
    });
    const field = h("input", {
      type: "text",
      id,
      inputmode: "text",
      autocomplete: "off",
      spellcheck: "false",
      size: 7,
      maxlength: 40,
      disabled: fixed,
      "aria-labelledby": id + "-label",
      "data-name": p.name,
    });
    const fault = h("span", { class: "fault", id: id + "-fault", role: "alert" });
    const set = (i) => app.setValue(p.name, stops[Math.max(0, Math.min(stops.length - 1, i))]);
    const here = () => nearestStop(stops, app.number(p.name));
    range.addEventListener("input", () => set(nearestStop(stops, span.value(range.value / 1000))));
    range.addEventListener("keydown", (e) => {
      const by = {
        ArrowLeft: -1,
        ArrowDown: -1,
        ArrowRight: 1,
        ArrowUp: 1,
        PageDown: -10,
        PageUp: 10,
      }[e.key];
      const to = by
        ? here() + by
        : e.key === "Home"
          ? 0
          : e.key === "End"
            ? stops.length - 1
            : null;
      if (to === null) return;
      e.preventDefault();
      set(to);
    });
    field.addEventListener("change", () => {
      const text = cleanNumber(field.value);
      const snapped =
        text === null
          ? null
          : data.solver.kind === "grid"
            ? stops[nearestStop(stops, numberOf(text))]
            : text;
      const why = text === null ? "a number, such as 0.25 or 1/4" : app.refuses(p.name, snapped);
      fault.textContent = why ? (text === null ? `Please type ${why}.` : why) : "";
      field.toggleAttribute("aria-invalid", Boolean(why));
      if (!why) app.setValue(p.name, snapped);
    });
    const why = fixed
      ? h(
          "span",
          { class: "why" },
          data.solver.kind === "grid" ? "fixed on this page" : "fixed in this model",
        )
      : null;
    const row = h(
      "div",
      { class: "guess" + (fixed ? " fixed" : "") },
      h(
        "label",
        { id: id + "-label", for: id, title: p.source ? "Source: " + p.source : null },
        h("span", { class: "symbol" }, words.symbol(p.name)),
        " ",
        titleOf(p),
        p.unit && p.unit !== "utility" && p.unit !== "probability"
          ? h("span", { class: "unit" }, ` in ${p.unit}`)
          : null,
      ),
      h("div", { class: "track" }, strip, range, ticks),
      field,
      said,
      fault,
      why,
    );
    rows.set(p.name, {
      p,
      span,
      stops,
      strip,
      ticks,
      said,
      range,
      field,
      fault,
      pieces: null,
      fixed,
    });
    list.append(row);
  }

  for (const name of data.derived) {
    const p = data.parameters.find((q) => q.name === name);
    const value = h("b"),
      note = h("span", { class: "why" });
    const follow = button("let it follow", () => app.setValue(name, null), { class: "link" });
    derivedList.append(
      h(
        "div",
        {},
        h("dt", {}, h("span", { class: "symbol" }, words.symbol(name)), " ", titleOf(p)),
        h("dd", {}, words.math(p.formula), " = ", value, " ", note, " ", follow),
      ),
    );
    rows.set(name, { p, value, note, follow, derived: true });
  }

  const scenarioStory = h("p", { class: "story" });
  const changes = h("p", { class: "changes" });
  const options = [
    ["", data.start.scenario ? "As the page opened" : "Base case"],
    ...data.scenarios.map((s) => [s.name, s.title]),
  ];
  const scenario = h(
    "select",
    { id: app.id + "-scenario", on: { change: () => app.setScenario(scenario.value) } },
    options.map(([v, t]) => h("option", { value: v }, t)),
    h("option", { value: "*", hidden: true }, "Your own guesses"),
  );

  const node = h(
    "section",
    { class: "column guesses-column", "aria-labelledby": app.id + "-guesses" },
    h("h2", { id: app.id + "-guesses" }, "Guesses"),
    h("label", { class: "choice wide" }, h("span", {}, "Scenario"), scenario),
    scenarioStory,
    data.solver.kind === "grid"
      ? h(
          "p",
          { class: "small" },
          "The answers of this page were computed beforehand, on a grid: sliders stop at its values, and the other guesses are fixed. ",
          "For other values take the command at the foot of the page.",
        )
      : null,
    changes,
    list,
    data.derived.length ? h("h3", {}, "What follows from them") : null,
    data.derived.length ? derivedList : null,
  );

  function paint() {
    const current = app.scenario();
    scenario.value = current ?? "*";
    const found = data.scenarios.find((s) => s.name === current);
    scenarioStory.replaceChildren(
      ...(found
        ? [found.story, " ", h("span", { class: "source" }, found.source)]
        : current === ""
          ? [
              "Every guess as the model file has it. Move one: its track shows where the answer changes.",
            ]
          : []),
    );
    const changed =
      current === null
        ? Object.entries(app.state.values).filter(([n, v]) => v !== data.start.values[n])
        : [];
    changes.replaceChildren(
      ...(changed.length
        ? [
            "Changed: ",
            ...changed
              .slice(0, 8)
              .flatMap(([n, v], i) => [i ? ", " : "", words.symbol(n), ` = ${v}`]),
            changed.length > 8 ? ` and ${changed.length - 8} more` : "",
            ". ",
            button("Undo all", () => app.reset(), { class: "link" }),
          ]
        : []),
    );
    for (const [name, row] of rows) {
      const x = app.number(name);
      if (row.derived) {
        const set = ownOf(app.state.values, name) !== undefined;
        row.value.textContent = decimals(x);
        row.note.textContent = set ? `set to ${app.state.values[name]};` : "";
        row.follow.hidden = !set;
        continue;
      }
      const text = app.text(name);
      if (document.activeElement !== row.field || !row.field.hasAttribute("aria-invalid")) {
        if (row.field.value !== text) row.field.value = text;
        row.field.removeAttribute("aria-invalid");
        row.fault.textContent =
          x < row.span.lo - 1e-12 || x > row.span.hi + 1e-12
            ? `Outside its usual range, ${decimals(row.span.lo)} to ${decimals(row.span.hi)}.`
            : "";
      }
      row.range.value = 1000 * Math.max(0, Math.min(1, row.span.share(x)));
      row.range.setAttribute(
        "aria-valuetext",
        `${text}${row.p.unit && row.p.unit !== "utility" ? " " + row.p.unit : ""}`,
      );
    }
  }

  // The strip of one guess, from the pieces of the line through the point.
  function paintStrip(name) {
    const row = rows.get(name);
    const pieces = row.pieces;
    if (!pieces) return;
    while (row.strip.children.length > pieces.length) row.strip.lastChild.remove();
    while (row.strip.children.length < pieces.length) row.strip.append(h("span"));
    pieces.forEach((piece, i) => {
      const part = row.strip.children[i];
      const from = Math.max(0, row.span.share(piece.from)),
        to = Math.min(1, row.span.share(piece.to));
      part.style.left = `${100 * from}%`;
      part.style.width = `${100 * Math.max(0, to - from)}%`;
      paintKey(part, piece.key, app.swatch);
    });
    const x = app.number(name);
    const places = pieces
      .slice(1)
      .map((piece) => ({ at: piece.from, exact: piece.exact }))
      .sort(
        (a, b) =>
          Math.abs(row.span.share(a.at) - row.span.share(x)) -
          Math.abs(row.span.share(b.at) - row.span.share(x)),
      );
    // The nearest places have a number, where it has room beside the others.
    const shown = [];
    for (const place of places) {
      const text = tickText(place),
        at = Math.max(0.04, Math.min(0.96, row.span.share(place.at)));
      const free = (q) => Math.abs(q.at - at) > 0.02 + 0.016 * (q.text.length + text.length);
      if (shown.length < 4 && shown.every(free)) shown.push({ text, at, exact: place.exact });
    }
    row.ticks.replaceChildren(
      ...shown.map((q) => {
        const tick = h("span", { title: q.exact }, q.text);
        tick.style.left = `${100 * q.at}%`;
        return tick;
      }),
    );
    row.said.textContent = places.length
      ? `changes at ${places
          .slice(0, 3)
          .map((q) => decimals(q.at) + (fractionOf(q) ? ` (${fractionOf(q)})` : ""))
          .join(", ")}${places.length > 3 ? " and elsewhere" : ""}`
      : "nothing changes within its range";
  }

  return {
    node,
    rows,
    paint,
    paintStrip,
    names: [...rows].filter(([, r]) => !r.derived && !r.fixed).map(([n]) => n),
  };
}

// How much of a guess's range gives another answer than most of it.
export function variety({ pieces, span }) {
  const lengths = new Map();
  for (const { from, to, key } of pieces ?? [])
    if (key !== OUTSIDE)
      lengths.set(key, (lengths.get(key) ?? 0) + span.share(to) - span.share(from));
  const all = [...lengths.values()];
  return all.reduce((a, b) => a + b, 0) - Math.max(0, ...all);
}

// The nearest change of each guess, in shares of its range: what flips it first, one at a time.
export function flipsFrom(rows, number) {
  const flips = [];
  for (const [name, row] of rows) {
    if (row.derived || !row.pieces) continue;
    const x = number(name),
      { lo, hi } = row.span;
    let best = null;
    row.pieces.forEach((piece, i) => {
      if (!i) return;
      const before = row.pieces[i - 1],
        at = piece.from;
      const up = at >= x;
      const to = up ? piece.key : before.key;
      if (to === OUTSIDE) return;
      const share = Math.abs(at - x) / (hi - lo);
      if (!best || share < best.share)
        best = { name, title: capital(shortTitle(row.p)), up, at, to, share, exact: piece.exact };
    });
    if (best) flips.push(best);
  }
  return flips.sort((a, b) => a.share - b.share);
}
