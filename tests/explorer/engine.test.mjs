import test from "node:test";
import assert from "node:assert/strict";
import { openEngine, ON_BOUNDARY, OUTSIDE } from "../../deterrence/explorer/web/engine.mjs";
import { exactText } from "../../deterrence/explorer/web/rationals.mjs";

// Chicken with a collision worth -d to both, who get g by standing firm alone.
function chicken(more = {}) {
  const lottery = (o) => [[o, 1]];
  return {
    model: { concept: "nash" },
    players: [{ name: "A" }, { name: "B" }],
    parameters: [
      { name: "g", formula: null, default: "1", scale: "linear" },
      { name: "d", formula: null, default: "9", scale: "linear" },
      { name: "risk", formula: ["/", "g", ["+", "g", "d"]], default: null, scale: "linear" },
    ],
    definitions: { half: ["/", "risk", 2] },
    assumptions: [{ text: "0 < d <= 20", f: ["and", ["<", 0, "d"], ["<=", "d", 20]] }],
    scenarios: [],
    outcomes: ["peace", "A", "B", "crash"].map((name) => ({
      name,
      title: name === "crash" ? "Collision" : "",
    })),
    measures: [
      { name: "war", f: ["P", "crash"] },
      { name: "share", f: ["/", ["P", "A"], ["+", ["P", "A"], ["P", "crash"]]] },
    ],
    main: "war",
    naming: {
      outcomes: [],
      titles: {},
      published: [
        {
          name: "the gamble",
          behaviours: [
            [
              { player: "A", where: "", actions: ["firm", "yield"] },
              { player: "B", where: "", actions: ["firm", "yield"] },
            ],
          ],
        },
      ],
    },
    board: {
      actions: [
        ["yield", "firm"],
        ["yield", "firm"],
      ].map((own) => own.map((name) => ({ name }))),
      cells: [
        { payoffs: [0, 0], lottery: lottery("peace") },
        { payoffs: [-1, "g"], lottery: lottery("B") },
        { payoffs: ["g", -1], lottery: lottery("A") },
        {
          payoffs: [
            ["~", "d"],
            ["~", "d"],
          ],
          lottery: lottery("crash"),
        },
      ],
    },
    solver: { kind: "matrix" },
    regimes: [
      { name: "gamble", when: [">", "d", 1] },
      { name: "firm", when: ["<", "d", 1] },
    ],
    cover: "proven",
    start: { values: { g: "1", d: "9" } },
    ...more,
  };
}

test("values follow, and assumptions are exact", () => {
  const engine = openEngine(chicken());
  assert.equal(exactText(engine.values({}).exact.half), "1/20");
  assert.equal(exactText(engine.values({ risk: "1/3" }).exact.half), "1/6");
  assert.equal(engine.values({ d: "20" }).ok, true);
  assert.deepEqual(
    ["20.000000000000000001", "0"].map((d) => engine.values({ d }).assumption),
    [0, 0],
  );
  assert.match(engine.values({ d: "war" }).reason, /d: war is not a number/);
  assert.match(engine.values({ g: "-9" }).reason, /risk has no value here/);
});

test("all equilibria, with names, results and ranges", () => {
  const engine = openEngine(chicken()),
    answer = engine.exactAnswer(engine.values({}));
  assert.deepEqual(
    answer.equilibria.map((e) => [e.label, e.name]),
    [
      ["#2", "A: yield; B: firm"],
      ["#3", "A: firm; B: yield"],
      ["#9", "the gamble"],
    ],
  );
  assert.deepEqual(answer.measures.war.map(exactText), ["0", "1/81"]);
  assert.equal(exactText(answer.equilibria[2].profile.A.firm), "1/9");
  assert.deepEqual(
    answer.results.map((r) => r.name),
    ["A", "B", "Any of: peace; A; B; Collision"],
  );
  // Where only B prevails the share is 0/0, and has no range.
  assert.equal(answer.equilibria[0].measures.share, null);
  assert.equal(answer.measures.share, null);
  assert.equal(engine.answer(engine.values({})).equilibria[0].measures.share, null);
});

test("a tie is a continuum, and no regime", () => {
  const engine = openEngine(chicken()),
    values = engine.values({ d: "1" }),
    answer = engine.answer(values);
  assert.equal(answer.continuum, true);
  assert.equal(engine.regime(values), ON_BOUNDARY);
  assert.equal(engine.regimeExact(values), ON_BOUNDARY);
  assert.equal(engine.regime(engine.values({ d: "1.0000000000001" })), 0);
});

