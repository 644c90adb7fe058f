"""What ``deterrence show`` tells of a game before any solving: formulas, numbers, values.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("chicken")
>>> print(game_sheet(model.at(), model).document().text().splitlines()[0])
Chicken (Hawk-Dove)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.dominance import EliminationTrace, iterated_elimination
from deterrence.game.matrix_display import PayoffFormulas, best_replies, payoff_table
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.text import tree_dict
from deterrence.game.tree.tree_document import tree_figure, tree_notes
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Heading,
    Inline,
    Matrix,
    Paragraph,
    Table,
)
from deterrence.words.markup import both
from deterrence.words.sentences import capital
from deterrence.words.shown import Shown, shows

#: With more cells than this, formulas are shown only when they are asked for.
MANY_CELLS = 12
#: So many nodes of a tree are still readable twice.
MANY_NODES = 60


@dataclass(frozen=True, repr=False)
class GameSheet(Shown):
    """A game as it is shown: with formulas, with numbers, or with both.

    ``symbolic`` is true for formulas only, false for numbers only; ``origins`` says of values
    that are no defaults where they come from; ``dominance`` eliminates dominated actions of a
    matrix.
    """

    game: StrategicGame | ExtensiveGame
    model: SymbolicModel | None = None
    symbolic: bool | None = None
    dominance: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the game is called."""
        return self.game.title or self.game.name

    @property
    def typeset(self) -> dict[str, str]:
        """How parameters are typeset, by name."""
        return {} if self.model is None else self.model.typeset

    def sheet(self) -> _Matrix | _Tree:
        """Return what knows the form of the game."""
        if isinstance(self.game, ExtensiveGame):
            return _Tree(self, self.game)
        return _Matrix(self, self.game)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        data, remarks = self.sheet().data(), self.game.remarks
        return {**data, "messages": list(remarks)} if remarks else data


def game_sheet(
    game: StrategicGame | ExtensiveGame,
    model: SymbolicModel | None = None,
    *,
    symbolic: bool | None = None,
    dominance: bool = False,
    origins: Mapping[str, str] | None = None,
) -> GameSheet:
    """Return what is to be shown of a game; see :class:`GameSheet`."""
    return GameSheet(game, model, symbolic, dominance, origins or {})


def sheet_document(sheet: GameSheet, full: bool) -> Document:
    """Return the document; formulas of large games stand in the full one."""
    blocks = [Heading(sheet.title, 1), *sheet.sheet().blocks(full)]
    return Document(sheet.title, tuple(blocks), sheet.typeset)


shows(GameSheet, sheet_document)


class _Sheet:
    """What matrices and trees have in common."""

    #: The heading of formulas, the heading of numbers, and what is not shown unasked.
    words: tuple[str, str, str]

    def __init__(self, sheet: GameSheet, large: bool, symbolic: bool) -> None:
        self.sheet = sheet
        self.values = list(sheet.game.values.items())
        self.numbers = sheet.symbolic is not True
        #: Whether there are formulas that may be shown, and whether they are only if asked for.
        self.has_formulas = symbolic and sheet.symbolic is not False
        self.large = large and sheet.symbolic is None

    def blocks(self, full: bool) -> Iterator[Block]:
        """Yield the formulas, the numbers and the values."""
        as_formulas, at_values, unasked = self.words
        formulas = self.has_formulas and (full or not self.large)
        if formulas:
            yield Heading(as_formulas)
            yield from self.formulas()
        elif self.has_formulas:
            yield Paragraph((f"(`--full` or `--symbolic` shows {unasked})",))
        if self.numbers:
            if formulas or self.values:
                yield Heading(at_values)
            yield from self.at_values()
        if self.values:
            rows = [
                ((Expression.name(name),), (both(v),), self.meaning(name))
                for name, v in self.values
            ]
            yield Table(("", "", ""), tuple(rows), caption=("Values",))
        for remark in self.sheet.game.remarks:
            yield Paragraph((f"{capital(remark)}.",))

    def formulas(self) -> Iterator[Block]:
        """Yield the game with formulas."""
        raise NotImplementedError

    def at_values(self) -> Iterator[Block]:
        """Yield the game with numbers."""
        raise NotImplementedError

    def meaning(self, name: str) -> Inline:
        """Say what a parameter means and, unless it is the default, where its value is from."""
        model = self.sheet.model
        parameter = None if model is None else model.parameters[name]
        title = "" if parameter is None else parameter.title
        origin: Inline = (self.sheet.origins.get(name, ""),)
        if parameter is not None and origin == (f"= {parameter.formula}",):
            origin = ("= ", parameter.formula or "")
        if not title:
            return origin
        return (f"{title} (", *origin, ")") if any(origin) else (title,)


