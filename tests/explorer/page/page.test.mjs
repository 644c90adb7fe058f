// Parts of the page that need no browser: texts of links, numbers, formulas in text, lines, maps, quiz.
import test from "node:test";
import assert from "node:assert/strict";

const web = "../../../deterrence/explorer/web/";
const { decimals, percent, ranged } = await import(web + "dom.mjs");
const {
  cleanNumber,
  commandFor,
  pointOf,
  readHash,
  scenarioOf,
  startState,
  withoutDefaults,
  writeHash,
} = await import(web + "state.mjs");
const { comparisonWords, mathWriter, plainSymbol, symbolTree, whatHolds } = await import(
  web + "mathml.mjs"
);
const { exactPlaces, flipsFrom, fractionOf, lineOf, nearestStop, spanOf, stopsOf } = await import(
  web + "sliders.mjs"
);
const { bestReplies } = await import(web + "board.mjs");
const { labelPlace } = await import(web + "map.mjs");
const { playerInitials, treeShape } = await import(web + "tree.mjs");
const { plainWords, verdictWords } = await import(web + "verdict.mjs");
const { makeQuestion } = await import(web + "quiz.mjs");
const { regimeTitles } = await import(web + "app.mjs");
const { openEngine } = await import(web + "engine.mjs");

// Chicken with a cost of war c and a gain g: escalating is a best reply to yielding where g > 0.
const parameter = (name, value, range, rest = {}) => ({
  name,
  title: `the ${name} of it: more`,
  symbol: name,
  unit: "",
  source: "assumption",
  default: value,
  range,
  lower: range[0],
  upper: range[1],
  lower_open: false,
  upper_open: false,
  scale: "linear",
  formula: null,
  controlled_by: null,
  slider: true,
  ...rest,
});
const chicken = {
  game: ["a model"],
  model: { title: "Chicken" },
  version: "0",
  digest: "0",
  players: [{ name: "Row" }, { name: "Column" }],
  parameters: [
    parameter("c", "4", ["0", "10"], { controlled_by: "Row" }),
    parameter("g", "2", ["0", "5"], { lower_open: true, controlled_by: "Row" }),
    parameter("l", "1", ["1/3", "2"]),
    parameter("k", null, ["0", "20"], { formula: ["+", "c", "g"], slider: false }),
  ],
  derived: ["k"],
  definitions: {},
  assumptions: [{ text: "g > 0", f: [">", "g", 0] }],
  scenarios: [
    { name: "calm", title: "Calm", story: "", source: "", values: { c: "1/2" } },
    { name: "set", title: "Set", story: "", source: "", values: { k: "3" } },
  ],
  outcomes: ["peace", "row", "column", "war"].map((name) => ({
    name,
    title: name.toUpperCase(),
    payoffs: null,
  })),
  measures: [{ name: "war", title: "probability of war", sense: "avoid", f: ["P", "war"] }],
  main: "war",
  board: {
    actions: [
      ["yield", "press"],
      ["yield", "press"],
    ].map((own) => own.map((name) => ({ name, title: "" }))),
    cells: [
      { payoffs: [0, 0], lottery: [["peace", 1]] },
      { payoffs: [["~", "l"], "g"], lottery: [["column", 1]] },
      { payoffs: ["g", ["~", "l"]], lottery: [["row", 1]] },
      {
        payoffs: [
          ["~", "c"],
          ["~", "c"],
        ],
        lottery: [["war", 1]],
      },
    ],
  },
  naming: {
    titles: { Row: { yield: "yield", press: "press" }, Column: { yield: "yield", press: "press" } },
    published: [],
    patterns: 9,
    outcomes: ["peace", "row", "column", "war"],
  },
  solver: { kind: "matrix" },
  regimes: [
    {
      name: "Chicken",
      when: [">", "c", "l"],
      text: [],
      description: "",
      results: [],
      proof: "proven",
    },
    { name: "War", when: ["<", "c", "l"], text: [], description: "", results: [], proof: "proven" },
  ],
  cover: "proven",
  results: [],
  axes: ["c", "l"],
  start: { scenario: null, values: { c: "4", g: "2", l: "1" } },
  messages: [],
  warnings: [],
};
const data = chicken;

