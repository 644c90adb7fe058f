"""Results as tables of pandas: one row per thing, one column per property.

Columns have the names that statements have: ``prob(NATO, escalate)``, ``payoff(NATO)``,
``P(war)``, and measures by their names.  A result names its tables, the one that most will want
first, and gives the rows; pandas is imported when a table is asked for.

>>> class Answers(Framed):
...     def _tables(self):
...         return {"answers": lambda: [{"k": Fraction(1, 2), "where": Expression.parse("a < b")}]}
>>> Answers().to_frame()
     k  where
0  0.5  a < b
>>> Answers().to_frame(exact=True)["k"][0]
Fraction(1, 2)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.roots import Root
from deterrence.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from pandas import DataFrame

#: The rows of a table: a value per column.
Rows = Iterable[Mapping[str, Any]]


class Framed:
    """A result with tables."""

    __slots__ = ()

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        """Return what gives the rows of each table, by the table's name, the main one first."""
        raise NotImplementedError

    def to_frame(self, table: str | None = None, *, exact: bool = False) -> DataFrame:
        """Return a table of the result as a ``pandas.DataFrame``.

        ``table`` names it, by default the main one; an unknown name lists those that there are.
        Numbers are floats, or exact (fractions and algebraic numbers) with ``exact``; formulas
        and conditions are text.  Raises :class:`UsageError` where pandas is not installed.

        >>> from deterrence import load_model
        >>> frame = load_model("chicken").solve().to_frame()
        >>> frame[["number", "prob(A, stand_firm)", "payoff(A)"]]
          number  prob(A, stand_firm)  payoff(A)
        0     #2                  0.0       -1.0
        1     #3                  1.0        1.0
        2     #9                  0.1       -0.1
        """
        tables = self._tables()
        name = next(iter(tables)) if table is None else table
        if name not in tables:
            raise UsageError(
                f"a {type(self).__name__} has no table {str(name)[:40]!r}",
                remedy=did_you_mean(str(name), tables) or f"tables: {', '.join(tables)}",
            )
        try:
            import pandas
        except ImportError:
            raise UsageError(
                "a table needs pandas, which is not installed",
                remedy="pip install 'deterrence[data]', or take to_dict()",
            ) from None
        rows = [
            {column: _cell(value, exact) for column, value in row.items()} for row in tables[name]()
        ]
        return pandas.DataFrame(rows)


def _cell(value: Any, exact: bool) -> Any:
    """Return a value as a cell holds it."""
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, Fraction | Algebraic | Enclosure) and not exact:
        return float(value)
    if isinstance(value, Root):
        if not exact:
            return value.decimal
        return value if value.rational is None else value.rational
    if isinstance(value, tuple | list):
        return ", ".join(str(part) for part in value)
    return value


def columns(row: object, *names: str) -> dict[str, Any]:
    """Return some attributes as the columns of a row."""
    return {name: getattr(row, name) for name in names}


def equilibrium_columns(
    profile: Mapping[str, Mapping[str, Any]],
    payoffs: Mapping[str, Any],
    outcomes: Mapping[str, Any],
    measures: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what happens in an equilibrium as columns; profiles of trees go by sets, too."""
    found: dict[str, Any] = {}
    for player, own in profile.items():
        for where, chance in own.items():
            if isinstance(chance, Mapping):
                found.update({f"prob({player}, {where}, {a})": p for a, p in chance.items()})
            else:
                found[f"prob({player}, {where})"] = chance
    found.update({f"payoff({player})": value for player, value in payoffs.items()})
    found.update({f"P({outcome})": chance for outcome, chance in outcomes.items()})
    return {**found, **measures}


def filled(rows: Sequence[Mapping[str, Any]], zero: Any = Fraction(0)) -> list[dict[str, Any]]:
    """Return distributions with the same keys each; what one leaves out has probability 0.

    An empty one says nothing, and stays empty.

    >>> filled([{"a": 1}, {"b": 1}, {}], 0)
    [{'a': 1, 'b': 0}, {'a': 0, 'b': 1}, {}]
    """
    known = dict.fromkeys(key for row in rows for key in row)
    return [{key: row.get(key, zero) for key in known} if row else {} for row in rows]


def alternatives(terms: Sequence[Sequence[Expression]]) -> str:
    """Return a disjunction of conjunctions as a condition in the language of model files.

    >>> a, b = Expression.parse("a > 0"), Expression.parse("b > 0")
    >>> alternatives(()), alternatives(((),)), alternatives(((a, b), (b,)))
    ('never', 'always', 'a > 0 and b > 0 or b > 0')
    """
    if not terms:
        return "never"
    if not all(terms):
        return "always"
    return str(joined("or", [joined("and", term) for term in terms]))
