"""Trees for the tests, and slow checks of their own that share no code with the package."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf


def entry(fight: int = -1, share: int = 0) -> ExtensiveGame:
    """Entry deterrence; with ``fight == share`` the defender does not mind which."""
    tree = Decision(
        "Challenger",
        "entry",
        {
            "out": Leaf("status quo"),
            "in": Decision("Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")}),
        },
    )
    outcomes = {"status quo": (0, 2), "war": (-1, fight), "loss": (1, share)}
    return ExtensiveGame.from_tree(("Challenger", "Defender"), tree, outcomes, name="entry")


def horse() -> ExtensiveGame:
    """Selten's horse (1975, figure 1)."""
    tree = Decision(
        "1",
        "first",
        {
            "D": Decision("3", "third", {"L": Leaf("a"), "R": Leaf("b")}),
            "C": Decision(
                "2",
                "second",
                {"d": Decision("3", "third", {"L": Leaf("c"), "R": Leaf("d")}), "c": Leaf("e")},
            ),
        },
    )
    outcomes = {"a": (3, 3, 2), "b": (0, 0, 0), "c": (4, 4, 0), "d": (0, 0, 1), "e": (1, 1, 1)}
    return ExtensiveGame.from_tree(("1", "2", "3"), tree, outcomes, name="horse")


def at_once(a: list[list[int]], b: list[list[int]]) -> ExtensiveGame:
    """Two players who choose without seeing each other."""
    rows = {
        f"r{i}": Decision("Column", "column", {f"c{j}": Leaf(f"{i}{j}") for j in range(len(a[0]))})
        for i in range(len(a))
    }
    outcomes = {f"{i}{j}": (a[i][j], b[i][j]) for i in range(len(a)) for j in range(len(a[0]))}
    return ExtensiveGame.from_tree(("Row", "Column"), Decision("Row", "row", rows), outcomes)


def driver() -> ExtensiveGame:
    """The absent-minded driver (Piccione and Rubinstein 1997)."""
    again = Decision("Driver", "junction", {"exit": Leaf("four"), "on": Leaf("one")})
    tree = Decision("Driver", "junction", {"exit": Leaf("zero"), "on": again})
    return ExtensiveGame.from_tree(("Driver",), tree, {"zero": (0,), "four": (4,), "one": (1,)})


def ladder(rungs: int, stop=lambda k: (k, -k), end=(-100, -100)) -> ExtensiveGame:
    """Two players in turn stop or climb."""
    tree = Leaf("top")
    outcomes = {"top": end}
    for k in range(rungs, 0, -1):
        outcomes[f"stop {k}"] = stop(k)
        tree = Decision("AB"[k % 2], f"rung {k}", {"stop": Leaf(f"stop {k}"), "climb": tree})
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes, name="ladder")


def random_tree(
    rng: random.Random, *, players: int = 2, depth: int = 3, merge: bool = False, high: int = 3
) -> ExtensiveGame:
    """A small random tree with perfect recall, few different payoffs and so many ties."""
    names = tuple("ABC"[:players])
    outcomes = {}
    groups: dict[tuple, str] = {}

    def outcome(chance: float) -> str | None:
        if rng.random() > chance:
            return None
        label = f"o{len(outcomes)}"
        outcomes[label] = tuple(
            Fraction(rng.randint(0, high), rng.choice([1, 1, 2])) for _ in names
        )
        return label

    def grow(left: int, own: dict[str, tuple]) -> Decision | Chance | Leaf:
        if left == 0 or rng.random() < 0.15 * (depth - left):
            return Leaf(outcome(0.95))
        count = rng.choice([2, 2, 3]) if left < 3 else 2
        if rng.random() < 0.15:
            weights = [rng.randint(1, 3) for _ in range(count)]
            moves = {
                f"m{k}": (Fraction(w, sum(weights)), grow(left - 1, own))
                for k, w in enumerate(weights)
            }
            return Chance(moves, outcome=outcome(0.2), information_set=f"chance {rng.random()}")
        who = rng.choice(names)
        key = (who, own[who], count, rng.randrange(2))
        label = f"s{len(groups)}"
        if merge:
            label = groups.setdefault(key, label)
        else:
            groups[rng.random(),] = label
        return Decision(
            who,
            label,
            {f"m{k}": grow(left - 1, {**own, who: (*own[who], (label, k))}) for k in range(count)},
            outcome(0.2),
        )

    tree = grow(depth, dict.fromkeys(names, ()))
    return ExtensiveGame.from_tree(names, tree, outcomes)


# ---- checks by recursion, for small trees -----------------------------------------------
def value(game: ExtensiveGame, node: int, profile) -> tuple[Fraction, ...]:
    """What a node is worth under a profile."""
    here = game.nodes[node]
    paid = game.outcomes.get(here.outcome, (Fraction(0),) * len(game.players))
    if here.set < 0:
        return paid
    s = game.sets[here.set]
    mix = (
        s.chances
        if s.is_chance
        else [profile[s.player][s.label].get(a, Fraction(0)) for a in s.actions]
    )
    below = [value(game, c, profile) for c in here.children]
    return tuple(
        u + sum((p * v[i] for p, v in zip(mix, below, strict=True)), Fraction(0))
        for i, u in enumerate(paid)
    )


def is_perfect(game: ExtensiveGame, profile) -> bool:
    """Subgame perfection with perfect information: no single deviation gains anywhere."""
    for here in game.nodes:
        if here.set < 0 or game.sets[here.set].is_chance:
            continue
        s = game.sets[here.set]
        me = game.players.index(s.player)
        below = [value(game, c, profile)[me] for c in here.children]
        played = [profile[s.player][s.label].get(a, 0) for a in s.actions]
        if sum(p * u for p, u in zip(played, below, strict=True)) != max(below):
            return False
    return True


def pure_profiles(game: ExtensiveGame):
    """Every pure profile, over every information set."""
    sets = [s for s in game.sets if not s.is_chance]
    for choice in itertools.product(*(s.actions for s in sets)):
        profile: dict = {p: {} for p in game.players}
        for s, action in zip(sets, choice, strict=True):
            profile[s.player][s.label] = {action: Fraction(1)}
        yield profile
