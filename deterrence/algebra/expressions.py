"""Safe symbolic expressions: what a model file may say in a formula.

Python's own parser reads the text into a syntax tree; a whitelist turns the
tree into an :class:`Expression`.  Nothing is ever evaluated by Python, and
length, node count, depth, exponents and bit sizes are capped, so that a
stranger's file can cost no more than an error message.

The language: numbers (exact), names, ``+ - * / **``, comparisons (chained ones
too), ``and or not``, ``a if test else b``, the functions ``min max abs sqrt exp
log``, and, inside measures, the queries ``P(outcome)``, ``payoff(player)`` and
``prob(player, action)``.

>>> e = Expression.parse("g / (g + k - l)")
>>> sorted(e.names)
['g', 'k', 'l']
>>> from fractions import Fraction
>>> e.evaluate({"g": Fraction(2), "k": Fraction(8), "l": Fraction(3)})
Fraction(2, 7)
>>> str(Expression.parse("(a+b)*(c - (d - 0.5))"))
'(a + b)*(c - (d - 1/2))'
"""

from __future__ import annotations

import keyword
import math
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from deterrence.algebra.expression_reader import ANSWER_LIMITS, ReadingLimits, read
from deterrence.algebra.numbers import exact
from deterrence.algebra.ordering import COMPARISONS
from deterrence.errors import ExpressionError, did_you_mean, shorten

#: A number of more bits than this is an error, as it would take too long to compute with.
MAX_BITS = 4096

#: Terms of a sum that are written without brackets.
_GROUP = 500

#: The operations on two numbers.
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
}
# Binding strength, for printing with no more parentheses than needed.
_STRENGTH = {"if": 0, "or": 1, "and": 2, "not": 3, "compare": 4, "add": 5, "sub": 5}
_STRENGTH |= {"mul": 6, "div": 6, "neg": 7, "pow": 8, "call": 9, "query": 9, "name": 9}


