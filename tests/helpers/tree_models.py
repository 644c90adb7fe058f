"""Models with game trees, built in Python: what the loader makes of a file is tested elsewhere."""

from __future__ import annotations

from fractions import Fraction

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.game.parameters import Outcome, Parameter
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.modelfile.model import SymbolicModel

parse = Expression.parse


def tree_model(name, players, tree, outcomes, defaults, assumptions=(), measures=(), groups=None):
    """Return a model of a nested tree; ``outcomes`` maps labels to formulas by player's order."""
    game = ExtensiveGame.from_tree(
        players, tree, {k: [parse(u) for u in us] for k, us in outcomes.items()}, name=name
    ).replace(measures=tuple(measures), groups=groups or {})
    return SymbolicModel(
        name=name,
        title=name,
        form="extensive",
        players=tuple(players),
        actions=(),
        parameters={n: Parameter(n, default=Fraction(v)) for n, v in defaults.items()},
        outcomes={
            k: Outcome(k, {p: parse(u) for p, u in zip(players, us, strict=True)})
            for k, us in outcomes.items()
        },
        cells=(),
        assumptions=tuple(parse(a) for a in assumptions),
        measures=tuple(measures),
        tree=game,
    )


#: Zagare and Kilgour 2000, ch. 5, with the payoffs of their chapter as symbols.
UDG_DEFAULTS = {
    "cDC": 2, "cSQ": 0, "cDDp": -1, "cCD": -2, "cDDm": -4,
    "dSQ": 2, "dCD": 1, "dDDp": -1, "dDC": -3, "dDDm": -5,
    "pC": "1/3", "pD": "1/4",
}  # fmt: skip
UDG_ASSUMPTIONS = (
    "cDC > cSQ > cDDp > cCD > cDDm",
    "dSQ > dCD > dDC",
    "dDDp > dDC > dDDm",
    "0 < pC < 1",
    "0 < pD < 1",
)


def unilateral_deterrence() -> SymbolicModel:
    """Return the Unilateral Deterrence Game, private information on both sides."""

    def after(ch: str, de: str) -> Decision:
        last = Decision(
            "Challenger",
            f"last ({ch})",
            {"back down": Leaf("CD"), "fight": Leaf(f"DD ({ch}, {de})")},
        )
        reply = Decision("Defender", f"reply ({de})", {"concede": Leaf("DC"), "resist": last})
        return Decision("Challenger", f"first ({ch})", {"wait": Leaf("SQ"), "challenge": reply})

    tree = Chance(
        {
            f"Challenger {ch}": (
                parse(p),
                Chance(
                    {
                        f"Defender {de}": (parse(q), after(ch, de))
                        for de, q in (("hard", "pD"), ("soft", "1 - pD"))
                    },
                    f"Defender's type after {ch}",
                ),
            )
            for ch, p in (("hard", "pC"), ("soft", "1 - pC"))
        },
        "Challenger's type",
    )
    outcomes = {"SQ": ("cSQ", "dSQ"), "DC": ("cDC", "dDC"), "CD": ("cCD", "dCD")}
    groups = {}
    for ch, c in (("hard", "cDDp"), ("soft", "cDDm")):
        for de, d in (("hard", "dDDp"), ("soft", "dDDm")):
            outcomes[f"DD ({ch}, {de})"] = (c, d)
            groups[f"DD ({ch}, {de})"] = "DD"
    return tree_model(
        "unilateral-deterrence",
        ("Challenger", "Defender"),
        tree,
        outcomes,
        UDG_DEFAULTS,
        UDG_ASSUMPTIONS,
        [Measure.probability(name, (name,)) for name in ("SQ", "DC", "CD", "DD")],
        groups,
    )