class _Tree(_Sheet):
    """What is shown of a game tree."""

    words = ("Payoffs and probabilities as formulas", "At the values below", "the formulas")

    def __init__(self, sheet: GameSheet, tree: ExtensiveGame) -> None:
        found = None if sheet.model is None else sheet.model.tree
        self.symbolic = found if found is not None and found.is_symbolic else None
        super().__init__(sheet, len(tree.nodes) > MANY_NODES, self.symbolic is not None)
        self.tree = tree

    def formulas(self) -> Iterator[Block]:
        assert self.symbolic is not None
        yield self.figure(self.symbolic)
        if not self.numbers:
            yield from tree_notes(self.tree)

    def at_values(self) -> Iterator[Block]:
        yield self.figure(self.tree)
        yield from tree_notes(self.tree)

    def figure(self, tree: ExtensiveGame) -> Block:
        return tree_figure(tree, symbols=self.sheet.typeset, titles=tree.titles)

    def data(self) -> dict[str, Any]:
        found = tree_dict(self.tree)
        if self.tree.groups:
            found["groups"] = dict(self.tree.groups)
        if self.values:
            found["values"] = {name: _number(v) for name, v in self.values}
        if self.has_formulas:
            assert self.symbolic is not None
            symbolic = tree_dict(self.symbolic)
            found["formulas"] = {
                "outcomes": symbolic["outcomes"],
                "probabilities": {
                    label: s["probabilities"]
                    for label, s in symbolic["information_sets"].items()
                    if "probabilities" in s
                },
            }
        return found


class _Matrix(_Sheet):
    """What is shown of a matrix."""

    words = ("Payoffs as formulas", "Payoffs at the values below", "the payoffs as formulas")

    def __init__(self, sheet: GameSheet, game: StrategicGame) -> None:
        model = sheet.model
        symbolic = model is not None and (bool(model.parameters) or sheet.symbolic is True)
        super().__init__(sheet, len(game.payoffs[0]) > MANY_CELLS, symbolic)
        self.game, self.model = game, model

    def blocks(self, full: bool) -> Iterator[Block]:
        yield from super().blocks(full)
        for title, elimination in self.eliminations():
            yield Heading(title)
            yield Bullets(tuple((line,) for line in str(elimination).splitlines()))

    def formulas(self) -> Iterator[Block]:
        table = payoff_table(self.game, self.expressions())
        yield Matrix(table, legend=not self.numbers)

    def at_values(self) -> Iterator[Block]:
        yield Matrix(payoff_table(self.game))

    def expressions(self) -> PayoffFormulas:
        assert self.model is not None
        return self.model.payoff_expressions()

    def eliminations(self) -> list[tuple[str, EliminationTrace]]:
        if not self.sheet.dominance:
            return []
        strict = iterated_elimination(self.game, strict=True)
        weak = iterated_elimination(self.game, strict=False)
        # Where weak dominance eliminates nothing more, it has nothing to add.
        more = len(weak.steps) > len(strict.steps)
        named = [("Iterated strict dominance", strict)]
        return [*named, ("Iterated weak dominance", weak)] if more else named

    def data(self) -> dict[str, Any]:
        game = self.game
        marks = best_replies(game)
        formulas = self.expressions() if self.has_formulas else None
        cells = []
        for number, choice in enumerate(game.cells()):
            cell: dict[str, Any] = {
                "actions": {p: game.actions[i][choice[i]] for i, p in enumerate(game.players)},
                "outcomes": {k: _number(p) for k, p in game.cell_outcomes()[number]},
                "payoffs": {p: _number(u[number]) for p, u in self.by_player(game.payoffs)},
            }
            if formulas is not None:
                cell["formulas"] = {p: str(u[number]) for p, u in self.by_player(formulas)}
                cell["chances"] = self.chances(number)
            best = zip(game.players, marks[number], strict=True)
            cell["best_replies"] = [p for p, is_best in best if is_best]
            cells.append(cell)
        result: dict[str, Any] = {
            "schema": 1,
            "game": game.name,
            "title": game.title,
            "form": "strategic",
            "players": list(game.players),
            "actions": {p: list(a) for p, a in zip(game.players, game.actions, strict=True)},
            "values": {k: _number(v) for k, v in self.values},
            "cells": cells,
        }
        if self.sheet.dominance:
            result["dominance"] = [_elimination(e) for _, e in self.eliminations()]
        return result

    def chances(self, number: int) -> dict[str, str]:
        """Return the probabilities of outcomes in a cell as formulas."""
        assert self.sheet.model is not None
        return {o: str(e) for o, e in self.sheet.model.cells[number].lottery}

    def by_player(self, rows: PayoffFormulas) -> list[tuple[str, Any]]:
        return list(zip(self.game.players, rows, strict=True))


def _elimination(found: EliminationTrace) -> dict[str, Any]:
    game = found.reduced_game
    return {
        "strict": found.strict,
        "steps": [
            {
                "round": s.round,
                "player": s.player,
                "action": s.action,
                "by": {a: str(p) for a, p in s.by.items()},
                "strict": s.strict,
                "because": [list(pair) for pair in s.because],
            }
            for s in found.steps
        ],
        "remaining": {p: list(a) for p, a in zip(game.players, game.actions, strict=True)},
    }


def _number(value: Any) -> Any:
    return value if isinstance(value, float) else str(value)