class Expression:
    """An immutable formula.  Build one with :meth:`parse`, or by arithmetic.

    ``op`` is the operation and ``args`` its operands: expressions, except for a
    number's value, a name's spelling, a call's function name (first operand), a
    query's labels and a comparison's operators (first operand, a tuple).

    >>> from deterrence import Expression
    >>> e = Expression.parse('g / (g + k - 0.5)')
    >>> print(e, sorted(e.names))
    g/(g + k - 1/2) ['g', 'k']
    >>> print(e.evaluate({'g': 1, 'k': 1}))
    2/3
    """

    __slots__ = ("_hash", "_names", "args", "op")

    def __init__(self, op: str, *args: Any) -> None:
        self.op = op
        self.args = args
        self._names: frozenset[str] | None = None
        # Worked out from the operands' own, so that long sums need no deep recursion.
        self._hash = hash((op, args))

    # ---- construction -------------------------------------------------
    @classmethod
    def number(cls, value: object) -> Expression:
        """Return the constant ``value`` (exact, see :func:`deterrence.algebra.numbers.exact`)."""
        return cls("number", exact(value))

    @classmethod
    def name(cls, name: str) -> Expression:
        """Return the parameter called ``name``."""
        return cls("name", name)

    @classmethod
    def of(cls, value: object) -> Expression:
        """Return ``value`` itself if it is an expression, parsed if text, else a constant."""
        if isinstance(value, Expression):
            return value
        return cls.parse(value) if isinstance(value, str) else cls.number(value)

    @classmethod
    def parse(
        cls,
        text: str,
        names: Iterable[str] | None = None,
        *,
        queries: bool = False,
        limits: ReadingLimits = ANSWER_LIMITS,
    ) -> Expression:
        """Read an expression.

        ``names`` lists the names that may occur (``None``: any).  ``queries``
        allows ``P(...)``, ``payoff(...)`` and ``prob(...)``; ``limits`` say how large it
        may be.  Raises :class:`ExpressionError` with the column of the fault.
        """
        return read(text, cls, names, queries, limits)

    @classmethod
    def binary(cls, op: str, left: Expression, right: Expression) -> Expression:
        """Return ``left op right``, constants folded and neutral elements dropped.

        Raises :class:`ExpressionError` for a division by zero.
        """
        a = left.args[0] if left.op == "number" else None
        b = right.args[0] if right.op == "number" else None
        if op == "div" and b == 0:
            raise ExpressionError("division by zero", expected="a divisor other than 0")
        if a is not None and b is not None and (op != "pow" or b.denominator == 1):
            if op == "pow" and a == 0 and b < 0:
                raise ExpressionError("division by zero", expected="a base other than 0")
            return cls("number", _exact_binary(op, a, b))
        if op in ("add", "sub") and (a == 0 or b == 0):
            if b == 0:
                return left
            return right if op == "add" else -right
        if op == "mul" and (a == 0 or b == 0):
            return cls.number(0)
        if op == "mul" and (a in (1, -1) or b in (1, -1)):
            unit, other = (a, right) if a in (1, -1) else (b, left)
            return other if unit == 1 else -other
        if op in ("add", "sub", "mul") and _leads_negative(right):
            if op == "mul":
                return cls.binary(op, -left, -right)
            return cls.binary("sub" if op == "add" else "add", left, -right)
        if op in ("add", "sub"):
            return cls(op, left, right)
        if op in ("div", "pow") and b == 1:
            return left
        return cls(op, left, right)

    def __add__(self, other: object) -> Expression:
        return Expression.binary("add", self, Expression.of(other))

    def __radd__(self, other: object) -> Expression:
        return Expression.binary("add", Expression.of(other), self)

    def __sub__(self, other: object) -> Expression:
        return Expression.binary("sub", self, Expression.of(other))

    def __rsub__(self, other: object) -> Expression:
        return Expression.binary("sub", Expression.of(other), self)

    def __mul__(self, other: object) -> Expression:
        return Expression.binary("mul", self, Expression.of(other))

    def __rmul__(self, other: object) -> Expression:
        return Expression.binary("mul", Expression.of(other), self)

    def __truediv__(self, other: object) -> Expression:
        return Expression.binary("div", self, Expression.of(other))

    def __pow__(self, other: object) -> Expression:
        return Expression.binary("pow", self, Expression.of(other))

    def __neg__(self) -> Expression:
        """Return the opposite; in a product or quotient the sign moves to the first factor."""
        if self.op == "number":
            return Expression.number(-self.args[0])
        if self.op == "neg":
            return self.args[0]  # type: ignore[no-any-return]
        if self.op in ("mul", "div"):
            return Expression.binary(self.op, -self.args[0], self.args[1])
        return Expression("neg", self)

    def __eq__(self, other: object) -> bool:
        pairs: list[tuple[Any, Any]] = [(self, other)]
        while pairs:
            a, b = pairs.pop()
            if a is b:
                continue
            if not (isinstance(a, Expression) and isinstance(b, Expression)):
                if isinstance(a, Expression) or isinstance(b, Expression) or a != b:
                    return False
                continue
            if a._hash != b._hash or a.op != b.op or len(a.args) != len(b.args):
                return False
            pairs.extend(zip(a.args, b.args, strict=True))
        return True

    def __hash__(self) -> int:
        return self._hash

    # ---- reading ------------------------------------------------------
    @property
    def children(self) -> tuple[Expression, ...]:
        """The operands that are expressions."""
        return tuple(a for a in self.args if isinstance(a, Expression))

    def walk(self) -> Iterator[Expression]:
        """Yield this expression and everything inside it."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(node.children)

    @property
    def names(self) -> frozenset[str]:
        """The parameters that occur."""
        if self._names is None:
            self._names = frozenset(n.args[0] for n in self.walk() if n.op == "name")
        return self._names

    @property
    def is_boolean(self) -> bool:
        """Whether the value is true or false rather than a number."""
        return self.op in ("compare", "and", "or", "not")

    def evaluate(self, values: Mapping[str, Any], query: Callable[..., Any] | None = None) -> Any:
        """Return the value at the given parameter values.

        Rational in, rational out, wherever the result is rational; ``sqrt``,
        ``exp``, ``log`` and fractional powers give floats where it is not.
        ``query(name, *labels)`` answers the queries of a measure.  Raises
        :class:`ExpressionError` for a missing value, a division by zero, and
        results beyond :data:`MAX_BITS` bits.
        """
        try:
            return _evaluate(self, values, query)
        except ExpressionError as error:
            raise ExpressionError(
                f"{error.what} in '{shorten(str(self))}'",
                remedy=error.remedy or _pole(self, values),
            ) from None
        except (OverflowError, ArithmeticError, ValueError) as error:
            raise ExpressionError(
                f"'{shorten(str(self))}' has no finite value here: {error}",
                remedy="choose other values",
            ) from None

    def substitute(self, values: Mapping[str, Any]) -> Expression:
        """Return the expression with some names replaced by numbers or expressions."""
        if self.op == "name":
            return Expression.of(values[self.args[0]]) if self.args[0] in values else self
        if not (self.names & values.keys()):
            return self
        if self.op in ARITHMETIC:
            first, links = _spine(self, ARITHMETIC)
            result = first.substitute(values)
            for op, right in links:
                result = Expression.binary(op, result, right.substitute(values))
            return result
        new = [a.substitute(values) if isinstance(a, Expression) else a for a in self.args]
        return -new[0] if self.op == "neg" else Expression(self.op, *new)

    def to_sympy(self, symbols: Mapping[str, Any] | None = None, query: Any = None) -> Any:
        """Return the expression as a sympy object (imports sympy).

        ``symbols`` maps names to sympy objects; others become real symbols.

        >>> Expression.parse("a/2 + max(b, 0.1)").to_sympy()
        a/2 + Max(1/10, b)
        """
        import sympy

        known: dict[str, Any] = {n: sympy.Symbol(n, real=True) for n in self.names}
        known.update(symbols or {})
        return _to_sympy(self, known, query, sympy)

    def __str__(self) -> str:
        return _text(self)

    def __repr__(self) -> str:
        return f"Expression({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the parts in a row, so that long sums need no deep recursion.

        The hash is not kept: those of texts differ between processes.
        """
        return from_parts, (self.parts(),)

    def __deepcopy__(self, memo: object) -> Expression:
        return self

    def parts(self) -> list[tuple[Any, ...]]:
        """Return the operations with their operands, operands first.

        An operand that is an expression stands as ``(number,)``, its place in the list.

        >>> Expression.parse("a + 2*a").parts()
        [('name', 'a'), ('number', Fraction(2, 1)), ('mul', (1,), (0,)), ('add', (0,), (2,))]
        """
        places: dict[Expression, int] = {}
        parts: list[tuple[Any, ...]] = []
        stack = [self]
        while stack:
            node = stack[-1]
            waiting = [child for child in node.children if child not in places]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            if node not in places:
                places[node] = len(parts)
                args = ((places[a],) if isinstance(a, Expression) else a for a in node.args)
                parts.append((node.op, *args))
        return parts


