// Compare the engine of the page with stored answers of the exact solver.
// node compare_points.mjs FILE...: JSON, or gzipped JSON, as scripts/page_points.py writes it; a
// file may hold a list of games.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { openEngine } from "../../deterrence/explorer/web/engine.mjs";
import {
  exactText,
  isRatio,
  readRatio,
  toFloat,
} from "../../deterrence/explorer/web/rationals.mjs";

const NEAR = 1e-9;
const SHOWN = 6;

function read(path) {
  const bytes = readFileSync(path);
  return JSON.parse(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

const float = (x) => (typeof x === "string" ? toFloat(readRatio(x)) : isRatio(x) ? toFloat(x) : x);
const close = (a, b) => Math.abs(a - b) <= NEAR * Math.max(1, Math.abs(a), Math.abs(b));

// Equal as rationals where both are, else to nine digits.
function same(mine, theirs) {
  if (mine === null || theirs === null) return mine === theirs;
  if (isRatio(mine) && typeof theirs === "string") return exactText(mine) === theirs;
  return close(float(mine), float(theirs));
}

const told = (x) =>
  x === null
    ? "none"
    : Array.isArray(x)
      ? `[${x.map(told)}]`
      : typeof x === "string"
        ? x
        : isRatio(x)
          ? exactText(x)
          : String(x);

// The same distributions over outcomes, each once.
function results(answer, point) {
  const equal = (chances, theirs) =>
    chances.length === Object.keys(theirs).length &&
    chances.every(([o, p]) => o in theirs && same(p, theirs[o]));
  const left = point.results.map(([, , chances]) => chances);
  const more = [];
  for (const { chances } of answer.results) {
    const place = left.findIndex((c) => equal(chances, c));
    if (place < 0) more.push(chances);
    else left.splice(place, 1);
  }
  const text = (all) =>
    all
      .map((chances) =>
        chances
          .map(([o, p]) => `${o}=${float(p).toFixed(6)}`)
          .sort()
          .join(),
      )
      .join("; ");
  return more.length || left.length
    ? `too many results: ${text(more)} | missing: ${text(left.map(Object.entries))}`
    : "";
}

function ranges(answer, point, measures) {
  for (const [k, m] of measures.entries()) {
    const values = point.equilibria.map(([, own]) => own[k]);
    const range = answer.measures[m.name];
    if (values.includes(null)) {
      if (range !== null) return `${m.name} has a value everywhere`;
      continue;
    }
    const sorted = [...values].sort((a, b) => float(a) - float(b));
    if (!range || !same(range[0], sorted[0]) || !same(range[1], sorted[sorted.length - 1]))
      return `${m.name} ${told(range)} | exact: ${told([sorted[0], sorted[sorted.length - 1]])}`;
  }
  return "";
}

function matrix(answer, point, measures, exactly) {
  const mine = answer.equilibria.map((e) => e.label),
    theirs = point.equilibria.map(([label]) => label);
  const order = exactly ? (x) => x : (x) => [...x].sort();
  if (order(mine).join() !== order(theirs).join()) return `equilibria ${mine} | exact: ${theirs}`;
  for (const e of answer.equilibria) {
    const [, own] = point.equilibria.find(([label]) => label === e.label);
    for (const [k, m] of measures.entries()) {
      const x = e.measures[m.name];
      if (x === null ? own[k] !== null : !same(x[0], own[k]))
        return `${e.label} ${m.name} ${told(x)} | exact: ${told(own[k])}`;
    }
  }
  if (exactly && answer.equilibria.map((e) => e.component).join() !== point.components.join())
    return `components ${answer.equilibria.map((e) => e.component)} | exact: ${point.components}`;
  const names = [
    answer.results.map((r) => `${r.name} = ${r.called}`),
    point.results.map(([name, called]) => `${name} = ${called}`),
  ];
  if (exactly && names[0].join() !== names[1].join())
    return `results called ${names[0]} | exact: ${names[1]}`;
  return "";
}

// Closed forms name whole families, the exact solver their corners: every corner has to be
// listed, and what is listed beyond them has to leave something open.
function tree(answer, point) {
  const mine = new Map(answer.equilibria.map((e) => [e.label || e.name, e]));
  const plain = (label) => label.replace(/(#[0-9]+)[a-z]+$/, "$1").replace(/ \([a-z]+\)$/, "");
  const theirs = new Set(point.equilibria.map(([label]) => plain(label)));
  // Backward induction has names of plays, and no numbers.
  if (
    answer.equilibria.every((e) => e.number === null) &&
    point.equilibria.some(([label]) => label.startsWith("#"))
  )
    return "";
  const open = answer.equilibria.some((e) => e.open.length);
  for (const label of theirs)
    if (!mine.has(label) && !open) return `no ${label} among ${[...mine.keys()]}`;
  for (const [label, e] of mine)
    if (!theirs.has(label) && !e.open.length) return `${label} not among ${[...theirs]}`;
  return "";
}

function compare(engine, point) {
  const check = { matrix, forms: tree, induction: tree, grid: () => "" }[engine.kind];
  const values = engine.values(point.values);
  if (!values.ok) return `refused: ${values.reason}`;
  for (const exactly of [true, false]) {
    const answer = exactly ? engine.exactAnswer(values) : engine.answer(values);
    const found =
      check(answer, point, engine.data.measures, exactly) ||
      results(answer, point) ||
      ranges(answer, point, engine.data.measures) ||
      (answer.continuum === point.continuum
        ? ""
        : `continuum ${answer.continuum} | exact: ${point.continuum}`);
    if (found)
      return `${answer.complete ? "" : `(said: ${answer.note}) `}${exactly ? "" : "floats: "}${found}`;
  }
  const regime = engine.regime(values);
  return regime === engine.regimeExact(values) ? "" : `regime ${regime}`;
}

let failed = 0;
const games = process.argv.slice(2).flatMap(read);
for (const { model, data, points } of games) {
  const engine = openEngine(data);
  const kinds = {},
    wrong = [];
  let honest = 0,
    time = performance.now();
  for (const [k, point] of points.entries()) {
    kinds[point.kind || "inside"] = (kinds[point.kind || "inside"] || 0) + 1;
    let found;
    try {
      found = compare(engine, point);
    } catch (error) {
      found = error.stack;
    }
    if (found.startsWith("(said")) honest += 1;
    if (found) wrong.push(`  point ${k} (${point.kind || "inside"}): ${found}`);
  }
  time = (performance.now() - time) / points.length;
  if (wrong.length || games.length < 100)
    console.log(
      `${model}: ${points.length - wrong.length} of ${points.length} equal`,
      JSON.stringify(kinds),
      honest ? `${honest} said to be incomplete` : "",
      `${time.toFixed(2)} ms a point`,
    );
  for (const line of wrong.slice(0, SHOWN)) console.log(line.slice(0, 1200));
  failed += wrong.length;
}
process.exitCode = failed ? 1 : 0;
