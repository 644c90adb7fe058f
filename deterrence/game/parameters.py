"""Parameters, outcomes and scenarios: the named pieces of a symbolic model.

>>> from fractions import Fraction
>>> p = Parameter("rho", title="nuclear risk", default=Fraction(1, 25), lower=Fraction(0))
>>> p.contains(Fraction(-1)), p.range_text
(False, '>= 0')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from deterrence.algebra.expressions import Expression

#: ``{player: {information set: {action: probability}}}``
BehaviourFormulas = Mapping[str, Mapping[str, Mapping[str, Expression]]]
#: ``{(player, information set): {action: probability}}``; of matrices the set has no name, ``""``.
PlayedFormulas = Mapping[tuple[str, str], Mapping[str, Expression]]


@dataclass(frozen=True)
class Parameter:
    """A symbol with its meaning.

    ``lower`` and ``upper`` are the sensible range for sweeps (``None``: none
    given); hard inequalities belong to the model's assumptions.  ``symbol`` is
    in the grammar of :mod:`deterrence.words.symbols`; files that have another are refused,
    and displays write the name in place of one that comes from Python.
    ``distribution`` is ``{"name": scipy.stats name, argument: number}``.
    ``source`` says where the default comes from, or that it is an assumption.
    ``controlled_by`` names the player who can change it, if one can.
    ``formula`` makes it a derived parameter: its value follows from the others
    unless it is set directly; such a parameter has no default.

    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> cost = model.parameters["P_A"]
    >>> cost.title, cost.default, cost.range_text
    ("A's worth of the collision", Fraction(-10, 1), '-100 to 0')
    """

    name: str
    title: str = ""
    default: Fraction | None = None
    lower: Fraction | None = None
    upper: Fraction | None = None
    unit: str = ""
    symbol: str = ""
    source: str = ""
    controlled_by: str = ""
    distribution: Mapping[str, Any] | None = None
    formula: Expression | None = None

    def contains(self, value: Any) -> bool:
        """Say whether ``value`` lies within the bounds."""
        low_ok = self.lower is None or value >= self.lower
        return low_ok and (self.upper is None or value <= self.upper)

    @property
    def range_text(self) -> str:
        """The bounds in words, ``""`` where there are none."""
        if self.lower is not None and self.upper is not None:
            return f"{self.lower} to {self.upper}"
        if self.lower is not None:
            return f">= {self.lower}"
        return f"<= {self.upper}" if self.upper is not None else ""


@dataclass(frozen=True)
class Correlation:
    """The rank correlation (Spearman's) of two uncertain parameters, from -1 to 1.

    >>> from deterrence import Correlation
    >>> from fractions import Fraction
    >>> Correlation(('l_R', 'l_N'), Fraction(1, 2)).between
    ('l_R', 'l_N')
    """

    between: tuple[str, str]
    value: Fraction


@dataclass(frozen=True)
class OrdinalPreference:
    """What a player, or one of her types, prefers to what, where nobody knows numbers.

    ``chains`` are lists of outcomes, the best first, those that are tied together;
    ``parameters`` says which parameter holds what an outcome is worth.

    >>> print(OrdinalPreference(((("peace",), ("war", "defeat")),), {"peace": "peace_A"}))
    peace > war = defeat
    """

    chains: tuple[tuple[tuple[str, ...], ...], ...]
    parameters: Mapping[str, str]

    def __str__(self) -> str:
        return "; ".join(" > ".join(map(" = ".join, chain)) for chain in self.chains)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The order as inequalities between parameters, as assumptions have them."""
        return tuple(
            f"{self.parameters[better[0]]} > {self.parameters[worse[0]]}"
            for chain in self.chains
            for better, worse in pairwise(chain)
        )


@dataclass(frozen=True)
class Outcome:
    """A named end of the crisis, with its payoff expression per player.

    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> collision = model.outcomes["collision"]
    >>> collision.title, str(collision.payoffs["A"])
    ('Collision', 'P_A')
    """

    label: str
    payoffs: Mapping[str, Expression]
    title: str = ""
    description: str = ""


@dataclass(frozen=True)
class CellContent:
    """What happens in one cell: a lottery over outcomes, or payoffs without an outcome."""

    lottery: tuple[tuple[str, Expression], ...] = ()
    payoffs: Mapping[str, Expression] | None = None


@dataclass(frozen=True)
class Scenario:
    """A named set of parameter values with a story and a source.

    >>> from deterrence import load_model
    >>> scenario = load_model("asymmetric-bipolarity").scenario("no-verification")
    >>> scenario.title, scenario.values
    ('Arms control gone', {'v': Fraction(2, 3)})
    """

    name: str
    values: Mapping[str, Fraction]
    title: str = ""
    story: str = ""
    source: str = ""


@dataclass(frozen=True)
class KnownResult:
    """What the cited source says; the test suite checks every one.

    ``values`` overrides defaults (and ``scenario`` chooses a scenario first).
    ``equilibria`` is the complete list of extreme equilibria expected, each
    ``{player: {action: expression}}``; ``count`` their number.  ``payoffs``,
    ``measures`` and ``outcomes`` (probabilities) hold for every equilibrium of the
    result, so they are given where there is one, or where all agree.  ``concept``
    is ``nash``, ``correlated`` (then ``objective`` is one of the solver's, such as
    ``max welfare``) or ``zero-sum`` (then ``value`` is the first player's); for
    game trees also ``spe``, ``weak-pbe``, ``pbe`` and ``sequential``.

    Of a game tree, ``behaviour`` takes the place of ``equilibria``, each ``{player:
    {information set: {action: expression}}}``; ``families`` is the number of families.
    With ``exists`` the result is about parameters, not about one point: wherever the
    model's assumptions hold, there are equilibria with one of the behaviours (at
    the information sets that it names), of a matrix one of the ``equilibria``, if the
    conditions hold, and, up to their boundary, only if.  ``lesson`` marks the results that
    the model's insight rests on.

    ``stability`` lists, by notion (``nash``, ``seq``, ``smr``, ``gmr``, ``sseq``, ``l2``, ...,
    ``nm``), all states that are stable for every player, by number, label or title.

    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> known = model.known_results[0]
    >>> known.title, known.count, len(known.equilibria)
    ('Two equilibria in which one side yields, and a mixed one', None, 3)
    """

    title: str
    source: str = ""
    scenario: str = ""
    values: Mapping[str, Fraction] = field(default_factory=dict)
    concept: str = "nash"
    equilibria: tuple[Mapping[str, Mapping[str, Expression]], ...] | None = None
    count: int | None = None
    payoffs: Mapping[str, Expression] = field(default_factory=dict)
    measures: Mapping[str, Expression] = field(default_factory=dict)
    objective: str = ""
    value: Expression | None = None
    outcomes: Mapping[str, Expression] = field(default_factory=dict)
    behaviour: tuple[BehaviourFormulas, ...] | None = None
    families: int | None = None
    exists: tuple[Expression, ...] | None = None
    lesson: bool = False
    stability: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def played(self) -> tuple[PlayedFormulas, ...]:
        """What is played in the equilibria or behaviours, place by place."""
        if self.behaviour is None:
            return tuple({(p, ""): mix for p, mix in e.items()} for e in self.equilibria or ())
        return tuple(
            {(player, where): mix for player, sets in own.items() for where, mix in sets.items()}
            for own in self.behaviour
        )

    @property
    def derived(self) -> bool:
        """Whether it was derived by hand for this model, and does not stand in the literature.

        The file says so by a source that begins with ``derived``, or gives none.
        """
        return not self.source or self.source.lower().startswith("derived")


@dataclass(frozen=True)
class Exercise:
    """A question for students, with its answer, and what the test suite runs to check it.

    Either ``command`` is a command line that begins with ``deterrence``, and its output
    holds every text of ``shows``; or ``statement`` is true in ``every``, ``some`` (but not
    every) or ``no`` equilibrium, as ``holds`` says, at the defaults or at the ``scenario``
    and ``values`` given.

    >>> from deterrence import load_model
    >>> exercise = load_model("chicken").exercises[0]
    >>> exercise.statement, exercise.holds
    ('war == 0', 'some')
    """

    question: str
    answer: str
    command: str = ""
    shows: tuple[str, ...] = ()
    statement: str = ""
    holds: str = ""
    scenario: str = ""
    values: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class NamedRegime:
    """A part of parameter space that the field has a name for.

    >>> from deterrence import load_model
    >>> named = load_model("asymmetric-bipolarity").named_regimes[0]
    >>> named.name, [str(condition) for condition in named.when][2:]
    ('The divide holds', ['k_R > l_R or k_N > l_N'])
    """

    name: str
    when: tuple[Expression, ...]
    description: str = ""