def from_parts(parts: Iterable[Sequence[Any]]) -> Expression:
    """Return the expression with these :meth:`Expression.parts`."""
    made: list[Expression] = []
    for op, *args in parts:
        operands = (
            made[a[0]] if isinstance(a, tuple) and len(a) == 1 and isinstance(a[0], int) else a
            for a in args
        )
        made.append(Expression(op, *operands))
    return made[-1]


def _spine(e: Expression, ops: Collection[str]) -> tuple[Expression, list[tuple[str, Expression]]]:
    """Return a left-nested chain as its first operand and the (operation, operand) after it.

    Long sums nest deeper than Python may recurse.
    """
    links = []
    while e.op in ops:
        links.append((e.op, e.args[1]))
        e = e.args[0]
    return e, links[::-1]


def _leads_negative(e: Expression) -> bool:
    """Say whether the expression is written with a minus in front."""
    while e.op in ("mul", "div"):
        e = e.args[0]
    return e.op == "neg" or (e.op == "number" and e.args[0] < 0)


def _bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _capped(value: Any) -> Any:
    if isinstance(value, Fraction) and _bits(value) > MAX_BITS:
        raise ExpressionError(
            f"a number grows beyond {MAX_BITS} bits", remedy="use rounder values or lower powers"
        )
    return value