test("the pieces of a line, with exact ends", () => {
  const engine = openEngine(chicken()),
    values = engine.values({});
  const told = (pieces) => pieces.map((p) => [p.from, p.to, p.key, p.fromText, p.toText]);
  assert.deepEqual(told(engine.along(values, "d", 0.5, 30)), [
    [0.5, 1, 1, "", "1"],
    [1, 20, 0, "1", "20"],
    [20, 30, OUTSIDE, "20", ""],
  ]);
  assert.deepEqual(told(engine.along(values, "risk", 0.1, 0.9)), [[0.1, 0.9, 0, "", ""]]);
  const plain = openEngine(chicken({ regimes: [], cover: "unknown" }));
  assert.equal(plain.keyKind, "results");
  const pieces = plain.along(values, "d", 0.5, 20);
  assert.deepEqual(
    pieces.map((p) => [p.fromText, p.toText, p.exact]),
    [
      ["", "1", true],
      ["1", "", true],
    ],
  );
  assert.deepEqual(
    pieces.map((p) => plain.keys[p.key].results.length),
    [1, 3],
  );
});

test("a plane, whole and in steps", () => {
  const engine = openEngine(chicken()),
    values = engine.values({}),
    ranges = [
      [0, 2],
      [0, 2],
    ];
  const keys = engine.plane(values, "d", "g", ranges, 4);
  assert.deepEqual([...keys.subarray(0, 4)], [1, 1, 0, 0]);
  const places = [engine.planePlaces("d", ranges[0], 4), engine.planePlaces("g", ranges[1], 4)];
  const parts = new Int16Array(16);
  engine.planeRows(values, "d", "g", ...places, parts, 0, 2);
  engine.planeRows(values, "d", "g", ...places, parts, 2, 4);
  assert.deepEqual(parts, keys);
  engine.setKeys("main");
  assert.deepEqual([...engine.plane(values, "d", "g", ranges, 2)], [2, 1, 2, 1]);
});

test("quick keys are those of the answers", () => {
  const engine = openEngine(chicken({ regimes: [], cover: "unknown" }));
  for (const kind of ["results", "main"]) {
    engine.setKeys(kind);
    const run = engine.runner(engine.values({}), ["d", "g"]);
    for (const d of [0.5, 1, 2, 25])
      for (const g of [0, 0.5, 3]) assert.equal(run(d, g), engine.key(engine.values({ d, g })));
  }
});

test("irrational payoffs are solved in floats, and said to be", () => {
  const data = chicken();
  data.board.cells[3].payoffs = [
    ["~", ["call", "sqrt", "d"]],
    ["~", ["call", "sqrt", "d"]],
  ];
  const engine = openEngine(data);
  assert.equal(engine.exactAnswer(engine.values({ d: "9" })).equilibria.length, 3);
  assert.equal(exactText(engine.exactAnswer(engine.values({ d: "9" })).measures.war[1]), "1/9");
  const rough = engine.exactAnswer(engine.values({ d: "2" }));
  assert.equal(rough.equilibria.length, 3);
  assert.equal(exactText(rough.measures.war[1]), "");
});

test("names of the file are only names", () => {
  const data = chicken();
  for (const own of data.board.actions) own[1].name = "__proto__";
  data.outcomes[3].name = "constructor";
  data.board.cells[3].lottery[0][0] = "constructor";
  data.measures[0].f = ["P", "constructor"];
  data.naming.published = [];
  const engine = openEngine(data),
    answer = engine.answer(engine.values({}));
  assert.deepEqual(
    answer.equilibria.map((e) => e.name),
    ["A: yield; B: __proto__", "A: __proto__; B: yield", "both mix"],
  );
  assert.equal(answer.measures.war[1] > 0, true);
});

