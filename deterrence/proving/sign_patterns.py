"""Which sign patterns of a set of polynomials are possible: lazily learned lemmas.

A formula over signs is handed to a boolean solver first.  A boolean solution
that no sample realises is checked as a conjunction of sign literals; if it is
impossible, the smallest impossible part found becomes a lemma that excludes all
its like (the scheme of lazy satisfiability modulo theories).  Lemmas are few
and short, so that the nonlinear solver sees small questions only.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.proving.prover import Prover, SignDecision
from deterrence.proving.solver_language import Z3
from deterrence.surroundings import load_z3

#: Quick questions about one polynomial that may stay open before it counts as hard.
_PATIENCE = 2
#: A boolean formula as nested tuples: its kind, then a name, a truth value, or its parts.
SignTree = tuple[Any, ...]


class SignTheory:
    """Decides boolean combinations of the strict signs of ``polys`` under the assumptions.

    Off the boundaries no polynomial is zero, so each has one of two signs.
    """

    def __init__(self, prover: Prover, polys: Sequence[RingElement]) -> None:
        self.z3: Z3 = load_z3()
        self.prover, self.polys = prover, list(polys)
        self.context = self.z3.Context()
        self.positive = {p: self.z3.Bool(f"p{k}", self.context) for k, p in enumerate(self.polys)}
        # Kept as long as the theory is: z3 gives the number of a formula that nobody holds to
        # the next one.
        self.negative = {p: self.z3.Not(b) for p, b in self.positive.items()}
        self.lemmas: list[frozenset[Literal]] = []
        self.undecided: list[frozenset[Literal]] = []
        self._solver = self.z3.Solver(ctx=self.context)
        self._size = -1
        #: Lemmas that were stated outside all pushes.
        self._stated = 0
        self._tried: set[frozenset[Literal]] = set()
        self._failures: dict[RingElement, int] = {}
        self._trees: dict[int, tuple[Z3, SignTree]] = {}
        self._pairs()

    # ---- samples -----------------------------------------------------------------------
    def sync(self) -> None:
        """Recompute the table of signs if samples were added."""
        import numpy as np

        n = self.prover.points.shape[1]
        if n == self._size:
            return
        self._size = n
        values = (
            np.array([self.prover.values(p) for p in self.polys])
            if self.polys
            else np.zeros((0, n))
        )
        self.inner = (values != 0).all(axis=0) if self.polys else np.ones(n, dtype=bool)
        self.table = values > 0

    def mask(self, literals: Sequence[Literal]) -> Any:
        """Return the samples off the boundaries with the given strict signs."""
        self.sync()
        good = self.inner.copy()
        index = {p: k for k, p in enumerate(self.polys)}
        for literal in literals:
            row = self.table[index[literal.poly]]
            good &= row if literal.sign == ">" else ~row
        return good

    def any_of(self, formulas: Sequence[Z3]) -> Z3:
        """Return a disjunction in this theory's context (false if empty)."""
        z3 = self.z3
        return z3.Or([*formulas, z3.BoolVal(False, self.context)])

    def all_of(self, formulas: Sequence[Z3]) -> Z3:
        """Return a conjunction in this theory's context (true if empty)."""
        z3 = self.z3
        return z3.And([*formulas, z3.BoolVal(True, self.context)])

    # ---- lemmas ------------------------------------------------------------------------
    def _learn(self, core: frozenset[Literal]) -> None:
        z3 = self.z3
        self.lemmas.append(core)
        self._solver.add(self.any_of([z3.Not(self.boolean(lit)) for lit in core]))

    def boolean(self, literal: Literal) -> Z3:
        """Return a strict sign literal as a formula of the boolean solver."""
        return (self.positive if literal.sign == ">" else self.negative)[literal.poly]

    def _small(self, literals: Sequence[Literal]) -> bool:
        """Try to refute a small set of literals quickly; learn it if that succeeds."""
        key = frozenset(literals)
        if key in self._tried:
            return False
        self._tried.add(key)
        hardest = max(literals, key=lambda lit: len(lit.poly)).poly
        if self._failures.get(hardest, 0) >= _PATIENCE:
            return False
        verdict = self.prover.decide(literals, quick=True).verdict
        if verdict == "impossible":
            self._learn(key)
            return True
        if verdict == "unknown":
            self._failures[hardest] = self._failures.get(hardest, 0) + 1
        return False

    def _pairs(self) -> None:
        """Learn which single signs and pairs of signs are impossible, where no sample has them."""
        import numpy as np

        self.sync()
        if not self.polys:
            return
        literals = [Literal(p, sign) for p in self.polys for sign in (">", "<")]
        seen = np.array([self.mask([lit]) for lit in literals], dtype=np.float32)
        seen = seen.reshape(len(literals), -1)
        together = seen @ seen.T
        single = [k for k in range(len(literals)) if together[k, k] == 0]
        pairs = [
            (a, b)
            for a, b in itertools.combinations(range(len(literals)), 2)
            if together[a, b] == 0 and literals[a].poly != literals[b].poly
        ]
        far = self._far([literals[k] for k in {*single, *itertools.chain(*pairs)}])
        for k in single:
            if not far[literals[k]].any():
                self._small([literals[k]])
        for a, b in pairs:
            two = [literals[a], literals[b]]
            if (far[two[0]] & far[two[1]]).any() or len(self.prover.language.parts(two)) > 1:
                continue
            if far[two[0]].any() and far[two[1]].any():
                self._small(two)

    def _far(self, literals: Sequence[Literal]) -> dict[Literal, Any]:
        """Return at which far samples literals hold."""
        return {lit: self.prover.far_where([lit]) for lit in literals}

    # ---- questions -------------------------------------------------------------------------
    def decide(self, formulas: Sequence[Z3]) -> SignDecision:
        """Decide whether the boolean formulas can hold at a point off the boundaries."""
        z3 = self.z3
        self._solver.push()
        blocked = False
        try:
            self._solver.add(*formulas)
            while True:
                if self.prover.expired:
                    return SignDecision("unknown")
                if self._solver.check() == z3.unsat:
                    return SignDecision("unknown" if blocked else "impossible")
                literals = self._implicant(self._solver.model(), formulas)
                decision = self._theory(literals)
                if decision.verdict == "possible":
                    return decision
                if decision.verdict == "unknown":
                    blocked = True
                    self._solver.add(self.any_of([z3.Not(self.boolean(lit)) for lit in literals]))
        finally:
            self._solver.pop()
            self._restate()

    def needed(self, literals: Sequence[Literal], formulas: Sequence[Z3]) -> list[Literal] | None:
        """Return few of the literals that already contradict the formulas, or None if unproven."""
        z3 = self.z3
        kept = list(literals)
        self._solver.push()
        try:
            self._solver.add(*formulas)
            while True:
                if self.prover.expired:
                    return None
                assumed = [self.boolean(lit) for lit in kept]
                if self._solver.check(assumed) == z3.unsat:
                    numbers = {b.get_id() for b in self._solver.unsat_core()}
                    core = [
                        lit for lit, b in zip(kept, assumed, strict=True) if b.get_id() in numbers
                    ]
                    if len(core) == len(kept):
                        return core
                    kept = core
                    continue
                conjunction = [*formulas, *map(self.boolean, kept)]
                decision = self._theory(self._implicant(self._solver.model(), conjunction))
                if decision.verdict != "impossible":
                    return None
        finally:
            self._solver.pop()
            self._restate()

    def refutes(self, formulas: Sequence[Z3]) -> bool:
        """Say whether what is known already contradicts the formulas; asks no new question."""
        z3 = self.z3
        self._solver.push()
        self._solver.add(*formulas)
        answer = self._solver.check()
        self._solver.pop()
        return bool(answer == z3.unsat)

    def _restate(self) -> None:
        """State lemmas again that were learned inside a push and lost by the pop."""
        z3 = self.z3
        self._solver.add(
            [self.any_of([z3.Not(self.boolean(lit)) for lit in core]) for core in self._fresh()]
        )

    def _fresh(self) -> list[frozenset[Literal]]:
        done, self._stated = self._stated, len(self.lemmas)
        return self.lemmas[done:]

    def _implicant(self, model: Z3, formulas: Sequence[Z3]) -> list[Literal]:
        """Return few signs of the model that already make the formulas true."""
        z3 = self.z3
        trees = [self._tree(f) for f in formulas]
        names = set().union(*(_variables(t) for t in trees))
        chosen: dict[str, bool] = {}
        for variable in self.positive.values():
            name = variable.decl().name()
            if name in names:
                value = model.eval(variable, model_completion=False)
                if z3.is_true(value) or z3.is_false(value):
                    chosen[name] = z3.is_true(value)
        # Drop signs that the formulas do not need, complicated polynomials first.
        by_name = {self.positive[p].decl().name(): p for p in self.polys}
        for name in sorted(chosen, key=lambda n: len(by_name[n]), reverse=True):
            value = chosen.pop(name)
            if not all(_truth(t, chosen) is True for t in trees):
                chosen[name] = value
        return [
            Literal(p, ">" if chosen[name] else "<")
            for name, p in by_name.items()
            if name in chosen
        ]

    def _tree(self, formula: Z3) -> SignTree:
        """Return a boolean formula as nested tuples, converted once."""
        key = formula.get_id()
        if key not in self._trees:
            self._trees[key] = formula, _tree(formula, self.z3)
        return self._trees[key][1]

    def _theory(self, literals: list[Literal]) -> SignDecision:
        if self.mask(literals).any():
            witness = self._witness(literals)
            if witness is not None:
                return SignDecision("possible", witness)
        for part in self.prover.language.parts(literals):
            key = frozenset(part)
            if len(part) < len(literals) and key not in self._tried and not self.mask(part).any():
                self._tried.add(key)
                decision = self.prover.decide(part, quick=True)
                if decision.verdict == "impossible":
                    self._learn(self._known_core(part))
                    return decision
        for size in (2, 3):
            for subset in itertools.combinations(literals, size):
                if frozenset(subset) in self._tried or self.mask(subset).any():
                    continue
                if self._small(subset):
                    return SignDecision("impossible")
        hard = any(self._failures.get(lit.poly, 0) >= _PATIENCE for lit in literals)
        decision = self.prover.decide(literals, quick=hard)
        if decision.verdict == "impossible":
            self._learn(self._known_core(literals))
        elif decision.verdict == "unknown":
            self.undecided.append(frozenset(literals))
        return decision

    def _known_core(self, literals: Sequence[Literal]) -> frozenset[Literal]:
        """Return the smallest part that is known to be impossible."""
        whole = frozenset(literals)
        return min((c for c in self.prover.cores if c <= whole), key=len, default=whole)

    def _witness(self, literals: Sequence[Literal]) -> dict[str, Fraction] | None:
        return self.prover.exact_witness(literals, self.mask(literals))