def _exact_binary(op: str, a: Any, b: Any) -> Any:
    if op == "pow":
        return _power(a, b)
    if op == "div" and b == 0:
        raise ExpressionError("division by zero")
    return _capped(ARITHMETIC[op](a, b))


def _pole(e: Expression, values: Mapping[str, Any]) -> str:
    """Return the assumption that leaves these values out, at which a divisor is zero."""
    for node in e.walk():
        divides = node.op == "div" or (node.op == "pow" and node.args[1].op == "number")
        divisor = node.args[1 if node.op == "div" else 0] if divides else None
        if isinstance(divisor, Expression) and divisor.names:
            try:
                if divisor.evaluate(values) == 0:
                    return f"add the assumption {divisor} != 0, or choose other values"
            except ExpressionError:
                continue
    return "choose other values"


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent < 0:
        raise ExpressionError("division by zero")
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        if exponent.denominator == 1:
            if _bits(base) * abs(exponent.numerator) > 2 * MAX_BITS and abs(base) != 1 and base:
                raise ExpressionError(
                    f"a power grows beyond {MAX_BITS} bits",
                    remedy="use rounder values or lower powers",
                )
            return base**exponent.numerator
        if exponent == Fraction(1, 2):
            return _sqrt(base)
    if base < 0:
        raise ExpressionError("a fractional power of a negative number")
    return _finite(float(base) ** float(exponent))


def _sqrt(value: Any) -> Any:
    if value < 0:
        raise ExpressionError("the square root of a negative number")
    if isinstance(value, Fraction):
        top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator:
            return Fraction(top, bottom)
    return math.sqrt(value)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ExpressionError("a number overflows", remedy="choose smaller values")
    return value


def _call(name: str, args: list[Any]) -> Any:
    if name == "min":
        return min(args)
    if name == "max":
        return max(args)
    if name == "abs":
        return abs(args[0])
    if name == "sqrt":
        return _sqrt(args[0])
    if name == "exp":
        return Fraction(1) if args[0] == 0 else _finite(math.exp(args[0]))
    if args[0] <= 0:
        raise ExpressionError("the logarithm of a number that is not positive")
    return Fraction(0) if args[0] == 1 else math.log(args[0])


def _evaluate(e: Expression, values: Mapping[str, Any], query: Callable[..., Any] | None) -> Any:
    op, args = e.op, e.args
    if op == "number":
        return args[0]
    if op == "name":
        if args[0] not in values:
            raise ExpressionError(
                f"no value for {args[0]!r}", remedy=did_you_mean(args[0], values) or "set it"
            )
        return values[args[0]]
    if op in ARITHMETIC:
        first, links = _spine(e, ARITHMETIC)
        result = _evaluate(first, values, query)
        for sign, right in links:
            result = _exact_binary(sign, result, _evaluate(right, values, query))
        return result
    if op == "neg":
        return -_evaluate(args[0], values, query)
    if op == "call":
        return _call(args[0], [_evaluate(a, values, query) for a in args[1:]])
    if op == "if":
        return _evaluate(args[1 if _evaluate(args[0], values, query) else 2], values, query)
    if op == "compare":
        parts = [_evaluate(a, values, query) for a in args[1:]]
        return all(COMPARISONS[o](a, b) for o, a, b in zip(args[0], parts, parts[1:], strict=False))
    if op == "and":
        return all(_evaluate(a, values, query) for a in args)
    if op == "or":
        return any(_evaluate(a, values, query) for a in args)
    if op == "not":
        return not _evaluate(args[0], values, query)
    if query is None:
        raise ExpressionError(f"{_text(e)} needs an equilibrium to be evaluated at")
    return query(*args)


