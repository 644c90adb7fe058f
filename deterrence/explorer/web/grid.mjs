// Answers that were computed before on a grid: sliders snap to its values, and the page says so.

import { readRatio, compareRatios, isRatio, toFloat } from "./rationals.mjs";

const EXCLUDED = -1;

// Places and answers of a grid: made once.
export class GridAnswers {
  constructor(data) {
    this.solver = data.solver;
    this.axes = data.solver.axes.map(({ name, values }) => ({
      name,
      texts: values,
      floats: values.map((t) => toFloat(readRatio(t))),
    }));
    this.rest = Object.entries(data.solver.rest || {}).map(([name, text]) => [
      name,
      readRatio(text),
    ]);
    this.scenarios = data.scenarios;
    this.start = data.start.values;
  }

  // The number of the answer at the place of the grid that is nearest, and the values there.
  nearest(floats) {
    let index = 0;
    const values = {};
    for (const { name, texts, floats: ends } of this.axes) {
      let best = 0;
      for (let k = 1; k < ends.length; k++)
        if (Math.abs(ends[k] - floats[name]) < Math.abs(ends[best] - floats[name])) best = k;
      values[name] = texts[best];
      index = index * ends.length + best;
    }
    return { answer: this.solver.answers[index], values };
  }

  // At the values of a scenario or of the opening its own answer, else that of the grid.
  place(engine, values) {
    const is = (given) => {
      const there = engine.values(given);
      return Object.keys(there.exact).every(
        (n) =>
          isRatio(values.exact[n]) &&
          isRatio(there.exact[n]) &&
          compareRatios(values.exact[n], there.exact[n]) === 0,
      );
    };
    const here = this.solver.opening !== undefined && is({}) ? this.solver.opening : undefined;
    if (here !== undefined) return { answer: here, values: null };
    const scenario = (this.solver.scenarios || []).find((s) =>
      is(this.scenarios.find((own) => own.name === s.name).values),
    );
    if (scenario) return { answer: scenario.answer, values: null };
    const found = this.nearest(values.floats);
    const moved = Object.entries(found.values).some(
      ([name, text]) => compareRatios(readRatio(text), values.exact[name]) !== 0,
    );
    const fixed = this.rest.some(
      ([name, x]) => isRatio(values.exact[name]) && compareRatios(x, values.exact[name]) !== 0,
    );
    return { ...found, moved, fixed };
  }

  answer(engine, values, exactly) {
    const place = this.place(engine, values);
    const stored = place.answer < 0 ? null : this.solver.table[place.answer];
    const notes = [];
    if (place.moved || place.fixed)
      notes.push(
        `the nearest point that was solved: ${Object.entries(place.values)
          .map(([n, v]) => `${n} = ${v}`)
          .join(", ")}`,
      );
    if (place.fixed)
      notes.push("parameters that do not move in this page count with their values at the start");
    if (!stored)
      notes.push(
        place.answer === EXCLUDED
          ? "the assumptions exclude this point"
          : "this point was not solved",
      );
    const number = (text) => {
      const x = readRatio(text);
      return x === null || exactly ? x : toFloat(x);
    };
    const ranges = (all) =>
      Object.fromEntries(
        Object.entries(all).map(([name, r]) => [name, r === null ? null : r.map(number)]),
      );
    const rest = { exact: true, whole: exactly, note: notes.join("; "), snapped: place.values };
    if (!stored)
      return {
        ...rest,
        complete: false,
        equilibria: [],
        results: [],
        components: 0,
        continuum: false,
        measures: {},
      };
    const equilibria = stored.equilibria.map((e, k) => ({
      ...e,
      letter: "",
      results: [e.result],
      component: k,
      open: [],
      profile: numbersIn(e.profile, number),
      payoffs: ranges(e.payoffs),
      outcomes: ranges(e.outcomes),
      measures: ranges(e.measures),
    }));
    const results = stored.results.map((r) => {
      const outcomes = ranges(r.outcomes),
        chances = Object.entries(outcomes).map(([o, [p]]) => [o, p]);
      return {
        ...r,
        prose: r.called,
        outcomes,
        chances,
        possible: chances.map(([o]) => o),
        payoffs: ranges(r.payoffs),
        measures: ranges(r.measures),
      };
    });
    return {
      ...rest,
      complete: stored.complete,
      equilibria,
      results,
      components: stored.count,
      continuum: stored.continuum,
      measures: ranges(stored.measures),
    };
  }
}

function numbersIn(profile, number) {
  if (profile === null || typeof profile !== "object")
    return profile === null ? null : number(profile);
  return Object.fromEntries(
    Object.entries(profile).map(([name, x]) => [name, numbersIn(x, number)]),
  );
}
