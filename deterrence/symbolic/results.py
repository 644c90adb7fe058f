"""What a symbolic analysis finds: equilibria, families, regimes, and how far each is proven.

Conditions and closed forms are expressions in the syntax of model files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, ClassVar, Literal

from deterrence.algebra.expressions import Expression, joined
from deterrence.modelfile.parameter_values import signs
from deterrence.words.saved import Saved, saved_as
from deterrence.words.shown import Shown

#: What supports and profiles hold: in trees they go by information set, too.
_SUPPORT = Mapping[str, tuple[str, ...] | Mapping[str, tuple[str, ...]]]
SUPPORT, SUPPORTS = saved_as(_SUPPORT), saved_as(tuple[_SUPPORT, ...])
PROFILE = saved_as(Mapping[str, Mapping[str, Expression | Mapping[str, Expression]]])
#: How far something is certain.
ProofStatus = Literal["proven", "unknown", "sampled"]


@dataclass(frozen=True, eq=False)
class PlainResult(Saved):
    """A result whose plain data are its fields."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain data, formulas and exact numbers as text."""
        return {f.name: as_data(getattr(self, f.name)) for f in fields(self) if f.init}

    def __repr__(self) -> str:
        """Return a line: what it is, and what it is called; dataclasses say ``repr=False``."""
        told = (getattr(self, name, "") for name in ("text", "sentence", "name"))
        words = next((t for t in told if isinstance(t, str) and t), "")
        return f"<{type(self).__name__}{f': {words}' if words else ''}>"


def as_data(part: object) -> Any:
    """Return a part of a result as plain data: formulas and exact numbers are text."""
    if isinstance(part, PlainResult):
        return part.to_dict()
    if isinstance(part, Mapping):
        return {str(name): as_data(inner) for name, inner in part.items()}
    if isinstance(part, tuple):
        return [as_data(inner) for inner in part]
    return part if part is None or isinstance(part, bool | int | float) else str(part)