def _to_sympy(e: Expression, symbols: Mapping[str, Any], query: Any, sympy: Any) -> Any:
    if e.op == "number":
        return sympy.Rational(e.args[0].numerator, e.args[0].denominator)
    if e.op == "name":
        return symbols[e.args[0]]
    if e.op == "query":
        return query(*e.args)
    if e.op in ARITHMETIC:
        first, links = _spine(e, ARITHMETIC)
        result = _to_sympy(first, symbols, query, sympy)
        for op, right in links:
            result = ARITHMETIC[op](result, _to_sympy(right, symbols, query, sympy))
        return result
    parts = [_to_sympy(a, symbols, query, sympy) for a in e.children]
    if e.op == "neg":
        return -parts[0]
    if e.op == "call":
        table = {"min": sympy.Min, "max": sympy.Max, "abs": sympy.Abs}
        table |= {"sqrt": sympy.sqrt, "exp": sympy.exp, "log": sympy.log}
        return table[e.args[0]](*parts)
    if e.op == "if":
        return sympy.Piecewise((parts[1], parts[0]), (parts[2], True))
    if e.op == "compare":
        table = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}
        table |= {"==": sympy.Eq, "!=": sympy.Ne}
        pairs = zip(e.args[0], parts, parts[1:], strict=False)
        return sympy.And(*[table[o](a, b) for o, a, b in pairs])
    return {"and": sympy.And, "or": sympy.Or, "not": sympy.Not}[e.op](*parts)


def _text(e: Expression) -> str:
    op, args = e.op, e.args
    if op in ("number", "name"):
        return str(args[0])
    if op == "call":
        return f"{args[0]}({', '.join(_text(a) for a in args[1:])})"
    if op == "query":
        labels = [a if _is_word(a) else ascii(a) for a in args[1:]]
        return f"{args[0]}({', '.join(labels)})"
    mine = _STRENGTH[op]
    if op == "neg":
        return f"-{_wrap(args[0], mine)}"
    if op == "not":
        return f"not {_wrap(args[0], mine)}"
    if op in ("and", "or"):
        return f" {op} ".join(_wrap(a, mine + 1) for a in args)
    if op == "compare":
        text = _wrap(args[1], mine + 1)
        for sign, part in zip(args[0], args[2:], strict=True):
            text += f" {sign} {_wrap(part, mine + 1)}"
        return text
    if op == "if":
        return f"{_wrap(args[1], 1)} if {_wrap(args[0], 1)} else {_wrap(args[2], 1)}"
    signs = {"add": " + ", "sub": " - ", "mul": "*", "div": "/"}
    if op == "pow":
        return f"{_wrap(args[0], mine + 1)}**{_wrap(args[1], 7)}"
    first, links = _spine(e, ("add", "sub") if op in ("add", "sub") else ("mul", "div"))
    parts = [_wrap(first, mine)]
    for sign, right in links:
        parts += [f"{signs[sign]}{_wrap(right, mine + 1)}"]
    return _in_groups(parts) if op in ("add", "sub") else "".join(parts)


def _in_groups(parts: Sequence[str]) -> str:
    """Return the text of a sum; of a long one in groups, as Python's parser nests every term."""
    if len(parts) <= _GROUP:
        return "".join(parts)
    first, *groups = ("".join(parts[k : k + _GROUP]) for k in range(0, len(parts), _GROUP))
    bare = (f"-{g[3:]}" if g.startswith(" - ") else g.removeprefix(" + ") for g in groups)
    return first + "".join(f" + ({g})" for g in bare)


def _is_word(label: str) -> bool:
    # Formulas are ASCII, so that no look-alike can hide; other labels are written with escapes.
    return label.isascii() and label.isidentifier() and not keyword.iskeyword(label)


def _wrap(e: Expression, strength: int) -> str:
    text = _text(e)
    mine = _STRENGTH.get(e.op, 9)
    if e.op == "number":
        whole = e.args[0].denominator == 1
        mine = 6 if not whole else 9 if e.args[0] >= 0 else _STRENGTH["neg"]
    return f"({text})" if mine < strength else text


def total(terms: Iterable[Expression]) -> Expression:
    """Return the sum of the terms (0 for none)."""
    return reduce(operator.add, terms, Expression.number(0))


def joined(op: str, parts: Sequence[Expression]) -> Expression:
    """Return parts joined by ``and`` or ``or``; one part alone."""
    return parts[0] if len(parts) == 1 else Expression(op, *parts)