def _tree(formula: Z3, z3: Z3) -> SignTree:
    """Return a z3 formula of and, or, not and variables as nested tuples."""
    if z3.is_true(formula) or z3.is_false(formula):
        return "constant", bool(z3.is_true(formula))
    children = [_tree(formula.arg(k), z3) for k in range(formula.num_args())]
    for test, name in ((z3.is_and, "and"), (z3.is_or, "or"), (z3.is_not, "not")):
        if test(formula):
            return name, *children
    return "name", formula.decl().name()


def _variables(tree: SignTree) -> set[str]:
    if tree[0] == "constant":
        return set()
    return {tree[1]} if tree[0] == "name" else set().union(*map(_variables, tree[1:]))


def _truth(tree: SignTree, signs: dict[str, bool]) -> bool | None:
    """Evaluate a formula where some variables are unknown: None where that leaves it open."""
    kind = tree[0]
    if kind == "constant":
        return bool(tree[1])
    if kind == "name":
        return signs.get(tree[1])
    if kind == "not":
        inner = _truth(tree[1], signs)
        return None if inner is None else not inner
    decisive = kind == "or"
    left_open = False
    for child in tree[1:]:
        value = _truth(child, signs)
        if value is decisive:
            return decisive
        left_open |= value is None
    return None if left_open else not decisive
