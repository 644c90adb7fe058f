"""Writing Gambit's ``.efg`` files; see :mod:`deterrence.modelfile.exchange.efg` for the format.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> print(write_efg(ExtensiveGame.from_tree(("A",), Decision("A", "choice", {
...     "left": Leaf("good"), "right": Leaf()}), {"good": ("1/3",)}, title="One move")))
EFG 2 R "One move" { "A" }
""
<BLANKLINE>
p "" 1 1 "choice" { "left" "right" } 0
t "" 1 "good" { 1/3 }
t "" 0
<BLANKLINE>
"""

from __future__ import annotations

from collections import Counter

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.exchange.gambit import quote, write_number

_KIND = ".efg"


def write_efg(game: ExtensiveGame) -> str:
    """Write a game tree as a ``.efg`` file.

    Information sets and outcomes are numbered as they first occur, and described
    each time.  Rationals are written exactly, payoffs in floats as the shortest
    decimal that reads back as the same float; probabilities in floats are written
    as fractions that sum to exactly 1, which the format demands.  Outcomes at no
    node are left out.  Raises :class:`UsageError` for formulas, and for labels
    that the format cannot express.

    >>> from deterrence import Decision, ExtensiveGame, Leaf
    >>> game = ExtensiveGame.from_tree(
    ...     ("A", "B"),
    ...     Decision("A", "start", {"wait": Leaf("peace"), "go": Decision("B", "reply", {
    ...         "yield": Leaf("gain"), "fight": Leaf("war")})}),
    ...     {"peace": (0, 1), "gain": (1, 0), "war": (-1, -1)})
    >>> from deterrence import write_efg
    >>> print(write_efg(game).splitlines()[0])
    EFG 2 R "game" { "A" "B" }
    """
    game.need_values("formulas for payoffs or probabilities, which a .efg file cannot hold")
    chances = game.sets
    if any(isinstance(p, float) for s in game.sets for p in s.chances):
        chances = game.to_exact().sets
    players = {p: k for k, p in enumerate(game.players, start=1)}
    count: Counter[str | None] = Counter()
    sets: dict[int, str] = {}
    outcomes: dict[str, str] = {}
    values = ", ".join(f"{name} = {value}" for name, value in game.values.items())
    lines = [
        f"EFG 2 R {quote(game.title or game.name, _KIND)} "
        f"{{ {' '.join(quote(p, _KIND) for p in game.players)} }}",
        quote(game.comment or values, _KIND),
        "",
    ]
    for node in game.nodes:
        words = ["t", quote(node.label, _KIND)]
        if node.set >= 0:
            s = game.sets[node.set]
            words[0] = "c" if s.player is None else "p"
            if s.player is not None:
                words.append(str(players[s.player]))
            if node.set not in sets:
                count[s.player] += 1
                moves = [quote(a, _KIND) for a in s.actions]
                for k, p in enumerate(chances[node.set].chances):
                    moves[k] += f" {write_number(p)}"
                described = f"{quote(s.label, _KIND)} {{ {' '.join(moves)} }}"
                sets[node.set] = f"{count[s.player]} {described}"
            words.append(sets[node.set])
        if node.outcome is None:
            words.append("0")
        else:
            if node.outcome not in outcomes:
                payoffs = ", ".join(map(write_number, game.outcomes[node.outcome]))
                outcomes[node.outcome] = (
                    f"{len(outcomes) + 1} {quote(node.outcome, _KIND)} {{ {payoffs} }}"
                )
            words.append(outcomes[node.outcome])
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"
