"""``deterrence show``: a game's payoffs as formulas and as numbers, before any solving."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.options import command, game_arguments, result_options
from deterrence.cli.output import ResultChoice, warn
from deterrence.cli.source import GameChoice, Source, load_game
from deterrence.errors import UsageError
from deterrence.game.strategic import StrategicGame

if TYPE_CHECKING:
    from deterrence.game.dominance import EliminationTrace
    from deterrence.game.matrix_display import PayoffFormulas
    from deterrence.game.tree.extensive import ExtensiveGame

#: With more cells than this, formulas are shown only when they are asked for.
MANY_CELLS = 12
#: So many nodes of a tree are still readable twice.
MANY_NODES = 60
#: Between two pieces of LaTeX.
_MEDSKIP = "\n\n\\par\\medskip\n"


@command()
@game_arguments
@click.option(
    "--symbolic/--values",
    default=None,
    help="Show the payoffs as formulas only, or as numbers only.",
)
@click.option("--dominance", is_flag=True, help="Eliminate dominated actions, step by step.")
@result_options("text", "json", "latex", "html", "nfg", "efg")
def show(
    game: GameChoice,
    symbolic: bool | None,
    dominance: bool,
    result: ResultChoice,
) -> None:
    """Show the payoffs of GAME: what each combination of actions leads to.

    Best replies are marked at the values used. GAME is the name of a model that ships,
    a model file, a Gambit .nfg or .efg file, or - for standard input. Of a game tree the moves
    are shown; --format latex writes them for the package istgame, --format nfg the reduced
    strategic form, --format efg a Gambit file.
    """
    result.check(game.name)
    source = load_game(game)
    warn(source.warnings)
    if symbolic and source.model is None:
        raise UsageError(f"--symbolic: {game.name} has numbers, no formulas", remedy="leave it out")
    if not isinstance(source.game, StrategicGame):
        if dominance:
            raise UsageError(
                "--dominance is not for game trees",
                remedy="--format nfg writes the tree's strategic form, for which it is",
            )
        result.deliver(_Tree(source.game, source, symbolic).render(result.form))
        return
    if result.form == "efg":
        raise UsageError(f"--format efg is for game trees; {game.name} is none", remedy="use nfg")
    result.deliver(_Matrix(source.game, source, symbolic, dominance).render(result.form))


class _Shown:
    """What is to be shown of a game, in any format."""

    #: The heading of formulas, the heading of numbers, and what is not shown unasked.
    words: tuple[str, str, str]

    def __init__(
        self,
        game: StrategicGame | ExtensiveGame,
        source: Source,
        symbolic: bool | None,
        large: bool,
    ) -> None:
        self.source, self.model = source, source.model
        self.title, self.values = game.title or game.name, list(game.values.items())
        self.numbers = symbolic is not True
        self.hidden = symbolic is None and large and source.model is not None

    def lines(self, formulas: str | None, numbers: Callable[[], str], *, headed: bool) -> list[str]:
        """Return the game as text: formulas, numbers under a heading or not, and values."""
        from deterrence.words.markup import both, explained, wrap

        as_formulas, at_values, unasked = self.words
        lines = wrap(self.title)
        if formulas is not None:
            lines += ["", as_formulas, "", formulas]
        if self.hidden:
            lines += ["", f"(--symbolic shows {unasked})"]
        if self.numbers:
            lines += [*(["", at_values] if headed else []), "", numbers()]
        if self.values:
            meant = [(name, both(v), _meaning(name, self.source)) for name, v in self.values]
            lines += ["", "Values", *explained(meant)]
        return lines

    def values_html(self) -> str:
        """Return the values of the game's parameters as a paragraph."""
        from deterrence.words.markup import html_text

        told = ", ".join(f"{html_text(k)}&nbsp;=&nbsp;{html_text(v)}" for k, v in self.values)
        return f"<p>Values: {told}</p>" if told else ""


