"""``deterrence show``: a game's payoffs as formulas and as numbers, before any solving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.options import command, format_option, game_arguments, output_options, warn
from deterrence.cli.output import check_output, deliver
from deterrence.cli.source import Source, load_game
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


@command()
@game_arguments
@click.option(
    "--symbolic/--values",
    default=None,
    help="Show the payoffs as formulas only, or as numbers only.",
)
@click.option("--dominance", is_flag=True, help="Eliminate dominated actions, step by step.")
@format_option("text", "json", "latex", "html", "nfg", "efg")
@output_options
def show(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    symbolic: bool | None,
    dominance: bool,
    form: str,
    output: str | None,
    force: bool,
) -> None:
    """Show the payoffs of GAME: what each combination of actions leads to.

    Best replies are marked at the values used. GAME is the name of a model that ships,
    a model file, a Gambit .nfg or .efg file, or - for standard input. Of a game tree the moves
    are shown; --format latex writes them for the package istgame, --format nfg the reduced
    strategic form, --format efg a Gambit file.
    """
    check_output(output, force=force, game=game)
    source = load_game(game, assignments, scenario, rungs)
    warn(source.warnings)
    if symbolic and source.model is None:
        raise UsageError(f"--symbolic: {game} has numbers, no formulas", remedy="leave it out")
    if not isinstance(source.game, StrategicGame):
        if dominance:
            raise UsageError(
                "--dominance is not for game trees",
                remedy="--format nfg writes the tree's strategic form, for which it is",
            )
        deliver(_Tree(source.game, source, symbolic).render(form), output, form)
        return
    if form == "efg":
        raise UsageError(f"--format efg is for game trees; {game} is none", remedy="use nfg")
    deliver(_Shown(source.game, source, symbolic, dominance).render(form), output, form)


class _Tree:
    """What is to be shown of a game tree."""

    def __init__(self, tree: ExtensiveGame, source: Source, symbolic: bool | None) -> None:
        self.tree, self.source = tree, source
        formulas = None if source.model is None else source.model.tree
        self.formulas = formulas if formulas is not None and formulas.is_symbolic else None
        large = len(tree.nodes) > MANY_NODES
        if symbolic is False or (symbolic is None and large):
            self.formulas = None
        self.hidden = symbolic is None and large and source.model is not None
        self.numbers = symbolic is not True

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
        from deterrence.words.markup import html_page, html_text

        trees = [t for t in (self.formulas, self.tree if self.numbers else None) if t is not None]
        values = ", ".join(
            f"{html_text(k)}&nbsp;=&nbsp;{html_text(v)}" for k, v in _items(self.tree)
        )
        told = f"<p>Values: {values}</p>" if values else ""
        return html_page(self.tree.title or self.tree.name, "".join(map(tree_html, trees)) + told)

    def latex(self) -> str:
        """Return the tree as a picture of the package istgame: with formulas, with numbers."""
        from deterrence.game.tree.drawing.istgame import tree_latex

        model = self.source.model
        symbols: dict[str, str] = {}
        titles: dict[str, str] = {}
        if model is not None:
            symbols = {p.name: p.symbol for p in model.parameters.values()}
            titles = {label: o.title for label, o in model.outcomes.items() if o.title}
        trees = [t for t in (self.formulas, self.tree if self.numbers else None) if t is not None]
        parts = [tree_latex(t, symbols=symbols, titles=titles) for t in trees]
        return "\n\n\\par\\medskip\n".join(parts)

    def text(self) -> str:
        from deterrence.game.tree.text import tree_text
        from deterrence.words.markup import wrap

        tree = self.tree
        lines = wrap(tree.title or tree.name)
        if self.formulas is not None:
            lines += ["", "Payoffs and probabilities as formulas", ""]
            lines.append(tree_text(self.formulas))
        if self.hidden:
            lines += ["", "(--symbolic shows the formulas)"]
        if self.numbers:
            heading = ["", "At the values below", ""] if self.formulas is not None else [""]
            lines += [*heading, tree_text(tree)]
        if tree.values:
            lines += ["", "Values", *_values_text(tree, self.source)]
        return "\n".join(lines)

    def json(self) -> str:
        import json

        from deterrence.game.tree.text import tree_dict

        found = tree_dict(self.tree)
        if self.tree.values:
            found["values"] = {name: _number(v) for name, v in _items(self.tree)}
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


def _values_text(game: StrategicGame | ExtensiveGame, source: Source) -> list[str]:
    """Return the values of a game's parameters, with what they mean."""
    from deterrence.words.markup import both, explained

    return explained([(name, both(v), _meaning(name, source)) for name, v in _items(game)])