test("numbers that people type become exact text, and nothing else does", () => {
  const told = {
    " 0,50 ": "0.5",
    ".25": "0.25",
    "−3": "-3",
    "1/3": "1/3",
    "07/01": "7",
    "25 %": "1/4",
    "12.5%": "1/8",
    "-0": "0",
    "+4.": "4",
    "1 / 2": "1/2",
    "100%": "1",
  };
  for (const [typed, text] of Object.entries(told)) assert.equal(cleanNumber(typed), text, typed);
  for (const typed of [
    "",
    "1/0",
    "abc",
    "1e5",
    "0x10",
    "1/2/3",
    "--1",
    ".",
    "<b>1</b>",
    "9".repeat(50),
    "1;2",
    "NaN",
    "Infinity",
  ])
    assert.equal(cleanNumber(typed), null, typed);
});

test("numbers shown: no 0 % and no 100 % for what is neither", () => {
  assert.equal(percent(0), "0\u00a0%");
  assert.equal(percent(1), "100\u00a0%");
  assert.equal(percent(0.0001), "under 0.1\u00a0%");
  assert.equal(percent(0.9999), "over 99.9\u00a0%");
  assert.equal(ranged([0, 0.125], percent), "0 to 13\u00a0%");
  assert.deepEqual(
    [decimals(1 / 3), decimals(-2.5), decimals(1200), decimals(0.00001), decimals(-0)],
    ["0.3333", "−2.5", "1200", "1.0e−5", "0"],
  );
});

test("a link keeps what was set, and says nothing else", () => {
  const state = {
    ...startState(data),
    values: { c: "1/3", k: "7" },
    x: "k",
    y: "g",
    chosen: "#9",
    quiz: 12,
    colour: "results",
  };
  const hash = writeHash(state, data);
  assert.deepEqual(readHash(hash, data, ["results"]), state);
  assert.equal(writeHash(startState(data), data), "");
  assert.deepEqual(pointOf(state, data), { c: "1/3", g: "2", l: "1", k: "7" });
});

test("a page that opens elsewhere than at the defaults keeps that in its links", () => {
  const other = { ...data, start: { scenario: "calm", values: { c: "1/2", g: "2", l: "1" } } };
  const base = { ...startState(other), values: {} };
  assert.equal(writeHash(startState(other), other), "");
  assert.deepEqual(readHash(writeHash(base, other), other).values, {});
  assert.equal(scenarioOf({ c: "0.5" }, other), "");
});

test("hostile links are harmless", () => {
  const hostile = [
    "#c=<script>alert(1)</script>",
    "#__proto__=1&constructor=2",
    "#c=1/0&%=%&=3&c",
    "#c=%E0%A4%A",
    "#.axes=c,c&.colour=evil&.at=<img>&.quiz=-1",
    "#" + "c=1&".repeat(9999),
  ];
  for (const hash of hostile) {
    const state = readHash(hash, data, ["results"]);
    assert.ok(
      Object.keys(state.values).every((n) => n === "c"),
      hash,
    );
    assert.deepEqual(
      [state.x, state.y, state.colour, state.chosen, state.quiz],
      ["c", "l", null, null, null],
    );
    assert.equal({}.c, undefined);
  }
});

test("scenarios are known by their values, however written", () => {
  assert.equal(scenarioOf({}, data), "");
  assert.equal(scenarioOf({ c: "0.5" }, data), "calm");
  assert.equal(scenarioOf({ k: "3" }, data), "set");
  assert.equal(scenarioOf({ c: "3" }, data), null);
  assert.deepEqual(withoutDefaults({ c: "8/2", g: "3", nonsense: "1" }, data), { g: "3" });
});

test("a parameter may be called by any word", () => {
  const odd = {
    ...data,
    parameters: [...data.parameters, parameter("constructor", "1", ["0", "2"])],
  };
  assert.deepEqual(withoutDefaults({}, odd), {});
  assert.equal(pointOf({ values: {} }, odd).constructor, "1");
  assert.equal(scenarioOf({ c: "1/2" }, odd), "calm");
  assert.deepEqual(readHash("#constructor=3/2", odd).values, { constructor: "3/2" });
});

test("the command is exact and safe to paste", () => {
  assert.equal(
    commandFor("solve", { values: { c: "1/3" } }, data),
    "deterrence solve 'a model' --set c=1/3",
  );
  assert.equal(
    commandFor("solve", { values: {} }, { ...data, game: ["it's; rm -rf"] }),
    "deterrence solve 'it'\\''s; rm -rf'",
  );
});

