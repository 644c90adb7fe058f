"""``deterrence show``: a game's payoffs as formulas and as numbers, before any solving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.options import format_option, game_arguments, output_option, warn
from deterrence.cli.output import check_output, deliver
from deterrence.cli.source import Source, load_game
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.game.display import Formulas
    from deterrence.game.dominance import Elimination
    from deterrence.game.extensive import ExtensiveGame

#: With more cells than this, formulas are shown only when they are asked for.
MANY_CELLS = 12


@click.command()
@game_arguments
@click.option(
    "--symbolic/--values",
    default=None,
    help="Show the payoffs as formulas only, or as numbers only.",
)
@click.option("--dominance", is_flag=True, help="Eliminate dominated actions, step by step.")
@format_option("table", "json", "latex", "html", "nfg", "efg")
@output_option
def show(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    symbolic: bool | None,
    dominance: bool,
    form: str,
    output: str | None,
) -> None:
    """Show the payoffs of GAME: what each combination of actions leads to.

    Best replies are marked at the values used. GAME is the name of a model that ships,
    a model file, a Gambit .nfg or .efg file, or - for standard input. Of a game tree (.efg)
    the moves are shown; --format nfg writes its reduced strategic form.
    """
    check_output(output)
    source = load_game(game, assignments, scenario, rungs)
    if not isinstance(source, Source):
        deliver(_tree(source, symbolic, dominance, form), output)
        return
    warn(source.warnings)
    if form == "efg":
        raise UsageError(f"--format efg is for game trees; {game} is none", remedy="use nfg")
    if symbolic and source.model is None:
        raise UsageError(f"--symbolic: {game} has numbers, no formulas", remedy="leave it out")
    deliver(_Shown(source, symbolic, dominance).render(form), output)


def _tree(tree: ExtensiveGame, symbolic: bool | None, dominance: bool, form: str) -> str:
    """Return a game tree in one of the formats."""
    if symbolic:
        raise UsageError("--symbolic: the tree has numbers, no formulas", remedy="leave it out")
    if dominance or form in ("latex", "html"):
        option = "--dominance" if dominance else f"--format {form}"
        raise UsageError(
            f"{option} is not for game trees",
            remedy="--format nfg writes the tree's strategic form, for which it is",
        )
    from deterrence.game import tree_text
    from deterrence.game.markup import plain

    if form == "json":
        import json

        return json.dumps(tree_text.tree_dict(tree), indent=2)
    if form == "efg":
        from deterrence.modelfile.efg import write_efg

        return write_efg(tree)
    if form == "nfg":
        from deterrence.modelfile.nfg import write_nfg

        return write_nfg(tree.strategic_form())
    return "\n".join([plain(tree.title or tree.name), "", tree_text.tree_text(tree)])


class _Shown:
    """What is to be shown of a game, in any format."""

    def __init__(self, source: Source, symbolic: bool | None, dominance: bool) -> None:
        self.game, self.model, self.origins = source.game, source.model, source.origins
        cells = len(self.game.payoffs[0])
        self.formulas: Formulas | None = None
        if self.model is not None and (
            symbolic or (symbolic is None and cells <= MANY_CELLS and self.model.parameters)
        ):
            self.formulas = self.model.payoff_expressions()
        self.numbers = symbolic is not True
        self.hidden = symbolic is None and cells > MANY_CELLS and self.model is not None
        self.eliminations = self._eliminate() if dominance else ()

    def _eliminate(self) -> tuple[tuple[str, Elimination], ...]:
        from deterrence.game.dominance import iterated_elimination

        strict = iterated_elimination(self.game, strict=True)
        weak = iterated_elimination(self.game, strict=False)
        # Where weak dominance eliminates nothing more, it has nothing to add.
        more = len(weak.steps) > len(strict.steps)
        named = [("Iterated strict dominance", strict)]
        return (*named, ("Iterated weak dominance", weak)) if more else tuple(named)

    def render(self, form: str) -> str:
        return {
            "table": self.table,
            "json": self.json,
            "latex": self.latex,
            "html": self.html,
            "nfg": self.nfg,
        }[form]()

    def table(self) -> str:
        from deterrence.game.display import game_text
        from deterrence.game.markup import both, explained, wrap

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
            lines += ["", "Values"]
            lines += explained([(name, both(v), self.meaning(name)) for name, v in _items(game)])
        for title, elimination in self.eliminations:
            lines += ["", title]
            for line in str(elimination).splitlines():
                lines += wrap(line, first="  ", rest="    ")
        return "\n".join(lines)

    def html(self) -> str:
        from deterrence.game.display import game_html
        from deterrence.game.markup import html_page, html_text

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
        from deterrence.game.display import game_latex
        from deterrence.game.markup import latex_text

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

    def meaning(self, name: str) -> str:
        """Say what a parameter means and, unless it is the default, where its value is from."""
        title = "" if self.model is None else self.model.parameters[name].title
        origin = self.origins.get(name, "")
        return f"{title} ({origin})" if title and origin else title or origin

    def parameters(self) -> list[Any]:
        return [] if self.model is None else list(self.model.parameters.values())

    def nfg(self) -> str:
        from deterrence.modelfile.nfg import write_nfg

        return write_nfg(self.game)

    def json(self) -> str:
        import json

        from deterrence.game.display import best_replies

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

    def by_player(self, rows: Formulas) -> list[tuple[str, Any]]:
        return list(zip(self.game.players, rows, strict=True))


def _items(game: Any) -> list[tuple[str, Any]]:
    return list(game.values.items())


def _number(value: Any) -> Any:
    return value if isinstance(value, float) else str(value)