def _meaning(name: str, source: Source) -> str:
    """Say what a parameter means and, unless it is the default, where its value is from."""
    title = "" if source.model is None else source.model.parameters[name].title
    origin = source.origins.get(name, "")
    return f"{title} ({origin})" if title and origin else title or origin


class _Shown:
    """What is to be shown of a game, in any format."""

    def __init__(
        self, game: StrategicGame, source: Source, symbolic: bool | None, dominance: bool
    ) -> None:
        self.game, self.source, self.model = game, source, source.model
        cells = len(self.game.payoffs[0])
        self.formulas: PayoffFormulas | None = None
        if self.model is not None and (
            symbolic or (symbolic is None and cells <= MANY_CELLS and self.model.parameters)
        ):
            self.formulas = self.model.payoff_expressions()
        self.numbers = symbolic is not True
        self.hidden = symbolic is None and cells > MANY_CELLS and self.model is not None
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
        return {
            "text": self.text,
            "json": self.json,
            "latex": self.latex,
            "html": self.html,
            "nfg": self.nfg,
        }[form]()

    def text(self) -> str:
        from deterrence.game.matrix_display import game_text
        from deterrence.words.markup import wrap

        game = self.game
        lines = wrap(game.title or game.name)
        if self.formulas is not None:
            lines += ["", "Payoffs as formulas", ""]
            lines.append(game_text(game, self.formulas, legend=not self.numbers))
        if self.hidden:
            lines += ["", "(--symbolic shows the payoffs as formulas)"]
        if self.numbers:
            heading = ["", "Payoffs at the values below", ""] if game.values else [""]
            lines += [*heading, game_text(game)]
        if game.values:
            lines += ["", "Values", *_values_text(game, self.source)]
        for title, elimination in self.eliminations:
            lines += ["", title]
            for line in str(elimination).splitlines():
                lines += wrap(line, first="  ", rest="    ")
        return "\n".join(lines)

    def html(self) -> str:
        from deterrence.game.matrix_display import game_html
        from deterrence.words.markup import html_page, html_text

        game = self.game
        title, parts = game.title or game.name, []
        if self.formulas is not None:
            named = game.replace(title=f"{title}: payoffs as formulas")
            parts.append(game_html(named, self.formulas))
        if self.numbers:
            parts.append(game_html(game.replace(title=f"{title}: payoffs at the values used")))
        if game.values:
            values = ", ".join(
                f"{html_text(k)}&nbsp;=&nbsp;{html_text(v)}" for k, v in _items(game)
            )
            parts.append(f"<p>Values: {values}</p>")
        for kind, elimination in self.eliminations:
            steps = "<br>".join(html_text(line) for line in str(elimination).splitlines())
            parts.append(f"<h2>{html_text(kind)}</h2><p>{steps}</p>")
        return html_page(title, "".join(parts))

    def latex(self) -> str:
        from deterrence.game.matrix_display import game_latex
        from deterrence.words.markup import latex_text

        symbols = {} if self.model is None else {p.name: p.symbol for p in self.parameters()}
        parts = []
        if self.formulas is not None:
            parts.append(game_latex(self.game, self.formulas, symbols=symbols))
        if self.numbers:
            parts.append(game_latex(self.game))
        for title, elimination in self.eliminations:
            steps = [latex_text(line) for line in str(elimination).splitlines()]
            parts.append("\n\n".join([rf"\textbf{{{latex_text(title)}}}", *steps]))
        return "\n\n\\par\\medskip\n".join(parts)

    def parameters(self) -> list[Any]:
        return [] if self.model is None else list(self.model.parameters.values())

    def nfg(self) -> str:
        from deterrence.modelfile.exchange.nfg import write_nfg

        return write_nfg(self.game)

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
            "values": {k: _number(v) for k, v in _items(game)},
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


def _items(game: Any) -> list[tuple[str, Any]]:
    return list(game.values.items())


def _number(value: Any) -> Any:
    return value if isinstance(value, float) else str(value)