test("symbols and formulas in text", () => {
  const plain = (s) => plainSymbol(symbolTree(s));
  assert.deepEqual(
    ["\\rho", "g_R", "c_{DD+}", "d^*", "\\mu_{1}", "\\hat{x}_i'", "p_{\\text{hard}}"].map(plain),
    ["ρ", "g_R", "c_DD+", "d^*", "μ_1", "x̂_i′", "p_hard"],
  );
  assert.equal(plain("}{\\evil{<b>"), "evil<b>");
  const { plain: text } = mathWriter(data);
  assert.equal(text(["/", ["-", "c", "l"], ["+", "c", ["*", 2, "g"]]]), "(c − l)/(c + 2·g)");
  assert.equal(text(["and", ["<=", 0, "c"], ["<=", "c", 1]]), "0 ≤ c ≤ 1");
  assert.equal(text(["^", ["~", "c"], 2]), "(−c)^2");
  assert.equal(text(["*", ["q", "-1", "3"], "c"]), "(−1/3)·c");
  assert.equal(text(["-", "c", ["-", "g", "l"]]), "c − (g − l)");
  assert.equal(text(["+", "c", ["~", "g"]]), "c − g");
  assert.equal(text(["P", "war"]), "P(WAR)");
});

test("of a condition, the case that holds, in words with numbers", () => {
  const f = ["or", ["and", [">", "c", 5], ["<", "g", 1]], ["and", [">", "c", "l"]]];
  const held = whatHolds(f, (g) => JSON.stringify(g).includes('"l"'));
  assert.deepEqual(held, [[">", "c", "l"]]);
  assert.deepEqual(
    comparisonWords(held[0], data, (n) => ({ c: 4, l: 1 })[n]),
    ["the c of it ", { f: "c" }, " (4)", " is above ", "the l of it ", { f: "l" }, " (1)"],
  );
});

test("sliders stop at short numbers, and not at ends that are not allowed", () => {
  const [c, g, l] = data.parameters;
  const stops = stopsOf(c, data.solver);
  assert.deepEqual([stops[0], stops[1], stops.at(-1), stops.length], ["0", "0.05", "10", 201]);
  assert.notEqual(stopsOf(g, data.solver)[0], "0");
  assert.deepEqual(stopsOf(l, data.solver).slice(0, 2), ["1/3", "0.34"]);
  const log = { ...c, range: ["10", "1000"], scale: "log" };
  assert.ok(
    Math.abs(spanOf(log).share(100) - 0.5) < 1e-12 && Math.abs(spanOf(log).value(0.5) - 100) < 1e-9,
  );
  assert.equal(stopsOf(log, data.solver)[nearestStop(stopsOf(log, data.solver), 99.5)], "100");
  assert.deepEqual(stopsOf(c, { kind: "grid", axes: [{ name: "c", values: ["1", "3/2"] }] }), [
    "1",
    "3/2",
  ]);
});

test("lines find their changes, and flips come by their share of the range", () => {
  const span = spanOf(data.parameters[0]);
  const finish = (work) => {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  };
  const pieces = finish(lineOf((x) => (x < 1 / 3 ? 0 : x < 0.34 ? 1 : x === 4 ? -1 : 2), span));
  assert.deepEqual(
    pieces.map((p) => p.key),
    [0, 1, 2],
  );
  assert.ok(
    Math.abs(pieces[1].from - 1 / 3) < 1e-7 &&
      Math.abs(pieces[2].from - 0.34) < 1e-7 &&
      pieces[2].to === 10,
  );
  const rows = new Map([
    ["c", { p: data.parameters[0], span, pieces }],
    [
      "g",
      {
        p: data.parameters[1],
        span: spanOf(data.parameters[1]),
        pieces: [
          { from: 0, to: 2.1, key: 0 },
          { from: 2.1, to: 5, key: 3 },
        ],
      },
    ],
  ]);
  const flips = flipsFrom(rows, (n) => ({ c: 4, g: 2 })[n]);
  assert.deepEqual(
    flips.map((f) => [f.name, f.up, f.to]),
    [
      ["g", true, 3],
      ["c", false, 1],
    ],
  );
});