class _Tree(_Shown):
    """What is to be shown of a game tree."""

    words = ("Payoffs and probabilities as formulas", "At the values below", "the formulas")

    def __init__(self, tree: ExtensiveGame, source: Source, symbolic: bool | None) -> None:
        large = len(tree.nodes) > MANY_NODES
        super().__init__(tree, source, symbolic, large)
        self.tree = tree
        formulas = None if source.model is None else source.model.tree
        self.formulas = formulas if formulas is not None and formulas.is_symbolic else None
        if symbolic is False or (symbolic is None and large):
            self.formulas = None
        shown = (self.formulas, tree if self.numbers else None)
        #: With formulas, with numbers.
        self.trees = [one for one in shown if one is not None]

    def render(self, form: str) -> str:
        if form == "json":
            return self.json()
        if form == "efg":
            from deterrence.modelfile.exchange.efg import write_efg

            return write_efg(self.tree)
        if form == "nfg":
            from deterrence.modelfile.exchange.nfg import write_nfg

            return write_nfg(self.tree.strategic_form())
        return {"latex": self.latex, "html": self.html}.get(form, self.text)()

    def html(self) -> str:
        """Return the tree as a web page: with formulas, with numbers."""
        from deterrence.game.tree.text import tree_html
        from deterrence.words.markup import html_page

        return html_page(self.title, "".join(map(tree_html, self.trees)) + self.values_html())

    def latex(self) -> str:
        """Return the tree as a picture of the package istgame: with formulas, with numbers."""
        from deterrence.game.tree.drawing.istgame import tree_latex

        model = self.model
        symbols: dict[str, str] = {}
        titles: dict[str, str] = {}
        if model is not None:
            symbols = {p.name: p.symbol for p in model.parameters.values()}
            titles = {label: o.title for label, o in model.outcomes.items() if o.title}
        return _MEDSKIP.join(tree_latex(t, symbols=symbols, titles=titles) for t in self.trees)

    def text(self) -> str:
        from deterrence.game.tree.text import tree_text

        formulas = None if self.formulas is None else tree_text(self.formulas)
        headed = formulas is not None
        return "\n".join(self.lines(formulas, lambda: tree_text(self.tree), headed=headed))

    def json(self) -> str:
        import json

        from deterrence.game.tree.text import tree_dict

        found = tree_dict(self.tree)
        if self.values:
            found["values"] = {name: _number(v) for name, v in self.values}
        if self.formulas is not None:
            symbolic = tree_dict(self.formulas)
            found["formulas"] = {
                "outcomes": symbolic["outcomes"],
                "probabilities": {
                    label: s["probabilities"]
                    for label, s in symbolic["information_sets"].items()
                    if "probabilities" in s
                },
            }
        return json.dumps(found, indent=2)


def _meaning(name: str, source: Source) -> str:
    """Say what a parameter means and, unless it is the default, where its value is from."""
    title = "" if source.model is None else source.model.parameters[name].title
    origin = source.origins.get(name, "")
    return f"{title} ({origin})" if title and origin else title or origin


