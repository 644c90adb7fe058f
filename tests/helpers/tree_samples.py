"""Trees to draw, and their texts and lines as they are on the page."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf

LONG = "an extraordinarily long-winded description, 50 % of which costs $5_000 & <more> {still}"


def entry() -> ExtensiveGame:
    reply = Decision("Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")})
    tree = Decision("Challenger", "entry", {"out": Leaf("status quo"), "in": reply})
    outcomes = {"status quo": (0, 2), "war": (-1, -1), "loss": (1, 0)}
    return ExtensiveGame.from_tree(("Challenger", "Defender"), tree, outcomes, name="entry")


def horse() -> ExtensiveGame:
    """Selten 1975, figure 1: an information set across two depths."""
    third = ("3", "third")
    tree = Decision("1", "first", {
        "D": Decision(*third, {"L": Leaf("a"), "R": Leaf("b")}),
        "C": Decision("2", "second", {
            "d": Decision(*third, {"L": Leaf("c"), "R": Leaf("d")}), "c": Leaf("e"),
        }),
    })  # fmt: skip
    outcomes = {"a": (3, 3, 2), "b": (0, 0, 0), "c": (4, 4, 0), "d": (0, 0, 1), "e": (1, 1, 1)}
    return ExtensiveGame.from_tree(("1", "2", "3"), tree, outcomes, name="horse")


def matching() -> ExtensiveGame:
    """Matching pennies, as a tree: everybody mixes."""
    tree = Decision("Row", "row", {
        r: Decision("Column", "column", {c: Leaf(r + c) for c in "lr"}) for r in "ud"
    })  # fmt: skip
    outcomes = {"ul": (2, 0), "ur": (0, 1), "dl": (0, 1), "dr": (1, 0)}
    return ExtensiveGame.from_tree(("Row", "Column"), tree, outcomes, name="matching")


def signals() -> ExtensiveGame:
    """Beer or quiche (Cho and Kreps 1987) in deterrence dress."""
    outcomes = {}

    def after(kind: str, does: str) -> Decision:
        for reply in ("attack", "refrain"):
            cost = (kind == "strong") != (does == "parade")
            outcomes[f"{kind} {does} {reply}"] = (
                2 * (reply == "refrain") - cost, int((reply == "attack") == (kind == "weak")),
            )  # fmt: skip
        replies = {r: Leaf(f"{kind} {does} {r}") for r in ("attack", "refrain")}
        return Decision("Rival", f"sees {does}", replies)

    tree = Chance({
        kind: (p, Decision("State", kind, {d: after(kind, d) for d in ("parade", "hide")}))
        for kind, p in (("strong", "9/10"), ("weak", "1/10"))
    }, "strength")  # fmt: skip
    return ExtensiveGame.from_tree(("State", "Rival"), tree, outcomes, name="signals")


def driver() -> ExtensiveGame:
    """The absent-minded driver (Piccione and Rubinstein 1997)."""
    again = Decision("Driver", "junction", {"exit": Leaf("four"), "on": Leaf("one")})
    tree = Decision("Driver", "junction", {"exit": Leaf("zero"), "on": again})
    return ExtensiveGame.from_tree(("Driver",), tree, {"zero": (0,), "four": (4,), "one": (1,)})


def ladder(rungs: int, *, hazard: bool = False) -> ExtensiveGame:
    """Two sides in turn stop or climb; each rung may slip."""
    tree: Any = Leaf("top")
    outcomes = {"top": (-100, -100), "war": (-150, -150)}
    for k in range(rungs, 0, -1):
        outcomes[f"stop {k}"] = (k, -k)
        if hazard:
            tree = Chance({"slips": ("1/20", Leaf("war")), "holds": ("19/20", tree)})
        tree = Decision("AB"[k % 2], f"rung {k}", {"stop": Leaf(f"stop {k}"), "climb": tree})
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes, name="ladder")


def symbolic() -> ExtensiveGame:
    """Payoffs and chances in formulas, and a cost on the way."""
    parse = Expression.parse
    slip = Chance({"slips": (parse("rho"), Leaf("war")), "holds": (parse("1 - rho"), Leaf("gain"))})
    tree = Decision("A", "move", {"wait": Leaf("peace"), "push": slip}, outcome="cost")
    outcomes = {
        "war": (parse("-k/2"), parse("-(k + 1)/(k + rho)")), "gain": (parse("g_A"), parse("-g_A")),
        "peace": (parse("0"), 0), "cost": (parse("-c"), 0),
    }  # fmt: skip
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes, name="push")


def longwinded() -> ExtensiveGame:
    """Names that do not fit anywhere, and numbers of fifteen digits."""
    players = (f"Union of {LONG}", "B")
    reply = Decision("B", f"reply to {LONG}", {f"{LONG}!": Leaf("x"), "y": Leaf("y")}, outcome="x")
    tree = Decision(players[0], LONG, {LONG: Leaf(LONG), "short": reply})
    outcomes = {
        LONG: (Fraction(123456789, 987654321), 10**12), "x": (0.1234567890123456, -1e-9),
        "y": (Fraction(1, 3), 2),
    }  # fmt: skip
    return ExtensiveGame.from_tree(players, tree, outcomes, name="long", title=LONG)


def random_nested(rng: random.Random, depth: int, *, top: bool = True) -> Any:
    """A random tree of lists: a list of branches, or None at an end."""
    if depth == 0 or (not top and rng.random() < 0.3):
        return None
    return [random_nested(rng, depth - 1, top=False) for _ in range(rng.choice((1, 2, 2, 3, 4)))]


def game_of(nested: Any, *, mirrored: bool = False) -> tuple[ExtensiveGame, dict[int, tuple]]:
    """The game of a nested list, and each node's path, by branches as they were first listed."""
    paths: dict[int, tuple] = {}
    labels: list[tuple] = []

    def build(part: Any, path: tuple) -> Any:
        labels.append(path)
        if part is None:
            return Leaf()
        order = range(len(part))[::-1] if mirrored else range(len(part))
        moves = {str(k): build(part[k], (*path, k)) for k in order}
        return Decision("AB"[len(path) % 2], f"set {path}", moves)

    game = ExtensiveGame.from_tree(("A", "B"), build(nested, ()), {})
    paths = dict(enumerate(labels))
    return game, paths
