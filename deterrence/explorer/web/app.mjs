// What the parts of a page share, and how its state changes.
import { mark } from "./dom.mjs";
import { ON_BOUNDARY, OUTSIDE, openEngine } from "./engine.mjs";
import { mathWriter } from "./mathml.mjs";
import { numberOf, ownOf, pointOf, readHash, scenarioOf, startState, withoutDefaults } from "./state.mjs";
import { swatches } from "./colours.mjs";
import { blockWriter } from "./blocks.mjs";

let count = 0;

// Short titles of regimes that tell them apart.
export function regimeTitles(data) {
  const titles = new Map(data.outcomes.map((o) => [o.name, o.title || o.name]));
  const short = (r) => {
    const [first, second, ...rest] = Object.keys(r?.outcomes ?? {}).map((o) => titles.get(o) ?? o);
    if (!r || !second) return r?.called ?? first ?? "";
    return !/^(Any|Either) of/.test(r.called)
      ? r.called
      : rest.length
        ? "a lottery"
        : `${first} / ${second}`;
  };
  const several = (list) =>
    (list.length > 3 ? [...list.slice(0, 2), `${list.length - 2} more`] : list).join(" or ");
  const plain = data.regimes.map(
    (r) =>
      r.name ||
      several([...new Set(r.results.map((i) => short(data.results[i])).filter(Boolean))]) ||
      "Regime",
  );
  return plain.map((t, i) => {
    const same = plain.map((u, k) => (u === t ? k : -1)).filter((k) => k >= 0);
    return same.length > 1 ? `${t} (${same.indexOf(i) + 1})` : t;
  });
}

function coloursOf(data) {
  const main = data.measures.find((m) => m.name === data.main);
  return [
    data.regimes.length && data.cover === "proven" ? { id: "regimes", title: "regimes" } : null,
    main ? { id: "main", title: `${main.title}: above 0 in every, some, no equilibrium` } : null,
    { id: "results", title: "the results that are possible" },
  ].filter(Boolean);
}

// What the parts of a page share: the model, its engine, the state, and ways to ask and to change it.
export function makeApp(root, data) {
  const isPage = root.getRootNode() === document && Boolean(document.getElementById("data"));
  const engine = openEngine(data);
  const words = mathWriter(data);
  words.inline = blockWriter(words).inline;
  const titles = regimeTitles(data);
  count += 1;

  const app = {
    data,
    engine,
    words,
    isPage,
    id: isPage ? "x" : `x${count}`,
    state: startState(data),
    colours: coloursOf(data),
    values: null,
    answer: null,
    point: () => pointOf(app.state, data),
  };
  app.dark = () => {
    const theme = root.dataset.theme;
    return theme
      ? theme === "dark"
      : Boolean(globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches);
  };
  // Where an assumption is broken maps and strips still say where it is not.
  app.base = () => (app.values.set ? app.values : app.good);
  app.swatch = swatches(() => app.dark());
  app.colour = () => app.state.colour ?? app.colours[0].id;
  const main = data.measures.find((m) => m.name === data.main);
  app.main = main;
  app.engineRegimes = app.colours.some((c) => c.id === "regimes");
  app.regimeTitle = (i) => titles[i] ?? "";
  app.keyTitle = (key) =>
    key === OUTSIDE
      ? "an assumption is broken"
      : key === ON_BOUNDARY
        ? "not decided"
        : app.colour() === "regimes"
          ? titles[key]
          : app.colour() === "main"
            ? `above 0 ${engine.keys[key]?.name}`
            : (engine.keys[key]?.results ?? [])
                .map((t) => data.results.find((r) => r.name === t)?.called ?? t)
                .join(" | ");
  app.evaluate = (f) => {
    const x = (app.values.ok ? app.values : app.good).point.float(f);
    return Number.isFinite(x) ? x : NaN;
  };
  app.number = (name) =>
    ownOf(app.state.values, name) !== undefined
      ? numberOf(app.state.values[name])
      : (app.values?.floats?.[name] ??
        numberOf(data.parameters.find((p) => p.name === name).default));
  app.text = (name) =>
    ownOf(app.state.values, name) ?? data.parameters.find((p) => p.name === name).default ?? "";
  app.scenario = () => scenarioOf(app.state.values, data);
  app.chosen = () =>
    app.answer.equilibria.find((e) => e.label === app.state.chosen) ??
    app.answer.equilibria[0] ??
    null;
  app.refuses = (name, text) => {
    const values = engine.values({ ...app.point(), [name]: text });
    return values.ok ? "" : `With ${text} the guesses break an assumption: ${values.reason}.`;
  };
  app.mapNote = () =>
    data.solver.kind === "grid"
      ? ["Drawn from answers computed beforehand on a grid. ", mark("sampled")]
      : app.colour() === "regimes"
        ? [
            "By the conditions of the regimes ",
            mark("proven"),
            ". Drag the point, or move it with the arrow keys.",
          ]
        : [
            "Solved point by point ",
            mark("sampled"),
            ". Drag the point, or move it with the arrow keys.",
          ];

  // ---- changes ----
  let waiting = 0;
  app.change = (patch) => {
    Object.assign(app.state, patch);
    if (!waiting)
      waiting = requestAnimationFrame(() => {
        waiting = 0;
        app.step();
      });
  };
  app.setValues = (values) => {
    const next = { ...app.state.values };
    for (const [name, text] of Object.entries(values))
      if (text === null) delete next[name];
      else next[name] = text;
    app.change({ values: withoutDefaults(next, data) });
  };
  app.setValue = (name, text) => app.setValues({ [name]: text });
  app.setScenario = (name) => {
    const found = data.scenarios.find((s) => s.name === name);
    app.change({
      values: found
        ? withoutDefaults({ ...required(), ...found.values }, data)
        : startState(data).values,
    });
  };
  const required = () =>
    Object.fromEntries(
      data.parameters
        .filter((p) => !p.formula && p.default === null)
        .map((p) => [p.name, data.start.values[p.name]]),
    );
  // Just past the place where a guess flips the answer.
  app.goPast = ({ name, at, up }) => {
    const stops = app.sliders.rows
      .get(name)
      .stops.filter((t) => (up ? numberOf(t) > at + 1e-9 : numberOf(t) < at - 1e-9));
    if (stops.length) app.setValue(name, up ? stops[0] : stops.at(-1));
  };
  app.setPoint = (point) => app.change({ values: withoutDefaults(point, data) });
  app.reset = () => app.change({ values: startState(data).values });
  app.setAxes = (x, y) => app.change({ x, y });
  app.setColour = (colour) => {
    engine.setKeys(colour);
    app.change({ colour: colour === app.colours[0].id ? null : colour });
  };
  app.resetAll = () => {
    engine.setKeys(app.colours[0].id);
    app.change({ ...startState(data), quiz: app.state.quiz });
  };
  app.choose = (chosen) => app.change({ chosen });
  app.setQuiz = (quiz) => app.change({ quiz });
  app.top = () =>
    root.scrollIntoView({
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });

  app.readLink = () => {
    app.state = readHash(
      location.hash,
      data,
      app.colours.map((c) => c.id),
    );
    engine.setKeys(app.colour());
  };
  if (app.isPage) app.readLink();
  else engine.setKeys(app.colour());
  app.values = engine.values(app.point());
  if (!app.values.ok) {
    app.state.values = startState(data).values;
    app.values = engine.values(app.point());
  }
  app.good = app.values;
  app.answer = engine.answer(app.values);
  return app;
}