@dataclass(frozen=True, eq=False, repr=False)
class SymbolicEquilibrium(Shown, PlainResult):
    """One extreme equilibrium in closed form.

    ``number`` and ``name`` are those of its pattern (:mod:`deterrence.game.pattern_names`), the
    same everywhere and at all values; there is no number where there are too many patterns.
    ``id`` is only how families and regimes of the same analysis refer to it.

    ``conditions`` all hold where it exists, boundaries included; ``boundary``
    says that this takes an equation between parameters.  ``proof`` is
    ``proven`` where an exact witness shows that the conditions can hold (and
    they are exact by construction), ``unknown`` where neither a witness nor a
    refutation was found.  ``family`` groups equilibria with the same result.

    >>> from deterrence import load_model
    >>> analysis = load_model("asymmetric-bipolarity").regimes(r_R=0, r_N=0)
    >>> mixed = analysis[3]
    >>> print(mixed.profile["Russia"]["escalate"])
    g_N/(g_N + k_N - l_N)
    >>> [str(condition) for condition in mixed.conditions]
    ['k_N > l_N', 'k_R > l_R']
    >>> mixed.to_sympy()["payoffs"]["NATO"]
    -g_N*l_N/(g_N + k_N - l_N)
    """

    id: int
    support: Mapping[str, tuple[str, ...]] = field(metadata=SUPPORT)
    profile: Mapping[str, Mapping[str, Expression]] = field(metadata=PROFILE)
    payoffs: Mapping[str, Expression]
    outcomes: Mapping[str, Expression]
    measures: Mapping[str, Expression | None]
    conditions: tuple[Expression, ...]
    proof: ProofStatus
    witness: Mapping[str, Fraction] | None
    family: int
    boundary: bool = False
    number: int | None = None
    name: str = ""

    #: What is assumed of the parameters; an analysis tells its equilibria.
    assumptions: tuple[Expression, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def label(self) -> str:
        """``#9`` or the like, ``""`` where there is no number."""
        return "" if self.number is None else f"#{self.number}"

    @property
    def called(self) -> str:
        """Number and name, as far as there is a number."""
        return f"{self.label}  {self.name}".strip()

    @property
    def is_open(self) -> bool:
        """Whether payoffs, outcomes or measures depend on what the equilibrium leaves open."""
        return False

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        rest = super().to_dict()
        first = {key: rest.pop(key) for key in ("id", "number", "name")}
        return {**first, "label": self.label, **rest}

    def to_sympy(self, symbols: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return ``profile``, ``payoffs``, ``outcomes``, ``measures`` and ``conditions`` in sympy.

        Probabilities, payoffs and measures are sympy expressions by their names, as in the
        fields; ``conditions`` is a list of relations.  Parameters are the real symbols of
        ``Model.symbols()``, positive or negative where the analysis assumes it; ``symbols``
        puts others, or numbers, in the place of some.

        >>> from deterrence import load_model
        >>> brink = load_model("asymmetric-bipolarity").regimes(r_R=0, r_N=0)
        >>> mixed = brink[3].to_sympy()
        >>> chance = mixed["profile"]["Russia"]["escalate"]
        >>> chance, mixed["conditions"][1]
        (g_N/(g_N + k_N - l_N), k_R > l_R)
        >>> g_N, = [s for s in chance.free_symbols if s.name == "g_N"]
        >>> g_N.is_positive, chance.diff(g_N).factor()
        (True, (k_N - l_N)/(g_N + k_N - l_N)**2)
        """
        import sympy

        found = {name: getattr(self, name) for name in self._in_sympy}
        found["conditions"] = self.conditions
        known = signs(self.assumptions)
        names = {e.args[0] for part in found.values() for e in _walk(part) if e.op == "name"}
        table = {
            name: sympy.Symbol(name, real=True, **known.get(name, {})) for name in sorted(names)
        }
        table.update(symbols or {})
        return {name: _to_sympy(part, table) for name, part in found.items()}

    #: The fields with formulas.
    _in_sympy: ClassVar[tuple[str, ...]] = ("profile", "payoffs", "outcomes", "measures")


def _walk(part: Any) -> Iterator[Expression]:
    """Yield all formulas in a part of a result, and everything inside them."""
    if isinstance(part, Expression):
        yield from part.walk()
    elif isinstance(part, Mapping | tuple):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from _walk(inner)


def _to_sympy(part: Any, symbols: Mapping[str, Any]) -> Any:
    """Return a part of a result with its formulas in sympy."""
    if isinstance(part, Expression):
        return part.to_sympy(symbols)
    if isinstance(part, Mapping):
        return {key: _to_sympy(inner, symbols) for key, inner in part.items()}
    if isinstance(part, tuple):
        return [_to_sympy(inner, symbols) for inner in part]
    return part


@dataclass(frozen=True, eq=False, repr=False)
class EquilibriumFamily(PlainResult):
    """Equilibria with the same distribution of results; most families are one equilibrium.

    ``conditions`` is a disjunction (outer) of conjunctions (inner) that says
    where a member exists, off the boundaries.

    >>> from deterrence import load_model
    >>> analysis = load_model("asymmetric-bipolarity").regimes()
    >>> family = analysis.families[0]
    >>> family.members, [str(c) for c in family.conditions[0]]
    ((0,), ['r_R > g_N/(g_N + k_N)', 'r_N > g_R/(g_R + k_R)'])
    """

    id: int
    members: tuple[int, ...]
    essential: tuple[int, ...]
    conditions: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Regime(PlainResult):
    """A part of parameter space with one constant set of results.

    ``terms`` is a disjunction of conjunctions; ``families`` exist throughout,
    no others do.  ``equilibria`` are all members of these families; each exists
    where its own conditions hold.  ``share`` is the part of the declared ranges
    (within the assumptions) that the regime takes, ``share_error`` its standard
    error (0 where exact).  ``proof`` says whether ``terms`` is proven to be it.

    >>> from deterrence import load_model
    >>> analysis = load_model("asymmetric-bipolarity").regimes()
    >>> regime = analysis.regimes[0]
    >>> print(regime.name)
    The divide holds
    >>> regime.equilibria, regime.proof
    ((0,), 'proven')
    """

    id: int
    name: str | None
    terms: tuple[tuple[Expression, ...], ...]
    families: tuple[int, ...]
    equilibria: tuple[int, ...]
    witness: Mapping[str, Fraction]
    share: float | None = None
    share_error: float | None = None
    proof: ProofStatus = "proven"
    description: str = ""
    #: Where no short description was found in time: which families exist, and which do not.
    definition: tuple[Expression, ...] = ()

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """The conditions as a list that holds together; several terms become one ``or``."""
        if self.definition:
            return self.definition
        if len(self.terms) == 1:
            return self.terms[0]
        parts = [joined("and", t) for t in self.terms if t]
        return (Expression("or", *parts),) if parts else ()

    def to_dict(self) -> dict[str, Any]:
        """Return the regime in the JSON contract's form."""
        first = {"id": self.id, "name": self.name, "conditions": as_data(self.conditions)}
        rest = super().to_dict()
        del rest["terms"], rest["description"], rest["definition"]
        return {**first, **rest}


@dataclass(frozen=True)
class DominanceStep(PlainResult):
    """An action that another beats for all assumed values, given the earlier steps."""

    player: str
    action: str
    by: str

    def __str__(self) -> str:
        return f"{self.player}: {self.action} is strictly dominated by {self.by}"


@dataclass(frozen=True)
class DeclaredRegime(PlainResult):
    """A regime that the file names and that no derived regime is called by.

    ``place`` is ``part`` of one regime, within which the same is possible on both sides of its
    border, parts of ``several``, the ``same`` as regimes that have another name, ``nowhere`` under
    the assumptions, or ``undecided``; ``regimes`` are the ids of those that it meets.
    """

    name: str
    when: tuple[Expression, ...]
    place: str
    regimes: tuple[int, ...]
    description: str = ""


@dataclass(frozen=True)
class Published(PlainResult):
    """A known result and the derived equilibria that have its behaviour.

    ``verdict`` is ``same`` (conditions and closed forms, proven), ``different``
    (``note`` says in what), ``not found``, ``undecided`` or ``not compared``.  ``derived``
    says that it does not come from the literature.
    """

    title: str
    source: str
    equilibria: tuple[int, ...]
    verdict: str
    note: str = ""
    derived: bool = False
