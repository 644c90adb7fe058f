import test from "node:test";
import assert from "node:assert/strict";
import {
  addRatio,
  divRatio,
  exactText,
  fromFloat,
  mulRatio,
  powRatio,
  readRatio,
  rootRatio,
  simplestBetween,
  subRatio,
  toFloat,
} from "../../deterrence/explorer/web/rationals.mjs";

const text = (x) => (x === null ? null : exactText(x));

test("what a person writes is the number that is meant", () => {
  const said = {
    0.1: "1/10",
    " 1e-3 ": "1/1000",
    "-2/6": "-1/3",
    3: "3",
    "+.5": "1/2",
    "\u22127": "-7",
    "1.5/0.5": "3",
    "2e2": "200",
  };
  for (const [written, meant] of Object.entries(said))
    assert.equal(text(readRatio(written)), meant);
  for (const wrong of ["", "x", "1/0", "1/2/3", "1,5", "--1", ".", "1e9999", "Infinity"])
    assert.equal(readRatio(wrong), null);
  assert.equal(text(readRatio(0.1)), "3602879701896397/36028797018963968");
});

test("arithmetic is exact", () => {
  const [a, b] = [readRatio("1/6"), readRatio("-3/10")];
  assert.deepEqual([addRatio(a, b), subRatio(a, b), mulRatio(a, b), divRatio(a, b)].map(text), [
    "-2/15",
    "7/15",
    "-1/20",
    "-5/9",
  ]);
  assert.equal(text(powRatio(b, -2)), "100/9");
  assert.throws(() => divRatio(a, readRatio("0")), RangeError);
  assert.equal(text(rootRatio(readRatio("49/64"))), "7/8");
  assert.equal(rootRatio(readRatio("2")), null);
  assert.equal(rootRatio(readRatio("-1")), null);
});

test("floats there and back", () => {
  for (const x of [0, 1 / 3, -2.5, 1e-200, 1e200, 5e-324, Number.MAX_VALUE])
    assert.equal(toFloat(fromFloat(x)), x);
  const long = { n: 3n ** 400n, d: 3n ** 400n * 7n + 1n };
  assert.ok(Math.abs(toFloat(long) - 1 / 7) < 1e-16);
  assert.equal(fromFloat(NaN), null);
});

test("the simplest rational between two floats", () => {
  const cases = [
    [0.3333, 0.33334, "1/3"],
    [3.1, 3.2, "16/5"],
    [-0.51, -0.49, "-1/2"],
    [-1, 1, "0"],
    [2, 2, "2"],
    [2 / 7 - 1e-14, 2 / 7 + 1e-14, "2/7"],
  ];
  for (const [low, high, simple] of cases) assert.equal(text(simplestBetween(low, high)), simple);
  assert.equal(simplestBetween(1, 0), null);
});
