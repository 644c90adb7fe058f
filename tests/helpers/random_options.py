"""Random option forms, and what they mean worked out state by state from the definitions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

from deterrence.game.option_form import GIVEN_UP, TAKEN
from deterrence.modelfile.catalogue import read_model
from deterrence.modelfile.model import SymbolicModel

#: A truth of a pattern, which is a tuple with True for every option that is taken.
Truth = Callable[[Sequence[bool]], bool]


def statement(rnd: random.Random, names: Sequence[str], depth: int = 0) -> tuple[str, Truth]:
    """Return a statement with all its brackets, and what it says."""
    if depth > 2 or rnd.random() < 0.3:
        k = rnd.randrange(len(names))
        return names[k] if rnd.random() < 0.7 else str(k + 1), lambda taken: taken[k]
    text, first = statement(rnd, names, depth + 1)
    if rnd.random() < 0.25:
        return f"{rnd.choice(['not ', '!', '-'])}({text})", lambda taken: not first(taken)
    other, second = statement(rnd, names, depth + 1)
    op = rnd.choice(["and", "or", "if", "iff", "&", "|", "IF", "IFF"])
    meaning: dict[str, Truth] = {
        "and": lambda t: first(t) and second(t),
        "or": lambda t: first(t) or second(t),
        "if": lambda t: first(t) or not second(t),
        "iff": lambda t: first(t) == second(t),
    }
    said = meaning[{"&": "and", "|": "or"}.get(op, op.lower())]
    return f"({text} {op} {other})", said


class Case:
    """A file, the model in it, and its states, moves and wants, by brute force."""

    def __init__(self, rnd: random.Random, players: int = 4, options: int = 6) -> None:
        n = rnd.randint(1, players)
        k = rnd.randint(n, options)
        self.players = [f"P{i}" for i in range(n)]
        owners = sorted([*range(n), *(rnd.randrange(n) for _ in range(k - n))])
        self.owners, self.names = owners, [f"o{j}" for j in range(k)]
        # Some are tables.
        plain = rnd.random() < 0.4
        self.ways = [
            rnd.choice(["", "", "" if plain else TAKEN, "" if plain else GIVEN_UP])
            for _ in range(k)
        ]
        every = [t[::-1] for t in itertools.product((False, True), repeat=k)]
        while True:
            cannot = [statement(rnd, self.names, 1) for _ in range(rnd.randint(0, 1 - plain))]
            self.patterns = [p for p in every if not any(says(p) for _, says in cannot)]
            if self.patterns:
                break
        merged: list[tuple[str, Truth]] = []
        for _ in range(0 if plain else rnd.randint(0, 2)):
            text, says = statement(rnd, self.names, 1)
            inside = [p for p in self.patterns if says(p)]
            if inside and not any(m(p) for p in inside for _, m in merged):
                merged.append((text, says))
        groups: list[list[Any]] = [[p for p in self.patterns if says(p)] for _, says in merged]
        alone = [p for p in self.patterns if not any(p in g for g in groups)]
        self.states = [[p] for p in alone] + groups
        wants = [
            [statement(rnd, self.names, 1) for _ in range(rnd.randint(1, 5))] for _ in range(n)
        ]
        self.wants = [[says for _, says in own] for own in wants]
        lines = ["title: T", "form: options", f"players: [{', '.join(self.players)}]", "options:"]
        for i, player in enumerate(self.players):
            own = [
                f"{name}: {{title: {name}, irreversible: {way or 'no'}}}"
                for name, owner, way in zip(self.names, owners, self.ways, strict=True)
                if owner == i
            ]
            lines.append(f"  {player}: {{{', '.join(own)}}}")
        lines.append(f"infeasible: {[text for text, _ in cannot]}")
        if merged:
            told = ", ".join(f"m{j}: {{when: '{text}'}}" for j, (text, _) in enumerate(merged))
            lines.append(f"merged: {{{told}}}")
        lines.append("preferences:")
        for player, said in zip(self.players, wants, strict=True):
            lines.append(f"  {player}: {{statements: {[text for text, _ in said]}}}")
        self.text = "\n".join(lines).replace("infeasible: []\n", "")

    def model(self) -> SymbolicModel:
        """Return the model in the file."""
        return read_model(self.text, "random")

    def moves(self, player: int, state: int) -> list[int]:
        """Return where a player can go in one move."""
        found = set()
        for here, (number, group) in itertools.product(self.states[state], enumerate(self.states)):
            if number != state and any(self._can(player, here, there) for there in group):
                found.add(number)
        return sorted(found)

    def _can(self, player: int, here: Sequence[bool], there: Sequence[bool]) -> bool:
        for before, after, owner, way in zip(here, there, self.owners, self.ways, strict=True):
            if before != after and (
                owner != player or (way == TAKEN and before) or (way == GIVEN_UP and after)
            ):
                return False
        return True

    def key(self, player: int, state: int) -> tuple[bool, ...]:
        """Return what a player has of what she wants, the most important first."""
        return tuple(all(says(p) for p in self.states[state]) for says in self.wants[player])