class _Matrix(_Shown):
    """What is to be shown of a matrix."""

    words = ("Payoffs as formulas", "Payoffs at the values below", "the payoffs as formulas")

    def __init__(
        self, game: StrategicGame, source: Source, symbolic: bool | None, dominance: bool
    ) -> None:
        cells = len(game.payoffs[0])
        super().__init__(game, source, symbolic, cells > MANY_CELLS)
        self.game = game
        self.formulas: PayoffFormulas | None = None
        if self.model is not None and (
            symbolic or (symbolic is None and cells <= MANY_CELLS and self.model.parameters)
        ):
            self.formulas = self.model.payoff_expressions()
        self.eliminations = self._eliminate() if dominance else ()

    def _eliminate(self) -> tuple[tuple[str, EliminationTrace], ...]:
        from deterrence.game.dominance import iterated_elimination

        strict = iterated_elimination(self.game, strict=True)
        weak = iterated_elimination(self.game, strict=False)
        # Where weak dominance eliminates nothing more, it has nothing to add.
        more = len(weak.steps) > len(strict.steps)
        named = [("Iterated strict dominance", strict)]
        return (*named, ("Iterated weak dominance", weak)) if more else tuple(named)

    def render(self, form: str) -> str:
        if form == "nfg":
            from deterrence.modelfile.exchange.nfg import write_nfg

            return write_nfg(self.game)
        return {"json": self.json, "latex": self.latex, "html": self.html}.get(form, self.text)()

    def text(self) -> str:
        from deterrence.game.matrix_display import game_text
        from deterrence.words.markup import wrap

        game, formulas = self.game, None
        if self.formulas is not None:
            formulas = game_text(game, self.formulas, legend=not self.numbers)
        lines = self.lines(formulas, lambda: game_text(game), headed=bool(self.values))
        for title, elimination in self.eliminations:
            lines += ["", title]
            for line in str(elimination).splitlines():
                lines += wrap(line, first="  ", rest="    ")
        return "\n".join(lines)

    def html(self) -> str:
        from deterrence.game.matrix_display import game_html
        from deterrence.words.markup import html_page, html_text

        game, title = self.game, self.title
        parts = []
        if self.formulas is not None:
            named = game.replace(title=f"{title}: payoffs as formulas")
            parts.append(game_html(named, self.formulas))
        if self.numbers:
            parts.append(game_html(game.replace(title=f"{title}: payoffs at the values used")))
        parts.append(self.values_html())
        for kind, elimination in self.eliminations:
            steps = "<br>".join(html_text(line) for line in str(elimination).splitlines())
            parts.append(f"<h2>{html_text(kind)}</h2><p>{steps}</p>")
        return html_page(title, "".join(parts))

    def latex(self) -> str:
        from deterrence.game.matrix_display import game_latex
        from deterrence.words.markup import latex_text

        parameters = {} if self.model is None else self.model.parameters
        symbols = {p.name: p.symbol for p in parameters.values()}
        parts = []
        if self.formulas is not None:
            parts.append(game_latex(self.game, self.formulas, symbols=symbols))
        if self.numbers:
            parts.append(game_latex(self.game))
        for title, elimination in self.eliminations:
            steps = [latex_text(line) for line in str(elimination).splitlines()]
            parts.append("\n\n".join([rf"\textbf{{{latex_text(title)}}}", *steps]))
        return _MEDSKIP.join(parts)

    def json(self) -> str:
        import json

        from deterrence.game.matrix_display import best_replies

        game = self.game
        marks = best_replies(game)
        cells = []
        for number, choice in enumerate(game.cells()):
            cell: dict[str, Any] = {
                "actions": {p: game.actions[i][choice[i]] for i, p in enumerate(game.players)},
                "outcomes": {k: _number(p) for k, p in game.cell_outcomes()[number]},
                "payoffs": {p: _number(u[number]) for p, u in self.by_player(game.payoffs)},
            }
            if self.formulas is not None:
                cell["formulas"] = {p: str(u[number]) for p, u in self.by_player(self.formulas)}
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
        if self.eliminations:
            result["dominance"] = [
                {
                    "strict": e.strict,
                    "steps": [
                        {
                            "round": s.round,
                            "player": s.player,
                            "action": s.action,
                            "by": {a: str(p) for a, p in s.by.items()},
                            "strict": s.strict,
                            "because": [list(pair) for pair in s.because],
                        }
                        for s in e.steps
                    ],
                    "remaining": {
                        p: list(a)
                        for p, a in zip(e.reduced_game.players, e.reduced_game.actions, strict=True)
                    },
                }
                for _, e in self.eliminations
            ]
        return json.dumps(result, indent=2)

    def by_player(self, rows: PayoffFormulas) -> list[tuple[str, Any]]:
        return list(zip(self.game.players, rows, strict=True))


def _number(value: Any) -> Any:
    return value if isinstance(value, float) else str(value)
