"""The certificate: what is claimed, in words, and the text that proves it."""

from __future__ import annotations

from deterrence.algebra.roots import Root
from deterrence.analysis.robust.ball_proofs import BallProof
from deterrence.analysis.robust.results import Certificate
from deterrence.analysis.robust.sought import SoughtStatus
from deterrence.analysis.robust.words import polynomial_text


def claim_of(sought: SoughtStatus, radius: Root | None) -> str:
    """Return the claim that the questions refute the opposite of."""
    question, space = sought.question, sought.space
    status = "holds" if sought.wanted else "does not hold"
    where = f" in {sought.quantifier} extreme equilibrium" if question.same is None else ""
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


def certificate(
    sought: SoughtStatus, radius: Root | None, proof: BallProof, full: bool, checked: bool
) -> Certificate:
    """Return the certificate of a proof; each of the texts is one question."""
    question = sought.question
    claim, texts = claim_of(sought, radius), proof.texts
    lines = [
        f"; {question.original.name}: {claim}.",
        "; Every question below must be answered unsat.",
        "; Parameter: base, unit, limits",
    ]
    for axis in sought.space.axes:
        low = "-oo" if axis.lower is None else str(axis.lower)
        high = "oo" if axis.upper is None else str(axis.upper)
        lines.append(f";   {axis.name}: {axis.base}, {axis.step}, {low} to {high}")
    if question.fixed:
        fixed = ", ".join(f"{n} = {v}" for n, v in question.fixed.items())
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
