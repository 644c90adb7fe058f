"""The main job: one crisis in six sentences, a table and a figure.

Run it with ``python examples/main_job.py``.  It asks the bipolarity of Russia and NATO what
happens at the usual values, under which conditions each result is possible, what would change
it first, and what the costs of escalation do, there and on a ladder of four stages.  A file
with every equilibrium at 10,201 pairs of costs and the figure go into the folder ``results``;
the figure needs the extra ``plot``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from deterrence import Brief, DeterrenceError, Model, load_model
from deterrence.algebra.numbers import format_decimal
from deterrence.words.blocks import Bullets, Document, Heading, Paragraph, Table, disjunction

FOLDER = Path("results")
COSTS = {"c_R": "0:20:101", "c_N": "0:20:101"}


def main() -> None:
    model = load_model("asymmetric-bipolarity")
    page = model.brief()
    FOLDER.mkdir(exist_ok=True)
    sentences = (happens(page), model.insight, flips(page), costs(model), climb(), unknown(page))
    report = Document(
        model.title,
        (
            Heading(model.title, 1),
            Bullets(tuple((sentence,) for sentence in sentences)),
            conditions(page),
            meanings(page),
        ),
    )
    print(report.text())
    print()
    print(f"Every equilibrium at every pair of costs: {FOLDER / 'costs.csv'}")
    print(f"Figure: {drawn(model)}")


def called(name: str, chances: Mapping[str, object], patterns: Sequence[tuple[object, str]]) -> str:
    """Return what a result is called: a lottery by the behaviour that leads to it."""
    return name if len(chances) == 1 or not patterns else patterns[0][1]


def happens(page: Brief) -> str:
    """Say what is possible at the usual values, and how likely war is then."""
    names = [called(r.name, r.chances, r.patterns) for r in page.here.results]
    low, high = page.here.ranges["war"]
    return (
        f"At the usual values {len(names)} results are possible, and theory does not choose among "
        f"them: {', '.join(names[:-1])}, or {names[-1]}, with a probability of direct war of "
        f"{format_decimal(low)} to {format_decimal(high)}."
    )


def flips(page: Brief) -> str:
    """Say which guess would change first whether war is possible."""
    assert page.flips is not None
    _, nearest = page.flips.alone()[0]
    assert nearest.threshold is not None
    title = page.model.parameters[nearest.parameter].title
    side = "above" if nearest.direction > 0 else "below"
    return (
        f"One guess alone would settle first whether there can be war: {title} "
        f"({nearest.parameter}), if it were {side} {format_decimal(nearest.threshold.rational)} "
        f"rather than {format_decimal(nearest.base)}."
    )


def costs(model: Model) -> str:
    """Sweep the costs of war of both sides, and say where the divide holds."""
    output = FOLDER / "costs.csv"
    summary = model.sweep(COSTS, measures=["deterrence"], output=output, force=True)
    holds = {"every": 0, "no": 0}
    with output.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            holds["every"] += float(row["deterrence_low"]) == 1
            holds["no"] += float(row["deterrence_high"]) == 0
    every, none = (100 * n / summary.points for n in holds.values())
    at = [format_decimal(t.value) for t in model.thresholds("c_R").thresholds]
    return (
        f"Over {summary.points:,} pairs of conventional costs of war from 0 to 20 the divide holds "
        f"in every equilibrium at {every:.0f} %, in none at {none:.0f} % and in some at the rest; "
        f"along Russia's cost alone (c_R) the answer changes at {' and '.join(at)}."
    )


def climb() -> str:
    """Say how high the ladder of pressure and readiness is climbed as readiness grows dearer."""
    ladder = load_model("escalation-postures")
    rows = [ladder.solve(a_N=cost).equilibria[0].measures for cost in (1, 9)]
    low, high = ([format_decimal(row[m]) for row in rows] for m in ("deterrence", "expected_rung"))
    return (
        f"On the ladder ({ladder.name}), where readiness costs NATO 9 rather than 1 a stage, the "
        f"chance that the status quo holds goes from {' to '.join(low)}, and the expected rung "
        f"from {' to '.join(high)}; the mirror gives Russia the same part."
    )


def unknown(page: Brief) -> str:
    return (
        f"All of this rests on {len(page.guesses)} values that are guesses; the conditions below "
        "hold whatever the values are."
    )


def conditions(page: Brief) -> Table:
    """Return every result with its condition, proven for all values."""
    rows = []
    for r in page.anywhere:
        here = any(all(c.evaluate(page.values) for c in term) for term in r.terms)
        name = called(r.name, r.chances, r.patterns)
        condition = disjunction(r.terms, "always")
        rows.append(((name,), condition, ("yes" if here else "no",)))
    return Table(("Result", "possible exactly if", "at the usual values"), tuple(rows))


def meanings(page: Brief) -> Paragraph:
    """Say what the symbols in the conditions stand for."""
    named = {n for r in page.anywhere for term in r.terms for c in term for n in c.names}
    told = [f"{n} is {page.model.parameters[n].title}" for n in sorted(named)]
    return Paragraph((f"Here {', '.join(told[:-1])}, and {told[-1]}.",))


def drawn(model: Model) -> str:
    """Draw what can happen over what war costs either side, and return the name of the file."""
    file = FOLDER / "bipolarity.png"
    try:
        figure = model.plot(
            "regimes", "k_R", "k_N", ranges={"k_R": (0, 20), "k_N": (0, 20)},
            title="What direct war costs decides whether the divide holds",
        )  # fmt: skip
    except DeterrenceError as error:
        return f"none ({error})"
    figure.savefig(file)
    return str(file)


if __name__ == "__main__":
    main()
