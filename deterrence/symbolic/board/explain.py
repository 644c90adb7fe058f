"""Explanations: what a teacher would put on the board for the equilibria of a game.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> found = explain(model.regimes(), values=model.values())
>>> found.derivations[0].title, found.derivations[0].result
('Russia: Restrain; NATO: Restrain (#1)', 'Frozen divide')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.matrix_display import payoff_table
from deterrence.game.naming import Naming
from deterrence.game.pattern_names import result_name
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.condition_words import ConditionWords
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.board import matrix, tree
from deterrence.symbolic.board.choosing import ResultCandidate, exists_at, select
from deterrence.symbolic.board.wording import Formulas, decimal_of, numeral, shortest, value_at
from deterrence.symbolic.derivations import (
    Derivation,
    DerivationStep,
    ExplainedResult,
    Explanation,
)
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.regime_analysis import ExplainRequest, RegimeAnalysis, explains
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.table_analysis import TableAnalysis
from deterrence.words.blocks import Inline, Matrix, conjunction, disjunction, inline_text

_IDEA = (
    "In a Nash equilibrium nobody can gain by playing anything else: all actions that a "
    "player plays with positive probability pay the same, and no other action pays more."
)
_TREE_IDEA = (
    "Every mover chooses what is best from there on, given the belief about what has happened "
    "and what is expected to follow; and beliefs follow from what is played, by Bayes' rule, "
    "wherever what is played leads there."
)
_ALWAYS = "always, given the assumptions"
#: Longest conditions in words: of what is derived, and of other results on a screen.
_WHEN, _BRIEF = 320, 130
#: Ends of a play that a short answer lists, and the longest formula that it has for one.
_ENDS, _CHANCE = 4, 24


def explain(
    analysis: RegimeAnalysis,
    equilibrium: int | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    result: str | None = None,
    place: str = "",
    everything: bool = True,
) -> Explanation:
    """Return derivations: of one equilibrium per result, the one that matters first.

    With ``values`` that is an equilibrium which exists there; numbers stand beside the symbols.
    ``equilibrium`` is the number of a pattern, ``result`` a name of a result or of an
    equilibrium, or a number as text: only what they name is derived.  ``place`` says in words
    which values these are.  Without ``everything`` only the first equilibrium is derived, which
    is what fits on a screen.  Raises :class:`UsageError` for a number or name that there is not.
    """
    request = ExplainRequest(equilibrium, result, place, everything)
    return analysis.explain_as(request, values)


def place_words(model: SymbolicModel, scenario: str | None, given: bool) -> str:
    """Say in words at which values something is so: ``At the default values`` or the like."""
    if scenario is None:
        return "At the values given" if given else "At the default values"
    title = model.scenario(scenario).title or scenario
    return f"In the scenario '{title}'" + (", with the values given," if given else "")


def _explained(
    analysis: RegimeAnalysis, asked: ExplainRequest, values: Mapping[str, Any] | None
) -> Explanation:
    return _Explainer(analysis, dict(values or {}), asked).explanation()


class _Explainer:
    def __init__(
        self, analysis: RegimeAnalysis, values: dict[str, Any], asked: ExplainRequest
    ) -> None:
        self.analysis, self.values, self.asked = analysis, values, asked
        self.place = (asked.place or "At the values given") if values else ""
        self.model = analysis.internal.model
        self.names = self.model.names
        self.words = ConditionWords(self.model, values)
        self.symbols = {n: p.symbol for n, p in self.model.parameters.items() if p.symbol}
        algebra = analysis.internal.problem.algebra
        self.formulas = Formulas(algebra, (), None, self.model.definitions)

    def explanation(self) -> Explanation:
        analysis, model, asked = self.analysis, self.model, self.asked
        selection = select(analysis, self.values, asked.equilibrium, asked.result)
        chosen = selection.chosen if asked.everything else selection.chosen[:1]
        derivations = tuple(map(self._derivation, chosen))
        derived = selection.chosen[:1]
        steps: tuple[DerivationStep, ...] = ()
        if isinstance(analysis, MatrixAnalysis):
            steps = tuple(matrix.dominance(analysis))
        elif isinstance(analysis, TreeAnalysis | TableAnalysis):
            steps = tuple(tree.dominance(analysis))
        parameters = model.parameters
        formulas = {n: p.formula for n, p in parameters.items() if p.formula is not None}
        return Explanation(
            title=analysis.title or model.name,
            model=model.name,
            matrix=_matrix(analysis) if model.tree is None else None,
            dominance=steps,
            derivations=derivations,
            results=tuple(self._result(r, derived) for r in selection.results),
            bound=tuple(self._bound(selection.chosen)),
            idea=_IDEA if model.tree is None else _TREE_IDEA,
            place=self.place,
            story=" ".join(model.summary.split()),
            insight=" ".join(model.insight.split()),
            remarks=tuple(f"{m[:1].upper()}{m[1:]}." for m in analysis.messages),
            values={n: self.values[n] for n in parameters if n in self.values},
            meanings={n: p.title for n, p in parameters.items()},
            formulas={**formulas, **model.definitions},
            symbols=self.symbols,
            complete=analysis.cover == "proven",
            proviso="" if self.values else model.proviso,
        )

    # ---- one equilibrium ---------------------------------------------------------------
    def _derivation(self, k: int) -> Derivation:
        analysis = self.analysis
        e = analysis.equilibria[k]
        exists = exists_at(e, self.values)
        writer: matrix.MatrixDerivation | tree.TreeDerivation
        if isinstance(analysis, TreeAnalysis | TableAnalysis):
            writer = tree.TreeDerivation(analysis, k, self.values, exists)
            self.symbols = {**writer.typeset(), **self.symbols}
        else:
            assert isinstance(analysis, MatrixAnalysis)
            writer = matrix.MatrixDerivation(analysis, k, self.values, exists)
        pattern = self.names.pattern(e.support)
        return Derivation(
            equilibrium=e,
            steps=(*writer.steps(), *self._here(e, exists)),
            number=e.number,
            name=e.name or self.names.name(pattern),
            result=self._result_of(e),
            exists=exists,
            when=self._when(e),
            brief=self._brief(e),
            outcome=self._outcome(e, exists),
            why=writer.why(),
        )

    def _here(self, e: SymbolicEquilibrium, exists: bool | None) -> Iterator[DerivationStep]:
        """Say whether an equilibrium exists at the values, and what fails if it does not."""
        if exists is None:
            return
        if exists:
            yield DerivationStep("values", ("At these values it exists.",))
            return
        broken = [c for c in e.conditions if not c.evaluate(self.values)]
        fails = "fails" if len(broken) == 1 else "fail"
        told = ("At these values it does not exist: ", *conjunction(broken, ""), f" {fails}.")
        yield DerivationStep("values", told, short=told)

    def _result_of(self, e: SymbolicEquilibrium) -> str:
        possible = [o for o, p in e.outcomes.items() if str(p) != "0"]
        known = list(self.model.naming.outcomes)
        return result_name(possible, self.model.titles, known=known) if possible else "open"

    def _when(self, e: SymbolicEquilibrium) -> Inline:
        if not e.conditions:
            return (_ALWAYS,)
        told, whole = self.words.terms((e.conditions,), _WHEN)
        return told if whole and told else conjunction(e.conditions, _ALWAYS)

    def _brief(self, e: SymbolicEquilibrium) -> Inline:
        """Return the condition in symbols; where it is long, how long it is."""
        told = conjunction([*map(self._named, e.conditions)], _ALWAYS)
        if len(inline_text(told)) <= _WHEN:
            return told
        return (f"{len(e.conditions)} conditions hold, which `--full` lists",)

    def _outcome(self, e: SymbolicEquilibrium, exists: bool | None) -> Inline:
        """Say what happens: an end for certain, or the likeliest ends."""
        titles = self.model.titles
        ends = {o: p for o, p in e.outcomes.items() if str(p) != "0"}
        if not ends:
            return ("how likely the ends are is left open",)
        if len(ends) == 1:
            (only,) = ends
            return (titles.get(only) or only,)
        at: dict[str, Any] = {
            o: value_at(p, self.values) if exists else None for o, p in ends.items()
        }
        if None not in at.values():
            order = sorted(at, key=lambda o: -at[o])
            told = [f"{titles.get(o) or o} {numeral(at[o])}" for o in order[:_ENDS] if at[o]]
            rest = sum(at[o] for o in order[_ENDS:])
            more = f"; others {decimal_of(rest)}" if rest else ""
            return (f"chance decides: {'; '.join(told)}{more}",)
        parts: list[str | Expression] = ["chance decides: "]
        for n, (o, p) in enumerate(list(ends.items())[:_ENDS]):
            parts += ["; " if n else "", titles.get(o) or o]
            parts += [" ", p] if len(str(p)) <= _CHANCE else []
        parts += ["; and others"] if len(ends) > _ENDS else []
        return tuple(parts)

    def _named(self, e: Expression) -> Expression:
        """Return a condition with the names of the model's definitions in it."""
        return self.formulas.condition(e)

    # ---- results -----------------------------------------------------------------------
    def _result(self, r: ResultCandidate, derived: tuple[int, ...]) -> ExplainedResult:
        found = r.result
        told = disjunction([[*map(self._named, t)] for t in found.terms], "")
        iff = "iff" if self.analysis.cover == "proven" else "if"
        if not all(found.terms):
            brief: Inline = ("whatever the values",)
        elif len(inline_text(told)) <= _BRIEF:
            brief = (f"{iff} ", *told)
        else:
            cases = len(found.terms)
            brief = ("on a long condition" if cases == 1 else f"in {cases} cases",)
        when: Inline = (
            (_ALWAYS,) if not all(found.terms) else (f"{iff} ", *disjunction(found.terms, ""))
        )
        if not found.boundaries and all(found.terms):
            when, brief = ("boundaries apart, ", *when), (*brief, " (ties apart)")
        return ExplainedResult(
            found.name,
            found.published,
            found.patterns,
            found.equilibria,
            found.terms,
            r.exists,
            when,
            brief,
            any(k in found.equilibria for k in derived),
        )

    def _bound(self, chosen: tuple[int, ...]) -> Iterator[tuple[str, Inline]]:
        """Yield the equilibria that take an equation between parameters, and are not derived."""
        for e in self.analysis.equilibria:
            if e.family >= 0 or e.id in chosen:
                continue
            pattern = self.names.pattern(e.support)
            number = self.names.number(pattern)
            label = "" if number is None else f"#{number} "
            yield f"{label}{self.names.name(pattern)}", conjunction(e.conditions, _ALWAYS)


def _matrix(analysis: RegimeAnalysis) -> Matrix:
    problem, model = analysis.internal.problem, analysis.internal.model
    names = model.names
    payoffs = tuple(
        tuple(u.substitute(problem.replaced) for u in row) for row in model.payoff_expressions()
    )
    game = StrategicGame(
        players=problem.players,
        actions=tuple(
            tuple(names.action(p, a) for a in own)
            for p, own in zip(problem.players, problem.actions, strict=True)
        ),
        payoffs=tuple(tuple(u.to_sympy() for u in row) for row in payoffs),
        name=problem.name,
        title=problem.title,
        naming=Naming(titles=problem.titles),
    )
    shown = tuple(tuple(shortest(analysis, u) for u in row) for row in payoffs)
    return Matrix(payoff_table(game, shown))


explains(MatrixAnalysis, _explained)
explains(TreeAnalysis, _explained)
explains(TableAnalysis, _explained)
