"""Models with game trees for analyses over many points, and an independent solver for them."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.game.parameters import Outcome, Parameter
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.modelfile.model import SymbolicModel

parse = Expression.parse


def tree_model(
    name: str,
    players: tuple[str, ...],
    tree: Any,
    outcomes: dict[str, tuple[str, ...]],
    defaults: dict[str, Any],
    *,
    bounds: dict[str, tuple[Any, Any]] | None = None,
    assumptions: tuple[str, ...] = (),
    measures: tuple[Measure, ...] = (),
    controlled: dict[str, str] | None = None,
    groups: dict[str, str] | None = None,
) -> SymbolicModel:
    """Return a model of a nested tree; ``outcomes`` maps labels to formulas by player's order."""
    formulas = {k: tuple(parse(u) for u in us) for k, us in outcomes.items()}
    game = ExtensiveGame.from_tree(players, tree, formulas, name=name)
    limits = bounds or {}
    parameters = {
        n: Parameter(
            n,
            default=Fraction(v),
            lower=None if n not in limits else Fraction(limits[n][0]),
            upper=None if n not in limits else Fraction(limits[n][1]),
            controlled_by=(controlled or {}).get(n, ""),
        )
        for n, v in defaults.items()
    }
    return SymbolicModel(
        name=name,
        title=name,
        form="extensive",
        players=players,
        actions=(),
        parameters=parameters,
        outcomes={k: Outcome(k, dict(zip(players, us, strict=True))) for k, us in formulas.items()},
        cells=(),
        assumptions=tuple(parse(a) for a in assumptions),
        measures=measures,
        tree=game.replace(measures=measures, groups=groups or {}),
    )


def chances(*names: str) -> tuple[Measure, ...]:
    """Return the measures that are the probabilities of outcomes."""
    return tuple(Measure.probability(name, (name,)) for name in names)


def entry() -> SymbolicModel:
    """Return a challenge that is met by war (worth ``w`` to the defender) or by giving in."""
    reply = Decision("Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")})
    return tree_model(
        "entry",
        ("Challenger", "Defender"),
        Decision("Challenger", "entry", {"stay out": Leaf("status_quo"), "enter": reply}),
        {"status_quo": ("0", "2"), "war": ("-c", "w"), "loss": ("1", "0")},
        {"w": -1, "c": 1},
        bounds={"w": (-4, 4), "c": (0, 2)},
        measures=chances("war", "loss"),
        controlled={"w": "Defender", "c": "Defender"},
    )


def concession_ladder(rungs: int) -> SymbolicModel:
    """Return M18: the initiator climbs or concedes, then the other side, up to war.

    Conceding costs ``s_N`` or ``s_R``, winning brings ``p_N`` or ``p_R``, war costs ``t``;
    every climbed rung costs its climber ``e`` on the way.
    """
    tree: Any = Leaf("war")
    for k in reversed(range(rungs)):
        me = ("NATO", "Russia")[k % 2]
        end = Leaf(("nato_concedes", "russia_concedes")[k % 2])
        rest = tree
        if isinstance(rest, Decision):
            paid = ("step_N", "step_R")[k % 2]
            rest = Decision(rest.player, rest.information_set, rest.moves, outcome=paid)
        tree = Decision(me, f"rung {k + 1}", {"concede": end, "climb": rest})
    return tree_model(
        f"concession-{rungs}",
        ("NATO", "Russia"),
        tree,
        {
            "nato_concedes": ("-s_N", "p_R"),
            "russia_concedes": ("p_N", "-s_R"),
            "war": ("-t", "-t"),
            "step_N": ("-e", "0"),
            "step_R": ("0", "-e"),
        },
        {"s_N": 2, "s_R": 3, "p_N": 4, "p_R": 5, "t": 100, "e": "1/10"},
        bounds={"s_N": (1, 10), "s_R": (1, 10), "t": (0, 200), "e": (0, 1)},
        measures=chances("nato_concedes", "russia_concedes", "war"),
    )


def brink(rounds: int) -> SymbolicModel:
    """Return brinkmanship: in turn give in, or go on with a risk ``r`` of war that grows."""
    tree: Any = Leaf("stalemate")
    for k in reversed(range(rounds)):
        me = ("A", "B")[k % 2]
        risk = parse(f"r * {k + 1} / {rounds}")
        go_on = Chance(
            {"war": (risk, Leaf("war")), "calm": (parse("1") - risk, tree)}, f"risk {k + 1}"
        )
        tree = Decision(me, f"round {k + 1}", {"give in": Leaf(f"{me}_yields"), "hold": go_on})
    return tree_model(
        f"brink-{rounds}",
        ("A", "B"),
        tree,
        {
            "A_yields": ("-y", "1"),
            "B_yields": ("1", "-y"),
            "war": ("-w", "-w"),
            "stalemate": ("0", "0"),
        },
        {"r": "1/4", "w": 5, "y": 1},
        bounds={"r": (0, 1), "w": (0, 20), "y": (0, 2)},
        assumptions=("0 <= r <= 1",),
        measures=(
            *chances("war"),
            Measure("loss", parse("payoff(A) + payoff(B) - y", queries=True)),
            Measure("share", parse("P(war) / (P(war) + P(A_yields))", queries=True)),
            Measure("holds", parse("prob(A, hold)", queries=True)),
        ),
    )


