"""Trees with published values: Kuhn and Leduc poker, Dresher's inspections, repeated pennies."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf

PLAYERS = ("A", "B")


def zero_sum_tree(tree: Any, gains: dict[str, Any], name: str) -> ExtensiveGame:
    """Return a tree from what the first player gets at each outcome."""
    outcomes = {k: (Fraction(u), -Fraction(u)) for k, u in gains.items()}
    return ExtensiveGame.from_tree(PLAYERS, tree, outcomes, name=name)


def kuhn(cards: int = 3) -> ExtensiveGame:
    """Kuhn's poker (1950): ante 1, one bet of 1; the value is -1/18 with three cards."""
    gains: dict[str, int] = {}

    def end(gain: int) -> Leaf:
        gains[str(gain)] = gain
        return Leaf(str(gain))

    deals = {}
    for a in range(cards):
        for b in range(cards):
            if a == b:
                continue
            sign = 1 if a > b else -1
            answer = Decision("A", f"A {a} pb", {"fold": end(-1), "call": end(2 * sign)})
            passed = Decision("B", f"B {b} p", {"pass": end(sign), "bet": answer})
            bet = Decision("B", f"B {b} b", {"fold": end(1), "call": end(2 * sign)})
            move = Decision("A", f"A {a}", {"pass": passed, "bet": bet})
            deals[f"{a}{b}"] = (Fraction(1, cards * (cards - 1)), move)
    return zero_sum_tree(Chance(deals), gains, "kuhn")


def leduc() -> ExtensiveGame:
    """Leduc poker (Southey et al. 2005), three ranks of two suits: bets of 2, then 4, two a round.

    The value is -0.0856 to four places (published by several implementations).
    """
    gains: dict[str, int] = {}

    def end(gain: int) -> Leaf:
        gains[str(gain)] = gain
        return Leaf(str(gain))

    def betting(cards: tuple[int, int], board: int | None, paid: list[int], said: str) -> Any:
        """One round from its start: ``said`` is everything done so far, ``/`` between rounds."""
        size = 2 if board is None else 4

        def turn(player: int, paid: list[int], raises: int, said: str, checked: bool) -> Any:
            mine, theirs = paid[player], paid[1 - player]
            who = PLAYERS[player]
            seen = f"{cards[player]}{'' if board is None else board}"
            moves: dict[str, Any] = {}

            def after(kept: list[int], said: str) -> Any:
                return next_round(cards, board, kept, said)

            if mine < theirs:
                moves["fold"] = end((1 if player else -1) * mine)
                kept = [max(paid)] * 2
                moves["call"] = after(kept, said + "c")
            elif checked:
                moves["check"] = after(paid, said + "k")
            else:
                moves["check"] = turn(1 - player, paid, raises, said + "k", True)
            if raises < 2:
                more = list(paid)
                more[player] = max(paid) + size
                moves["raise"] = turn(1 - player, more, raises + 1, said + "r", False)
            return Decision(who, f"{who} {seen} {said}", moves)

        return turn(0, paid, 0, said, False)

    def next_round(cards: tuple[int, int], board: int | None, paid: list[int], said: str) -> Any:
        if board is not None:
            ranks = [2 * (card == board) + card / 10 for card in cards]
            return end(paid[0] * ((ranks[0] > ranks[1]) - (ranks[0] < ranks[1])))
        left = [2 - cards.count(rank) for rank in range(3)]
        draws = {
            str(rank): (Fraction(n, 4), betting(cards, rank, paid, said + "/"))
            for rank, n in enumerate(left)
            if n
        }
        return Chance(draws)

    deals = {}
    for a in range(3):
        for b in range(3):
            chance = Fraction(2 * (2 - (a == b)), 30)
            deals[f"{a}{b}"] = (chance, betting((a, b), None, [1, 1], ""))
    return zero_sum_tree(Chance(deals), gains, "leduc")


def inspection(periods: int, inspections: int) -> ExtensiveGame:
    """Dresher's game (1962): in which period to act, with few inspections; -1 if caught, 1 if not.

    Both see afterwards what the other did.
    """
    gains = {"caught": 1, "got away": -1, "never acted": 0}

    def stage(left: int, checks: int, told: str) -> Any:
        if not left:
            return Leaf("never acted")

        def violator(inspects: bool) -> Decision:
            after = stage(left - 1, checks - inspects, told + "ni"[inspects])
            end = Leaf("caught" if inspects else "got away")
            return Decision("B", f"B {told}", {"act": end, "wait": after})

        moves = {"no": violator(False)}
        if checks:
            moves["inspect"] = violator(True)
        return Decision("A", f"A {told}", moves)

    return zero_sum_tree(stage(periods, inspections, ""), gains, "inspection")


def inspection_value(periods: int, inspections: int) -> Fraction:
    """Return Dresher's value by his recursion, for the inspector."""
    if periods == 0:
        return Fraction(0)
    later = inspection_value(periods - 1, inspections)
    if not inspections:
        return min(Fraction(-1), later)
    caught = inspection_value(periods - 1, inspections - 1)
    # inspect: (1, caught); not: (-1, later), the violator acting or waiting.
    (a, b), (c, d) = (Fraction(1), caught), (Fraction(-1), later)
    low = max(min(a, b), min(c, d))
    high = min(max(a, c), max(b, d))
    return low if low == high else (a * d - b * c) / (a + d - b - c)


def pennies(rounds: int) -> ExtensiveGame:
    """Matching pennies again and again, everything seen after each round; worth 0."""
    gains: dict[str, int] = {}

    def stage(left: int, score: int, told: str) -> Any:
        if not left:
            gains[str(score)] = score
            return Leaf(str(score))

        def reply(mine: str) -> Decision:
            after = {
                b: stage(left - 1, score + (1 if mine == b else -1), told + mine + b) for b in "ht"
            }
            return Decision("B", f"B {told}", after)

        return Decision("A", f"A {told}", {a: reply(a) for a in "ht"})

    return zero_sum_tree(stage(rounds, 0, ""), gains, "pennies")


def kreps_wilson(entrants: int, strong: Fraction = Fraction(3, 20)) -> ExtensiveGame:
    """Selten's chain store with a doubt (Kreps and Wilson 1982), all that happened being seen.

    Out: 2 for the incumbent; in and acquiesced in: 1/2 for the entrant, 0; in and fought: -1/2
    and -1, which a strong incumbent likes better than to acquiesce.
    """
    players = ("Incumbent", *(f"Entrant{k}" for k in range(1, entrants + 1)))
    outcomes: dict[str, tuple[Fraction, ...]] = {}

    def stage(kind: str, told: str) -> Any:
        k = len(told)
        if k == entrants:
            label = f"{kind} {told}"
            fights = {"weak": -1, "strong": 1}[kind]
            own = sum({"o": 2, "a": 0, "f": fights}[c] for c in told)
            other = [{"o": Fraction(0), "a": Fraction(1, 2), "f": -Fraction(1, 2)}[c] for c in told]
            outcomes[label] = (Fraction(own), *other)
            return Leaf(label)
        reply = Decision("Incumbent", f"{kind} {told}", {
            "fight": stage(kind, told + "f"), "acquiesce": stage(kind, told + "a"),
        })  # fmt: skip
        moves = {"out": stage(kind, told + "o"), "in": reply}
        return Decision(f"Entrant{k + 1}", f"{k + 1} {told}", moves)

    nature = Chance(
        {"weak": (1 - strong, stage("weak", "")), "strong": (strong, stage("strong", ""))}
    )
    return ExtensiveGame.from_tree(players, nature, outcomes, name="chain store")
