"""The verb ``solve``: the equilibria of a game, a game tree, or a model at values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, overload

from deterrence.errors import UnsupportedError, UsageError, did_you_mean
from deterrence.face.given import Given
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.solvers.solution import Concept, Solution
    from deterrence.solvers.tree_solution import TreeConcept, TreeSolution

#: The solvers that a tree takes; it has one of its own.
_OF_TREES = ("auto", "exact")


@overload
def solve(
    game: StrategicGame,
    /,
    solver: str = "auto",
    *,
    concept: Concept | None = None,
    objective: str | None = None,
    time_limit: float | None = None,
) -> Solution: ...
@overload
def solve(
    game: ExtensiveGame,
    /,
    solver: str = "auto",
    *,
    concept: Literal["spe", "weak-pbe", "pbe", "sequential"],
    time_limit: float | None = None,
) -> TreeSolution: ...
@overload
def solve(
    game: ExtensiveGame,
    /,
    solver: str = "auto",
    *,
    concept: TreeConcept | None = None,
    time_limit: float | None = None,
) -> Solution | TreeSolution: ...
@overload
def solve(
    game: SymbolicModel,
    /,
    solver: str = "auto",
    *,
    concept: Concept | TreeConcept | None = None,
    objective: str | None = None,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Solution | TreeSolution: ...
def solve(
    game: StrategicGame | ExtensiveGame | SymbolicModel,
    /,
    solver: str = "auto",
    *,
    concept: Concept | TreeConcept | None = None,
    objective: str | None = None,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Solution | TreeSolution:
    """Return the equilibria of a game, each with its certificate.

    ``game`` is a matrix (:class:`StrategicGame`), a game tree (:class:`ExtensiveGame`), a game
    of pygambit or nashpy, or a model, which is solved at its default values, changed by
    ``scenario``, ``values`` and keywords that name parameters.

    ``concept`` is for matrices ``nash`` (the default, unless the model names another one),
    ``zero-sum`` or ``correlated``; for
    trees ``nash``, ``spe`` (subgame-perfect; the default where information is perfect),
    ``weak-pbe``, ``pbe`` (perfect Bayesian; the default elsewhere), ``sequential`` or
    ``zero-sum``.  A tree in which a player forgets has ``nash``: a :class:`Solution` in mixed
    strategies, or the best behaviour of an absent-minded player who alone decides.
    ``solver`` is one of :data:`deterrence.solvers.SOLVERS`; trees have one of their own.
    ``objective`` is for correlated equilibria, such as ``"min war"``.
    When a budget of work, the same on every machine, is spent, after ``time_limit`` seconds
    (which allow more work where they are more than a minute), and at Ctrl-C, what was found
    is returned, with status ``partial`` (or ``none``).

    Raises :class:`UsageError` for names and values that do not fit and for formulas without
    values, :class:`UnsupportedError` for what the solver cannot do.  Sources are named in
    the modules of :mod:`deterrence.solvers`.

    >>> from deterrence import load_model, solve
    >>> solution = solve(load_model("asymmetric-bipolarity"), k_R="15/2")
    >>> solution.status, [str(e.measures["war"]) for e in solution]
    ('complete', ['0', '1', '856/2065'])
    >>> solve(load_model("rudimentary-deterrence"), concept="spe").status
    'complete'
    """
    given = Given(solve, scenario, values, overrides)
    at = game
    if not isinstance(game, StrategicGame | SymbolicModel):
        from deterrence.face.exchanging import foreign_game

        at = foreign_game(game) or game
    if isinstance(game, SymbolicModel):
        at = game.at(scenario, values=given.numbers(game))
    else:
        given.refuse(f"{getattr(at, 'name', '')} has numbers and no parameters")
    if isinstance(at, StrategicGame):
        return _solve_matrix(at, solver, concept, objective, time_limit)
    from deterrence.game.tree.extensive import ExtensiveGame

    if isinstance(at, ExtensiveGame):
        return _solve_tree(at, solver, concept, objective, time_limit)
    raise UsageError(
        f"solve() takes a model, a matrix or a game tree, not {type(game).__name__}",
        remedy="load_model(...), load_game(PATH) and StrategicGame.from_matrices(...) give one",
    )


def _solve_matrix(
    game: StrategicGame,
    solver: str,
    concept: str | None,
    objective: str | None,
    time_limit: float | None,
) -> Solution:
    from deterrence import solvers

    if concept is not None and concept not in solvers.CONCEPTS:
        from deterrence.solvers.trees.concepts import CONCEPTS

        if concept in CONCEPTS:
            raise UsageError(
                f"{game.name} is no game tree: the concept {concept!r} is for trees",
                remedy=f"a matrix has {', '.join(solvers.CONCEPTS)}",
            )
    concept, objective = solvers.usual(game, solver, concept, objective)
    return solvers.solve(game, solver, concept=concept, time_limit=time_limit, objective=objective)


def _solve_tree(
    tree: ExtensiveGame,
    solver: str,
    concept: str | None,
    objective: str | None,
    time_limit: float | None,
) -> TreeSolution | Solution:
    from deterrence import solvers
    from deterrence.solvers import solve_game_tree
    from deterrence.solvers.strategic.solve import check_time_limit
    from deterrence.solvers.trees.concepts import default_concept

    if solver not in _OF_TREES:
        if solver not in solvers.SOLVERS:
            raise UsageError(
                f"no solver called {solver!r}",
                remedy=did_you_mean(str(solver), solvers.SOLVERS) or "leave it out",
            )
        raise UnsupportedError(
            f"solver {solver!r} takes matrices, and {tree.name} is a game tree",
            remedy="leave it out, or solve game.strategic_form()",
        )
    if objective is not None:
        raise UsageError("an objective is for correlated equilibria, not for game trees")
    check_time_limit(time_limit)
    return solve_game_tree(tree, concept or default_concept(tree), time_limit=time_limit)