// One equilibrium that leaves q and r open, where a share has no closed form.
function opened(more = {}) {
  const e = {
    number: 5,
    name: "open",
    label: "#5",
    boundary: false,
    when: [[">=", "a", 1]],
    profile: {
      A: { there: { stay: "q1", go: ["-", 1, "q1"] } },
      B: { stay: "q2", go: ["-", 1, "q2"] },
    },
    payoffs: { A: ["*", "a", "q1"], B: 0 },
    outcomes: { peace: ["*", "q1", "q2"], war: ["-", 1, ["*", "q1", "q2"]] },
    measures: { war: ["-", 1, ["*", "q1", "q2"]], odds: null },
    open: [
      {
        symbol: "q1",
        meaning: "probability of stay",
        lower: [0],
        upper: [1, ["-", 2, ["*", 2, "q2"]]],
        where: [],
      },
      {
        symbol: "q2",
        meaning: "probability of stay",
        lower: [0],
        upper: [["/", 3, ["*", 2, "a"]]],
        where: [[">", "a", 1]],
      },
      { symbol: "q2", meaning: "probability of stay", lower: [1], upper: [1], where: [] },
    ],
    bounds: [],
  };
  const data = chicken();
  return {
    ...data,
    parameters: [{ name: "a", formula: null, default: "2", scale: "linear" }],
    definitions: {},
    assumptions: [],
    outcomes: ["peace", "war"].map((name) => ({ name, title: "" })),
    start: { values: { a: "2" } },
    regimes: [],
    measures: [
      { name: "war", f: ["P", "war"] },
      { name: "odds", f: ["/", ["P", "war"], ["+", 1, ["P", "peace"]]] },
    ],
    solver: {
      kind: "forms",
      complete: true,
      boundaries: "proven",
      equilibria: [e],
      ends: [{ when: [["==", "a", 7]], complete: false, equilibria: [] }],
    },
    ...more,
  };
}

test("what closed forms leave open has ranges, from the corners", () => {
  const engine = openEngine(opened()),
    answer = engine.exactAnswer(engine.values({})),
    [e] = answer.equilibria;
  const told = (range) => range.map(exactText).join();
  assert.deepEqual(
    e.open.map((o) => [o.symbol, told(o.ends)]),
    [
      ["q1", "0,1"],
      ["q2", "0,3/4"],
    ],
  );
  // The corner where the ends 1 and 2 - 2 q2 of q1 cross has the most peace: q1 = 1, q2 = 1/2.
  assert.deepEqual(
    [told(e.measures.war), told(e.measures.odds), told(e.payoffs.A)],
    ["1/2,1", "1/3,1", "0,2"],
  );
  assert.deepEqual(
    answer.results.map((r) => r.chances.map(([o, p]) => `${o} ${exactText(p)}`).join()),
    ["war 1", "peace 1/2,war 1/2", "war 5/8,peace 3/8"],
  );
  assert.equal(answer.continuum, true);
  const floats = engine.answer(engine.values({}));
  assert.ok(Math.abs(floats.equilibria[0].measures.odds[0] - 1 / 3) < 1e-12);
});

test("cases, boundaries and ends", () => {
  const engine = openEngine(opened());
  const tie = engine.exactAnswer(engine.values({ a: "1" }));
  assert.deepEqual(
    tie.equilibria[0].open.map((o) => o.ends.map(exactText)),
    [
      ["0", "0"],
      ["1", "1"],
    ],
  );
  assert.equal(tie.complete, true);
  assert.equal(
    engine.answer(engine.values({ a: "0.999999999999999" })).note,
    "no closed form holds here",
  );
  assert.equal(engine.answer(engine.values({ a: "7" })).complete, false);
  const sampled = opened();
  sampled.solver.boundaries = "sampled";
  const unsure = openEngine(sampled);
  assert.deepEqual(
    ["1", "2"].map((a) => unsure.answer(unsure.values({ a })).complete),
    [false, true],
  );
});

test("ties that hold whatever the values are need no fractions", () => {
  const data = chicken(),
    risk = ["/", "g", ["+", "g", "d"]];
  // To A both actions are worth the same against B's "firm", while risk is derived.
  data.board.cells[1].payoffs[0] = "risk";
  data.board.cells[3].payoffs[0] = risk;
  const engine = openEngine(data);
  const labels = (values) =>
    engine
      .answer(values)
      .equilibria.map((e) => e.label)
      .join();
  const free = engine.values({}),
    set = engine.values({ risk: "1/10" }),
    other = engine.values({ risk: "1/9" });
  assert.equal(engine.answer(free).continuum, true);
  const asked = [];
  const solve = (values) => {
    engine.answer(values);
    engine.solver.solve(
      engine.a,
      engine.b,
      () => {
        asked.push(values);
        return null;
      },
      engine.structure(values.set),
    );
  };
  solve(free);
  assert.deepEqual(asked, []);
  // Set to the same value it ties as well, but here only: fractions decide.
  solve(set);
  assert.equal(asked.length, 1);
  assert.equal(labels(set), labels(free));
  assert.equal(engine.answer(other).continuum, false);
});
