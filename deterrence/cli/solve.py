"""``deterrence solve``: the equilibria of a game, with their certificates."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import click

from deterrence.cli.options import (
    command,
    long_options,
    number_arguments,
    option,
    told_options,
)
from deterrence.cli.output import ResultChoice, warn, write_file
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_game
from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.solvers import CONCEPTS, SOLVERS, Solution, solve_game_tree
from deterrence.solvers import solve as solve_game
from deterrence.solvers import usual as usual_concept
from deterrence.solvers.properness import DECIDED, refined
from deterrence.solvers.tree_solution import TreeConcept, TreeSolution
from deterrence.solvers.trees.concepts import default_concept

_EPILOG = (
    "GAME is the name of a model that ships (see `deterrence models`), a model file, "
    "a Gambit .nfg or .efg file, a table of payoffs (.csv, .tsv, .xlsx, .ods), or - for standard "
    "input. In degenerate games the extreme equilibria are listed, and the sets that they "
    "span.\n\n"
    "Concepts for matrices are nash (the default, unless the model names another one), zero-sum "
    "and correlated. Those for game trees "
    "are nash (the default for .efg files, and where a player forgets), spe (subgame-perfect; "
    "the default for models with perfect information), weak-pbe, pbe (perfect Bayesian; the "
    "default for other models), sequential and zero-sum."
)
_TREE_CONCEPTS: tuple[str, ...] = get_args(TreeConcept)


@command(epilog=_EPILOG)
@number_arguments
@click.option(
    "--solver", type=click.Choice(list(SOLVERS)), default="auto", show_default=True,
    metavar="NAME", help=f"Which solver finds the equilibria: {', '.join(SOLVERS)}.",
)  # fmt: skip
@option("concept", show_default="see below")
@click.option(
    "--objective", metavar="TEXT",
    help="For correlated equilibria: what to make best, such as 'max welfare' or 'min war'.",
)  # fmt: skip
@click.option(
    "--judge", "refine", type=click.Choice(DECIDED),
    help="Say of each equilibrium of a matrix whether it is (trembling-hand) perfect or proper.",
)  # fmt: skip
@option("certificate")
@long_options()
@told_options("csv")
def solve(
    game: GameChoice,
    solver: str,
    concept: str | None,
    objective: str | None,
    refine: str | None,
    certificate: str | None,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Find the equilibria of GAME.

    Every equilibrium comes with its certificate: the regret, recomputed exactly
    from the payoffs, is 0. The answer says whether it is proven complete.
    """
    result.check(game.name, certificate)
    source = load_game(game)
    if certificate is not None and not source.game.is_exact:
        source = replace(source, game=source.game.to_exact())
    warn(source.warnings)
    found: Solution | TreeSolution
    with Progress(quiet, limit=time_limit, stage="solving"):
        if isinstance(source.game, ExtensiveGame):
            usual = "nash" if source.model is None else default_concept(source.game)
            concept = concept or usual
            _check_for_trees(solver, concept, objective, refine)
            found = solve_game_tree(source.game, concept, time_limit=time_limit)
        elif concept is not None and concept not in CONCEPTS:
            raise UsageError(
                f"{game.name} is no game tree: --concept {concept} is for trees",
                remedy="leave --concept out; a matrix has Nash equilibria",
            )
        else:
            if refine is not None:
                concept = concept or "nash"
            concept, objective = usual_concept(source.game, solver, concept, objective)
            found = solve_game(
                source.game, solver, concept=concept, time_limit=time_limit, objective=objective
            )
            found = refined(found, refine) if refine else found
    if result.form == "csv":  # which has no place for them
        warn(source.game.remarks)
        if refine is not None:
            warn(tuple(m for m in found.messages if m.startswith(refine)))
    if certificate is not None:
        from deterrence.solvers.certificate import certificate as certified

        write_file(certificate, (json.dumps(certified(found), indent=1) + "\n").encode())
    result.show(found, source.model)
    return _verdict(found, result)


def _check_for_trees(solver: str, concept: str, objective: str | None, refine: str | None) -> None:
    """Raise :class:`UsageError` for what a matrix has, and a game tree has not."""
    remedy = "`deterrence show FILE --format nfg` writes the tree's strategic form, which can be"
    for spelling, value, able in (
        ("--concept", concept, _TREE_CONCEPTS),
        ("--solver", solver, ("auto", "exact")),
    ):
        if value not in able:
            raise UsageError(
                f"{spelling} {value} is not for game trees; these are: {', '.join(able)}",
                remedy=remedy,
            )
    if objective is not None:
        raise UsageError("--objective is for correlated equilibria, not for game trees")
    if refine is not None:
        raise UsageError("--judge is for matrices, not for game trees", remedy=f"{remedy} judged")


def _verdict(solution: Solution | TreeSolution, result: ResultChoice) -> int:
    """Return the exit code; say on standard error what the output does not say, or not first."""
    if solution.interrupted:
        from deterrence.words.markup import plain

        told = f"Interrupted: {len(solution)} equilibria were found until then"
        where = "above" if result.output in (None, "-") else f"in {result.output}"
        click.echo(plain(f"{told}, {where}."), err=True)
        return 130
    if solution.status == "complete":
        return 0
    if not result.is_read_at_once:
        from deterrence.solvers.display.phrases import certainty

        warn((certainty(solution), *solution.messages))
    return 4
