"""The certificate: what is claimed, in words, and the text that proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deterrence.algebra.roots import Root
from deterrence.analysis.robust.results import Certificate

if TYPE_CHECKING:
    from deterrence.analysis.robust.proving import Proof
    from deterrence.analysis.robust.search import Search


def claim_of(search: Search, radius: Root | None) -> str:
    """Return the claim that the questions refute the opposite of."""
    question, space = search.question, search.space
    status = "holds" if search.wanted else "does not hold"
    where = f" in {search.quantifier} extreme equilibrium" if question.same is None else ""
    size = (
        "any size"
        if radius is None
        else f"size below {radius}"
        if radius.rational is not None
        else f"size below the root of {polynomial_text(radius)} near {radius.decimal:.12g}"
    )
    measured = "the largest" if space.norm == "max" else "the sum"
    return (
        f"no change of {size} leads to a point at which '{question.shown}' {status}"
        f"{where}, where the size of a change is {measured} of its parts in their units"
    )


def polynomial_text(root: Root) -> str:
    """Return the polynomial that defines an algebraic number.

    >>> from deterrence.algebra.roots import isolate
    >>> polynomial_text(isolate([(1, 0, -2)])[0])
    'x**2 - 2'
    """
    parts = []
    top = len(root.polynomial) - 1
    for k, c in enumerate(root.polynomial):
        if not c:
            continue
        power = top - k
        letter = "" if power == 0 else "x" if power == 1 else f"x**{power}"
        size = str(abs(c)) if abs(c) != 1 or not letter else ""
        sign = "-" if c < 0 else "+"
        parts.append((sign, f"{size}*{letter}" if size and letter else size or letter))
    first, *rest = parts
    text = ("-" if first[0] == "-" else "") + first[1]
    return text + "".join(f" {sign} {term}" for sign, term in rest)


def certificate(
    search: Search, radius: Root | None, proof: Proof, full: bool, checked: bool
) -> Certificate:
    """Return the certificate of a proof; each of the texts is one question."""
    claim, texts = claim_of(search, radius), proof.texts
    lines = [
        f"; {search.question.original.name}: {claim}.",
        "; Every question below must be answered unsat.",
        "; Parameter: base, unit, limits",
    ]
    for axis in search.space.axes:
        low = "-oo" if axis.lower is None else str(axis.lower)
        high = "oo" if axis.upper is None else str(axis.upper)
        lines.append(f";   {axis.name}: {axis.base}, {axis.step}, {low} to {high}")
    if search.question.fixed:
        fixed = ", ".join(f"{n} = {v}" for n, v in search.question.fixed.items())
        lines.append(f"; Fixed: {fixed}")
    if full:
        lines.append("; Asserted: the assumptions, the size, and the status, in terms of all pairs")
        lines.append(
            "; of extreme strategies that can be equilibria, ties between actions included."
        )
    else:
        lines.append(
            "; Asserted: the assumptions, the size, and the status. Conditions whose sign is"
        )
        lines.append("; the same for all these changes (interval arithmetic) are left out.")
    if proof.boxes > 1:
        lines.append(f"; The changes are covered by {proof.boxes} boxes, each asked about or clear")
        lines.append("; by interval arithmetic.")
    if not texts:
        lines.append("; No pair of strategies is left: nothing has to be asked.")
        lines.append("(set-logic QF_LRA)\n(assert false)\n(check-sat)")
    body = "\n(reset)\n".join(texts)
    return Certificate(
        claim, radius, "\n".join(lines) + "\n" + body + "\n", max(1, len(texts)), checked
    )
