"""From the judgements of several experts to one value and one distribution.

An expert's low, likely and high value are the PERT beta distribution (Malcolm, Roseboom, Clark and
Fazar 1959, Operations Research 7(5):646-669, with the weight 4 of the likely value): on [low, high]
with mean (low + 4 likely + high)/6, and shapes that add up to 6.  Experts are pooled linearly
(Stone 1961, Annals of Mathematical Statistics 32:1339-1342; Clemen and Winkler 1999, Risk Analysis
19(2):187-203): their distributions are mixed by weight.  Mean and variance of the mixture are
exact; the distribution that is written down is the beta on the range of all with this mean and
this variance.  Of one expert that is what he said.

>>> from fractions import Fraction as F
>>> one = pool([(F(1), Judgement(F(0), F(2), F(10)))])
>>> one.value, one.mean, [str(x) for x in one.shapes]
(Fraction(2, 1), Fraction(3, 1), ['9/5', '21/5'])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.modelfile.elicitation.questions import Judgement

#: The likely value counts as much as this many ends.
_LIKELY = 4


@dataclass(frozen=True)
class Pool:
    """What experts say together: the mean of what they hold most likely, and their mixture."""

    value: Fraction
    low: Fraction
    high: Fraction
    mean: Fraction
    variance: Fraction
    #: Whether anybody gives a range: values alone say nothing of what else may be.
    has_range: bool

    @property
    def shapes(self) -> tuple[Fraction, Fraction] | None:
        """The shapes of the beta on the range with this mean and variance.

        ``None`` where nobody gives a range.  Else the mixture lies inside its range somewhere,
        so that its variance is below that of two points at the ends, and there is such a beta.
        """
        if not self.has_range:
            return None
        width = self.high - self.low
        share = (self.mean - self.low) / width
        total = share * (1 - share) * width**2 / self.variance - 1
        return share * total, (1 - share) * total


def pert(judgement: Judgement) -> tuple[Fraction, Fraction]:
    """Return mean and variance of the PERT beta of one judgement."""
    low, likely, high = judgement
    mean = (low + _LIKELY * likely + high) / (_LIKELY + 2)
    return mean, (mean - low) * (high - mean) / (_LIKELY + 3)


def pool(judgements: Sequence[tuple[Fraction, Judgement]]) -> Pool:
    """Pool judgements, each with its weight above 0, linearly."""
    total = sum(weight for weight, _ in judgements)
    shares = [(weight / total, j, *pert(j)) for weight, j in judgements]
    zero = Fraction(0)
    mean = sum((w * m for w, _, m, _ in shares), zero)
    return Pool(
        value=sum((w * j.likely for w, j, _, _ in shares), zero),
        low=min(j.low for _, j, _, _ in shares),
        high=max(j.high for _, j, _, _ in shares),
        mean=mean,
        variance=sum((w * (v + (m - mean) ** 2) for w, _, m, v in shares), zero),
        has_range=any(j.has_range for _, j, _, _ in shares),
    )
