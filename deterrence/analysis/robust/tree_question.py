"""Where a statement holds in every, or in some, equilibrium of a game tree.

The symbolic analysis lists the equilibria with their conditions, which are exact, and
what they lead to.  It is complete off the boundaries between regimes.  On boundaries
two moves are equally good and further equilibria exist, whose result may depend on how
they are mixed: those whose truth is not known never count in favour of the status that
is looked for.  So every change that is found does what it is said to do, and none that is
smaller does so on an open set; whether one does on a boundary alone is not looked at.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("unilateral-deterrence")
>>> question = TreeQuestion(model, "war == 0", axes=["p_Def"])
>>> question.symbols, question.pairs > 3
(('p_Def',), True)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.sign_formulas import (
    FALSE,
    TRUE,
    Possible,
    SignAt,
    SignFormula,
    all_of,
    any_of,
    literal,
)
from deterrence.analysis.robust.matrix_truths import assembled, compared
from deterrence.analysis.robust.question import Question
from deterrence.analysis.robust.results import SAME
from deterrence.errors import IncompleteError, UnsupportedError
from deterrence.limits import work
from deterrence.statements import comparisons, which
from deterrence.symbolic.quotients import OpenFormError
from deterrence.symbolic.trees.analysis import analyse_tree
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.solved import SolvedTree

#: Seconds for the symbolic analysis, and for the equilibria of boundaries.
ANALYSIS, BOUNDARIES = 60.0, 5.0


@dataclass(frozen=True, eq=False)
class AlikeEquilibria:
    """Equilibria with the same truth: where one exists, and where the statement holds then.

    ``truth`` is None where it depends on what the equilibrium leaves open.
    """

    exists: SignFormula
    truth: SignFormula | None

    def favourable(self, wanted: bool) -> SignFormula:
        """Return the truth; what is unknown stands against the status that is wanted."""
        if self.truth is not None:
            return self.truth
        return FALSE if wanted else TRUE


class TreeQuestion(Question[Sequence[AlikeEquilibria]]):
    """A statement about the equilibria of a tree; see :class:`.question.Question`.

    Raises :class:`UsageError` as :meth:`Model.values` does, :class:`UnsupportedError`
    for statements without a closed form, and :class:`IncompleteError` where the
    equilibria are not proven to be all there are.
    """

    def _form(self, axes: Sequence[str], deadline: float | None) -> None:
        if self.shown == SAME:
            raise UnsupportedError(
                "which supports are equilibria is a question about matrices",
                remedy=f"state a conclusion, {which(self.original)}",
            )
        left = ANALYSIS if deadline is None else max(1.0, work.left(deadline))
        analysis = analyse_tree(
            self.model, expand=True, fixed=self.fixed, effort=left, boundaries=False
        )
        self.internal: SolvedTree = analysis.internal
        if analysis.cover != "proven":
            raise IncompleteError(
                f"the equilibria of {self.model.name} are not proven complete within the limit",
                remedy="let fewer parameters move (--over), or a larger limit (--time-limit)",
            )
        self.take(self.internal.problem, axes)
        self.internal.search.find_boundaries(min(BOUNDARIES, left))
        self._signs = [sign for _, sign, _ in comparisons(self.stated)]
        found: dict[Any, list[SignFormula]] = {}
        unknown: list[AlikeEquilibria] = []
        for pair in self.internal.pairs:
            truth = self._truth(pair)
            if truth is None:
                raise UnsupportedError(
                    f"whether '{self.shown}' depends on a mixture that some equilibria leave "
                    "open, or is no quotient of polynomials",
                    remedy="use `deterrence sweep`, which gives bounds over all equilibria",
                )
            found.setdefault(_key(truth), [truth]).append(self._existence(pair))
        for pair in self.internal.search.boundary:
            truth = self._truth(pair)
            if truth is None:
                unknown.append(AlikeEquilibria(self._existence(pair), None))
            else:
                found.setdefault(_key(truth), [truth]).append(self._existence(pair))
        self.items = [
            AlikeEquilibria(any_of(where), truth) for truth, *where in found.values()
        ] + unknown
        self.messages = (
            "distances are to open sets of parameters: whether the status is different on a "
            "boundary alone, where two moves are equally good, is not looked at",
        )

    def _existence(self, pair: Assessment) -> SignFormula:
        return self.table.formula(
            any_of(
                all_of(any_of(literal(lit.poly, lit.sign) for lit in c) for c in b.conditions)
                for b in (*pair.branches, *pair.extra)
            )
        )

    def _truth(self, pair: Assessment) -> SignFormula | None:
        """Return where the statement holds in an equilibrium, None where that is open."""
        closed = self.internal.closed
        try:
            forms = [closed.measures(pair)[m.name] for m in self.internal.problem.measures]
        except OpenFormError:
            return None
        if any(f is None for f in forms):
            return None
        atoms = [compared(self.algebra, f, s) for f, s in zip(forms, self._signs, strict=True) if f]
        return self.table.formula(assembled(self.stated, atoms))

    # ---- what a search asks ------------------------------------------------------------
    @property
    def pairs(self) -> int:
        """How many kinds of equilibria there are."""
        return len(self.items)

    def everything(self) -> Sequence[AlikeEquilibria]:
        """Return all equilibria."""
        return self.items

    def deciding(self, among: Sequence[AlikeEquilibria]) -> Iterator[Any]:
        """Yield the polynomials that decide where equilibria exist."""
        for item in among:
            for lit in item.exists.literals():
                yield lit.poly

    def possible(self, signs: Possible) -> Sequence[AlikeEquilibria]:
        """Return the items that can exist where these signs are possible."""
        return [item for item in self.items if item.exists.within(signs).constant is not False]

    def truths(
        self, sign: SignAt, wanted: bool, among: Sequence[AlikeEquilibria] | None = None
    ) -> list[SignFormula]:
        """Return where the statement holds, for every item that exists at a point."""
        items = self.items if among is None else among
        return [item.favourable(wanted) for item in items if item.exists.holds(sign)]

    def candidates(
        self, wanted: bool, possible: Possible
    ) -> Iterator[tuple[Sequence[SignFormula], SignFormula]]:
        """Yield where an item exists, and where the statement holds in it."""
        for item in self.items:
            self.tick()
            exists = item.exists.within(possible)
            if exists.constant is not False:
                yield (exists,), item.favourable(wanted).within(possible)


def _key(formula: SignFormula) -> Any:
    """Return a hashable form of a formula."""
    if formula.op == "literal":
        return formula.parts[0]
    return formula.op, tuple(_key(p) for p in formula.parts)
