"""The distributions that a parameter may have: names and arguments of scipy.stats.

``loc`` and ``scale`` always exist and default to 0 and 1; what else a
distribution needs stands here, with the domain of each argument.  Nothing is
imported from scipy: a model file is checked without it.

>>> faults = problems("triang", {"c": Fraction(2), "loc": Fraction(0)})
>>> faults
[('c', 'c is 2', 'a number from 0 to 1')]
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

#: scipy.stats name -> shape arguments, each with its domain.
SHAPES: dict[str, dict[str, str]] = {
    "arcsine": {},
    "beta": {"a": "positive", "b": "positive"},
    "cauchy": {},
    "chi2": {"df": "positive"},
    "expon": {},
    "gamma": {"a": "positive"},
    "gumbel_l": {},
    "gumbel_r": {},
    "halfnorm": {},
    "invgamma": {"a": "positive"},
    "laplace": {},
    "loggamma": {"c": "positive"},
    "logistic": {},
    "lognorm": {"s": "positive"},
    "loguniform": {"a": "positive", "b": "positive"},
    "norm": {},
    "pareto": {"b": "positive"},
    "powerlaw": {"a": "positive"},
    "rayleigh": {},
    "semicircular": {},
    "skewnorm": {"a": "any"},
    "t": {"df": "positive"},
    "trapezoid": {"c": "share", "d": "share"},
    "triang": {"c": "share"},
    "truncexpon": {"b": "positive"},
    "truncnorm": {"a": "any", "b": "any"},
    "uniform": {},
    "weibull_max": {"c": "positive"},
    "weibull_min": {"c": "positive"},
}
#: Distributions whose second shape argument is at or above the first: strictly or not.
_ORDERED = {"loguniform": True, "truncnorm": True, "trapezoid": False}


def problems(name: str, arguments: Mapping[str, Fraction]) -> list[tuple[str, str, str]]:
    """Return what is wrong with the arguments: (argument, what, expected) each.

    ``name`` must be one of :data:`SHAPES`; unknown arguments are not looked at.
    """
    shapes = SHAPES[name]
    found = []
    for argument, domain in shapes.items():
        if argument not in arguments:
            wanted = ", ".join(shapes)
            found.append(("", f"{name} lacks its argument {argument}", f"the arguments {wanted}"))
            continue
        value = arguments[argument]
        if domain == "positive" and value <= 0:
            found.append((argument, f"{argument} is {value}", "a number above 0"))
        elif domain == "share" and not 0 <= value <= 1:
            found.append((argument, f"{argument} is {value}", "a number from 0 to 1"))
    if "scale" in arguments and arguments["scale"] <= 0:
        found.append(("scale", f"scale is {arguments['scale']}", "a number above 0"))
    if name in _ORDERED and not found:
        low, high = (arguments[shape] for shape in shapes)
        if high < low or (high == low and _ORDERED[name]):
            first, second = shapes
            found.append((second, f"{second} is {high}", f"a number above {first}, which is {low}"))
    return found