def random_model(dice: random.Random, size: int) -> SymbolicModel:
    """Return a random tree with chance, up to four actions, costs on the way and ties."""
    labels: dict[str, tuple[str, ...]] = {}
    count = [0]
    drawn: list[int] = []

    def payoff() -> str:
        a, b = dice.choice(["x", "y", "1"]), dice.choice(["x", "y", "z"])
        return f"{dice.randint(-3, 3)} + {dice.randint(-2, 2)} * {a} - {dice.randint(0, 2)} * {b}"

    def outcome() -> str:
        name = f"o{dice.randrange(max(2, size))}"
        labels.setdefault(name, (payoff(), payoff()))
        return name

    def grow(room: int) -> Any:
        count[0] += 1
        number = count[0]
        if room <= 1:
            return Leaf(outcome())
        width = dice.randint(1 if dice.random() < 0.2 else 2, 4)
        parts = [grow(max(0, room // width + dice.randint(-1, 1))) for _ in range(width)]
        paid = outcome() if dice.random() < 0.2 else None
        if dice.random() < 0.25 and width == 2:
            drawn.append(number)
            p = dice.choice(["p", "1/3", "p/2", "q"])
            moves = {"u": (parse(p), parts[0]), "v": (parse(f"1 - {p}"), parts[1])}
            return Chance(moves, f"chance {number}", outcome=paid)
        player = dice.choice("AB")
        return Decision(
            player, f"set {number}", {f"a{k}": t for k, t in enumerate(parts)}, outcome=paid
        )

    tree = grow(size)
    game = ExtensiveGame.from_tree(("A", "B"), tree, dict.fromkeys(labels, ("0", "0")))
    ends = dict.fromkeys(game.nodes[k].outcome for k in game.leaves)
    first = next(iter(ends))
    return tree_model(
        "random",
        ("A", "B"),
        tree,
        labels,
        {"x": 1, "y": 2, "z": 0, "p": "1/3", "q": "1/4"},
        assumptions=("0 <= p <= 1", "0 <= q <= 1"),
        measures=(
            *(Measure.probability(f"m_{name}", (name,)) for name in list(ends)[:3]),
            Measure("mixed", parse(f"P({first}) * payoff(A) + x", queries=True)),
        ),
    )


def perfect_play(model: SymbolicModel, values: dict[str, Fraction]) -> dict[str, Any] | None:
    """Return payoffs and outcomes by plain recursion over rationals, None where there is a tie.

    It shares no code with the package's solvers.
    """
    tree = model.tree
    assert tree is not None
    number = {
        label: tuple(Expression.of(u).evaluate(values) for u in us)
        for label, us in tree.outcomes.items()
    }
    tied = [False]

    def play(k: int) -> tuple[tuple[Fraction, ...], dict[str, Fraction]]:
        node = tree.nodes[k]
        paid = number[node.outcome] if node.outcome else (Fraction(0), Fraction(0))
        if node.set < 0:
            return paid, {tree.groups.get(node.outcome or "", node.outcome or ""): Fraction(1)}
        below = [play(c) for c in node.children]
        s = tree.sets[node.set]
        if s.player is None:
            ps = [Expression.of(p).evaluate(values) for p in s.chances]
            worth = [sum(p * u[i] for p, (u, _) in zip(ps, below, strict=True)) for i in (0, 1)]
            ends: dict[str, Fraction] = {}
            for p, (_, part) in zip(ps, below, strict=True):
                for label, q in part.items():
                    ends[label] = ends.get(label, Fraction(0)) + p * q
        else:
            i = tree.players.index(s.player)
            best = max(u[i] for u, _ in below)
            chosen = [b for b in below if b[0][i] == best]
            tied[0] |= len(chosen) > 1
            worth, ends = list(chosen[0][0]), chosen[0][1]
        return (worth[0] + paid[0], worth[1] + paid[1]), ends

    worth, ends = play(0)
    return (
        None if tied[0] else {"payoffs": dict(zip(tree.players, worth, strict=True)), "ends": ends}
    )
