"""The verbs that derive with symbols: regimes and their conditions, and what follows from them.

All take a model; those that go on from its regimes take the result of ``regimes``, too,
so that a long analysis is done once.  There, a parameter that is given a value is fixed at
it, and every other one stays a symbol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from deterrence.errors import UsageError
from deterrence.face.given import Given
from deterrence.face.keeping import keeps
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.symbolic.along.boundaries import Boundaries
    from deterrence.symbolic.along.statics import Statics
    from deterrence.symbolic.along.threshold_results import Thresholds
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.derivations import Explanation
    from deterrence.symbolic.refinements import Refinements
    from deterrence.symbolic.regime_analysis import RegimeAnalysis
    from deterrence.symbolic.results import SymbolicEquilibrium

#: Refinements with conditions, see :mod:`deterrence.game.refinement_names`.
RefinementName = Literal["undominated", "perfect", "strict", "risk-dominant", "payoff-dominant"]


@keeps
def regimes(
    model: SymbolicModel,
    /,
    *,
    expand: bool = False,
    isolate: str = "",
    boundaries: bool = True,
    refine: RefinementName | None = None,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> RegimeAnalysis:
    """Return the equilibria of a model in closed form, with the regimes of parameter space.

    Parameters stay symbols, except those that ``scenario``, ``values`` and keywords fix.
    ``expand`` puts the formulas of derived parameters in; ``isolate`` names a parameter
    that linear conditions are solved for; ``boundaries`` looks for equilibria that exist
    only where regimes meet, too.  What is not decided within a budget of work, the same on
    every machine, is reported as unknown: ``cover`` and ``disjoint`` say what is proven.
    ``time_limit`` (seconds) ends the search earlier.
    ``refine`` leaves only the equilibria that pass a refinement, where they do: all that is
    said is then said of these (see :func:`refinements` for the conditions alone).

    Raises :class:`UsageError` for names and values that do not fit and for assumptions that
    contradict each other, :class:`UnsupportedError` for payoffs that are no quotients of
    polynomials, for large tables of more than two players, and for a refinement that does
    not fit.  The method is in :mod:`deterrence.symbolic.matrices.analysis` and
    :mod:`deterrence.symbolic.trees.analysis`.

    >>> from deterrence import load_model, regimes
    >>> analysis = regimes(load_model("asymmetric-bipolarity"))
    >>> for result in analysis.results[:2]:
    ...     print(result.called, "iff", *result.terms[0])
    Frozen divide iff r_R >= g_N/(g_N + k_N) r_N >= g_R/(g_R + k_R)
    Direct war iff k_N < l_N k_R < l_R
    >>> [regime.name for regime in analysis.regimes][:2]
    ['The divide holds', "NATO tests Russia's answer"]
    >>> analysis.cover, analysis.disjoint
    ('proven', 'proven')
    >>> undominated = regimes(load_model("asymmetric-bipolarity"), refine="undominated")
    >>> print(undominated.results[0].called, "iff", *undominated.results[0].terms[0])
    Frozen divide iff r_N > g_R/(g_R + k_R) r_R > g_N/(g_N + k_N)
    """
    from deterrence import symbolic

    with kept_limit(time_limit):
        return symbolic.regimes(
            model,
            expand=expand,
            fixed=Given(regimes, scenario, values, overrides).fixed(model),
            isolate=isolate,
            boundaries=boundaries,
            refine=refine or "",
        )


def symbolic_equilibria(
    model: SymbolicModel,
    /,
    *,
    expand: bool = False,
    isolate: str = "",
    boundaries: bool = True,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> tuple[SymbolicEquilibrium, ...]:
    """Return the equilibria of a model in closed form, each with its conditions.

    They are those of :func:`regimes`, which has the same options and errors.

    >>> from deterrence import load_model, symbolic_equilibria
    >>> mixed = symbolic_equilibria(load_model("asymmetric-bipolarity"), r_R=0, r_N=0)[3]
    >>> print(mixed.profile["Russia"]["escalate"])
    g_N/(g_N + k_N - l_N)
    """
    given = Given(symbolic_equilibria, scenario, values, overrides)
    with kept_limit(time_limit):
        return _analysed(given, model, expand, isolate, boundaries).equilibria


@keeps
def conclusions(
    model: SymbolicModel | RegimeAnalysis,
    /,
    statement: str | Expression = "war",
    *,
    expand: bool = False,
    isolate: str = "",
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Conclusion:
    """Return where a statement holds in every equilibrium, and where in some.

    ``statement`` is a comparison of measures, queries such as ``prob(NATO, escalate)`` and
    parameters; comparisons may be joined by ``and``, ``or`` and ``not``.  The name of a
    measure alone stands for ``measure == 0``.  ``model`` may be the result of
    :func:`regimes`; if it is a model, the options are those of :func:`regimes`.
    ``time_limit`` (seconds) is for the analysis and the statement together.

    Raises :class:`UsageError` for names that the model does not have,
    :class:`ExpressionError` for text that is no expression, and as :func:`regimes` does.

    >>> from deterrence import conclusions, load_model
    >>> print(conclusions(load_model("asymmetric-bipolarity"), "war > 0").every_text)
    a risk of war in every equilibrium iff r_N < g_R/(g_R + k_R) or r_R < g_N/(g_N + k_N)
    """
    from deterrence.symbolic.conclusions import conclude

    given = Given(conclusions, scenario, values, overrides)
    with kept_limit(time_limit):
        analysis = _analysed(given, model, expand, isolate)
        return conclude(analysis, statement, isolate=isolate)


@keeps
def statics(
    model: SymbolicModel | RegimeAnalysis,
    /,
    *,
    expand: bool = False,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Statics:
    """Return which way every result of every equilibrium moves with every parameter.

    The sign of each derivative is proven, or ``unknown``.  ``model`` may be the result of
    :func:`regimes`, whose other options and errors these are.

    >>> from deterrence import load_model, statics
    >>> found = statics(load_model("asymmetric-bipolarity"), r_R=0, r_N=0)
    >>> found.of(3, "NATO", "escalate")["k_R"]
    'negative'
    """
    from deterrence.symbolic.along.statics import comparative_statics

    with kept_limit(time_limit):
        analysis = _analysed(Given(statics, scenario, values, overrides), model, expand)
        return comparative_statics(analysis)


@keeps
def boundaries(
    model: SymbolicModel | RegimeAnalysis,
    /,
    *,
    expand: bool = False,
    isolate: str = "",
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Boundaries:
    """Return where regimes meet, and which equilibria there are on the boundary itself.

    ``model`` may be the result of :func:`regimes`, whose options and errors these are.
    ``time_limit`` (seconds) is for the analysis and the boundaries together.

    >>> from deterrence import boundaries, load_model
    >>> found = boundaries(load_model("asymmetric-bipolarity"))
    >>> sorted({str(b.condition) for b in found.boundaries})[:4]
    ['k_N == l_N', 'k_R == l_R', 'r_N == 1', 'r_N == g_R/(g_R + k_R)']
    """
    from deterrence.symbolic.along.boundaries import find_boundaries

    given = Given(boundaries, scenario, values, overrides)
    with kept_limit(time_limit):
        analysis = _analysed(given, model, expand, isolate)
        return find_boundaries(analysis)


@keeps
def refinements(
    model: SymbolicModel | RegimeAnalysis,
    /,
    names: Iterable[RefinementName] = (),
    *,
    expand: bool = False,
    isolate: str = "",
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Refinements:
    """Return when each equilibrium is undominated, strict, risk or payoff dominant.

    Each condition is given that the equilibrium exists, and exact on ties, too, where it says
    so.  ``names`` are those asked for (default: all that fit the game); ``perfect`` is
    normal-form perfect, which for two players is the same as undominated (van Damme 1991,
    Theorem 3.2.2).  ``model`` may be the result of :func:`regimes`, whose options and errors
    these are; ``regimes(..., refine=...)`` goes on with the equilibria that pass.

    >>> from deterrence import load_model, refinements
    >>> found = refinements(load_model("asymmetric-bipolarity"), ["strict", "risk-dominant"])
    >>> found.about(0)[0].text
    'strict iff r_N > g_R/(g_R + k_R) and r_R > g_N/(g_N + k_N)'
    """
    from deterrence import symbolic

    given = Given(refinements, scenario, values, overrides)
    with kept_limit(time_limit):
        analysis = _analysed(given, model, expand, isolate)
        return symbolic.refinements(analysis, tuple(names))


@keeps
def explain(
    model: SymbolicModel | RegimeAnalysis,
    /,
    equilibrium: int | None = None,
    *,
    result: str | None = None,
    general: bool = False,
    everything: bool = True,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Explanation:
    """Return the derivation of equilibria of a model, as one would do it on the board.

    Who is indifferent between what, the equation and its solution, why no deviation pays,
    and where each condition comes from.  Of every result one equilibrium is derived, first of
    those that exist at the values (the defaults, changed by ``scenario``, ``values`` and
    keywords); numbers stand beside the symbols.  ``general`` asks for symbols alone, as do
    models that know an order only.
    ``equilibrium`` is the number of a pattern, ``result`` the name of a result or of an
    equilibrium: then only what they name is derived.  Without ``everything`` one equilibrium
    is derived, and of the other results the conditions are told.  ``model`` may be the result
    of :func:`regimes`; else ``time_limit`` (seconds) is for that analysis.

    Raises :class:`UsageError` for an equilibrium or a result that there is not, and for names
    and values that do not fit, and as :func:`regimes` does.

    >>> from deterrence import explain, load_model
    >>> explanation = explain(load_model("asymmetric-bipolarity"), 9, k_R="15/2")
    >>> print(explanation.derivations[0].title)
    Both mix (#9)
    """
    from deterrence.symbolic.board.explain import explain as derived
    from deterrence.symbolic.board.explain import place_words
    from deterrence.symbolic.regime_analysis import RegimeAnalysis

    if isinstance(model, RegimeAnalysis):
        analysis, symbolic_model = model, model.internal.model
    else:
        analysis, symbolic_model = None, model
    own = Given(explain, scenario, values, overrides).numbers(symbolic_model)
    given = bool(own) or scenario is not None
    if general and given:
        raise UsageError("the general case has no values", remedy="leave general or the values out")
    numbers = None
    if given or not (general or symbolic_model.orders or lacks_values(symbolic_model)):
        numbers = symbolic_model.values(scenario, values=own)
    if analysis is None:
        analysis = regimes(symbolic_model, time_limit=time_limit)
    place = place_words(symbolic_model, scenario, bool(own))
    return derived(
        analysis, equilibrium, numbers, result=result, place=place, everything=everything
    )


def lacks_values(model: SymbolicModel) -> bool:
    """Say whether a parameter of a model has no default and no formula."""
    return any(p.default is None and p.formula is None for p in model.parameters.values())


@keeps
def thresholds(
    model: SymbolicModel,
    /,
    parameter: str,
    *,
    formulas: bool = True,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Thresholds:
    """Return where the equilibria change as one parameter moves, exactly.

    The other parameters stand at their defaults, changed by ``scenario``, ``values`` and
    keywords.  ``formulas`` asks for the equations with all parameters symbolic, too.

    Raises :class:`UsageError` for names that the model does not have, for values that break
    its assumptions and for a parameter that does not matter, :class:`UnsupportedError` where
    payoffs are no quotients of polynomials in the parameter, and :class:`IncompleteError`
    where a limit is met first.

    >>> from deterrence import load_model, thresholds
    >>> found = thresholds(load_model("asymmetric-bipolarity"), "rho", c_R=1, l_N=10)
    >>> [(str(t.value), str(t.formula)) for t in found.thresholds]
    [('1/20', '(g_R - g_R*v*a_N - c_R*v*a_N)/(N_R*a_N*v)'), ('3/50', '(l_N - c_N)/N_N')]
    """
    from deterrence.symbolic.along.thresholds import find_thresholds

    own = Given(thresholds, scenario, values, overrides).numbers(model)
    return find_thresholds(model, parameter, scenario, own, formulas=formulas)


def _analysed(
    given: Given,
    model: SymbolicModel | RegimeAnalysis,
    expand: bool,
    isolate: str = "",
    boundaries: bool = True,
) -> RegimeAnalysis:
    """Return the analysis behind a verb: the one that was given, or that of the model."""
    from deterrence import symbolic
    from deterrence.symbolic.regime_analysis import RegimeAnalysis

    if isinstance(model, RegimeAnalysis):
        given.refuse(f"the analysis of {model.model} is done")
        if expand:
            raise UsageError(
                f"the analysis of {model.model} is done, so nothing can be expanded",
                remedy="write regimes(model, expand=True)",
            )
        return model
    return symbolic.regimes(
        model,
        expand=expand,
        fixed=given.fixed(model),
        isolate=isolate,
        boundaries=boundaries,
    )
