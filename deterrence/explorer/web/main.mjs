// The page: one step from guesses to answer, and what is drawn at leisure after it.
import { slices } from "./dom.mjs";
import { ON_BOUNDARY, OUTSIDE } from "./engine.mjs";
import { writeHash } from "./state.mjs";
import { makeApp } from "./app.mjs";
import { exactPlaces, flipsFrom, lineOf, makeSliders, variety } from "./sliders.mjs";
import { makeMap } from "./map.mjs";
import { makeBoard } from "./board.mjs";
import { makeTree } from "./tree.mjs";
import { makeEquilibria } from "./equilibria.mjs";
import { makeMore } from "./blocks.mjs";
import { makeVerdict } from "./verdict.mjs";
import { makeQuiz } from "./quiz.mjs";
import { makeFrame } from "./frame.mjs";

export async function start(root, data) {
  const app = makeApp(root, data),
    { engine } = app;
  const verdict = makeVerdict(app),
    sliders = makeSliders(app);
  const board = data.board.nodes ? makeTree(app) : makeBoard(app);
  const equilibria = makeEquilibria(app),
    map = makeMap(app),
    more = makeMore(app),
    quiz = makeQuiz(app, more);

  app.sliders = sliders;
  const frame = makeFrame(app, root, { verdict, sliders, board, equilibria, map, more, quiz }, () =>
    repaint(),
  );
  root.classList.add("explorer");

  // ---- one step ----
  const stale = new Set(sliders.names);
  let linked = location.hash,
    exactCost = 0,
    strip = null,
    lastValues = null,
    lastColour = null,
    exactTimer = 0;
  function solve() {
    app.values = engine.values(app.point());
    if (app.values.ok) {
      app.good = app.values;
      app.answer = engine.answer(app.values);
    }
    app.exact = null;
    app.regimeHere = app.engineRegimes && app.values.ok ? engine.regime(app.values) : -1;
    app.keyHere = !app.values.ok
      ? OUTSIDE
      : app.colour() === "regimes"
        ? app.regimeHere
        : app.colour() === "main"
          ? mainKey()
          : engine.key(app.values);
  }
  // In no, some, every equilibrium: as the engine's key "main", from the answer at hand.
  function mainKey() {
    const range = app.answer.equilibria.length ? app.answer.measures[data.main] : null;
    return !range ? ON_BOUNDARY : range[1] <= 1e-12 ? 0 : range[0] <= 1e-12 ? 1 : 2;
  }
  function paintNow() {
    verdict.paint();
    sliders.paint();
    board.paint();
    equilibria.paint();
    more.paint();
    quiz.paint();
    frame.paint();
  }
  app.step = () => {
    const began = performance.now();
    const before = JSON.stringify(lastValues ?? {}),
      now = JSON.stringify(app.state.values);
    if (!lastValues || before !== now || lastColour !== app.colour()) {
      const names = new Set([...Object.keys(lastValues ?? {}), ...Object.keys(app.state.values)]);
      const moved = [...names].filter((n) => (lastValues ?? {})[n] !== app.state.values[n]);
      for (const name of sliders.names)
        if (!lastValues || lastColour !== app.colour() || moved.length !== 1 || moved[0] !== name)
          stale.add(name);
      lastValues = { ...app.state.values };
      if (lastColour !== app.colour()) strip = null;
      lastColour = app.colour();
      solve();
    }
    paintNow();
    map?.paint();
    sliders.names.forEach((n) => {
      if (!stale.has(n)) sliders.paintStrip(n);
    });
    performance.measure("explorer-step", { start: began, end: performance.now() });
    clearTimeout(exactTimer);
    exactTimer = setTimeout(rest, 160);
    if (!stale.size) verdict.paintFlips(flipsFrom(sliders.rows, app.number), true);
    root.dataset.state = "busy";
    wake();
  };
  // Exact fractions are worked out when the hand rests.
  function rest() {
    if (app.isPage) {
      const hash = writeHash(app.state, data);
      // A link that was opened meanwhile is not overwritten: its event is on its way.
      if (hash !== linked && location.hash === linked)
        try {
          history.replaceState(null, "", hash || location.href.split("#")[0]);
          linked = location.hash;
        } catch {
          /* some viewers forbid it */
        }
    }
    if (!app.values.ok || exactCost > 150) return;
    const began = performance.now();
    app.exact = engine.exactAnswer(app.values);
    exactCost = performance.now() - began;
    equilibria.paint();
  }
  const wake = slices(() => {
    if (!strip && stale.size) {
      // Where a point costs little the line is looked at more closely.
      const steps = quick() ? 240 : 60;
      const name = stale.values().next().value,
        row = sliders.rows.get(name);
      stale.delete(name);
      strip = {
        name,
        row,
        base: app.base(),
        work: lineOf(engine.runner(app.base(), [name]), row.span, steps),
      };
    }
    if (strip) {
      const { done, value } = strip.work.next();
      if (!done) return true;
      strip.row.pieces = value;
      if (strip.base.set) exactPlaces(value, engine, strip.base, strip.name);
      // Worked out for values that have changed meanwhile: shown, and done again in its turn.
      if (strip.base !== app.base()) stale.add(strip.name);
      sliders.paintStrip(strip.name);
      strip = null;
      if (!stale.size) {
        verdict.paintFlips(flipsFrom(sliders.rows, app.number), true);
        openMapWhere();
      }
      return true;
    }
    if (map?.work()) return true;
    if (root.dataset.state !== "settled") {
      root.dataset.state = "settled";
      performance.mark("explorer-settled");
    }
    return false;
  });
  // Where no regimes say which axes are worth a look, the map opens on the two guesses along which
  // the answer varies most.
  let opened = data.regimes.length > 0 || !map;
  function openMapWhere() {
    const asked = app.state.x !== data.axes[0] || app.state.y !== data.axes[1];
    const varied = sliders.names
      .map((name) => [variety(sliders.rows.get(name)), name])
      .filter(([share]) => share > 0.01)
      .sort((a, b) => b[0] - a[0]);
    if (!opened && !asked && varied.length > 1) {
      data.axes = varied.slice(0, 2).map(([, name]) => name);
      app.setAxes(...data.axes);
    }
    opened = true;
  }
  let cost = null;
  function quick() {
    if (cost === null) {
      const name = sliders.names[0],
        run = engine.runner(app.base(), [name]),
        began = performance.now();
      for (let k = 0; k < 20; k += 1) run(sliders.rows.get(name).span.value((k + 0.3) / 20));
      cost = (performance.now() - began) / 20;
    }
    return cost < 0.04;
  }
  function repaint() {
    frame.dress();
    sliders.names.forEach((n) => sliders.paintStrip(n));
    verdict.paintFlips(flipsFrom(sliders.rows, app.number), true);
    map?.redraw();
    paintNow();
  }
  solve();
  lastValues = { ...app.state.values };
  lastColour = app.colour();
  root.replaceChildren(frame.page);
  paintNow();
  frame.dress();
  frame.fit();
  root.dataset.state = "ready";
  performance.mark("explorer-ready");
  if (app.state.quiz !== null) {
    quiz.node.open = true;
  }
  requestAnimationFrame(() => requestAnimationFrame(app.step));
  globalThis
    .matchMedia?.("(prefers-color-scheme: dark)")
    .addEventListener?.("change", () => repaint());
  if (app.isPage) {
    addEventListener("hashchange", () => {
      linked = location.hash;
      if (writeHash(app.state, data) === location.hash) return;
      app.readLink();
      if (app.state.quiz !== null) quiz.node.open = true;
      app.change({});
    });
    addEventListener("beforeprint", more.openAll);
  }
  return app;
}
