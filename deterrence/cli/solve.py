"""``deterrence solve``: the equilibria of a game, with their certificates."""

from __future__ import annotations

import json
from typing import get_args

import click

from deterrence.cli.options import (
    command,
    format_option,
    game_arguments,
    long_options,
    option,
    output_options,
    warn,
)
from deterrence.cli.output import check_output, deliver
from deterrence.cli.progress import Progress
from deterrence.cli.source import load_game
from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.solvers import CONCEPTS, SOLVERS, Solution
from deterrence.solvers import solve as solve_game
from deterrence.solvers.tree_solution import TreeConcept
from deterrence.solvers.trees.concepts import default_concept

_EPILOG = (
    "GAME is the name of a model that ships (see `deterrence models`), a model file, "
    "a Gambit .nfg or .efg file, or - for standard input. In degenerate games the extreme "
    "equilibria are listed, and the sets that they span.\n\n"
    "Concepts for matrices are nash (the default), zero-sum and correlated. Those for game trees "
    "are nash (the default for .efg files), spe (subgame-perfect; the default for models with "
    "perfect information), weak-pbe, pbe (perfect Bayesian; the default for other models), "
    "sequential and zero-sum."
)
_TREE_CONCEPTS: tuple[str, ...] = get_args(TreeConcept)


@command(epilog=_EPILOG)
@game_arguments
@click.option(
    "--solver", type=click.Choice(list(SOLVERS)), default="auto", show_default=True,
    metavar="NAME", help=f"Which solver finds the equilibria: {', '.join(SOLVERS)}.",
)  # fmt: skip
@option("concept", show_default="see below")
@click.option(
    "--objective", metavar="TEXT",
    help="For correlated equilibria: what to make best, such as 'max welfare' or 'min war'.",
)  # fmt: skip
@long_options()
@format_option("text", "json", "csv", "latex", "html")
@output_options
def solve(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    solver: str,
    concept: str | None,
    objective: str | None,
    time_limit: float,
    quiet: bool,
    form: str,
    output: str | None,
    force: bool,
) -> int:
    """Find the equilibria of GAME.

    Every equilibrium comes with its certificate: the regret, recomputed exactly
    from the payoffs, is 0. The answer says whether it is proven complete.
    """
    check_output(output, force=force, game=game)
    source = load_game(game, assignments, scenario, rungs)
    warn(source.warnings)
    tree = source.game
    if isinstance(tree, ExtensiveGame):
        chosen = concept or ("nash" if source.model is None else default_concept(tree))
        return _solve_tree(tree, solver, chosen, objective, time_limit, quiet, form, output)
    if concept is not None and concept not in CONCEPTS:
        raise UsageError(
            f"{game} is no game tree: --concept {concept} is for trees",
            remedy="leave --concept out; a matrix has Nash equilibria",
        )
    with Progress(quiet, limit=time_limit, stage="solving"):
        solution = solve_game(
            tree, solver, concept=concept or "nash", time_limit=time_limit, objective=objective
        )
    deliver(render(solution, form), output, form)
    return _verdict(solution, form, output)


def _solve_tree(
    tree: ExtensiveGame,
    solver: str,
    concept: str,
    objective: str | None,
    time_limit: float,
    quiet: bool,
    form: str,
    output: str | None,
) -> int:
    """Solve a game tree; its concepts, solver and formats are fewer than a matrix's."""
    remedy = "`deterrence show FILE --format nfg` writes the tree's strategic form, which can be"
    for spelling, value, able in (
        ("--concept", concept, _TREE_CONCEPTS),
        ("--solver", solver, ("auto", "exact")),
        ("--format", form, ("text", "json")),
    ):
        if value not in able:
            raise UsageError(
                f"{spelling} {value} is not for game trees; these are: {', '.join(able)}",
                remedy=remedy,
            )
    if objective is not None:
        raise UsageError("--objective is for correlated equilibria, not for game trees")
    from deterrence.solvers import solve_tree
    from deterrence.solvers.display.tree_text import status_line, tree_solution_text

    with Progress(quiet, limit=time_limit, stage="solving"):
        solution = solve_tree(tree, concept, time_limit=time_limit)
    text = (
        json.dumps(solution.to_dict(), indent=2) if form == "json" else tree_solution_text(solution)
    )
    deliver(text, output)
    if solution.interrupted:
        click.echo(f"Interrupted: {len(solution)} equilibria were found until then.", err=True)
        return 130
    if solution.status == "complete":
        return 0
    if form != "text" or output not in (None, "-"):
        warn((status_line(solution), *solution.messages))
    return 4


def render(solution: Solution, form: str) -> str:
    """Return the solution in one of the formats."""
    if form == "json":
        return json.dumps(solution.to_dict(), indent=2, allow_nan=True)
    from deterrence.solvers.display import formats as display

    if form == "csv":
        return display.solution_csv(solution)
    if form == "latex":
        return display.solution_latex(solution)
    if form == "html":
        from deterrence.words.markup import html_page

        title = solution.game.title or solution.game.name
        return html_page(title, display.solution_html(solution))
    return display.solution_text(solution)


def _verdict(solution: Solution, form: str, output: str | None) -> int:
    """Return the exit code; say on standard error what the output does not say, or not first."""
    where = "above" if output in (None, "-") else f"in {output}"
    if solution.interrupted:
        from deterrence.words.markup import plain

        found = f"Interrupted: {len(solution)} equilibria were found until then, {where}."
        click.echo(plain(found), err=True)
        return 130
    if solution.status == "complete":
        return 0
    if form != "text" or output not in (None, "-"):
        from deterrence.solvers.display.words import status_line

        warn((status_line(solution), *solution.messages))
    return 4
