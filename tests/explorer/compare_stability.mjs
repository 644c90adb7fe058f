// Compare the stability of a page with that of the package.
// node compare_stability.mjs FILE: a list of games with their data and points.
import { readFileSync } from "node:fs";
import { openEngine } from "../../deterrence/explorer/web/engine.mjs";
import { Ranking, horizonWords, stabilityOf } from "../../deterrence/explorer/web/stability.mjs";

function told(data, point) {
  const engine = openEngine(data),
    values = engine.values(point.values),
    { cells, actions } = data.board;
  const ranked = [0, 1].map((i) => new Ranking(cells.map((c) => c.payoffs[i])).at(values.point));
  const found = stabilityOf(
    ranked.map((r) => r.ranks),
    ...actions.map((own) => own.length),
  );
  return {
    ranks: ranked.map((r) => r.ranks),
    stable: found.stable,
    horizon: horizonWords(
      "it",
      found.ahead[point.focus],
      found.without[point.focus],
      found.cycle,
    ),
  };
}

let points = 0,
  failed = 0;
for (const { model, data, points: all } of JSON.parse(readFileSync(process.argv[2])))
  for (const point of all) {
    const found = told(data, point);
    for (const [part, wanted] of Object.entries(point.told)) {
      const mine = JSON.stringify(found[part]);
      if (mine === JSON.stringify(wanted)) continue;
      failed += 1;
      console.log(`${model} ${JSON.stringify(point.values)} ${part}: ${mine} | ${JSON.stringify(wanted)}`);
    }
    points += 1;
  }
console.log(`${points} points`);
process.exitCode = failed ? 1 : 0;
