import test from "node:test";
import assert from "node:assert/strict";
import { FormulaSpace, FormulaPoint, namesIn } from "../../deterrence/explorer/web/formulas.mjs";
import { exactText, readRatio, toFloat } from "../../deterrence/explorer/web/rationals.mjs";

function at(values) {
  const exact = Object.create(null),
    floats = Object.create(null);
  for (const [name, written] of Object.entries(values)) {
    exact[name] = readRatio(written);
    floats[name] = toFloat(exact[name]);
  }
  return new FormulaPoint(new FormulaSpace(), exact, floats);
}

test("floats and rationals say the same", () => {
  const point = at({ a: "1/3", b: "-2", constructor: "5" });
  const cases = [
    [["+", "a", "b", ["q", "1", "2"]], "-7/6"],
    [["*", "a", "b", 3, 2], "-4"],
    [["-", "a", "b", 1], "4/3"],
    [["~", "b"], "2"],
    [["/", "a", "b"], "-1/6"],
    [["^", "b", 3], "-8"],
    [["^", "b", ["~", 2]], "1/4"],
    [["call", "min", "a", "b", 0], "-2"],
    [["call", "max", "a", "b"], "1/3"],
    [["call", "abs", "b"], "2"],
    [["call", "sqrt", ["q", "4", "9"]], "2/3"],
    [["call", "exp", 0], "1"],
    [["if", ["<", "a", "b"], 1, ["+", "constructor", 2]], "7"],
  ];
  for (const [f, told] of cases) {
    assert.equal(exactText(point.value(f)), told);
    assert.ok(Math.abs(point.float(f) - toFloat(readRatio(told))) < 1e-14);
  }
  assert.equal(point.value(["/", "a", ["-", "b", "b"]]), undefined);
  assert.equal(point.value(["call", "sqrt", 2]), null);
  assert.deepEqual(
    [...namesIn(["+", "a", ["P", "war"], ["call", "min", "b", 1]])],
    ["a", "P\u0000war", "b"],
  );
});

test("ties are decided exactly", () => {
  const point = at({ a: "1/10", b: "1/5", c: "3/10" });
  const sum = ["+", "a", "b"];
  assert.equal(point.float(sum) === point.float("c"), false);
  assert.equal(point.truth(["==", sum, "c"]), true);
  assert.equal(point.truth([">", sum, "c"]), false);
  assert.equal(
    point.truth(["and", ["<=", sum, "c"], [">=", sum, "c"], ["not", ["!=", sum, "c"]]]),
    true,
  );
  assert.equal(point.truth(["and"]), true);
  assert.equal(point.truth(["or"]), false);
  const pole = [">", ["/", "c", ["-", sum, "c"]], 0];
  assert.equal(point.truth(pole), false);
  assert.equal(point.truth(["or", pole, ["==", sum, "c"]]), true);
  assert.equal(
    at({ a: "1/1000000000000", b: "0" }).truth(["<", ["-", ["+", 1, "a"], 1], ["+", "b", "a"]]),
    false,
  );
  assert.equal(at({ a: "1/1000000000000" }).truth([">", ["+", 1, "a"], 1]), true);
});

test("irrational numbers decide in floats, and say so", () => {
  const point = at({ a: "2" });
  assert.equal(point.truth(["<", ["call", "sqrt", "a"], ["q", "3", "2"]]), true);
  assert.equal(point.approximate, false);
  assert.equal(point.truth(["==", ["^", ["call", "sqrt", "a"], 2], "a"]), true);
  assert.equal(point.approximate, true);
});

test("unknown operations are refused", () => {
  assert.throws(() => at({}).float(["eval", 1]), TypeError);
  assert.throws(() => at({}).value(["eval", 1]), TypeError);
  assert.throws(() => at({}).truth(["+", 1, 2]), TypeError);
});