test("the exact place of a change is confirmed by the engine", () => {
  const engine = openEngine(data),
    values = engine.values({ l: "2/3" }),
    span = spanOf(data.parameters[0]);
  const work = lineOf(engine.runner(values, ["c"]), span, 60);
  let pieces = null;
  for (let next = work.next(); pieces === null; next = work.next())
    if (next.done) pieces = next.value;
  exactPlaces(pieces, engine, values, "c");
  assert.deepEqual(
    pieces.map((p) => [p.key, p.exact]),
    [
      [1, undefined],
      [0, "2/3"],
    ],
  );
  assert.equal(pieces[0].to, 2 / 3);
  assert.equal(fractionOf({ at: 2 / 3, exact: "2/3" }), "2/3");
  assert.equal(fractionOf({ at: 1.975, exact: "79/40" }), "");
});

test("best replies, initials, shapes of trees, places of labels", () => {
  assert.deepEqual(
    bestReplies(
      [2, 2],
      [
        [0, 0],
        [-1, 2],
        [2, -1],
        [-4, -4],
      ],
    ),
    [
      [false, false],
      [true, true],
      [true, true],
      [false, false],
    ],
  );
  assert.deepEqual(playerInitials(["Russia", "NATO"]), ["R", "N"]);
  assert.deepEqual(playerInitials(["Side A", "Side B"]), ["1", "2"]);
  const nodes = [
    { parent: -1, set: 0, children: [1, 4] },
    { parent: 0, set: 1, children: [2, 3] },
    { parent: 1, set: -1, children: [] },
    { parent: 1, set: -1, children: [] },
    { parent: 0, set: -1, children: [] },
  ];
  const shape = treeShape({ nodes, types: [{ sets: [0] }] });
  assert.deepEqual([shape.skip(0, [0]), shape.skip(0, [1]), shape.ends[0]], [1, 4, 3]);
  const cells = Int16Array.from({ length: 100 }, (_, i) => (i % 10 < 5 ? 0 : 1));
  const free = labelPlace(cells, 10, 0, 3, 2, []),
    moved = labelPlace(cells, 10, 0, 3, 2, [{ x: 0, y: 3, w: 5, h: 4 }]);
  assert.ok(free.x + 3 <= 5 && free.y >= 3 && free.y <= 5);
  assert.ok(moved.x + 3 <= 5 && (moved.y + 2 <= 3 || moved.y >= 7));
  assert.equal(labelPlace(cells, 10, 0, 6, 1, []), null);
});

test("the verdict in words", () => {
  const engine = openEngine(data);
  const told = (point) => {
    const { happens, likely } = verdictWords(data, engine.answer(engine.values(point)));
    return [plainWords(happens), plainWords(likely)];
  };
  const [happens, likely] = told({});
  assert.match(
    happens,
    /^At these guesses three things can happen, and the payoffs do not say which: ROW, COLUMN, or both mix \(/,
  );
  assert.match(
    likely,
    /^The probability of war is 0 to 16\u00a0%, depending on which of three equilibria is played\.$/,
  );
  assert.match(told({ c: "1" })[1], /in every equilibrium|depending on which equilibrium/);
  assert.deepEqual(told({ c: "1/2" }), [
    "At these guesses only one thing can happen: WAR.",
    "The probability of war is 100\u00a0% in the only equilibrium.",
  ]);
});

test("regimes of one name are told apart", () => {
  const two = {
    ...data,
    regimes: [
      { name: "A", results: [] },
      { name: "A", results: [] },
      { name: null, results: [0] },
    ],
    results: [{ called: "peace" }],
  };
  assert.deepEqual(regimeTitles(two), ["A (1)", "A (2)", "peace"]);
});

test("a seed always asks the same, and the engine knows the answer", () => {
  const engine = openEngine(data),
    title = (i) => regimeTitles(data)[i];
  const kinds = new Set();
  for (let seed = 1; seed <= 40; seed += 1) {
    const q = makeQuestion(data, engine, seed, title);
    if (q === null) continue;
    assert.deepEqual(makeQuestion(data, engine, seed, title), q);
    kinds.add(q.kind);
    assert.ok(
      q.right >= 0 && q.right < q.choices.length && new Set(q.choices).size === q.choices.length,
    );
    const values = engine.values(q.point);
    assert.ok(values.ok);
    if (q.kind === "regime") assert.equal(q.choices[q.right], title(engine.regime(values)));
    if (q.kind === "count")
      assert.equal(
        ["no", "one", "two", "three", "four", "five"].indexOf(q.choices[q.right]),
        engine.answer(values).equilibria.length,
      );
  }
  assert.deepEqual([...kinds].sort(), ["count", "direction", "regime", "tell"]);
});
